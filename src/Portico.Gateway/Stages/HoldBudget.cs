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
    /// <summary>Room for an answer where only an estimate says that there is less.</summary>
    const int LeastOutputTokens = 256;

    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var plan = call.Plan!;
        var set = call.Context.Meters = meters.For(call.Caller, plan);
        if (set.Spends.Length == 0)
            return next(call, ct);
        var cap = OutputCap(call, plan);
        long output = (long)cap * (call.Chat?.Choices ?? 1);
        var worst = WorstCase(call, plan, output, out var tokens, out var unpriced, out var lack);
        if (unpriced is not null && set.HasMoney && !plan.Route.AllowUnpriced)
            throw new PorticoException(
                ErrorTable.UnpricedModel,
                lack is null
                    ? $"The model '{unpriced}' has no price, and a money budget applies to this call. Add a price, or allow unpriced models on the route."
                    : $"What the model '{unpriced}' can cost cannot be said before, and a money budget applies to this call: {lack}. Add it, or allow unpriced models on the route.",
                lack is null ? "model" : "tools"
            );
        var amounts = new Amounts(worst, tokens, 1, 1);
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
            return Refused(refusal, call, next, ct);
        context.Note("hold_budget", "held the worst case on every budget and token limit");
        var hold = result.Hold!;
        context.OnEnd(_ =>
        {
            var record = context.Record;
            // A model that was not asked in the end has had no request.
            var requests = record.Attempts.Count > 0 ? 1 : 0;
            ledger.Settle(hold, new Amounts(record.CostNanoUsd, record.Usage.Total, requests, 0), context.Settlements, record.Model);
        });
        return next(call, ct);
    }

    /// <summary>A model without room is left out where another one may serve.</summary>
    ValueTask<ModelReply> Refused(MeterRefusal refusal, ModelCall call, Next next, CancellationToken ct)
    {
        var context = call.Context;
        if (refusal.Meter.Scope == MeterScope.Model && call.Plan!.Without(refusal.Value) is { } rest)
        {
            context.Note("hold_budget", $"left out {refusal.Value}: no room in {refusal.Meter.Id}");
            return RunAsync(call with { Plan = rest }, next, ct);
        }
        context.Note("hold_budget", $"refused by {refusal.Meter.Id}");
        throw refusal.ToException(context.Time.GetUtcNow());
    }

    /// <summary>The caller's own cap, or the route's default within what the model can give and its window has left.</summary>
    static int OutputCap(ModelCall call, RoutePlan plan)
    {
        if (call.Chat is null)
            return 0;
        return OutputCap(call.Chat.MaxOutputTokens, plan, call.InputTokens, call.Context.Record.CountEstimated);
    }

    internal static int OutputCap(int? asked, RoutePlan plan, int inputTokens, bool isEstimate)
    {
        if (asked is { } own)
            return own;
        var cap = Math.Min(plan.Route.DefaultOutputTokens, plan.SmallestOutput ?? int.MaxValue);
        if (plan.SmallestWindow is not { } window)
            return cap;
        // Providers refuse a cap that does not fit beside the input. An estimate errs on the high side and must not cut the answer to nothing.
        var left = window - inputTokens;
        return Math.Min(cap, Math.Max(left, isEstimate ? LeastOutputTokens : 1));
    }

    /// <summary>The dearest of the deployments that may serve and have a price.</summary>
    static long WorstCase(ModelCall call, RoutePlan plan, long output, out long tokens, out string? unpriced, out string? lack)
    {
        var now = call.Context.Time.GetUtcNow();
        var worst = 0L;
        tokens = 0;
        unpriced = lack = null;
        foreach (var candidate in plan.Candidates)
        {
            var cost = call.WorstCaseNanoUsd(candidate.Deployment, now, output, out var most, out var missing);
            worst = Math.Max(worst, cost ?? 0);
            tokens = Math.Max(tokens, most);
            if (cost is null && unpriced is null)
                (unpriced, lack) = (candidate.Deployment.Model.Name, missing);
        }
        return worst;
    }
}
