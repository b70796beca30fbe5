namespace Portico.Gateway;

/// <summary>
/// One way in which a call of one question may be billed: by searches or by tokens, by characters or by audio tokens. The price of the model says which:
/// it is the way that has all its rates.
/// </summary>
/// <param name="Most">What the call can use at most, for the hold.</param>
/// <param name="Counted">What it uses by our count, where the provider does not say.</param>
readonly record struct BilledAs(Usage Most, Usage Counted)
{
    public static BilledAs Exactly(Usage usage) => new(usage, usage);

    /// <summary>The dearest of the ways that a price knows, and the most tokens of those; null when it knows none.</summary>
    public static long? WorstCaseNanoUsd(IReadOnlyList<BilledAs> ways, Price? price, out long tokens)
    {
        long? worst = null;
        tokens = 0;
        for (var i = 0; i < ways.Count; i++)
        {
            var cost = price?.CostNanoUsd(ways[i].Most);
            // Without a price only the limits on tokens are left, and any way may be theirs.
            if (cost is null && price is not null)
                continue;
            tokens = Math.Max(tokens, ways[i].Most.Total);
            if (cost > (worst ?? -1))
                worst = cost;
        }
        return worst;
    }

    /// <summary>
    /// What was used: as reported, where the price has rates for that; else as counted, in the first way that the price knows. A provider that reports
    /// tokens may bill searches.
    /// </summary>
    public static Usage Used(IReadOnlyList<BilledAs> ways, Usage reported, Price? price)
    {
        if (reported.Source != UsageSource.None && (price is null || price.CostNanoUsd(reported) is not null))
            return reported;
        for (var i = 0; i < ways.Count; i++)
            if (price?.CostNanoUsd(ways[i].Counted) is not null)
                return Estimated(ways[i].Counted, reported);
        return reported.Source != UsageSource.None ? reported : Estimated(ways[0].Counted, reported);
    }

    /// <summary>The class is known also where nothing was counted.</summary>
    static Usage Estimated(in Usage counted, in Usage reported) => counted with { Source = UsageSource.Estimated, Class = reported.Class };
}
