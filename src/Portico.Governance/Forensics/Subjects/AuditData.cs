using Portico.Governance.Audit;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>What somebody did, by the audit log, which never forgets and knows the id alone.</summary>
sealed class AuditData(Database database, AuditSequencer sequencer) : ISubjectData
{
    public string Class => "audit";

    public string Says =>
        "What the person did on the management API and in the console, by the audit log: id, time, act, how it ended, and where the entry stands.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await sequencer.FlushAsync(ct);
        await package.RowsAsync(
            database,
            "audit/acts.json",
            "select id, at_us, action, resource, status, code, log_id, entry from governance_audit_acts where actor = @Person order by at_us, id",
            subject,
            ct
        );
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) => Task.FromResult<HoldSubject?>(null);
}
