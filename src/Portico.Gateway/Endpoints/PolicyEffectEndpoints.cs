using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;

namespace Portico.Gateway.Endpoints;

/// <summary>What policies mean for calls: what holds for somebody, and what a text would have refused.</summary>
static class PolicyEffectEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/policies/{id}/effective", Effective)
            .WithSummary(
                "What holds at a level and where each line comes from; for a use case also which deployments of a route may serve"
            );
        api.MapPost("/policies/replay", Replay).WithSummary("What a text would have refused of past calls; writes nothing");
    }

    /// <summary>Where a line comes from. Exception: by which it says more than its text.</summary>
    public sealed record OriginView(
        string Level,
        string Scope,
        string Name,
        long Version,
        int Number,
        string Text,
        bool Mandatory,
        string Says,
        string? Exception
    );

    /// <summary>Says: what holds. Mandatory: no level below may say more.</summary>
    public sealed record EffectiveLineView(string Line, string Says, bool Mandatory, IReadOnlyList<OriginView> Origins);

    /// <summary>A deployment that a route leads to: whether the policy lets it serve, else why not.</summary>
    public sealed record PolicyTarget(string Deployment, string Model, string Connection, bool Allowed, string? Why);

    /// <summary>
    /// Versions: the documents that count. Until: when an exception ends and less holds; null = no exception counts. Approvals: of a use case, what it needs before it makes calls.
    /// </summary>
    public sealed record EffectiveView(
        string? Versions,
        DateTimeOffset? Until,
        IReadOnlyList<EffectiveLineView> Lines,
        IReadOnlyList<PolicyTarget> Targets,
        UseCaseStanding? Approvals
    );

    /// <summary>
    /// Level: id of the organisation, workspace or use case whose policy the text would be. From, to: the calls, as far as they are kept. Cursor: of the answer before, to go
    /// on with older calls.
    /// </summary>
    public sealed record ReplayBody(
        string Level,
        string Text,
        DateTimeOffset? From = null,
        DateTimeOffset? To = null,
        string? Cursor = null
    );

    /// <summary>A call that the text would have refused, or sent elsewhere than where it went.</summary>
    public sealed record ReplayedCall(
        string Id,
        DateTimeOffset At,
        string? KeyId,
        string? UseCaseId,
        string? RequestedModel,
        string? Model,
        string Why
    );

    /// <summary>
    /// LookedAt: calls of this answer. Refused, Elsewhere: what would have become of them. Unjudged: calls that cannot be judged, since their key, use case or route is gone,
    /// or a line asks for what no record has (a class of data, what was said). GuardsNotAsked: guards of the text and of the levels above, by name: a replay asks none. Next: goes on with older calls; null when there are none.
    /// </summary>
    public sealed record ReplayView(
        int LookedAt,
        IReadOnlyList<ReplayedCall> Refused,
        IReadOnlyList<ReplayedCall> Elsewhere,
        int Unjudged,
        IReadOnlyList<string> GuardsNotAsked,
        DateTimeOffset? LookedBackTo,
        string? Next
    );

    static async Task<Ok<EffectiveView>> Effective(
        HttpContext http,
        string id,
        string? route,
        string? person,
        GovernanceCatalog governance,
        PeopleInReach people,
        RouteTable routes,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var (snapshot, within) = (governance.Current, AdminAccess.ReachOf(http));
        var known = person is null ? null : await people.FindAsync(person, within, ct, "person");
        var place = PolicyPlace.Of(snapshot, id, within);
        var now = time.GetUtcNow();
        var policy = PolicyBook.Compile(
            snapshot.Policies.LevelsOf(place.Organisation, place.Workspace, place.UseCase).ToList(),
            place.Audience,
            now
        );
        return TypedResults.Ok(
            new EffectiveView(
                policy?.Versions,
                policy?.Until,
                policy?.Effective.Lines.Select(View).ToList() ?? [],
                route is null ? [] : Targets(snapshot, place.UseCase, known, route, routes),
                place.UseCase is null ? null : snapshot.StandingOf(place.UseCase, now)
            )
        );
    }

    static List<PolicyTarget> Targets(GovernanceSnapshot snapshot, UseCase? useCase, Person? person, string route, RouteTable routes)
    {
        if (useCase is null)
            throw new PorticoException(ErrorTable.InvalidRequest, "A route is asked of a use case: put its id into the address.", "route");
        var caller = person is null
            ? snapshot.AnyoneOf(useCase.Id)!
            : snapshot.FindPerson(person.Id, useCase.Id)
                ?? throw new PorticoException(ErrorTable.InvalidRequest, "This person cannot call for this use case.", "person");
        if (routes.Find(route, caller) is not { } plan)
            throw Missing("route or model that the use case may call named", route);
        var allowed = plan.Refusal is null
            ? plan.Candidates.Select(c => new PolicyTarget(
                c.Deployment.DeploymentText,
                c.Deployment.Model.Name,
                c.Deployment.Connection.Name,
                true,
                null
            ))
            : [];
        return allowed
            .Concat(
                plan.LeftOut.Select(l => new PolicyTarget(
                    l.Deployment.DeploymentText,
                    l.Deployment.Model.Name,
                    l.Deployment.Connection.Name,
                    false,
                    l.Why
                ))
            )
            .ToList();
    }

    static EffectiveLineView View(EffectiveLine line) =>
        new(line.Name, line.Value.Says, line.IsMandatory, line.Counting.Select(View).ToList());

    static OriginView View(LineOrigin o) =>
        new(
            o.Level,
            PolicyLevel.NounOf(o.Scope).Replace(' ', '_'),
            o.LevelName,
            o.Version,
            o.Number,
            o.Text,
            o.Mandatory,
            o.Value.Says,
            o.Exception
        );

    static async Task<Ok<ReplayView>> Replay(HttpContext http, ReplayBody body, PolicyReplay replay, CancellationToken ct) =>
        TypedResults.Ok(await replay.RunAsync(body, AdminAccess.ReachOf(http), ct));

    static PorticoException Missing(string noun, string id) => new(ErrorTable.NotFound, $"There is no {noun} '{Wire.Json.Short(id)}'.");
}
