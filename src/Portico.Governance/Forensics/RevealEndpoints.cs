using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.Forensics;

/// <summary>Asking to read what was said, and deciding about it, on the management API.</summary>
static class RevealEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/reveals", List).WithSummary("Who asked to read what was said, why, and who let them, newest first");
        api.MapPost("/reveals", Ask).WithSummary("Ask to read what was said in calls of a workspace, for some minutes");
        api.MapGet("/reveals/{id}", Get).WithSummary("One such wish, and what came of it");
        api.MapPost("/reveals/{id}/approve", Approve)
            .WithSummary("Let somebody else read, from now on and for as long as they asked or shorter");
        api.MapPost("/reveals/{id}/decline", Decline).WithSummary("Do not let them");
        api.MapPost("/reveals/{id}/withdraw", Withdraw).WithSummary("Take back what one asked oneself");
        api.MapPost("/reveals/{id}/end", End).WithSummary("End a reveal before its time");
        api.MapGet("/organisations/{id}/reveal-rule", GetRule).WithSummary("Whether a second person must let somebody read what was said");
        api.MapPost("/organisations/{id}/reveal-rule", SetRule)
            .WithSummary("Say whether a second person must let somebody read what was said");
    }

    /// <summary>
    /// Calls: ids, at most 100; left out, all calls of the workspace from From until To. Reason: 5 to 1,000 characters. Minutes: 1 to 480, 30 by default.
    /// </summary>
    public sealed record RevealBody(
        WorkspaceId WorkspaceId,
        string Reason,
        IReadOnlyList<string>? Calls = null,
        DateTimeOffset? From = null,
        DateTimeOffset? To = null,
        int? Minutes = null
    );

    /// <summary>Minutes: fewer than were asked; left out, those.</summary>
    public sealed record RevealApproval(int? Minutes = null, string? Note = null);

    public sealed record RevealDecision(string? Note = null);

    /// <summary>Off, asking is enough: for an organisation of one person. The change stands in the audit log.</summary>
    public sealed record RevealRule(bool NeedsSecondPerson);

    static async Task<Ok<Page<Reveal>>> List(
        HttpContext http,
        Reveals reveals,
        string? workspace_id,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await reveals.ListAsync(AdminAccess.ReachOf(http), workspace_id, StateOf(state), PageRequest.From(limit, cursor), ct)
        );

    static async Task<Created<Reveal>> Ask(HttpContext http, RevealBody body, Reveals reveals, CancellationToken ct)
    {
        var made = await reveals.AskAsync(
            AdminAccess.Actor(http),
            AdminAccess.ReachOf(http),
            new RevealAsk(body.WorkspaceId, body.Calls, body.From, body.To, body.Reason, body.Minutes),
            ct
        );
        return TypedResults.Created($"/api/reveals/{made.Id}", made);
    }

    static async Task<Ok<Reveal>> Get(HttpContext http, string id, Reveals reveals, CancellationToken ct) =>
        TypedResults.Ok(await reveals.FindAsync(id, AdminAccess.ReachOf(http), ct));

    static async Task<Ok<Reveal>> Approve(HttpContext http, string id, RevealApproval body, Reveals reveals, CancellationToken ct) =>
        TypedResults.Ok(await reveals.ApproveAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Minutes, body.Note, ct));

    static async Task<Ok<Reveal>> Decline(HttpContext http, string id, RevealDecision body, Reveals reveals, CancellationToken ct) =>
        TypedResults.Ok(await reveals.DeclineAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.Note, ct));

    static async Task<Ok<Reveal>> Withdraw(HttpContext http, string id, Reveals reveals, CancellationToken ct) =>
        TypedResults.Ok(await reveals.WithdrawAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, ct));

    static async Task<Ok<Reveal>> End(HttpContext http, string id, Reveals reveals, CancellationToken ct) =>
        TypedResults.Ok(await reveals.EndAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, ct));

    static async Task<Ok<RevealRule>> GetRule(string id, GovernanceCatalog catalog, Reveals reveals, CancellationToken ct) =>
        TypedResults.Ok(new RevealRule(await reveals.NeedsSecondAsync(OrganisationOf(catalog, id), ct)));

    static async Task<Ok<RevealRule>> SetRule(
        HttpContext http,
        string id,
        RevealRule body,
        GovernanceCatalog catalog,
        Reveals reveals,
        CancellationToken ct
    )
    {
        // Who may read and decide must not be able to free themselves of the other by themselves: it takes who gives roles too.
        AdminAccess.Actor(http).RequireEverywhere(Permissions.AccessWrite);
        await reveals.SetNeedsSecondAsync(OrganisationOf(catalog, id), body.NeedsSecondPerson, ct);
        return await GetRule(id, catalog, reveals, ct);
    }

    static OrganisationId OrganisationOf(GovernanceCatalog catalog, string id) =>
        OrganisationId.TryParse(id, out var parsed) && catalog.Current.Organisations.ContainsKey(parsed)
            ? parsed
            : throw GovernanceService.Missing("organisation", id);

    static RevealState? StateOf(string? name) =>
        name switch
        {
            null => null,
            "open" => RevealState.Open,
            "approved" => RevealState.Approved,
            "declined" => RevealState.Declined,
            "withdrawn" => RevealState.Withdrawn,
            "ended" => RevealState.Ended,
            _ => throw new PorticoException(
                ErrorTable.InvalidRequest,
                "state must be open, approved, declined, withdrawn or ended.",
                "state"
            ),
        };
}
