using Dapper;

namespace Portico.Governance.Access;

/// <summary>
/// How far a permission goes: everywhere, or the places at which it is held, each with all that is below. The one component that decides whether something is
/// there for somebody. Stores take it for whatever belongs to a tenant.
/// </summary>
public sealed class Reach
{
    readonly HashSet<string> organisations = new(StringComparer.Ordinal);
    readonly HashSet<string> workspaces = new(StringComparer.Ordinal);
    readonly HashSet<string> useCases = new(StringComparer.Ordinal);

    Reach(bool everywhere) => IsEverywhere = everywhere;

    /// <summary>For what the node does by itself, and for who holds the permission everywhere.</summary>
    public static Reach Everywhere { get; } = new(true);

    public static Reach Nowhere { get; } = new(false);

    public static Reach Of(IReadOnlyCollection<Place> places)
    {
        if (places.Any(p => p.Id is null))
            return Everywhere;
        var reach = new Reach(false);
        foreach (var place in places)
            (
                OrganisationId.TryParse(place.Id, out _) ? reach.organisations
                : WorkspaceId.TryParse(place.Id, out _) ? reach.workspaces
                : reach.useCases
            ).Add(place.Id!);
        return reach;
    }

    public bool IsEverywhere { get; }
    public bool IsNowhere => !IsEverywhere && organisations.Count + workspaces.Count + useCases.Count == 0;

    /// <summary>What belongs to these three; null where it belongs to none.</summary>
    public bool Has(string? organisation, string? workspace, string? useCase) =>
        IsEverywhere
        || (organisation is not null && organisations.Contains(organisation))
        || (workspace is not null && workspaces.Contains(workspace))
        || (useCase is not null && useCases.Contains(useCase));

    /// <summary>The whole of it.</summary>
    public bool Has(OrganisationId organisation) => Has(organisation.ToString(), null, null);

    /// <summary>The whole of it.</summary>
    public bool Has(Workspace workspace) => Has(workspace.OrganisationId.ToString(), workspace.Id.ToString(), null);

    public bool Has(UseCase useCase, GovernanceSnapshot all) =>
        Has(
            all.Workspaces.GetValueOrDefault(useCase.WorkspaceId)?.OrganisationId.ToString(),
            useCase.WorkspaceId.ToString(),
            useCase.Id.ToString()
        );

    public bool Has(Caller caller) => Has(caller.OrganisationId, caller.WorkspaceId, caller.UseCaseId);

    /// <summary>The whole of a place. False for one that is not there.</summary>
    public bool Has(Place place, GovernanceSnapshot all) =>
        IsEverywhere
        || (OrganisationId.TryParse(place.Id, out var o) && Has(o))
        || (WorkspaceId.TryParse(place.Id, out var w) && all.Workspaces.TryGetValue(w, out var workspace) && Has(workspace))
        || (UseCaseId.TryParse(place.Id, out var u) && all.UseCases.TryGetValue(u, out var useCase) && Has(useCase, all));

    /// <summary>Something of it: its name may be known.</summary>
    public bool Touches(Organisation organisation, GovernanceSnapshot all) =>
        Has(organisation.Id)
        || workspaces.Any(w =>
            WorkspaceId.TryParse(w, out var id) && all.Workspaces.GetValueOrDefault(id)?.OrganisationId == organisation.Id
        )
        || WorkspacesOfUseCases(all).Any(w => w.OrganisationId == organisation.Id);

    /// <summary>Something of it: its name may be known.</summary>
    public bool Touches(Workspace workspace, GovernanceSnapshot all) =>
        Has(workspace) || WorkspacesOfUseCases(all).Any(w => w.Id == workspace.Id);

    IEnumerable<Workspace> WorkspacesOfUseCases(GovernanceSnapshot all) =>
        useCases
            .Select(u => UseCaseId.TryParse(u, out var id) ? all.UseCases.GetValueOrDefault(id) : null)
            .Select(u => u is null ? null : all.Workspaces.GetValueOrDefault(u.WorkspaceId))
            .OfType<Workspace>();

    /// <summary>The term of a statement that leaves what is within reach, by the columns that say what a row belongs to. Adds its parameters.</summary>
    public string Sql(DynamicParameters values, string organisation, string workspace, string useCase)
    {
        if (IsEverywhere)
            return "1 = 1";
        var terms = new List<string>();
        Add(organisations, organisation, "reach_o");
        Add(workspaces, workspace, "reach_w");
        Add(useCases, useCase, "reach_u");
        return terms.Count == 0 ? "1 = 0" : $"({string.Join(" or ", terms)})";

        // Lists are not given to both engines in the same way, single values are.
        void Add(HashSet<string> ids, string column, string name)
        {
            if (ids.Count == 0)
                return;
            terms.Add($"{column} in ({string.Join(", ", ids.Select((_, i) => $"@{name}{i}"))})");
            var number = 0;
            foreach (var id in ids)
                values.Add($"{name}{number++}", id);
        }
    }
}
