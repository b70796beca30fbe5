namespace Portico.Core;

/// <summary>
/// What one model costs at one connection, valid for a span of time. Prices are nano-USD per million tokens
/// (1 USD per million tokens = 1,000,000,000); null means "not priced", which is not zero.
/// <see cref="TierAboveInputTokens"/>: when the whole input exceeds it, the tier's rates hold for the whole call
/// (the rule of the providers that publish long-context prices).
/// </summary>
public sealed record Price
{
    public required PriceId Id { get; init; }

    /// <summary>Grows with every correction of the same model's price; each record keeps the version it was billed with.</summary>
    public required long Version { get; init; }
    public required TokenRates Rates { get; init; }
    public long? TierAboveInputTokens { get; init; }
    public TokenRates? TierRates { get; init; }

    /// <summary>A fixed charge for each attempt that reached the provider, nano-USD.</summary>
    public long PerRequestNanoUsd { get; init; }

    /// <summary>Where the figures come from and when they were read; shown beside them.</summary>
    public string? Source { get; init; }

    TokenRates RatesFor(long inputTokens) =>
        TierRates is not null && TierAboveInputTokens is { } limit && inputTokens > limit ? TierRates : Rates;

    /// <summary>
    /// The cost in nano-USD: parts multiplied in 128 bits, added, divided once by a million, rounded up.
    /// Null when a part that is not zero has no rate: the state "unpriced", never zero.
    /// </summary>
    public long? CostNanoUsd(in Usage usage)
    {
        var rates = RatesFor(usage.TotalInput);
        Int128 sum = 0;
        if (
            !Add(ref sum, usage.Input, rates.Input)
            || !Add(ref sum, usage.CacheRead, rates.CacheRead ?? rates.Input)
            || !Add(ref sum, usage.CacheWrite, rates.CacheWrite ?? rates.Input)
            || !Add(ref sum, usage.CacheWriteLong, rates.CacheWriteLong ?? rates.CacheWrite ?? rates.Input)
            || !Add(ref sum, usage.AudioInput, rates.AudioInput)
            || !Add(ref sum, usage.ImageInput, rates.ImageInput ?? rates.Input)
            || !Add(ref sum, usage.Output, rates.Output)
            || !Add(ref sum, usage.Reasoning, rates.Reasoning ?? rates.Output)
            || !Add(ref sum, usage.AudioOutput, rates.AudioOutput)
        )
            return null;
        return checked((long)((sum + 999_999) / 1_000_000)) + PerRequestNanoUsd;
    }

    /// <summary>
    /// The most a call can cost: every input token at the dearest input rate that could apply, every output token
    /// of every choice at the dearest output rate. Null when the model has no rate for what would be used.
    /// </summary>
    public long? WorstCaseNanoUsd(long inputTokens, long outputTokens)
    {
        Int128 worst = -1;
        foreach (var rates in TierRates is null ? [Rates] : new[] { Rates, TierRates })
        {
            var input = Dearest(rates.Input, rates.CacheRead, rates.CacheWrite, rates.CacheWriteLong, rates.ImageInput, rates.AudioInput);
            var output = Dearest(rates.Output, rates.Reasoning, rates.AudioOutput);
            if ((inputTokens > 0 && rates.Input is null) || (outputTokens > 0 && rates.Output is null))
                return null;
            var sum = (Int128)inputTokens * input + (Int128)outputTokens * output;
            worst = Int128.Max(worst, sum);
        }
        return checked((long)((worst + 999_999) / 1_000_000)) + PerRequestNanoUsd;
    }

    static long Dearest(params ReadOnlySpan<long?> rates)
    {
        long dearest = 0;
        foreach (var rate in rates)
            dearest = Math.Max(dearest, rate ?? 0);
        return dearest;
    }

    static bool Add(ref Int128 sum, long tokens, long? rate)
    {
        if (tokens == 0)
            return true;
        if (rate is not { } nanoUsdPerMTok)
            return false;
        sum += (Int128)tokens * nanoUsdPerMTok;
        return true;
    }
}

/// <summary>Rates in nano-USD per million tokens by part of <see cref="Usage"/>. A null cache or reasoning rate falls back to the plain one.</summary>
public sealed record TokenRates
{
    public long? Input { get; init; }
    public long? CacheRead { get; init; }
    public long? CacheWrite { get; init; }
    public long? CacheWriteLong { get; init; }
    public long? AudioInput { get; init; }
    public long? ImageInput { get; init; }
    public long? Output { get; init; }
    public long? Reasoning { get; init; }
    public long? AudioOutput { get; init; }
}

/// <summary>Money is integer nano-USD everywhere; this prints and reads it.</summary>
public static class NanoUsd
{
    public const long PerUsd = 1_000_000_000;

    /// <summary>Exact decimal dollars, at least two decimals: <c>0.000042</c>, <c>12.50</c>.</summary>
    public static string Format(long nanoUsd)
    {
        var value = nanoUsd / (decimal)PerUsd;
        return value.ToString("0.00#######", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads decimal dollars; false for anything else, for more than nine decimals and beyond ±9 billion dollars.</summary>
    public static bool TryParse(string? text, out long nanoUsd)
    {
        nanoUsd = 0;
        if (
            !decimal.TryParse(
                text,
                System.Globalization.NumberStyles.AllowDecimalPoint | System.Globalization.NumberStyles.AllowLeadingSign,
                System.Globalization.CultureInfo.InvariantCulture,
                out var usd
            )
        )
            return false;
        var nano = usd * PerUsd;
        if (nano != decimal.Truncate(nano) || Math.Abs(usd) > 9_000_000_000m)
            return false;
        nanoUsd = (long)nano;
        return true;
    }
}
