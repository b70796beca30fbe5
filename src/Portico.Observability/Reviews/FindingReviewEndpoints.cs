using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Api;
using Portico.Governance.Policy;

namespace Portico.Observability.Reviews;

/// <summary>False alarms of detectors on the management API: who sees a finding reports it, who decides about policies decides.</summary>
static class FindingReviewEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/calls/{id}/findings/{number}/report", Report)
            .WithSummary("Say that a finding is a false alarm; the same finding is reported once");
        api.MapGet("/finding-reviews", List)
            .WithSummary("Findings that somebody reported or decided about, newest first, by level, call and state");
        api.MapPost("/finding-reviews", Review)
            .WithSummary("Say whether a finding is one, reported or not: one answer for the same words of the same kind in the workspace");
        api.MapGet("/finding-reviews/{id}", Get).WithSummary("One such finding, and what was decided");
        api.MapPost("/finding-reviews/{id}/undo", Undo).WithSummary("Take back what was decided: the words wait again");
        api.MapPost("/finding-reviews/{id}/decide", Decide)
            .WithSummary("Say whether it was a false alarm: the same words of the same kind then count no more in the workspace");
    }

    /// <summary>Note: what it is instead, for who decides.</summary>
    public sealed record FindingReport(string? Note = null);

    /// <summary>FalseAlarm: it was none. Reason: for the record.</summary>
    public sealed record FindingDecision(bool FalseAlarm, string? Reason = null);

    /// <summary>CallId, Number: the finding. FalseAlarm: it is none. Reason: for the record.</summary>
    public sealed record FindingVerdict(string CallId, int Number, bool FalseAlarm, string? Reason = null);

    static async Task<Ok<FindingReview>> Review(
        HttpContext http,
        FindingVerdict body,
        ICallStore calls,
        JournalDrain drain,
        FindingReviews reviews,
        CancellationToken ct
    )
    {
        var within = AdminAccess.ReachOf(http);
        var call = await CallEndpoints.FindAsync(body.CallId, within, calls, drain, ct);
        return TypedResults.Ok(
            await reviews.ReviewAsync(AdminAccess.Actor(http), within, call, body.Number, body.FalseAlarm, body.Reason, ct)
        );
    }

    static async Task<NoContent> Undo(HttpContext http, string id, FindingReviews reviews, CancellationToken ct)
    {
        await reviews.UndoAsync(AdminAccess.ReachOf(http), id, ct);
        return TypedResults.NoContent();
    }

    static async Task<Ok<FindingReview>> Report(
        HttpContext http,
        string id,
        string number,
        FindingReport body,
        ICallStore calls,
        JournalDrain drain,
        FindingReviews reviews,
        CancellationToken ct
    )
    {
        var call = await CallEndpoints.FindAsync(id, AdminAccess.ReachOf(http), calls, drain, ct);
        return TypedResults.Ok(
            await reviews.ReportAsync(
                AdminAccess.Actor(http),
                call,
                int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1,
                body.Note,
                ct
            )
        );
    }

    static async Task<Ok<Page<FindingReview>>> List(
        HttpContext http,
        FindingReviews reviews,
        GovernanceCatalog catalog,
        string? level,
        string? call,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var within = AdminAccess.ReachOf(http);
        if (level is not null)
            PolicyPlace.Of(catalog.Current, level, within, "level");
        return TypedResults.Ok(await reviews.ListAsync(within, level, call, StateOf(state), PageRequest.From(limit, cursor), ct));
    }

    static async Task<Ok<FindingReview>> Get(HttpContext http, string id, FindingReviews reviews, CancellationToken ct) =>
        TypedResults.Ok(await reviews.FindAsync(AdminAccess.ReachOf(http), id, ct));

    static async Task<Ok<FindingReview>> Decide(
        HttpContext http,
        string id,
        FindingDecision body,
        FindingReviews reviews,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await reviews.DecideAsync(AdminAccess.Actor(http), AdminAccess.ReachOf(http), id, body.FalseAlarm, body.Reason, ct)
        );

    static ReviewState? StateOf(string? name) =>
        name switch
        {
            null => null,
            "open" => ReviewState.Open,
            "false_alarm" => ReviewState.FalseAlarm,
            "right" => ReviewState.Right,
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "state must be open, false_alarm or right.", "state"),
        };
}
