using Portico.Storage;

namespace Portico.Observability.Rerating;

/// <summary>What a call costs by the book of now, beside what was counted for it until now. Money is nano-USD.</summary>
/// <param name="Call">The record, which stays as it is.</param>
/// <param name="OldNanoUsd">Its cost with all adjustments before.</param>
/// <param name="NewNanoUsd">Its cost by the prices that are in force for its time.</param>
/// <param name="OldUnpriced">Whether it was counted as unpriced until now.</param>
/// <param name="NewUnpriced">Whether a part of it has no price now either.</param>
/// <param name="PriceId">The price that its last attempt is rated by, null = none.</param>
/// <param name="PriceVersion">And its version.</param>
public sealed record Adjustment(
    CallRecord Call,
    long OldNanoUsd,
    long NewNanoUsd,
    bool OldUnpriced,
    bool NewUnpriced,
    string? PriceId,
    long PriceVersion
)
{
    public long Difference => NewNanoUsd - OldNanoUsd;
}

/// <summary>
/// Takes over what adjustments change, in the transaction that writes them down. The Gateway's ledger is one: what budgets have spent changes with them.
/// </summary>
public interface IAdjustmentSink
{
    Task ApplyAsync(DbWork work, IReadOnlyList<Adjustment> adjustments, CancellationToken ct);
}

/// <summary>Rates calls by the prices that are in force now for the time when they were made.</summary>
sealed class CallRater(IPriceBook prices)
{
    /// <summary>What came of a call: an adjustment, or null when nothing changes; whether the book has no price for a part that stays as it was.</summary>
    public readonly record struct Rated(long OldNanoUsd, long NewNanoUsd, Adjustment? Adjustment, bool Kept);

    /// <param name="call">A row with its attempts.</param>
    /// <param name="before">What adjustments of before changed of its cost, and of its being unpriced.</param>
    public Rated Rate(CallRecord call, (long NanoUsd, long Unpriced) before)
    {
        var (cost, unpriced, kept) = (0L, false, false);
        var (priceId, version) = (call.PriceId, call.PriceVersion);
        foreach (var attempt in call.Attempts)
        {
            // An attempt that used nothing and was billed nothing is none of the provider's business.
            if (attempt is { Usage.IsEmpty: true, PriceId: null })
                continue;
            var price = prices.At(attempt.Model, Micros.ToTime(attempt.StartedAtUs + attempt.DurationUs));
            if (price?.CostNanoUsd(attempt.Usage) is { } rated)
            {
                cost = checked(cost + rated);
                (priceId, version) = (price.Id.ToString(), price.Version);
                continue;
            }
            // A book that knows less than it did takes nothing back.
            kept = true;
            cost = checked(cost + attempt.CostNanoUsd);
            unpriced |= attempt.Unpriced;
        }
        var old = call.CostNanoUsd + before.NanoUsd;
        var wasUnpriced = (call.Unpriced ? 1 : 0) + before.Unpriced > 0;
        // Where nothing is known now, an earlier adjustment stands.
        if (kept && call.Attempts.Count(a => a.PriceId is not null || !a.Usage.IsEmpty) == 1)
            return new Rated(old, old, null, true);
        return cost == old && unpriced == wasUnpriced
            ? new Rated(old, cost, null, kept)
            : new Rated(old, cost, new Adjustment(call, old, cost, wasUnpriced, unpriced, priceId, version), kept);
    }
}
