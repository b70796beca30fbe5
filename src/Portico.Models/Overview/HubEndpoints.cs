using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Api;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Rules;
using Portico.Observability;

namespace Portico.Models.Overview;

/// <summary>The hub as somebody looks at it who chooses or answers for a model: all that is known of it in one place.</summary>
static class HubEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/hub", List).WithSummary("Every model with its licence, terms, price, state, use of the last 30 days and end");
        api.MapGet("/hub/{id}", Get)
            .WithSummary("One model with its card, deployments, prices, decisions, broken rules and who used it in the last 30 days");
    }

    /// <summary>Kind: chat or embeddings. Prices are in USD per million tokens, null where the model is unpriced. Calls and cost are of the last 30 days.</summary>
    public sealed record HubLine(
        ModelId ModelId,
        string Model,
        string Kind,
        ModelState State,
        bool Disabled,
        IReadOnlyList<string> Connections,
        string? Source,
        string? Licence,
        bool? CommercialUse,
        bool? TrainsOnData,
        int? RetentionDays,
        IReadOnlyList<string>? Regions,
        int? ContextTokens,
        int? MaxOutputTokens,
        IReadOnlyList<string> Inputs,
        IReadOnlyList<string> Outputs,
        IReadOnlyList<string> Capabilities,
        string? InputUsdPerMtok,
        string? OutputUsdPerMtok,
        DateOnly? RetiresOn,
        string? Replacement,
        int BrokenRules,
        long Calls,
        string CostUsd
    );

    /// <summary>Where a model is served, and under which name.</summary>
    public sealed record ServedAt(
        DeploymentId DeploymentId,
        string Connection,
        string Family,
        string UpstreamModel,
        int Weight,
        bool Disabled
    );

    /// <summary>A rule of an organisation that the model breaks, and the fact of its card that breaks it.</summary>
    public sealed record BrokenRule(RuleId RuleId, string? Organisation, string Says, string Fact);

    /// <summary>Decisions are those in force; prices are all versions, the newest first.</summary>
    public sealed record HubModel(
        HubLine Summary,
        ModelCard Card,
        string CardOrigin,
        IReadOnlyList<ServedAt> ServedAt,
        IReadOnlyList<PriceRow> Prices,
        IReadOnlyList<ModelDecision> Decisions,
        IReadOnlyList<BrokenRule> BrokenRules,
        IReadOnlyList<ModelUse> Uses
    );

    static async Task<Ok<Page<HubLine>>> List(
        HttpContext http,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        ModelUses uses,
        TimeProvider time,
        string? q,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var snapshot = catalog.Current;
        var wanted = state is null ? (ModelState?)null : StateOf(state);
        var within = AdminAccess.ReachOf(http);
        var sums = await uses.SumsAsync(within, ct);
        var lines = ModelsInReach
            .List(snapshot, governance.Current, within)
            .Where(m => wanted is null || m.State == wanted)
            .Select(m =>
                Line(snapshot, m, r => RulesInReach.IsSeen(r, governance.Current, within), sums.GetValueOrDefault(m.Name), time.GetUtcNow())
            )
            .Where(l => q is null || Says(l, q));
        return TypedResults.Ok(ModelEndpoints.PageOf(lines, l => l.Model, limit, cursor));
    }

    static async Task<Ok<HubModel>> Get(
        HttpContext http,
        string id,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        ModelUses uses,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var snapshot = catalog.Current;
        var (all, within) = (governance.Current, AdminAccess.ReachOf(http));
        var model = ModelsInReach.Find(snapshot, all, within, id);
        var card = snapshot.CardOf(model.Id);
        return TypedResults.Ok(
            new HubModel(
                Line(
                    snapshot,
                    model,
                    r => RulesInReach.IsSeen(r, all, within),
                    (await uses.SumsAsync(within, ct)).GetValueOrDefault(model.Name),
                    time.GetUtcNow()
                ),
                card.Card,
                CardEndpoints.OriginOf(card),
                snapshot
                    .DeploymentsOf(model.Id)
                    .Select(d => new ServedAt(
                        d.Deployment.Id,
                        d.Connection.Name,
                        d.Connection.Family,
                        d.Deployment.UpstreamModel,
                        d.Deployment.Weight,
                        d.Deployment.Disabled || d.Connection.Disabled
                    ))
                    .ToList(),
                snapshot.Prices.Where(p => p.ModelId == model.Id).OrderByDescending(p => p.Price.Version).ToList(),
                snapshot.AccessOf(model.Id).InForce.Where(d => ModelsInReach.IsSeen(d, all, within)).ToList(),
                Broken(snapshot, model.Id)
                    .Where(b => RulesInReach.IsSeen(b.Rule, all, within))
                    .Select(b => new BrokenRule(
                        b.Rule.Id,
                        all.Organisations.GetValueOrDefault(b.Rule.OrganisationId)?.Name,
                        b.Rule.Says,
                        b.Fact
                    ))
                    .ToList(),
                await uses.OfAsync(model.Name, within, ct)
            )
        );
    }

    static HubLine Line(ModelsSnapshot snapshot, Model model, Func<ModelRule, bool> seen, UsageLine? used, DateTimeOffset now)
    {
        var card = snapshot.CardOf(model.Id).Card;
        var rates = snapshot.PriceOf(model.Id, now)?.Rates;
        return new HubLine(
            model.Id,
            model.Name,
            model.Embeddings ? "embeddings" : "chat",
            model.State,
            model.Disabled,
            snapshot.DeploymentsOf(model.Id).Select(d => d.Connection.Name).Distinct(StringComparer.Ordinal).ToList(),
            card.Source?.Name,
            card.Licence?.Id ?? card.Licence?.Name,
            card.Licence?.CommercialUse,
            card.Terms?.TrainsOnData,
            card.Terms?.RetentionDays,
            card.Terms?.Regions,
            model.ContextTokens,
            model.MaxOutputTokens,
            card.Inputs,
            card.Outputs,
            card.Capabilities,
            Usd(rates?.Input),
            Usd(rates?.Output),
            card.Retirement?.Date,
            card.Retirement?.Replacement,
            Broken(snapshot, model.Id).Count(b => seen(b.Rule)),
            used?.Calls ?? 0,
            used?.CostUsd ?? NanoUsd.Format(0)
        );
    }

    static IEnumerable<(ModelRule Rule, string Fact)> Broken(ModelsSnapshot snapshot, ModelId model) =>
        from rule in snapshot.Rules.All
        let fact = rule.BrokenBy(snapshot.FactsOf(model))
        where fact is not null
        select (rule, fact);

    /// <summary>Somebody who searches types a name, a maker, a licence, a connection or what the model can do.</summary>
    static bool Says(HubLine line, string text) =>
        line
            .Capabilities.Concat(line.Connections)
            .Concat([line.Model, line.Source ?? "", line.Licence ?? ""])
            .Any(fact => fact.Contains(text, StringComparison.OrdinalIgnoreCase));

    static ModelState StateOf(string text) =>
        text switch
        {
            "quarantined" => ModelState.Quarantined,
            "approved" => ModelState.Approved,
            "retired" => ModelState.Retired,
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "state must be quarantined, approved or retired.", "state"),
        };

    static string? Usd(long? nano) => nano is { } rate ? NanoUsd.Format(rate) : null;
}
