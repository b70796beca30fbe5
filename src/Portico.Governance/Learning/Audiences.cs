using Dapper;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>
/// Whom an assignment asks. A member of a workspace is who has a live key for one of its use cases, or a role at it or at one of them; a holder of a role has it anywhere.
/// </summary>
sealed class Audiences
{
    readonly ILookup<PersonId, string> roles;
    readonly ILookup<PersonId, WorkspaceId> workspaces;

    Audiences(GovernanceSnapshot governance, IEnumerable<(string Subject, string Role, string Place)> grants, DateTimeOffset now)
    {
        var held = grants
            .Where(g => PersonId.TryParse(g.Subject, out _))
            .Select(g => (Person: PersonId.Parse(g.Subject), g.Role, g.Place))
            .ToList();
        roles = held.ToLookup(g => g.Person, g => g.Role);
        workspaces = governance
            .Callers.Values.Where(c => c.Key is { PersonId: not null } && GovernanceSnapshot.RefusalOf(c, now) == KeyRefusal.None)
            .Select(c => (Person: c.Key!.PersonId!.Value, Workspace: (WorkspaceId?)c.Workspace.Id))
            .Concat(held.Select(g => (g.Person, Workspace: WorkspaceOf(g.Place, governance))))
            .Where(m => m.Workspace is not null)
            .Distinct()
            .ToLookup(m => m.Person, m => m.Workspace!.Value);
    }

    /// <summary>Of everybody, or of one person alone.</summary>
    public static async Task<Audiences> ReadAsync(
        Database database,
        GovernanceSnapshot governance,
        PersonId? person,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        var grants = await db.QueryAsync<(string, string, string)>(
            "select subject, role, place from governance_grants where @person is null or subject = @person",
            new { person = person?.ToString() }
        );
        return new Audiences(governance, grants, now);
    }

    static WorkspaceId? WorkspaceOf(string place, GovernanceSnapshot governance) =>
        WorkspaceId.TryParse(place, out var workspace) ? workspace
        : UseCaseId.TryParse(place, out var useCase) ? governance.UseCases.GetValueOrDefault(useCase)?.WorkspaceId
        : null;

    public IEnumerable<WorkspaceId> WorkspacesOf(PersonId person) => workspaces[person];

    public bool Asks(Assignment assignment, Person person) =>
        person.OrganisationId == assignment.OrganisationId
        && assignment.Audience switch
        {
            "everybody" => true,
            "role" => roles[person.Id].Contains(assignment.Subject!, StringComparer.Ordinal),
            "workspace" => workspaces[person.Id].Any(w => w.ToString() == assignment.Subject),
            _ => person.Id.ToString() == assignment.Subject,
        };
}
