using Dapper;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Observability.Findings;

/// <summary>Removes findings when the records of their calls go, by the same months, owners and holds. No report of their own: the one of the calls names each call.</summary>
sealed class FindingPurge(Database database)
{
    /// <summary>Rows of one transaction: a long one would hold up the writer of the embedded store.</summary>
    const int BatchSize = 2_000;

    /// <summary>As <see cref="ICallStore.RemoveAsync"/>: out of months that stay for others.</summary>
    /// <param name="before">Nothing that began then or later is looked at.</param>
    /// <param name="keptFrom">The first month that an owner keeps.</param>
    /// <param name="held">What stays all the same.</param>
    /// <param name="ct">Ends it between two batches.</param>
    public async Task RemoveAsync(DateTimeOffset before, Func<CallOwner, DateTimeOffset> keptFrom, HeldThings held, CancellationToken ct)
    {
        List<CallOwner> owners;
        List<CallOwner> screened;
        await using (var db = await database.OpenReadAsync(ct))
        {
            owners = (
                await db.QueryAsync<(string Workspace, string UseCase, string? Person)>(
                    "select distinct workspace_id, use_case_id, person_id from observability_findings where started_us < @before",
                    new { before = Micros.Of(before) }
                )
            )
                .Select(o => new CallOwner(o.Workspace, o.UseCase, o.Person))
                .ToList();
            screened = (
                await db.QueryAsync<(string Workspace, string UseCase)>(
                    "select distinct workspace_id, use_case_id from observability_screened_hours where hour_us < @before",
                    new { before = Micros.Of(before) }
                )
            )
                .Select(o => new CallOwner(o.Workspace, o.UseCase, null))
                .ToList();
        }
        foreach (var owner in owners)
            await RemoveAsync(owner, Micros.Of(Earlier(keptFrom(owner), before)), held, ct);
        // A share needs both of its sides: where a finding stays because of a hold, so do the counts of its workspace.
        if (held.IsEmpty)
            foreach (var owner in screened)
                await RemoveScreenedAsync(owner, Micros.Of(Earlier(keptFrom(owner), before)), ct);
    }

    static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    Task<int> RemoveScreenedAsync(CallOwner owner, long until, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from observability_screened_hours where workspace_id = @WorkspaceId and use_case_id = @UseCaseId and hour_us < @until",
                    new
                    {
                        owner.WorkspaceId,
                        owner.UseCaseId,
                        until,
                    },
                    work.Transaction
                ),
            ct
        );

    async Task RemoveAsync(CallOwner owner, long until, HeldThings held, CancellationToken ct)
    {
        var (after, isMore) = ("", true);
        while (isMore)
        {
            List<string> calls;
            await using (var db = await database.OpenReadAsync(ct))
                calls = (
                    await db.QueryAsync<string>(
                        $"""
                        select distinct call_id from observability_findings where started_us < @until and workspace_id = @WorkspaceId and use_case_id = @UseCaseId
                          and coalesce(person_id, '') = @person and call_id > @after order by call_id limit {BatchSize}
                        """,
                        new
                        {
                            until,
                            owner.WorkspaceId,
                            owner.UseCaseId,
                            person = owner.PersonId ?? "",
                            after,
                        }
                    )
                ).AsList();
            isMore = calls.Count == BatchSize;
            if (calls.Count == 0)
                return;
            after = calls[^1];
            var go = calls.Where(c => !held.Holds(owner.WorkspaceId, owner.PersonId, c)).Select(call => new { call }).ToList();
            if (go.Count > 0)
                await database.WriteAsync(
                    work => work.Connection.ExecuteAsync("delete from observability_findings where call_id = @call", go, work.Transaction),
                    ct
                );
        }
    }
}
