using System.Net;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway.Ledger;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Policy.Approvals;
using static Portico.Gateway.Endpoints.ExplainedWays;
using static Portico.Gateway.Endpoints.ExplainEndpoints;
using Route = Portico.Gateway.Routing.Route;

namespace Portico.Gateway.Endpoints;

/// <summary>Walks a call through the checks of the stages, in their order, without its effects.</summary>
sealed class Explainer(
    GovernanceCatalog governance,
    KeyAuthentication authentication,
    PersonCallers people,
    TokenCounter counter,
    RouteTable routes,
    RouteService service,
    MeterCatalog meters,
    CreditLedger ledger,
    ConnectionBench bench,
    TimeProvider time
)
{
    /// <param name="body">What is asked.</param>
    /// <param name="asker">Who asks, null for an admin token.</param>
    /// <param name="within">Whose keys and use cases there are for them.</param>
    /// <exception cref="PorticoException">There is no such key or use case, or the question makes no sense.</exception>
    public Explanation Explain(ExplainBody body, PersonId? asker, Reach within)
    {
        // Read as the door would read it, and refused in its words.
        var chat = body.Chat is { } json ? OpenAiChatReader.Read(Encoding.UTF8.GetBytes(json.GetRawText())).Request : null;
        if (chat is not null)
            body = body with { Model = chat.Model, MaxOutputTokens = chat.MaxOutputTokens, Choices = chat.Choices };
        if (body.Units is < 0 or > 1_000_000_000)
            throw new PorticoException(ErrorTable.InvalidRequest, "units must be a whole number from 0 to 1000000000.", "units");
        if (body.InputTokens < 0 || body.MaxOutputTokens < 1 || body.Choices is < 1 or > 128)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "Tokens and choices must be whole numbers from 0 and 1 on.",
                "input_tokens"
            );
        var draft = body.Route?.ToRoute(default, 0);
        if (draft is not null)
            service.Check(draft);
        if ((draft?.Name ?? body.Model) is not { } model)
            throw new PorticoException(ErrorTable.InvalidRequest, "model names the route or the model that is called.", "model");
        body = body with { Model = model };
        if (body.UseCaseId is { } useCase)
            return ExplainName(body, chat, people.Asked(body, useCase, asker, within), draft);
        var caller = FindCaller(body.KeyId, within);
        try
        {
            KeyAuthentication.RefuseUnlessLive(caller, time.GetUtcNow());
            if (body.Address is not null)
                KeyAuthentication.RefuseUnlessFrom(caller, AddressOf(body.Address));
            if (body.Person is { Length: > 0 } person)
                caller = authentication.ActingFor(caller, person);
        }
        catch (PorticoException e)
        {
            return Refused(e, Describe(caller), null);
        }
        return ExplainName(body, chat, caller, draft);
    }

    Explanation ExplainName(ExplainBody body, ChatRequest? chat, Caller caller, Route? draft)
    {
        var name = body.Model!;
        var now = time.GetUtcNow();
        var unapproved =
            caller.Policies.InForce is { } policy && ApprovalCheck.Refusal(caller, policy.At(now), now) is { } why
                ? new PorticoException(ErrorTable.UseCaseNotApproved, why)
                : null;
        var plan = draft is null ? routes.Find(name, caller) : routes.FindDraft(draft, caller);
        if (plan is not null)
            return ExplainPlan(body, chat, caller, plan, unapproved);
        var route = draft ?? routes.RouteOf(name);
        var whole = draft is null ? routes.FindWhole(name) : routes.FindWholeDraft(draft);
        return Refused(
            unapproved ?? new PorticoException(ErrorTable.ModelNotFound, WhyNot(name, route, whole, caller)),
            Describe(caller),
            route is null ? null : Describe(route)
        ) with
        {
            LeftOut = route is null ? [] : Unusable(route),
        };
    }

    /// <summary>What the caller is not told: an administrator may know what there is.</summary>
    string WhyNot(string name, Route? route, RoutePlan? whole, Caller caller) =>
        route is null ? $"No route and no model is named '{Json.Short(name)}'."
        : route.Disabled ? "The route is switched off."
        : whole is null ? "Nothing that it leads to is switched on."
        : !caller.MayUseRoute(name) ? "The key may not use this route."
        : $"The workspace may not use it: {routes.WhyClosed(whole, caller)}.";

    Explanation ExplainPlan(ExplainBody body, ChatRequest? chat, Caller caller, RoutePlan plan, PorticoException? unapproved)
    {
        var kind =
            body.Kind is { } name ? CallKinds.Parse(name)
            : body.Embeddings ? CallKind.Embeddings
            : CallKind.Chat;
        var ways = WaysOf(kind, body);
        var unserved = Unserved(kind, plan);
        if (plan.Refusal is null)
            plan = plan.Serving(kind) ?? plan;
        // Any of them may serve: the one that counts most, as the stage does it.
        var count = chat is null
            ? new TokenCount(body.InputTokens, Estimated: true)
            : plan.TokenFamilies.Select(f => InputTokens.OfChat(counter, f, chat)).MaxBy(c => c.Tokens);
        body = body with { InputTokens = count.Tokens };
        var cap = kind != CallKind.Chat ? 0 : HoldBudget.OutputCap(body.MaxOutputTokens, plan, body.InputTokens, count.Estimated);
        var output = (long)cap * body.Choices;
        var now = time.GetUtcNow();
        long? Worst(Candidate c) =>
            ways is not null
                ? BilledAs.WorstCaseNanoUsd(ways, c.Deployment.PriceAt(now), out _)
                : c
                    .Deployment.PriceAt(now)
                    ?.WorstCaseNanoUsd(body.InputTokens, output, ClassOf(c, kind, chat ?? AskingFor(body.ServiceTier)));
        var worst = plan.Candidates.Select(Worst).ToList();
        var amounts = new Amounts(worst.Max() ?? 0, body.InputTokens + output, 1, 1);
        // Requests and calls at once are held before the model is known; money, tokens and what counts for a model behind it.
        var set = meters.For(caller, plan);
        var rates = ledger.Status(meters.For(caller, body.Model!).Rates).Select(s => ExplainMeter(s, amounts)).ToList();
        var spends = ledger.Status(set.Spends).Select(s => ExplainMeter(s, amounts)).ToList();
        var context = ContextOf(body, plan);
        var refusal =
            Blocked(rates, plan)
            ?? unapproved
            ?? (plan.Refusal is { } denied ? new PorticoException(ErrorTable.PolicyDenied, denied) : null)
            ?? unserved
            ?? DoesNotFit(context, plan)
            ?? (
                worst.Contains(null) && set.HasMoney && !plan.Route.AllowUnpriced
                    ? new PorticoException(ErrorTable.UnpricedModel, "A money budget applies and a deployment has no price.")
                    : null
            )
            ?? Blocked(spends, plan)
            ?? (
                plan.Candidates.All(c => Until(c) is not null)
                    ? new PorticoException(ErrorTable.NoDeployment, "Every deployment is benched at the moment.")
                    : null
            );
        var order = CandidateOrder.For(plan, body.Session, 0, Worst);
        return new Explanation(
            refusal is null,
            refusal?.Kind.Code,
            refusal?.Message,
            Describe(caller),
            Describe(plan.Route),
            context,
            set.Spends.Length == 0 ? body.MaxOutputTokens : cap,
            body.InputTokens,
            chat is not null && count.Estimated,
            set.Spends.Length == 0 ? null : NanoUsd.Format(amounts.NanoUsd),
            plan.Refusal is null ? order.Select(c => Describe(c, Worst(c), now)).ToList() : [],
            [.. plan.LeftOut.Select(Describe), .. Unusable(plan.Route)],
            [.. rates, .. spends]
        );
    }

    static Explanation Refused(PorticoException e, ExplainedCaller caller, ExplainedRoute? route) =>
        new(false, e.Kind.Code, e.Message, caller, route, null, null, null, false, null, [], [], []);

    static ExplainedContext ContextOf(ExplainBody body, RoutePlan plan)
    {
        var window = plan.SmallestWindow;
        var needed = body.InputTokens + (long)(body.MaxOutputTokens ?? 0);
        return new ExplainedContext(window, needed, window is null || needed <= window, plan.Route.Context);
    }

    /// <summary>A policy that makes it fit depends on the messages, which are not asked for; refusing does not.</summary>
    static PorticoException? DoesNotFit(ExplainedContext context, RoutePlan plan) =>
        !context.Fits && plan.Route.Context == ContextPolicy.Refuse
            ? new PorticoException(
                ErrorTable.ContextLengthExceeded,
                $"The call needs {context.NeededTokens} tokens and the window has {context.WindowTokens}."
            )
            : null;

    static PorticoException? Unserved(CallKind kind, RoutePlan plan) =>
        plan.Serving(kind) is not null
            ? null
            : new PorticoException(ErrorTable.UnsupportedByModel, $"The provider of this model does not serve {CallKinds.Say(kind)}.");

    static PorticoException? Blocked(List<ExplainedMeter> meters, RoutePlan plan) =>
        Blocking(meters.FindAll(m => !m.WouldPass && !m.ShadowOnly), plan) is { } m
            ? new PorticoException(
                m.Unit == MeterUnit.NanoUsd ? ErrorTable.BudgetExceeded : ErrorTable.RateLimited,
                $"{m.Id} has no room: limit {m.Limit}, spent {m.Spent}, held {m.Held}, needed {m.Needed}."
            )
            : null;

    /// <summary>The meter that refuses the call: a full one of a model does so only when no other model may serve.</summary>
    static ExplainedMeter? Blocking(List<ExplainedMeter> full, RoutePlan plan) =>
        full.Find(m => m.Scope != MeterScope.Model)
        ?? (plan.Models.All(name => full.Exists(m => m.Of == name)) ? full.FirstOrDefault() : null);

    DateTimeOffset? Until(Candidate c) =>
        c.Health.UnavailableUntil ?? bench.Until(c.Deployment.Connection.Id, c.Deployment.Connection.Version);

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

    static ExplainedCaller Describe(Caller caller) =>
        new(
            caller.Key?.Name,
            caller.UseCase.Name,
            caller.Workspace.Name,
            caller.Organisation.Name,
            caller.Person?.Email,
            caller.Key?.ExpiresAt,
            caller.Key?.Networks ?? [],
            caller.Key?.AllowedRoutes ?? [],
            caller.Key is { KeepContent: true }
        );

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
            route.SessionAffinity,
            route.KeepContents,
            route.AllowUnpriced,
            route.Demands,
            route.Losses
        );

    List<ExplainedLeftOut> Unusable(Route route) =>
        routes.Unusable(route).Select(u => new ExplainedLeftOut(u.Deployment, u.Model, u.Connection, u.Why)).ToList();

    static ExplainedLeftOut Describe(LeftOut left) =>
        new(left.Deployment.DeploymentText, left.Deployment.Model.Name, left.Deployment.Connection.Name, left.Why);

    ExplainedDeployment Describe(Candidate c, long? worst, DateTimeOffset now) =>
        new(
            c.Deployment.DeploymentText,
            c.Deployment.Model.Name,
            c.Deployment.Connection.Name,
            c.Deployment.Connection.Family,
            c.Deployment.Deployment.UpstreamModel,
            c.Weight,
            c.Health.State,
            c.Health.UnavailableUntil,
            bench.Until(c.Deployment.Connection.Id, c.Deployment.Connection.Version),
            worst is { } nano ? NanoUsd.Format(nano) : null,
            c.Deployment.PriceAt(now)?.Version
        );

    static IPAddress AddressOf(string text) =>
        IPAddress.TryParse(text, out var address)
            ? address
            : throw new PorticoException(ErrorTable.InvalidRequest, "address must be an IP address.", "address");

    Caller FindCaller(string? keyId, Reach within) =>
        KeyId.TryParse(keyId ?? "", out var id) && governance.Current.Callers.TryGetValue(id, out var caller) && within.Has(caller)
            ? caller
            : throw new PorticoException(ErrorTable.NotFound, $"There is no key '{Json.Short(keyId ?? "")}'.", "key_id");
}
