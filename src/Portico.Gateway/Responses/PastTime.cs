using Dapper;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>Deletes what is past its time of a table with id, workspace_id, key_id and expires_us, passes over what is held, and looks again.</summary>
static class PastTime
{
    /// <param name="database">The store.</param>
    /// <param name="table">One of this module's.</param>
    /// <param name="nowUs">What ends before goes.</param>
    /// <param name="held">What stays.</param>
    /// <param name="tally">Told of each that went.</param>
    /// <param name="below">A statement for each id that went, or null.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<(long Held, long Left)> PruneAsync(
        Database database,
        string table,
        long nowUs,
        HeldPlaces held,
        PurgeTally tally,
        string? below,
        CancellationToken ct
    )
    {
        var parameters = new DynamicParameters(new { now = nowUs });
        var past = $"from {table} where expires_us <= @now";
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
