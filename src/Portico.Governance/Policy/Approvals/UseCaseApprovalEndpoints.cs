using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.Policy.Approvals;

/// <summary>Classes of risk and approvals of use cases on the management API. The id of an address is that of the use case.</summary>
static class UseCaseApprovalEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/use-case-approvals", List).WithSummary("Use cases: the risk they bear, the approvals they need, and those they have");
        api.MapGet("/use-case-approvals/{id}", Get).WithSummary("One use case, and who ever approved it");
        api.MapPost("/use-case-approvals/{id}/classify", Classify).WithSummary("Say how much risk a use case bears");
        api.MapPost("/use-case-approvals/{id}/approve", Approve).WithSummary("Approve a use case for its class and its purpose");
        api.MapPost("/use-case-approvals/{id}/revoke", Revoke).WithSummary("Take all approvals of a use case back");
    }

    /// <summary>RiskClass: minimal, limited or high.</summary>
    public sealed record RiskBody(RiskClass RiskClass);

    public sealed record UseCaseApprovalBody(string? Note = null);

    public sealed record RevokeBody(string Reason);

    /// <summary>History: all approvals there ever were, newest first; those that were taken back say by whom and why.</summary>
    public sealed record UseCaseApprovalView(UseCaseStanding Standing, IReadOnlyList<UseCaseApproval> History);

    static Ok<Page<UseCaseStanding>> List(
        HttpContext http,
        GovernanceCatalog catalog,
        TimeProvider time,
        string? level,
        bool? waiting,
        int? limit,
        string? cursor
    )
    {
        var (snapshot, within, now) = (catalog.Current, AdminAccess.ReachOf(http), time.GetUtcNow());
        var place = level is null ? null : PolicyPlace.Of(snapshot, level, within, "level");
        return TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                snapshot
                    .UseCases.Values.Where(u => within.Has(u, snapshot) && IsBelow(place, u, snapshot))
                    .Select(u => snapshot.StandingOf(u, now))
                    .Where(s => waiting is null || waiting == !s.MayCall),
                s => s.UseCaseId.ToString(),
                limit,
                cursor
            )
        );
    }

    static bool IsBelow(PolicyPlace? place, UseCase useCase, GovernanceSnapshot snapshot) =>
        place is null
        || (
            place.UseCase is { } one ? one.Id == useCase.Id
            : place.Workspace is { } workspace ? workspace.Id == useCase.WorkspaceId
            : snapshot.Workspaces[useCase.WorkspaceId].OrganisationId == place.Organisation.Id
        );

    static async Task<Ok<UseCaseApprovalView>> Get(HttpContext http, string id, UseCaseApprovals approvals, CancellationToken ct)
    {
        var (useCase, standing) = approvals.Find(AdminAccess.ReachOf(http), id);
        return TypedResults.Ok(new UseCaseApprovalView(standing, await approvals.HistoryAsync(useCase, ct)));
    }

    static async Task<Ok<UseCaseApprovalView>> Classify(
        HttpContext http,
        string id,
        RiskBody body,
        UseCaseApprovals approvals,
        CancellationToken ct
    )
    {
        await approvals.ClassifyAsync(AdminAccess.Actor(http), Of(http, id, approvals), body.RiskClass, ct);
        return await Get(http, id, approvals, ct);
    }

    static async Task<Ok<UseCaseApprovalView>> Approve(
        HttpContext http,
        string id,
        UseCaseApprovalBody body,
        UseCaseApprovals approvals,
        CancellationToken ct
    )
    {
        await approvals.ApproveAsync(AdminAccess.Actor(http), Of(http, id, approvals), body.Note, ct);
        return await Get(http, id, approvals, ct);
    }

    static async Task<Ok<UseCaseApprovalView>> Revoke(
        HttpContext http,
        string id,
        RevokeBody body,
        UseCaseApprovals approvals,
        CancellationToken ct
    )
    {
        await approvals.RevokeAsync(AdminAccess.Actor(http), Of(http, id, approvals), body.Reason, ct);
        return await Get(http, id, approvals, ct);
    }

    static UseCase Of(HttpContext http, string id, UseCaseApprovals approvals) => approvals.Find(AdminAccess.ReachOf(http), id).UseCase;
}
