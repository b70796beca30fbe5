using Dapper;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Observability.Contents;

/// <summary>Removes contents that are past their time and not held, proves it by reading again, and reports it.</summary>
sealed class ContentPurge(Database database, Holds holds, Purges purges)
{
    /// <summary>Rows of one transaction: a long one would hold up the writer of the embedded store.</summary>
    const int BatchSize = 1_000;

    sealed record Row(string CallId, string? WorkspaceId, string? PersonId);

    /// <summary>How many went.</summary>
    /// <param name="before">What is older is past its time.</param>
    /// <param name="now">What a policy wants gone by now is too.</param>
    /// <param name="ct">Ends the round.</param>
    public async Task<long> RunAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken ct)
    {
        var held = await holds.HeldAsync(ct);
        using var tally = new PurgeTally();
        var kept = 0L;
        await foreach (var batch in PastAsync(before, now, ct))
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
            await foreach (var batch in PastAsync(before, now, ct))
                left += batch.Count(r => !held.Holds(r.WorkspaceId, r.PersonId, r.CallId));
        await purges.ReportAsync("contents", before, tally, kept, left, ct);
        return tally.Removed;
    }

    /// <summary>What is older, in the order of the ids.</summary>
    async IAsyncEnumerable<List<Row>> PastAsync(
        DateTimeOffset before,
        DateTimeOffset now,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        var after = "";
        while (true)
        {
            List<Row> batch;
            await using (var db = await database.OpenReadAsync(ct))
                batch = (
                    await db.QueryAsync<Row>(
                        """
                        select call_id as CallId, workspace_id as WorkspaceId, person_id as PersonId from observability_contents
                        where (started_us < @before or until_us < @now) and call_id > @after order by call_id limit @BatchSize
                        """,
                        new
                        {
                            before = Micros.Of(before),
                            now = Micros.Of(now),
                            after,
                            BatchSize,
                        }
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
