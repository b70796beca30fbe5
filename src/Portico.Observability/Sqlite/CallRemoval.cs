using Dapper;
using Portico.Governance.Forensics;
using Portico.Storage.Sqlite;

namespace Portico.Observability.Sqlite;

/// <summary>Takes calls of some owners out of a month's file. Whose a call is stands in the few rows of facts.</summary>
static class CallRemoval
{
    /// <summary>Calls of one transaction: a long one would hold up whoever reads the month.</summary>
    const int BatchSize = 2_000;

    sealed class Fact
    {
        public long Id { get; set; }
        public string? WorkspaceId { get; set; }
        public string? UseCaseId { get; set; }
        public string? PersonId { get; set; }
    }

    /// <param name="store">The month.</param>
    /// <param name="goes">An owner does not keep the month.</param>
    /// <param name="held">What stays all the same.</param>
    /// <param name="to">Told what went.</param>
    /// <param name="ct">Ends it between two batches.</param>
    public static async Task RunAsync(
        SqliteStore store,
        Func<CallOwner, bool> goes,
        HeldThings held,
        Func<CallOwner, RemovedCalls> to,
        CancellationToken ct
    )
    {
        List<Fact> facts;
        await using (var db = await store.OpenReadAsync(ct))
            facts = (
                await db.QueryAsync<Fact>(
                    "select id as Id, json ->> '$.workspace_id' as WorkspaceId, json ->> '$.use_case_id' as UseCaseId, json ->> '$.person_id' as PersonId from facts"
                )
            ).AsList();
        foreach (
            var owner in facts
                .GroupBy(f => new CallOwner(f.WorkspaceId, f.UseCaseId, f.PersonId))
                .Where(o => goes(o.Key))
                .OrderBy(o => o.Key.WorkspaceId, StringComparer.Ordinal)
                .ThenBy(o => o.Key.UseCaseId, StringComparer.Ordinal)
                .ThenBy(o => o.Key.PersonId, StringComparer.Ordinal)
        )
            await RemoveAsync(store, owner.Key, owner.Select(f => f.Id).ToList(), held, to(owner.Key), ct);
    }

    static async Task RemoveAsync(
        SqliteStore store,
        CallOwner owner,
        List<long> facts,
        HeldThings held,
        RemovedCalls to,
        CancellationToken ct
    )
    {
        foreach (var part in facts.Chunk(500))
        {
            var (after, isMore) = ("", true);
            while (isMore)
            {
                List<string> ids;
                await using (var db = await store.OpenReadAsync(ct))
                    ids = (
                        await db.QueryAsync<string>(
                            "select id from calls where facts in @part and id > @after order by id limit @BatchSize",
                            new
                            {
                                part,
                                after,
                                BatchSize,
                            }
                        )
                    ).AsList();
                isMore = ids.Count == BatchSize;
                if (ids.Count == 0)
                    break;
                after = ids[^1];
                var go = ids.Where(id => !held.Holds(owner.WorkspaceId, owner.PersonId, id)).ToList();
                to.Held += ids.Count - go.Count;
                await store.WriteAsync(
                    async work =>
                    {
                        var rows = go.Select(id => new { id }).ToList();
                        await work.Connection.ExecuteAsync("delete from attempts where call_id = @id", rows, work.Transaction);
                        await work.Connection.ExecuteAsync("delete from calls where id = @id", rows, work.Transaction);
                        return true;
                    },
                    ct
                );
                go.ForEach(to.Tally.Add);
            }
            await using var again = await store.OpenReadAsync(ct);
            to.Left += (await again.QueryAsync<string>("select id from calls where facts in @part limit 100000", new { part })).Count(id =>
                !held.Holds(owner.WorkspaceId, owner.PersonId, id)
            );
        }
    }
}
