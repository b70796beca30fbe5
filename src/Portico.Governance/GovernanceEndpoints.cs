using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Budgets;

namespace Portico.Governance;

/// <summary>Organisations, workspaces and use cases on the management API.</summary>
static class GovernanceEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/organisations", ListOrganisations).WithSummary("Organisations");
        api.MapPost("/organisations", CreateOrganisation).WithSummary("Make an organisation");
        api.MapGet("/organisations/{id}", GetOrganisation).WithSummary("One organisation");
        api.MapPatch("/organisations/{id}", ChangeOrganisation).WithSummary("Change an organisation: its name, and who decides in it");
        api.MapDelete("/organisations/{id}", DeleteOrganisation).WithSummary("Remove an organisation that has nothing in it");
        api.MapGet("/workspaces", ListWorkspaces).WithSummary("Workspaces, by organisation");
        api.MapPost("/workspaces", CreateWorkspace).WithSummary("Make a workspace");
        api.MapGet("/workspaces/{id}", GetWorkspace).WithSummary("One workspace");
        api.MapPatch("/workspaces/{id}", ChangeWorkspace).WithSummary("Change a workspace: its name, and what is kept of its responses");
        api.MapDelete("/workspaces/{id}", DeleteWorkspace).WithSummary("Remove a workspace that has nothing in it");
        api.MapGet("/use-cases", ListUseCases).WithSummary("Use cases, by workspace");
        api.MapPost("/use-cases", CreateUseCase).WithSummary("Make a use case");
        api.MapGet("/use-cases/{id}", GetUseCase).WithSummary("One use case");
        api.MapPatch("/use-cases/{id}", ChangeUseCase).WithSummary("Change a use case");
        api.MapDelete("/use-cases/{id}", DeleteUseCase).WithSummary("Remove a use case that never had a key");
    }

    public sealed record NameBody(string Name);

    /// <summary>OperatingModel: whether the lines of policies are mandatory where they do not say: federated (those of the organisation), centralised (those of workspaces too), decentralised (none).</summary>
    public sealed record OrganisationChange(string? Name = null, OperatingModel? OperatingModel = null);

    public sealed record WorkspaceBody(OrganisationId OrganisationId, string Name);

    public sealed record WorkspaceChange(string? Name = null, ResponsesState? ResponsesState = null);

    /// <summary>Budget: left out, the one that the policy says, if it says any.</summary>
    public sealed record UseCaseBody(
        WorkspaceId WorkspaceId,
        string Name,
        string? Purpose = null,
        string? Owner = null,
        BudgetDraft? Budget = null
    );

    public sealed record UseCaseChange(string? Name = null, string? Purpose = null, string? Owner = null, string? Stage = null);

    internal static Page<T> PageOf<T>(IEnumerable<T> all, Func<T, string> key, int? limit, string? cursor)
    {
        var page = PageRequest.From(limit, cursor);
        var rows = all.OrderBy(key, StringComparer.Ordinal)
            .Where(x => page.After is null || string.CompareOrdinal(key(x), page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return page.Cut(rows, key);
    }

    static Ok<Page<Organisation>> ListOrganisations(HttpContext http, GovernanceCatalog catalog, int? limit, string? cursor)
    {
        var (all, within) = (catalog.Current, AdminAccess.ReachOf(http));
        return TypedResults.Ok(PageOf(all.Organisations.Values.Where(o => within.Touches(o, all)), o => o.Id.ToString(), limit, cursor));
    }

    static Ok<Page<Workspace>> ListWorkspaces(
        HttpContext http,
        GovernanceCatalog catalog,
        string? organisation_id,
        int? limit,
        string? cursor
    )
    {
        var (all, within) = (catalog.Current, AdminAccess.ReachOf(http));
        return TypedResults.Ok(
            PageOf(
                all.Workspaces.Values.Where(w =>
                    (organisation_id is null || w.OrganisationId.ToString() == organisation_id) && within.Touches(w, all)
                ),
                w => w.Id.ToString(),
                limit,
                cursor
            )
        );
    }

    static Ok<Page<UseCase>> ListUseCases(HttpContext http, GovernanceCatalog catalog, string? workspace_id, int? limit, string? cursor)
    {
        var (all, within) = (catalog.Current, AdminAccess.ReachOf(http));
        return TypedResults.Ok(
            PageOf(
                all.UseCases.Values.Where(u => (workspace_id is null || u.WorkspaceId.ToString() == workspace_id) && within.Has(u, all)),
                u => u.Id.ToString(),
                limit,
                cursor
            )
        );
    }

    static async Task<Created<Organisation>> CreateOrganisation(
        HttpContext http,
        NameBody body,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var made = await service.CreateOrganisationAsync(body.Name, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/organisations/{made.Id}", made);
    }

    static async Task<Created<Workspace>> CreateWorkspace(
        HttpContext http,
        WorkspaceBody body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        RequireWhole(http, FindOrganisation(http, catalog, body.OrganisationId.ToString(), "organisation_id"));
        var made = await service.CreateWorkspaceAsync(body.OrganisationId, body.Name, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/workspaces/{made.Id}", made);
    }

    static async Task<Created<UseCase>> CreateUseCase(
        HttpContext http,
        UseCaseBody body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        RequireWhole(http, FindWorkspace(http, catalog, body.WorkspaceId.ToString(), "workspace_id"));
        var made = await service.CreateUseCaseAsync(body.WorkspaceId, body.Name, body.Purpose, body.Owner, ct, body.Budget);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/use-cases/{made.Id}", made);
    }

    static Ok<Organisation> GetOrganisation(HttpContext http, string id, GovernanceCatalog catalog)
    {
        var found = FindOrganisation(http, catalog, id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static Ok<Workspace> GetWorkspace(HttpContext http, string id, GovernanceCatalog catalog)
    {
        var found = FindWorkspace(http, catalog, id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static Ok<UseCase> GetUseCase(HttpContext http, string id, GovernanceCatalog catalog)
    {
        var found = FindUseCase(http, catalog, id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<Organisation>> ChangeOrganisation(
        HttpContext http,
        string id,
        OrganisationChange body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = FindOrganisation(http, catalog, id);
        RequireWhole(http, old);
        Preconditions.Require(http, old.Version);
        await service.ChangeOrganisationAsync(old, body.Name, body.OperatingModel, ct);
        return GetOrganisation(http, id, catalog);
    }

    static async Task<Ok<Workspace>> ChangeWorkspace(
        HttpContext http,
        string id,
        WorkspaceChange body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = FindWorkspace(http, catalog, id);
        RequireWhole(http, old);
        Preconditions.Require(http, old.Version);
        await service.ChangeWorkspaceAsync(old, body.Name, body.ResponsesState, ct);
        return GetWorkspace(http, id, catalog);
    }

    static async Task<Ok<UseCase>> ChangeUseCase(
        HttpContext http,
        string id,
        UseCaseChange body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = FindUseCase(http, catalog, id);
        Preconditions.Require(http, old.Version);
        await service.ChangeUseCaseAsync(old, body.Name, body.Purpose, body.Owner, body.Stage, ct);
        return GetUseCase(http, id, catalog);
    }

    static async Task<NoContent> DeleteOrganisation(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = FindOrganisation(http, catalog, id);
        RequireWhole(http, old);
        Preconditions.Require(http, old.Version);
        await service.DeleteOrganisationAsync(old, ct);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> DeleteWorkspace(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = FindWorkspace(http, catalog, id);
        RequireWhole(http, old);
        Preconditions.Require(http, old.Version);
        await service.DeleteWorkspaceAsync(old, ct);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> DeleteUseCase(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = FindUseCase(http, catalog, id);
        Preconditions.Require(http, old.Version);
        await service.DeleteUseCaseAsync(old, ct);
        return TypedResults.NoContent();
    }

    internal static Organisation FindOrganisation(HttpContext http, GovernanceCatalog catalog, string id, string? param = null) =>
        OrganisationId.TryParse(id, out var parsed)
        && catalog.Current.Organisations.TryGetValue(parsed, out var found)
        && AdminAccess.ReachOf(http).Touches(found, catalog.Current)
            ? found
            : throw GovernanceService.Missing("organisation", id, param);

    static Workspace FindWorkspace(HttpContext http, GovernanceCatalog catalog, string id, string? param = null) =>
        WorkspaceId.TryParse(id, out var parsed)
        && catalog.Current.Workspaces.TryGetValue(parsed, out var found)
        && AdminAccess.ReachOf(http).Touches(found, catalog.Current)
            ? found
            : throw GovernanceService.Missing("workspace", id, param);

    static UseCase FindUseCase(HttpContext http, GovernanceCatalog catalog, string id) =>
        UseCaseId.TryParse(id, out var parsed)
        && catalog.Current.UseCases.TryGetValue(parsed, out var found)
        && AdminAccess.ReachOf(http).Has(found, catalog.Current)
            ? found
            : throw GovernanceService.Missing("use case", id);

    /// <summary>What lies above is known and not theirs to change.</summary>
    internal static void RequireWhole(HttpContext http, Organisation organisation)
    {
        if (!AdminAccess.ReachOf(http).Has(organisation.Id))
            throw NotTheWhole($"organisation '{organisation.Name}'");
    }

    static void RequireWhole(HttpContext http, Workspace workspace)
    {
        if (!AdminAccess.ReachOf(http).Has(workspace))
            throw NotTheWhole($"workspace '{workspace.Name}'");
    }

    static PorticoException NotTheWhole(string what) =>
        new(
            ErrorTable.PermissionDenied,
            $"This needs the permission {Permissions.OrganisationWrite.Name} in the whole {what}, which you have in a part of it."
        );
}
