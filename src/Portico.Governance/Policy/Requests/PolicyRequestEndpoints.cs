using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Policy.Requests;

/// <summary>Calls that wait for a person, on the management API. Calls ask by themselves: nothing is made here.</summary>
static class PolicyRequestEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/policy-requests", List)
            .WithSummary("Calls that a content rule has wait for a person, newest first, by level and state");
        api.MapGet("/policy-requests/{id}", Get).WithSummary("One such call, and what was decided");
        api.MapPost("/policy-requests/{id}/approve", Approve).WithSummary("Let the same call pass for some minutes");
        api.MapPost("/policy-requests/{id}/decline", Decline).WithSummary("Leave the call refused, or take back what passes now");
    }

    /// <summary>Minutes: 1 to 1440, from now on. Note: words for the record.</summary>
    public sealed record PolicyApproval(int Minutes, string? Note = null);

    /// <summary>Reason: whoever sends the same call again is told it.</summary>
    public sealed record PolicyRefusal(string Reason);

    static async Task<Ok<Page<PolicyRequest>>> List(
        HttpContext http,
        PolicyRequests requests,
        GovernanceCatalog catalog,
        string? level,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var within = AdminAccess.ReachOf(http);
        if (level is not null)
            PolicyPlace.Of(catalog.Current, level, within, "level");
        return TypedResults.Ok(await requests.ListAsync(within, level, StateOf(state), PageRequest.From(limit, cursor), ct));
    }

    static async Task<Ok<PolicyRequest>> Get(HttpContext http, string id, PolicyRequests requests, CancellationToken ct) =>
        TypedResults.Ok(await requests.FindAsync(AdminAccess.ReachOf(http), id, ct));

    static async Task<Ok<PolicyRequest>> Approve(
        HttpContext http,
        string id,
        PolicyApproval body,
        PolicyRequests requests,
        CancellationToken ct
    ) => TypedResults.Ok(await requests.ApproveAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Minutes, body.Note, ct));

    static async Task<Ok<PolicyRequest>> Decline(
        HttpContext http,
        string id,
        PolicyRefusal body,
        PolicyRequests requests,
        CancellationToken ct
    ) => TypedResults.Ok(await requests.DeclineAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Reason, ct));

    static PolicyRequestState? StateOf(string? name) =>
        name switch
        {
            null => null,
            "open" => PolicyRequestState.Open,
            "approved" => PolicyRequestState.Approved,
            "declined" => PolicyRequestState.Declined,
            "expired" => PolicyRequestState.Expired,
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "state must be open, approved, declined or expired.", "state"),
        };
}
