using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Observability.Subjects;

/// <summary>Findings in the person's calls as others search them: their digests tell a person's words again, so that they go. What the records of the calls say of them stays with the records.</summary>
sealed class FindingsData(Database database, JournalDrain drain) : IErasableData
{
    public string Class => "findings";

    public string Says =>
        "What content rules found in the person's calls, in the form that is searched: which rule, where, how sure, and a digest that tells the same words again. Not the words.";

    /// <summary>They are in the records.</summary>
    public Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct) => Task.CompletedTask;

    public async Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var workspaces = await db.QueryAsync<string>(
            "select distinct workspace_id from observability_findings where person_id = @Person",
            subject
        );
        return workspaces.FirstOrDefault(held.Workspaces.Contains) is { } workspace
            ? new HoldSubject(HoldScope.Workspace, workspace)
            : null;
    }

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        await drain.FlushAsync(ct);
        await removal.AllAsync(
            async work =>
            {
                var calls = (
                    await work.Connection.QueryAsync<string>(
                        "select distinct call_id from observability_findings where person_id = @Person order by call_id limit @most",
                        new { subject.Person, most = SubjectRemoval.BatchSize },
                        work.Transaction
                    )
                ).AsList();
                await work.Connection.ExecuteAsync(
                    "delete from observability_findings where call_id = @call",
                    calls.Select(call => new { call }),
                    work.Transaction
                );
                return calls;
            },
            ct
        );
    }

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await drain.FlushAsync(ct);
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>(
            "select count(distinct call_id) from observability_findings where person_id = @Person",
            subject
        );
    }
}
