using Dapper;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>
/// What somebody asked and decided about. The records stay, because they are about others too; of who is erased the pseudonym stands in them, where the name did. Packages about the person go.
/// </summary>
sealed class DecisionData(Database database, TimeProvider time) : IErasableData
{
    public string Class => "decisions";

    public string Says =>
        "Requests that the person made or decided: to read what was said, to hold, to destroy a key, about people, about calls and use cases that wait.";

    static readonly (string File, string Table, string Columns, (string Id, string Name)[] Who)[] Tables =
    [
        (
            "reveals",
            "governance_reveals",
            "id, state, workspace_id, calls, from_us, to_us, reason, minutes, asked_by, asked_us, decided_by, decided_us, note, until_us, readings",
            [("asked_by", "asked_by_name"), ("decided_by", "decided_by_name")]
        ),
        (
            "holds",
            "governance_holds",
            "id, name, reason, made_by, made_us, released_by, released_us, release_reason",
            [("made_by", "made_by_name"), ("released_by", "released_by_name")]
        ),
        (
            "key-destructions",
            "governance_key_destructions",
            "id, workspace_id, state, reason, asked_by, asked_us, decided_by, decided_us, note",
            [("asked_by", "asked_by_name"), ("decided_by", "decided_by_name")]
        ),
        (
            "subject-requests",
            "governance_subject_requests",
            "id, kind, state, person_id, reason, asked_by, asked_us, decided_by, decided_us, note",
            [("asked_by", "asked_by_name"), ("decided_by", "decided_by_name")]
        ),
        (
            "policy-requests",
            "governance_policy_requests",
            "id, state, workspace_id, use_case_id, call_id, rule, asked_us, decided_by, decided_us, until_us, note",
            [("decided_by", "decided_by_name")]
        ),
        (
            "use-case-approvals",
            "governance_use_case_approvals",
            "id, use_case_id, risk_class, purpose_version, approved_by, approved_us, note, revoked_by, revoked_us, reason",
            [("approved_by", "approved_by_name"), ("revoked_by", "revoked_by_name")]
        ),
        ("risk-classes", "governance_use_cases", "id, risk_class, risk_set_by, risk_set_us", [("risk_set_by", "risk_set_by_name")]),
    ];

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        foreach (var (file, table, columns, who) in Tables)
            await package.RowsAsync(
                database,
                $"decisions/{file}.json",
                $"select {columns} from {table} where {string.Join(" or ", who.Select(w => $"{w.Id} = @Person"))} order by id",
                subject,
                ct
            );
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) => Task.FromResult<HoldSubject?>(null);

    const string Lying = "person_id = @Person and kind = 'access' and until_us > @now";

    public Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct) =>
        removal.BatchAsync(
            async work =>
            {
                var values = new
                {
                    subject.Person,
                    name = subject.Pseudonym,
                    now = Micros.Now(time),
                };
                var ids = new List<string>();
                foreach (var (file, table, _, who) in Tables)
                foreach (var (id, name) in who)
                    ids.AddRange(
                        (
                            await work.Connection.QueryAsync<string>(
                                $"update {table} set {name} = @name where {id} = @Person and {name} <> @name returning id",
                                values,
                                work.Transaction
                            )
                        )
                            .Order(StringComparer.Ordinal)
                            .Select(found => $"{file}/{found}")
                    );
                ids.AddRange(
                    (
                        await work.Connection.QueryAsync<string>(
                            $"update governance_subject_requests set until_us = @now where {Lying} returning id",
                            values,
                            work.Transaction
                        )
                    ).Select(id => $"packages/{id}")
                );
                return ids;
            },
            ct
        );

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        var values = new
        {
            subject.Person,
            name = subject.Pseudonym,
            now = Micros.Now(time),
        };
        await using var db = await database.OpenReadAsync(ct);
        var all = await db.ExecuteScalarAsync<long>($"select count(*) from governance_subject_requests where {Lying}", values);
        foreach (var (_, table, _, who) in Tables)
        foreach (var (id, name) in who)
            all += await db.ExecuteScalarAsync<long>($"select count(*) from {table} where {id} = @Person and {name} <> @name", values);
        return all;
    }
}
