using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>Who belongs to whom an assignment asks: members of workspaces by their keys, holders of roles by their accounts.</summary>
sealed class Audiences(GovernanceSnapshot governance, IReadOnlyDictionary<PersonId, IReadOnlyList<string>> roles, DateTimeOffset now)
{
    readonly ILookup<PersonId, WorkspaceId> workspaces = governance
        .Callers.Values.Where(c => c.Key is { PersonId: not null } && GovernanceSnapshot.RefusalOf(c, now) == KeyRefusal.None)
        .Select(c => (Person: c.Key!.PersonId!.Value, Workspace: c.Workspace.Id))
        .Distinct()
        .ToLookup(m => m.Person, m => m.Workspace);

    public IEnumerable<WorkspaceId> WorkspacesOf(PersonId person) => workspaces[person];

    public bool Asks(Assignment assignment, Person person) =>
        person.OrganisationId == assignment.OrganisationId
        && assignment.Audience switch
        {
            "everybody" => true,
            "role" => roles.GetValueOrDefault(person.Id)?.Contains(assignment.Subject!, StringComparer.Ordinal) == true,
            "workspace" => workspaces[person.Id].Any(w => w.ToString() == assignment.Subject),
            _ => person.Id.ToString() == assignment.Subject,
        };

    /// <summary>Roles of everybody who has an account.</summary>
    public static async Task<IReadOnlyDictionary<PersonId, IReadOnlyList<string>>> RolesAsync(Database database, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Person, string Roles)>("select person_id, roles from governance_accounts");
        return rows.ToDictionary(r => PersonId.Parse(r.Person), r => RoleGrants.Read(r.Roles));
    }
}
