using Dapper;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>Takes calls of some owners out of the partitions of months that stay for others.</summary>
static class PostgresCallRemoval
{
    const int BatchSize = 2_000;

    sealed record Row(string Id, long StartedUs);

    /// <inheritdoc cref="ICallStore.RemoveAsync"/>
    public static async Task RunAsync(
        Database database,
        DateTimeOffset before,
        Func<CallOwner, DateTimeOffset> keptFrom,
        HeldThings held,
        Func<CallOwner, RemovedCalls> to,
        CancellationToken ct
    )
    {
        List<CallOwner> owners;
        await using (var db = await database.OpenReadAsync(ct))
            owners = (
                await db.QueryAsync<(string? Workspace, string? UseCase, string? Person)>(
                    "select distinct workspace_id, use_case_id, person_id from observability_calls where started_us < @before",
                    new { before = Micros.Of(before) }
                )
            )
                .Select(o => new CallOwner(o.Workspace, o.UseCase, o.Person))
                .OrderBy(o => o.WorkspaceId, StringComparer.Ordinal)
                .ThenBy(o => o.UseCaseId, StringComparer.Ordinal)
                .ThenBy(o => o.PersonId, StringComparer.Ordinal)
                .ToList();
        foreach (var owner in owners)
            await RemoveAsync(database, owner, Micros.Of(keptFrom(owner)), held, to(owner), ct);
    }

    const string Of =
        "from observability_calls where started_us < @until and workspace_id is not distinct from @workspace and use_case_id is not distinct from @useCase and person_id is not distinct from @person";

    static async Task RemoveAsync(Database database, CallOwner owner, long until, HeldThings held, RemovedCalls to, CancellationToken ct)
    {
        var (after, isMore) = ("", true);
        object Parameters(string from) =>
            new
            {
                until,
                workspace = owner.WorkspaceId,
                useCase = owner.UseCaseId,
                person = owner.PersonId,
                after = from,
                BatchSize,
            };
        while (isMore)
        {
            List<Row> rows;
            await using (var db = await database.OpenReadAsync(ct))
                rows = (
                    await db.QueryAsync<Row>(
                        $"select id as Id, started_us as StartedUs {Of} and id > @after order by id limit @BatchSize",
                        Parameters(after)
                    )
                ).AsList();
            isMore = rows.Count == BatchSize;
            if (rows.Count == 0)
                break;
            after = rows[^1].Id;
            var go = rows.Where(r => !held.Holds(owner.WorkspaceId, owner.PersonId, r.Id)).ToList();
            to.Held += rows.Count - go.Count;
            // The times name the partitions, so that no other is looked into.
            var range = new
            {
                ids = go.Select(r => r.Id).ToArray(),
                first = go.Count == 0 ? 0 : go.Min(r => r.StartedUs),
                last = go.Count == 0 ? 0 : go.Max(r => r.StartedUs),
            };
            if (go.Count == 0)
                continue;
            await database.WriteAsync(
                async work =>
                {
                    await work.Connection.ExecuteAsync(
                        "delete from observability_attempts where call_id = any(@ids) and call_started_us between @first and @last",
                        range,
                        work.Transaction
                    );
                    await work.Connection.ExecuteAsync(
                        "delete from observability_calls where id = any(@ids) and started_us between @first and @last",
                        range,
                        work.Transaction
                    );
                    return true;
                },
                ct
            );
            go.ForEach(r => to.Tally.Add(r.Id));
        }
        await using var again = await database.OpenReadAsync(ct);
        to.Left += (await again.QueryAsync<string>($"select id {Of} limit 100000", Parameters(""))).Count(id =>
            !held.Holds(owner.WorkspaceId, owner.PersonId, id)
        );
    }
}
