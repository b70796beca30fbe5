using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;

namespace Portico.Observability.Subjects;

/// <summary>The name by which a caller's application knew its user, in records of the person's calls: it is taken out, and the records stay.</summary>
sealed class EndUsersData(ICallStore calls, JournalDrain drain) : IErasableData
{
    public string Class => "end_users";

    public string Says =>
        "The name by which an application knew its user (end_user), where a call gave one: it stands in the records of calls.";

    /// <summary>They are in the records.</summary>
    public Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Records under a hold are told by <see cref="CallsData"/>.</summary>
    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) => Task.FromResult<HoldSubject?>(null);

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        await drain.FlushAsync(ct);
        // Records of the embedded store lie in files of their own: a process that dies between the two leaves the count of the report short by a batch, and no name.
        await removal.AllAsync(
            async _ =>
                (await calls.ForgetEndUsersAsync(subject.Person, SubjectRemoval.BatchSize, ct)).Order(StringComparer.Ordinal).ToList(),
            ct
        );
    }

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await drain.FlushAsync(ct);
        return await calls.CountEndUsersAsync(subject.Person, ct);
    }
}
