using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger;
using Portico.Gateway.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Models.Rules;

namespace Portico.Gateway.Endpoints;

/// <summary>What a call would meet, without calling out and without holding anything.</summary>
static class ExplainEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/explain", Explain).WithSummary("What a call would meet, without making it");

    /// <summary>
    /// The call to explain: of a key, or from the playground for a use case, where person is who would call and, left out, who asks. Tokens default to 0 input and
    /// the route's cap of output; of a key, person is the id or e-mail that x-portico-person would name; address is where the call would come from, left out when that
    /// does not matter. Chat: the body of a chat completion, of which model, tokens, cap, choices and class of service are taken instead. Kind: chat, embeddings, rerank, moderation, speech, transcription, translation,
    /// image or image_edit; units: its searches, characters, seconds of audio or images; image_class: <c>hd 1024x1792</c>.
    /// Service_tier: the class of service that the call would ask for, in the provider's word. Route: a route as it would be saved, explained in place of
    /// what its name leads to now.
    /// </summary>
    public sealed record ExplainBody(
        string? KeyId = null,
        string? Model = null,
        int InputTokens = 0,
        int? MaxOutputTokens = null,
        int Choices = 1,
        bool Embeddings = false,
        string? Kind = null,
        long Units = 1,
        string? ImageClass = null,
        string? Person = null,
        string? Address = null,
        string? Session = null,
        string? ServiceTier = null,
        string? UseCaseId = null,
        JsonElement? Chat = null,
        RouteEndpoints.RouteBody? Route = null
    );

    /// <summary>Key: null for a person who calls from the playground.</summary>
    public sealed record ExplainedCaller(
        string? Key,
        string UseCase,
        string Workspace,
        string Organisation,
        string? Person,
        DateTimeOffset? ExpiresAt,
        IReadOnlyList<string> Networks,
        IReadOnlyList<string> AllowedRoutes,
        bool KeepsContents
    );

    /// <summary>The smallest window of the deployments, null when none is known, and what happens to a call that does not fit.</summary>
    public sealed record ExplainedContext(int? WindowTokens, long NeededTokens, bool Fits, ContextPolicy Policy);

    public sealed record ExplainedDeployment(
        string Id,
        string Model,
        string Connection,
        string Provider,
        string UpstreamModel,
        int Weight,
        BreakerState Breaker,
        DateTimeOffset? UnavailableUntil,
        DateTimeOffset? CredentialBenchedUntil,
        string? WorstCaseUsd,
        long? PriceVersion
    );

    public sealed record ExplainedRoute(
        string Name,
        bool IsImplicit,
        RouteStrategy Strategy,
        int Retries,
        int MaxAttempts,
        int TimeoutMs,
        int CacheSeconds,
        ContextPolicy Context,
        string? SummaryModel,
        bool SessionAffinity,
        bool KeepContents,
        bool AllowUnpriced,
        DataDemands? Demands,
        LossPolicy Losses
    );

    public sealed record ExplainedMeter(
        string Id,
        MeterScope Scope,
        string Of,
        MeterUnit Unit,
        MeterWindow Window,
        long Limit,
        long Spent,
        long Held,
        long Needed,
        bool ShadowOnly,
        bool WouldPass,
        DateTimeOffset? ResetsAt
    );

    /// <summary>What the name leads to and this call would not go to, and why. Id is empty for a model that no connection serves.</summary>
    public sealed record ExplainedLeftOut(string Id, string Model, string Connection, string Why);

    /// <summary>
    /// The verdict and everything it rests on; deployments in the order in which they would be tried now, chance apart. InputTokens: as named or, of a chat, as
    /// counted, and whether that is an estimate. HoldUsd: what would be held until the call has ended, null where no budget and no token limit applies.
    /// </summary>
    public sealed record Explanation(
        bool WouldPass,
        string? RefusedWith,
        string? Reason,
        ExplainedCaller? Caller,
        ExplainedRoute? Route,
        ExplainedContext? Context,
        int? OutputCap,
        int? InputTokens,
        bool InputEstimated,
        string? HoldUsd,
        IReadOnlyList<ExplainedDeployment> Deployments,
        IReadOnlyList<ExplainedLeftOut> LeftOut,
        IReadOnlyList<ExplainedMeter> Meters
    );

    static async Task<Ok<Explanation>> Explain(
        HttpContext http,
        ExplainBody body,
        Explainer explainer,
        PeopleInReach people,
        CancellationToken ct
    )
    {
        var within = AdminAccess.ReachOf(http);
        if (!within.IsEverywhere && body.Person is { Length: > 0 } person)
            await RequireSeenAsync(http, person, people, within, ct);
        return TypedResults.Ok(explainer.Explain(body, AdminAccess.Actor(http).Session?.PersonId, within));
    }

    /// <summary>By id or e-mail: who may not see a person does not learn of them by what a call of theirs would meet.</summary>
    static async Task RequireSeenAsync(HttpContext http, string person, PeopleInReach people, Reach within, CancellationToken ct)
    {
        var isOneself = AdminAccess.Actor(http).Id == person;
        if (
            !isOneself
            && !(await people.ListAsync(within, ct)).Any(p =>
                p.Id.ToString() == person || string.Equals(p.Email, person, StringComparison.OrdinalIgnoreCase)
            )
        )
            throw new PorticoException(ErrorTable.NotFound, $"There is no person '{Wire.Json.Short(person)}'.", "person");
    }
}
