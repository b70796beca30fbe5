using Dapper;
using Portico.Governance;
using Portico.Governance.Forensics;
using Portico.Governance.Policy;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>Deletes what is past its time of a table with id, workspace_id, key_id, created_us and expires_us, passes over what is held, and looks again.</summary>
static class PastTime
{
    /// <summary>Keys that are told apart in one statement.</summary>
    const int MaxKeys = 500;

    /// <summary>What is past its own end.</summary>
    public static (string Term, DynamicParameters Parameters) Expired(long nowUs) =>
        ("expires_us <= @now", new DynamicParameters(new { now = nowUs }));

    /// <summary>What a policy does not let its workspace keep any longer: the keys of use cases that differ are told apart.</summary>
    /// <param name="policy">Of a workspace.</param>
    /// <param name="snapshot">Whose keys are of which use case.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<(string Term, DynamicParameters Parameters, DateTimeOffset Before)> By(
        WorkspaceRetention policy,
        GovernanceSnapshot snapshot,
        DateTimeOffset now
    )
    {
        var keys = snapshot
            .Callers.Values.Where(c => c.WorkspaceId == policy.WorkspaceId && policy.UseCases.ContainsKey(c.UseCaseId))
            .Select(c => (Key: c.OwnerKeyId, policy.For(c.UseCaseId).ResponsesDays))
            .OrderBy(k => k.Key, StringComparer.Ordinal)
            .ToList();
        foreach (
            var (days, those) in keys.Where(k => k.ResponsesDays is not null).GroupBy(k => k.ResponsesDays!.Value).Select(g => (g.Key, g))
        )
        foreach (var part in those.Select(k => k.Key).Chunk(MaxKeys))
            yield return Of("and key_id in", part, days);
        if (policy.Times.ResponsesDays is { } all)
            // Of a key that is not known any more the workspace's line holds.
            yield return Of("and key_id not in", [.. keys.Select(k => k.Key)], all);

        (string, DynamicParameters, DateTimeOffset) Of(string term, string[] keys, long days)
        {
            var before = now.AddDays(-days);
            var values = new DynamicParameters(new { workspace = policy.WorkspaceId, before = Micros.Of(before) });
            for (var i = 0; i < keys.Length; i++)
                values.Add($"key{i}", keys[i]);
            var among = keys.Length == 0 ? "" : $" {term} ({string.Join(", ", keys.Select((_, i) => $"@key{i}"))})";
            return ($"workspace_id = @workspace and created_us < @before{among}", values, before);
        }
    }

    /// <param name="database">The store.</param>
    /// <param name="table">One of this module's.</param>
    /// <param name="past">What goes: a term over the columns.</param>
    /// <param name="parameters">Of the term.</param>
    /// <param name="held">What stays.</param>
    /// <param name="tally">Told of each that went.</param>
    /// <param name="below">A statement for each id that went, or null.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<(long Held, long Left)> PruneAsync(
        Database database,
        string table,
        string past,
        DynamicParameters parameters,
        HeldPlaces held,
        PurgeTally tally,
        string? below,
        CancellationToken ct
    )
    {
        past = $"from {table} where {past}";
        var except = held.Except(parameters);
        var gone = await database.WriteAsync(
            async work =>
            {
                var ids = (
                    await work.Connection.QueryAsync<string>($"delete {past}{except} returning id", parameters, work.Transaction)
                ).AsList();
                if (below is not null)
                    await work.Connection.ExecuteAsync(below, ids.Select(id => new { id }).ToList(), work.Transaction);
                return ids;
            },
            ct
        );
        foreach (var id in gone.Order(StringComparer.Ordinal))
            tally.Add(id);
        await using var db = await database.OpenReadAsync(ct);
        var all = await db.ExecuteScalarAsync<long>($"select count(*) {past}", parameters);
        var left = await db.ExecuteScalarAsync<long>($"select count(*) {past}{except}", parameters);
        return (all - left, left);
    }
}
