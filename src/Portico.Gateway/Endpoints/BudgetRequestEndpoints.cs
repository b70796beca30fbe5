using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger.Requests;
using Portico.Governance.Api;

namespace Portico.Gateway.Endpoints;

/// <summary>Asking for a higher limit of a budget, and deciding about it, on the management API.</summary>
static class BudgetRequestEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/budget-requests", List).WithSummary("Requests for higher limits, newest first, by budget and state");
        api.MapPost("/budget-requests", Ask).WithSummary("Ask for a higher limit of a budget");
        api.MapGet("/budget-requests/{id}", Get).WithSummary("One request for a higher limit, and what came of it");
        api.MapPost("/budget-requests/{id}/approve", Approve).WithSummary("Raise the limit to what was asked, or to less");
        api.MapPost("/budget-requests/{id}/decline", Decline).WithSummary("Leave the limit as it is");
        api.MapPost("/budget-requests/{id}/withdraw", Withdraw).WithSummary("Take back what one asked oneself");
    }

    /// <summary>The limit as decimal text in USD, more than now, and what for.</summary>
    public sealed record BudgetRequestBody(string BudgetId, string LimitUsd, string Reason);

    /// <summary>The limit to give, when it is less than was asked; and words for who asked.</summary>
    public sealed record ApprovalBody(string? LimitUsd = null, string? Note = null);

    public sealed record DeclineBody(string? Note = null);

    static async Task<Ok<Page<BudgetRequest>>> List(
        HttpContext http,
        BudgetRequests requests,
        string? budget_id,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await requests.ListAsync(AdminAccess.ReachOf(http), budget_id, StateOf(state), PageRequest.From(limit, cursor), ct)
        );

    static async Task<Created<BudgetRequest>> Ask(HttpContext http, BudgetRequestBody body, BudgetRequests requests, CancellationToken ct)
    {
        var made = await requests.AskAsync(
            AdminAccess.Actor(http),
            AdminAccess.ReachOf(http),
            body.BudgetId,
            MeterEndpoints.Money(body.LimitUsd),
            body.Reason,
            ct
        );
        return TypedResults.Created($"/api/budget-requests/{made.Id}", made);
    }

    static async Task<Ok<BudgetRequest>> Get(HttpContext http, string id, BudgetRequests requests, CancellationToken ct) =>
        TypedResults.Ok(await requests.FindAsync(AdminAccess.ReachOf(http), id, ct));

    static async Task<Ok<BudgetRequest>> Approve(
        HttpContext http,
        string id,
        ApprovalBody body,
        BudgetRequests requests,
        CancellationToken ct
    )
    {
        var given = body.LimitUsd is { } usd ? MeterEndpoints.Money(usd) : (long?)null;
        return TypedResults.Ok(await requests.ApproveAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, given, body.Note, ct));
    }

    static async Task<Ok<BudgetRequest>> Decline(
        HttpContext http,
        string id,
        DeclineBody body,
        BudgetRequests requests,
        CancellationToken ct
    ) => TypedResults.Ok(await requests.DeclineAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Note, ct));

    static async Task<Ok<BudgetRequest>> Withdraw(HttpContext http, string id, BudgetRequests requests, CancellationToken ct) =>
        TypedResults.Ok(await requests.WithdrawAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, ct));

    static BudgetRequestState? StateOf(string? name) =>
        name switch
        {
            null => null,
            "open" => BudgetRequestState.Open,
            "approved" => BudgetRequestState.Approved,
            "declined" => BudgetRequestState.Declined,
            "withdrawn" => BudgetRequestState.Withdrawn,
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "state must be open, approved, declined or withdrawn.", "state"),
        };
}
