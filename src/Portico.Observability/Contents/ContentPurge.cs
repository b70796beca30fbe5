using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Policy;
using Portico.Storage;

namespace Portico.Observability.Contents;

/// <summary>Removes contents that are past their time and not held, proves it by reading again, and reports it.</summary>
sealed class ContentPurge(Database database, Holds holds, Purges purges)
{
    /// <summary>Rows of one transaction: a long one would hold up the writer of the embedded store.</summary>
    const int BatchSize = 1_000;

    sealed record Row(string CallId, string? WorkspaceId, string? PersonId);

    /// <summary>What goes: a term over the columns, and its parameters.</summary>
    sealed record Past(DateTimeOffset Before, string Term, object Parameters, string? Workspace);

    /// <summary>How many went.</summary>
    /// <param name="before">What is older is past its time.</param>
    /// <param name="now">What a policy wants gone by now is too.</param>
    /// <param name="policies">Workspaces whose policies say how long.</param>
    /// <param name="ct">Ends the round.</param>
    public async Task<long> RunAsync(
        DateTimeOffset before,
        DateTimeOffset now,
        IReadOnlyList<WorkspaceRetention> policies,
        CancellationToken ct
    )
    {
        var held = await holds.HeldAsync(ct);
        var gone = 0L;
        foreach (var past in policies.SelectMany(p => Of(p, now)))
            gone += await RunAsync(past, held, ct);
        var all = new Past(
            before,
            "(started_us < @before or until_us < @now)",
            new { before = Micros.Of(before), now = Micros.Of(now) },
            null
        );
        return gone + await RunAsync(all, held, ct);
    }

    /// <summary>A workspace, without those of its use cases that differ, and each of these.</summary>
    static IEnumerable<Past> Of(WorkspaceRetention policy, DateTimeOffset now)
    {
        var workspace = policy.WorkspaceId;
        if (policy.Times.ContentsDays is { } days)
        {
            var values = new DynamicParameters(new { workspace, before = Micros.Of(now.AddDays(-days)) });
            var others = policy.UseCases.Keys.Select((id, i) => Parameter(values, $"other{i}", id)).ToList();
            yield return new Past(
                now.AddDays(-days),
                "workspace_id = @workspace and started_us < @before"
                    + (others.Count > 0 ? $" and (use_case_id is null or use_case_id not in ({string.Join(", ", others)}))" : ""),
                values,
                workspace
            );
        }
        foreach (var (useCase, times) in policy.UseCases.OrderBy(u => u.Key, StringComparer.Ordinal))
            if (times.ContentsDays is { } own)
                yield return new Past(
                    now.AddDays(-own),
                    "workspace_id = @workspace and use_case_id = @useCase and started_us < @before",
                    new
                    {
                        workspace,
                        useCase,
                        before = Micros.Of(now.AddDays(-own)),
                    },
                    workspace
                );
    }

    static string Parameter(DynamicParameters values, string name, string value)
    {
        values.Add(name, value);
        return "@" + name;
    }

    async Task<long> RunAsync(Past past, HeldThings held, CancellationToken ct)
    {
        using var tally = new PurgeTally();
        var kept = 0L;
        await foreach (var batch in PastAsync(past, ct))
        {
            var go = batch.Where(r => !held.Holds(r.WorkspaceId, r.PersonId, r.CallId)).Select(r => r.CallId).ToList();
            kept += batch.Count - go.Count;
            var gone = await database.WriteAsync(
                async work =>
                {
                    var removed = new List<string>();
                    foreach (var id in go)
                        if (
                            await work.Connection.ExecuteAsync(
                                "delete from observability_contents where call_id = @id",
                                new { id },
                                work.Transaction
                            ) > 0
                        )
                            removed.Add(id);
                    return removed;
                },
                ct
            );
            gone.ForEach(tally.Add);
        }
        // What was said to be gone is looked for.
        var left = 0L;
        if (tally.Removed > 0)
            await foreach (var batch in PastAsync(past, ct))
                left += batch.Count(r => !held.Holds(r.WorkspaceId, r.PersonId, r.CallId));
        await purges.ReportAsync("contents", past.Before, tally, kept, left, ct, past.Workspace);
        return tally.Removed;
    }

    /// <summary>What is past, in the order of the ids.</summary>
    async IAsyncEnumerable<List<Row>> PastAsync(Past past, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var after = "";
        while (true)
        {
            List<Row> batch;
            var parameters = new DynamicParameters(past.Parameters);
            parameters.Add("after", after);
            parameters.Add("BatchSize", BatchSize);
            await using (var db = await database.OpenReadAsync(ct))
                batch = (
                    await db.QueryAsync<Row>(
                        $"""
                        select call_id as CallId, workspace_id as WorkspaceId, person_id as PersonId from observability_contents
                        where {past.Term} and call_id > @after order by call_id limit @BatchSize
                        """,
                        parameters
                    )
                ).AsList();
            if (batch.Count > 0)
                yield return batch;
            if (batch.Count < BatchSize)
                yield break;
            after = batch[^1].CallId;
        }
    }
}
