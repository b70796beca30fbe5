namespace Portico.Observability;

/// <summary>A part of what was used at its price. <paramref name="RateNanoUsd"/> is for <paramref name="Per"/> of them; null = it has no price.</summary>
sealed record CostPart(string Name, long Quantity, long? RateNanoUsd, long Per, long? CostNanoUsd);

/// <summary>What one attempt cost. Parts are rounded one by one, the sum once: it is what was billed.</summary>
sealed record AttemptCost(
    int Number,
    string Model,
    string Provider,
    string? PriceId,
    long PriceVersion,
    string? PriceSource,
    bool Unpriced,
    IReadOnlyList<CostPart> Parts,
    long CostNanoUsd
);

/// <summary>What a call cost, by attempt and part, beside what was held before it was made and what its settlement came to.</summary>
sealed record CallCost(
    CallId Id,
    long HeldNanoUsd,
    long CostNanoUsd,
    long SavedNanoUsd,
    bool Unpriced,
    UsageSource Source,
    IReadOnlyList<AttemptCost> Attempts
)
{
    internal static CallCost Of(CallRecord call, IPriceBook prices) =>
        new(
            call.Id,
            call.HeldNanoUsd,
            call.CostNanoUsd,
            call.SavedNanoUsd,
            call.Unpriced,
            call.Usage.Source,
            call.Attempts.Select(a => Of(a, PriceId.TryParse(a.PriceId, out var id) ? prices.Find(id, a.PriceVersion) : null)).ToList()
        );

    static AttemptCost Of(AttemptRecord a, Price? price) =>
        new(
            a.Number,
            a.Model,
            a.Provider,
            a.PriceId,
            a.PriceVersion,
            price?.Source,
            a.Unpriced,
            Price.PartsOf(price, a.Usage).Select(p => new CostPart(p.Name, p.Quantity, p.RateNanoUsd, p.Per, p.CostNanoUsd)).ToList(),
            a.CostNanoUsd
        );
}
