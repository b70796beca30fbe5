using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Policy;

namespace Portico.Gateway.Endpoints;

/// <summary>Replays over many calls, which run by themselves and can be asked how far they are.</summary>
static class PolicyReplayEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/policy-replays", Start)
            .WithSummary(
                "Ask a text of the past calls of a level in the background; what was said is read by the server alone, where that is wanted"
            );
        api.MapGet("/policy-replays", List).WithSummary("Replays of policies, newest first");
        api.MapGet("/policy-replays/{id}", Get).WithSummary("One replay: how far it is and what came of the calls, in numbers");
        api.MapGet("/policy-replays/{id}/calls", Findings)
            .WithSummary("Calls that the text of a replay would have refused, sent elsewhere or changed, newest first");
        api.MapPost("/policy-replays/{id}/cancel", Cancel)
            .WithSummary("End a replay where it stands; what it found stays. One that is over is given as it is");
    }

    /// <summary>
    /// Level: id of the organisation, workspace or use case whose policy the text would be. From, to: the calls, as far as they are kept. Contents: open what was said where it is kept,
    /// to ask the content rules of it; no word of it is shown, and the audit log says that it was opened.
    /// </summary>
    public sealed record ReplayRunBody(
        string Level,
        string Text,
        DateTimeOffset? From = null,
        DateTimeOffset? To = null,
        bool Contents = false
    );

    /// <summary>
    /// State: running, done, cancelled or failed. LookedAt: calls so far; LookedBackTo: the oldest of them. Changed: a content rule would have taken something out. Opened: calls whose words
    /// were read. Unjudged: calls that cannot be judged, by reason: gone, no_data_class, contents_not_read, contents_not_kept, contents_cut, contents_unreadable, search_failed. Rules: calls in which
    /// a content rule found something, by its name. GuardsNotAsked: guards of the text and of the levels above, by name; a replay asks none, so that what they would have done is in none of the numbers.
    /// </summary>
    public sealed record ReplayRunView(
        string Id,
        string State,
        string Level,
        DateTimeOffset? From,
        DateTimeOffset To,
        bool Contents,
        string AskedBy,
        long LookedAt,
        DateTimeOffset? LookedBackTo,
        long Refused,
        long Elsewhere,
        long Changed,
        long Opened,
        IReadOnlyDictionary<string, long> Unjudged,
        IReadOnlyDictionary<string, long> Rules,
        IReadOnlyList<string> GuardsNotAsked,
        string? Problem,
        DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt
    );

    /// <summary>Verdict: refused, elsewhere or changed. Why: lines and rules by name; no word of the call.</summary>
    public sealed record ReplayFindingView(string CallId, DateTimeOffset At, string Verdict, string Why);

    static async Task<Accepted<ReplayRunView>> Start(
        HttpContext http,
        ReplayRunBody body,
        GovernanceCatalog governance,
        PolicyReplays replays,
        CancellationToken ct
    )
    {
        var run = await replays.StartAsync(
            body.Level,
            body.Text,
            body.From,
            body.To,
            body.Contents,
            AdminAccess.ReachOf(http),
            AdminAccess.Actor(http).Name,
            ct
        );
        return TypedResults.Accepted($"/api/policy-replays/{run.Id}", View(run, governance.Current));
    }

    static async Task<Ok<Page<ReplayRunView>>> List(
        HttpContext http,
        GovernanceCatalog governance,
        PolicyReplayStore store,
        string? level,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var (snapshot, within) = (governance.Current, AdminAccess.ReachOf(http));
        if (level is not null && !PolicyPlace.MayWrite(snapshot, level, within))
            throw new PorticoException(
                ErrorTable.NotFound,
                $"There is no organisation, workspace or use case '{Wire.Json.Short(level)}'.",
                "level"
            );
        var page = PageRequest.From(limit, cursor);
        var seen = (await store.AllAsync(ct))
            .Where(r => (level is null || r.Level == level) && PolicyPlace.MayWrite(snapshot, r.Level, within))
            .Where(r => page.After is null || string.CompareOrdinal(r.Id, page.After) < 0)
            .Take(page.Limit + 1)
            .Select(r => View(r, snapshot))
            .ToList();
        return TypedResults.Ok(page.Cut(seen, r => r.Id));
    }

    static async Task<Ok<ReplayRunView>> Get(
        HttpContext http,
        string id,
        GovernanceCatalog governance,
        PolicyReplayStore store,
        CancellationToken ct
    ) => TypedResults.Ok(View(await FindAsync(http, id, governance, store, ct), governance.Current));

    static async Task<Ok<Page<ReplayFindingView>>> Findings(
        HttpContext http,
        string id,
        GovernanceCatalog governance,
        PolicyReplayStore store,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        var run = await FindAsync(http, id, governance, store, ct);
        var found = await store.FindingsAsync(run.Id, page, ct);
        return TypedResults.Ok(
            page.Cut(
                found.Select(f => new ReplayFindingView(f.CallId, CallId.Parse(f.CallId).CreatedAt, f.Verdict, f.Why)).ToList(),
                f => f.CallId
            )
        );
    }

    static async Task<Ok<ReplayRunView>> Cancel(
        HttpContext http,
        string id,
        GovernanceCatalog governance,
        PolicyReplayStore store,
        CancellationToken ct
    )
    {
        var run = await FindAsync(http, id, governance, store, ct);
        // One that has ended meanwhile is given as it is.
        await store.CancelAsync(run.Id, ct);
        return TypedResults.Ok(View(await FindAsync(http, id, governance, store, ct), governance.Current));
    }

    /// <summary>One of a level that one writes for: to others there is none.</summary>
    static async Task<PolicyReplayRun> FindAsync(
        HttpContext http,
        string id,
        GovernanceCatalog governance,
        PolicyReplayStore store,
        CancellationToken ct
    ) =>
        await store.FindAsync(id, ct) is { } run && PolicyPlace.MayWrite(governance.Current, run.Level, AdminAccess.ReachOf(http))
            ? run
            : throw new PorticoException(ErrorTable.NotFound, $"There is no replay '{Wire.Json.Short(id)}'.");

    static ReplayRunView View(PolicyReplayRun run, GovernanceSnapshot snapshot) =>
        new(
            run.Id,
            run.State,
            run.Level,
            run.From,
            run.To,
            run.ReadsContents,
            run.AskedBy,
            run.Counts.Looked,
            run.Position.Length == 0 ? null : CallId.Parse(run.Position).CreatedAt,
            run.Counts.Refused,
            run.Counts.Elsewhere,
            run.Counts.Changed,
            run.Counts.Opened,
            run.Counts.Unjudged,
            run.Counts.Rules,
            Endpoints.GuardsNotAsked.Of(snapshot, run.Level, run.Text),
            run.Problem,
            run.CreatedAt,
            run.UpdatedAt
        );
}
