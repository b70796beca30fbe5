using Portico.Gateway.Ledger;

namespace Portico.Gateway.Stages;

/// <summary>Holds one request and one call at once against every limit of the caller and the route. Early: a refused call costs next to nothing.</summary>
sealed class LimitRequests(MeterCatalog meters, CreditLedger ledger) : IStage
{
    static readonly Amounts One = new(0, 0, 1, 1);
    static readonly Amounts Used = new(0, 0, 1, 0);

    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        // The name the caller used is the route's name; a name that leads nowhere meets no route limit.
        var set = call.Context.Meters = meters.For(call.Caller, call.RequestedModel);
        if (set.Rates.Length == 0)
            return next(call, ct);
        var pending = ledger.HoldAsync(set.Rates, One, ct);
        return pending.IsCompletedSuccessfully ? Go(pending.Result, call, next, ct) : WaitAsync(pending, call, next, ct);
    }

    async ValueTask<ModelReply> WaitAsync(ValueTask<HoldResult> pending, ModelCall call, Next next, CancellationToken ct) =>
        await Go(await pending, call, next, ct);

    ValueTask<ModelReply> Go(HoldResult result, ModelCall call, Next next, CancellationToken ct)
    {
        var context = call.Context;
        if (result.Refusal is { } refusal)
        {
            context.Note("limit_requests", $"refused by {refusal.Meter.Id}");
            throw refusal.ToException(context.Time.GetUtcNow());
        }
        var hold = result.Hold!;
        context.OnEnd(_ => ledger.Settle(hold, Used, context.Settlements));
        return next(call, ct);
    }
}
