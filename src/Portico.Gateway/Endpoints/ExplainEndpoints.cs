using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger;
using Portico.Gateway.Routing;
using Portico.Governance;
using Route = Portico.Gateway.Routing.Route;

namespace Portico.Gateway.Endpoints;

/// <summary>What a call would meet, without calling out and without holding anything.</summary>
static class ExplainEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/explain", Explain).WithSummary("What a call would meet, without making it");

    /// <summary>The call to explain. Tokens default to 0 input and the route's cap of output.</summary>
    public sealed record ExplainBody(string KeyId, string Model, int InputTokens = 0, int? MaxOutputTokens = null);

    public sealed record ExplainedCaller(string Key, string UseCase, string Workspace, string Organisation, string? Person);

    public sealed record ExplainedDeployment(
        string Id,
        string Model,
        string Connection,
        string Provider,
        string UpstreamModel,
        int Weight,
        BreakerState Breaker,
        DateTimeOffset? UnavailableUntil,
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
        bool AllowUnpriced
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

    /// <summary>The verdict and everything it rests on.</summary>
    public sealed record Explanation(
        bool WouldPass,
        string? RefusedWith,
        string? Reason,
        ExplainedCaller? Caller,
        ExplainedRoute? Route,
        IReadOnlyList<ExplainedDeployment> Deployments,
        IReadOnlyList<ExplainedMeter> Meters
    );

    static Ok<Explanation> Explain(
        ExplainBody body,
        GovernanceCatalog governance,
        RouteTable routes,
        MeterCatalog meters,
        CreditLedger ledger,
        TimeProvider time
    )
    {
        var caller = FindCaller(body.KeyId, governance);
        var about = new ExplainedCaller(
            caller.Key.Name,
            caller.UseCase.Name,
            caller.Workspace.Name,
            caller.Organisation.Name,
            caller.Person?.Email
        );
        if (KeyRefusal(caller, time) is { } refused)
            return TypedResults.Ok(new Explanation(false, ErrorTable.InvalidApiKey.Code, refused, about, null, [], []));
        if (routes.Find(body.Model) is not { } plan || !caller.MayUseRoute(body.Model))
            return TypedResults.Ok(
                new Explanation(
                    false,
                    ErrorTable.ModelNotFound.Code,
                    routes.Find(body.Model) is null
                        ? $"No route and no model is named '{Wire.Json.Short(body.Model)}'."
                        : "The key may not use this route.",
                    about,
                    null,
                    [],
                    []
                )
            );
        return TypedResults.Ok(ExplainPlan(body, caller, about, plan, meters, ledger, time));
    }

    static Explanation ExplainPlan(
        ExplainBody body,
        Caller caller,
        ExplainedCaller about,
        RoutePlan plan,
        MeterCatalog meters,
        CreditLedger ledger,
        TimeProvider time
    )
    {
        var output = body.MaxOutputTokens ?? plan.Route.DefaultOutputTokens;
        var now = time.GetUtcNow();
        var worst = plan.Candidates.Select(c => c.Deployment.PriceAt(now)?.WorstCaseNanoUsd(body.InputTokens, output)).ToList();
        var set = meters.For(caller, plan);
        var amounts = new Amounts(worst.Max() ?? 0, body.InputTokens + output, 1, 1);
        var explained = ledger.Status(set.Rates.Concat(set.Spends)).Select(s => ExplainMeter(s, amounts)).ToList();
        var unpriced = worst.Contains(null) && set.HasMoney && !plan.Route.AllowUnpriced;
        var blocked = Blocking(explained.Where(m => !m.WouldPass && !m.ShadowOnly).ToList(), plan);
        var benched = plan.Candidates.All(c => c.Health.UnavailableUntil is not null);
        var (code, reason) =
            unpriced ? (ErrorTable.UnpricedModel.Code, "A money budget applies and a deployment has no price.")
            : blocked is not null
                ? (
                    blocked.Unit == MeterUnit.NanoUsd ? ErrorTable.BudgetExceeded.Code : ErrorTable.RateLimited.Code,
                    $"{blocked.Id} has no room: limit {blocked.Limit}, spent {blocked.Spent}, held {blocked.Held}, needed {blocked.Needed}."
                )
            : benched ? (ErrorTable.NoDeployment.Code, "Every deployment is benched at the moment.")
            : ((string?)null, (string?)null);
        return new Explanation(code is null, code, reason, about, Describe(plan.Route), Describe(plan, worst, now), explained);
    }

    /// <summary>The meter that refuses the call: a full one of a model does so only when no other model may serve.</summary>
    static ExplainedMeter? Blocking(List<ExplainedMeter> full, RoutePlan plan) =>
        full.Find(m => m.Scope != MeterScope.Model)
        ?? (plan.Models.All(name => full.Exists(m => m.Of == name)) ? full.FirstOrDefault() : null);

    static ExplainedMeter ExplainMeter(MeterStatus status, Amounts amounts)
    {
        var (meter, needed) = (status.Meter, amounts.Of(status.Meter.Unit));
        return new ExplainedMeter(
            meter.Id,
            meter.Scope,
            status.Value,
            meter.Unit,
            meter.Window,
            meter.Limit,
            status.Spent,
            status.Held,
            needed,
            meter.ShadowOnly,
            status.Spent + status.Held + needed <= meter.Limit,
            status.ResetsAt
        );
    }

    static ExplainedRoute Describe(Route route) =>
        new(
            route.Name,
            route.IsImplicit,
            route.Strategy,
            route.Retries,
            route.MaxAttempts,
            route.TimeoutMs,
            route.CacheSeconds,
            route.Context,
            route.SummaryModel,
            route.AllowUnpriced
        );

    static List<ExplainedDeployment> Describe(RoutePlan plan, List<long?> worst, DateTimeOffset now) =>
        plan
            .Candidates.Select(
                (c, i) =>
                    new ExplainedDeployment(
                        c.Deployment.DeploymentText,
                        c.Deployment.Model.Name,
                        c.Deployment.Connection.Name,
                        c.Deployment.Connection.Family,
                        c.Deployment.Deployment.UpstreamModel,
                        c.Weight,
                        c.Health.State,
                        c.Health.UnavailableUntil,
                        worst[i] is { } nano ? NanoUsd.Format(nano) : null,
                        c.Deployment.PriceAt(now)?.Version
                    )
            )
            .ToList();

    static string? KeyRefusal(Caller caller, TimeProvider time) =>
        caller.Key.State != KeyState.Active ? $"The key is {caller.Key.State.ToString().ToLowerInvariant()}."
        : caller.Key.ExpiresAt <= time.GetUtcNow() ? "The key has expired."
        : caller.Person is { Disabled: true } ? "The person of this key is disabled."
        : null;

    static Caller FindCaller(string keyId, GovernanceCatalog governance) =>
        KeyId.TryParse(keyId, out var id) && governance.Current.Callers.TryGetValue(id, out var caller)
            ? caller
            : throw new PorticoException(ErrorTable.NotFound, $"There is no key '{Wire.Json.Short(keyId)}'.", "key_id");
}
