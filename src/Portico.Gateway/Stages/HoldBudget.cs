using Portico.Core.Chat;
using Portico.Gateway.Ledger;
using Portico.Gateway.Routing;

namespace Portico.Gateway.Stages;

/// <summary>
/// Holds the worst case of the call against every budget and token limit, all or none, before any upstream is contacted; settles the true cost at the
/// end. Behind the cache: a hit costs nothing.
/// </summary>
sealed class HoldBudget(MeterCatalog meters, CreditLedger ledger) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var plan = call.Plan!;
        var set = meters.For(call.Caller, plan.Route.Name, plan.Lead.Model.Name);
        if (set.Spends.Length == 0)
            return next(call, ct);
        var cap = OutputCap(call, plan);
        long output = (long)cap * (call.Chat?.Choices ?? 1);
        var worst = WorstCase(call, plan, output);
        if (worst is null && set.HasMoney && !plan.Route.AllowUnpriced)
            throw new PorticoException(
                ErrorTable.UnpricedModel,
                $"The model '{plan.Lead.Model.Name}' has no price, and a money budget applies to this call. Add a price, or allow unpriced models on the route.",
                "model"
            );
        var amounts = new Amounts(worst ?? 0, call.InputTokens + output, 0, 0);
        call.Context.Record.HeldNanoUsd = amounts.NanoUsd;
        var capped = call.Chat is null ? call : call with { OutputCap = cap };
        var pending = ledger.HoldAsync(set.Spends, amounts, ct);
        return pending.IsCompletedSuccessfully ? Go(pending.Result, capped, next, ct) : WaitAsync(pending, capped, next, ct);
    }

    async ValueTask<ModelReply> WaitAsync(ValueTask<HoldResult> pending, ModelCall call, Next next, CancellationToken ct) =>
        await Go(await pending, call, next, ct);

    ValueTask<ModelReply> Go(HoldResult result, ModelCall call, Next next, CancellationToken ct)
    {
        var context = call.Context;
        if (result.Refusal is { } refusal)
        {
            context.Note("hold_budget", $"refused by {refusal.Meter.Id}");
            throw refusal.ToException(context.Time.GetUtcNow());
        }
        context.Note("hold_budget", "held the worst case on every budget and token limit");
        var hold = result.Hold!;
        context.OnEnd(_ =>
            ledger.Settle(hold, new Amounts(context.Record.CostNanoUsd, context.Record.Usage.Total, 0, 0), context.Settlements)
        );
        return next(call, ct);
    }

    /// <summary>The caller's own cap, or the route's default within what the model can give.</summary>
    static int OutputCap(ModelCall call, RoutePlan plan)
    {
        if (call.Chat is null)
            return 0;
        return OutputCap(call.Chat.MaxOutputTokens, plan);
    }

    internal static int OutputCap(int? asked, RoutePlan plan)
    {
        if (asked is { } own)
            return own;
        return plan.Lead.Model.MaxOutputTokens is { } most && most < plan.Route.DefaultOutputTokens ? most : plan.Route.DefaultOutputTokens;
    }

    /// <summary>The dearest of the deployments that may serve; null when one of them has no price.</summary>
    static long? WorstCase(ModelCall call, RoutePlan plan, long output)
    {
        var now = call.Context.Time.GetUtcNow();
        long worst = 0;
        foreach (var candidate in plan.Candidates)
        {
            if (candidate.Deployment.PriceAt(now)?.WorstCaseNanoUsd(call.InputTokens, output) is not { } cost)
                return null;
            worst = Math.Max(worst, cost);
        }
        return worst;
    }
}
