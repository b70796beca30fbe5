using System.Data.Common;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>
/// The person, their account and all ways in, what they were given and their keys. Erased first, so that nothing new comes: sessions end, keys are revoked, and of the person a pseudonym is left, by which
/// sums and the audit log hold. Whoever is provisioned again under the same e-mail is somebody new.
/// </summary>
sealed class AccountData(Database database, GovernanceCatalog catalog, TimeProvider time) : IErasableData
{
    public string Class => "account";

    public string Says =>
        "The person and the account: ways to sign in, browsers that are signed in, what an identity provider told, roles, keys (never their secrets) and views that were kept.";

    static readonly (string File, string Sql)[] Tables =
    [
        (
            "person",
            "select id, organisation_id, email, name, disabled, disabled_by, created_us, updated_us from governance_people where id = @Person"
        ),
        (
            "account",
            "select email, cast(case when password is null then 0 else 1 end as bigint) as has_password, signed_in_us, created_us, updated_us from governance_accounts where person_id = @Person"
        ),
        (
            "sessions",
            "select created_us, seen_us, expires_us, address, browser, provider_id from governance_sessions where person_id = @Person order by created_us"
        ),
        (
            "identities",
            "select provider_id, subject, member_of, created_us, checked_us from governance_identities where person_id = @Person order by provider_id"
        ),
        (
            "directory",
            """
            select u.user_name, u.external_id, u.resource, u.created_us, u.updated_us from governance_scim_users u where u.person_id = @Person
            """
        ),
        (
            "directory-groups",
            """
            select g.id, g.name from governance_scim_groups g join governance_scim_members m on m.group_id = g.id
            where m.person_id = @Person order by g.name
            """
        ),
        ("grants", "select role, place, origin, created_us from governance_grants where subject = @Person order by place, role, origin"),
        (
            "keys",
            """
            select id, use_case_id, name, prefix, state, expires_us, networks, allowed_routes, may_act_for_people, keep_content, last_used_us, created_us
            from governance_keys where person_id = @Person order by id
            """
        ),
        ("views", "select page, name, query, created_us from governance_views where owner = @Person order by page, name"),
    ];

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        foreach (var (file, sql) in Tables)
            await package.RowsAsync(database, $"account/{file}.json", sql, subject, ct);
    }

    /// <summary>A key in a workspace that is held tells whose what is held there is.</summary>
    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) =>
        Task.FromResult(
            catalog
                .Current.Callers.Values.Where(c => c.Key?.PersonId?.ToString() == subject.Person && held.Workspaces.Contains(c.WorkspaceId))
                .Select(c => new HoldSubject(HoldScope.Workspace, c.WorkspaceId))
                .FirstOrDefault()
        );

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        await removal.BatchAsync(work => RemoveAsync(work, subject), ct);
        await catalog.RefreshAsync(ct);
    }

    static string EmailOf(string person) => $"{person}@erased.invalid";

    async Task<IReadOnlyList<string>> RemoveAsync(DbWork work, Subject subject)
    {
        if (await FoundAsync(work.Connection, subject, work.Transaction) == 0)
            return [];
        var person = await work.Connection.QuerySingleAsync<(string Email, string Name)>(
            "select email, name from governance_people where id = @Person",
            subject,
            work.Transaction
        );
        // Before anything else is locked.
        if ((await GrantStore.OfAsync(work.Connection, subject.Person, work.Transaction)).Any(g => GrantStore.IsOwner(g.Grant)))
            await Owners.RequireAnotherAsync(work, subject.Person, person.Name);
        await SignInRules.RequireNotNamedAsync(work, subject.Person, person.Name);
        var values = new
        {
            subject.Person,
            now = Micros.Now(time),
            name = subject.Pseudonym,
            email = EmailOf(subject.Person),
            oldName = person.Name,
            oldEmail = person.Email,
            subject.Organisation,
        };
        var ids = new List<string> { subject.Person };
        foreach (
            var (what, of) in new[]
            {
                ("governance_identities where person_id", "provider_id"),
                ("governance_scim_members where person_id", "group_id"),
                ("governance_scim_users where person_id", "person_id"),
                ("governance_sessions where person_id", "created_us"),
                ("governance_invitations where person_id", "expires_us"),
                ("governance_accounts where person_id", "person_id"),
                ("governance_grants where subject", "role"),
                ("governance_views where owner", "id"),
            }
        )
            ids.AddRange(
                (
                    await work.Connection.QueryAsync<string>(
                        $"delete from {what} = @Person returning cast({of} as text)",
                        values,
                        work.Transaction
                    )
                ).Select(id => $"{what.Split(' ')[0]}/{id}")
            );
        ids.AddRange(
            await work.Connection.QueryAsync<string>(
                """
                update governance_keys set state = 'Revoked', name = @name, old_secret_hash = null, old_secret_until_us = null, networks = '[]',
                  version = version + 1, updated_us = @now
                where person_id = @Person returning id
                """,
                values,
                work.Transaction
            )
        );
        await work.Connection.ExecuteAsync(
            """
            update governance_people set name = @name, email = @email, disabled = 1, disabled_by = null, erased_us = @now, version = version + 1, updated_us = @now
            where id = @Person;
            update governance_use_cases set owner = @name, version = version + 1, updated_us = @now
            where (lower(owner) = lower(@oldEmail) or owner = @oldName)
              and workspace_id in (select id from governance_workspaces where organisation_id = @Organisation)
            """,
            values,
            work.Transaction
        );
        work.Signal(GovernanceStore.Signal, subject.Person, values.now);
        return ids;
    }

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await FoundAsync(db, subject, null);
    }

    static Task<long> FoundAsync(DbConnection db, Subject subject, DbTransaction? transaction) =>
        db.ExecuteScalarAsync<long>(
            """
            select (select count(*) from governance_people where id = @Person and erased_us is null)
              + (select count(*) from governance_accounts where person_id = @Person)
              + (select count(*) from governance_identities where person_id = @Person)
              + (select count(*) from governance_scim_users where person_id = @Person)
              + (select count(*) from governance_sessions where person_id = @Person)
              + (select count(*) from governance_grants where subject = @Person)
              + (select count(*) from governance_views where owner = @Person)
              + (select count(*) from governance_keys where person_id = @Person and state <> 'Revoked')
            """,
            subject,
            transaction
        );
}
