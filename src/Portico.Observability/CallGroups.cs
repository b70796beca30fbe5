using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Portico.Observability;

/// <summary>
/// The groups of dimensions that calls in PostgreSQL belong to, each under one number: by these a list of calls finds what few of them have. One for a store;
/// what it has written is not written again.
/// </summary>
sealed class CallGroups
{
    /// <summary>Groups remembered; past it they are written again, which changes nothing.</summary>
    const int MaxKnown = 20_000;

    readonly ConcurrentDictionary<RollupGroup, long> known = new();

    /// <summary>A group as it is kept: without its minute.</summary>
    static RollupGroup GroupOf(CallRecord record) => RollupGroup.Of(record) with { StartUs = 0 };

    public long NumberOf(CallRecord record)
    {
        var group = GroupOf(record);
        return known.TryGetValue(group, out var number) ? number : group.Number();
    }

    /// <summary>Writes the groups of these records that are new here, in the transaction that writes the records.</summary>
    public async Task InsertAsync(NpgsqlConnection db, IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        var unknown = records
            .Select(GroupOf)
            .Where(g => !known.ContainsKey(g))
            .Distinct()
            .Select(g => (Number: g.Number(), Dimensions: g.Dimensions()))
            .OrderBy(g => g.Number)
            .ToList();
        if (unknown.Count == 0)
            return;
        var columns = RollupGroup.Columns.Split(", ").Length;
        var arrays = string.Join(", ", Enumerable.Range(1, columns).Select(i => $"@p{i}::text[]"));
        await using var command = new NpgsqlCommand(
            $"""
            insert into observability_groups (group_id, {RollupGroup.Columns}) select * from unnest(@p0::bigint[], {arrays}) on conflict do nothing
            """,
            db
        );
        command.Parameters.AddWithValue("p0", NpgsqlDbType.Array | NpgsqlDbType.Bigint, unknown.Select(g => g.Number).ToArray());
        for (var i = 0; i < columns; i++)
            command.Parameters.AddWithValue(
                $"p{i + 1}",
                NpgsqlDbType.Array | NpgsqlDbType.Text,
                unknown.Select(g => g.Dimensions[i]).ToArray()
            );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The transaction is committed: the groups of these records are there.</summary>
    public void Keep(IReadOnlyList<CallRecord> records)
    {
        if (known.Count > MaxKnown)
            known.Clear();
        foreach (var record in records)
        {
            var group = GroupOf(record);
            if (!known.ContainsKey(group))
                known[group] = group.Number();
        }
    }
}
