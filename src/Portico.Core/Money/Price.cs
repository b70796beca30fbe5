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

    /// <summary>Rates of the classes of service beside the standard one; null when there are none.</summary>
    public PriceClasses? Classes { get; init; }

    /// <summary>Prices of what is not counted in tokens; null when the model has none.</summary>
    public UnitRates? Units { get; init; }

    /// <summary>A fixed charge for each attempt that reached the provider, nano-USD.</summary>
    public long PerRequestNanoUsd { get; init; }

    /// <summary>Where the figures come from and when they were read; shown beside them.</summary>
    public string? Source { get; init; }

    /// <summary>The rates of a class, below the tier or in it.</summary>
    MergedRates RatesOf(PriceClass priceClass, bool inTier)
    {
        var own = Classes?.Of(priceClass);
        // A class may have a tier where the standard one has none; without one of its own, what the standard class says there holds.
        return inTier
            ? new(own is { TierRates: null } && TierRates is null ? own.Rates : own?.TierRates, TierRates ?? Rates)
            : new(own?.Rates, Rates);
    }

    /// <summary>
    /// The cost in nano-USD, at the rates of the class that served: parts multiplied in 128 bits, added, divided once, rounded up.
    /// Null when a part that is not zero has no rate: the state "unpriced", never zero.
    /// </summary>
    public long? CostNanoUsd(in Usage usage)
    {
        var rates = RatesOf(usage.Class, TierAboveInputTokens is { } limit && usage.TotalInput > limit);
        var input = rates.Input;
        var output = rates.Output;
        Int128 sum = 0;
        if (
            !Add(ref sum, usage.Input, input)
            || !Add(ref sum, usage.CacheRead, rates.CacheRead ?? input)
            || !Add(ref sum, usage.CacheWrite, rates.CacheWrite ?? input)
            || !Add(ref sum, usage.CacheWriteLong, rates.CacheWriteLong ?? rates.CacheWrite ?? input)
            || !Add(ref sum, usage.AudioInput, rates.AudioInput)
            || !Add(ref sum, usage.ImageInput, rates.ImageInput ?? input)
            || !Add(ref sum, usage.Output, output)
            || !Add(ref sum, usage.Reasoning, rates.Reasoning ?? output)
            || !Add(ref sum, usage.AudioOutput, rates.AudioOutput)
            || !Add(ref sum, usage.ImageOutput, rates.ImageOutput)
        )
            return null;
        if (usage.HasUnits)
            return UnitsNanoUsd(usage, sum) + PerRequestNanoUsd;
        return checked((long)((sum + 999_999) / 1_000_000)) + PerRequestNanoUsd;
    }

    /// <summary>With what is no token; the sum of the tokens is in nano-USD per million.</summary>
    long? UnitsNanoUsd(in Usage usage, Int128 tokens)
    {
        // In parts of a nano-USD that a token of a million and a millisecond of a minute both make whole.
        Int128 sum = 0;
        if (
            !Add(ref sum, usage.Characters, Units?.MillionCharacters)
            || !Add(ref tokens, usage.Searches * 1_000_000, Units?.Search)
            || !Add(ref tokens, usage.Images * 1_000_000, Units?.ImageOf(usage.ImageClass))
            || !Add(ref tokens, usage.WebSearches * 1_000_000, Units?.WebSearch)
            || !Add(ref tokens, usage.FileSearches * 1_000_000, Units?.FileSearch)
            || !Add(ref tokens, usage.Containers * 1_000_000, Units?.Container)
        )
            return null;
        sum = (sum + tokens) * 3;
        if (!Add(ref sum, usage.AudioMs * 50, Units?.AudioMinute))
            return null;
        return checked((long)((sum + 2_999_999) / 3_000_000));
    }

    /// <summary>What <see cref="CostNanoUsd"/> adds up, for people to read: every part that is not zero, with the rate that holds for it.</summary>
    /// <param name="price">Null: no part has a rate.</param>
    public static IReadOnlyList<PricedPart> PartsOf(Price? price, in Usage usage)
    {
        const long million = 1_000_000;
        var rates = price?.RatesOf(usage.Class, price.TierAboveInputTokens is { } limit && usage.TotalInput > limit);
        var (input, output) = (rates?.Input, rates?.Output);
        PricedPart[] all =
        [
            new("input", usage.Input, input, million),
            new("cache_read", usage.CacheRead, rates?.CacheRead ?? input, million),
            new("cache_write", usage.CacheWrite, rates?.CacheWrite ?? input, million),
            new("cache_write_long", usage.CacheWriteLong, rates?.CacheWriteLong ?? rates?.CacheWrite ?? input, million),
            new("audio_input", usage.AudioInput, rates?.AudioInput, million),
            new("image_input", usage.ImageInput, rates?.ImageInput ?? input, million),
            new("output", usage.Output, output, million),
            new("reasoning", usage.Reasoning, rates?.Reasoning ?? output, million),
            new("audio_output", usage.AudioOutput, rates?.AudioOutput, million),
            new("image_output", usage.ImageOutput, rates?.ImageOutput, million),
            new("characters", usage.Characters, price?.Units?.MillionCharacters, million),
            new("searches", usage.Searches, price?.Units?.Search, 1),
            new("images", usage.Images, price?.Units?.ImageOf(usage.ImageClass), 1),
            new("web_searches", usage.WebSearches, price?.Units?.WebSearch, 1),
            new("file_searches", usage.FileSearches, price?.Units?.FileSearch, 1),
            new("containers", usage.Containers, price?.Units?.Container, 1),
            new("audio_ms", usage.AudioMs, price?.Units?.AudioMinute, 60_000),
            new("requests", price is { PerRequestNanoUsd: > 0 } ? 1 : 0, price?.PerRequestNanoUsd, 1),
        ];
        return all.Where(p => p.Quantity != 0).ToList();
    }

    /// <summary>
    /// The most a call can cost: every input token at the dearest input rate that could apply, every output token
    /// of every choice at the dearest output rate. Null when the model has no rate for what would be used.
    /// </summary>
    /// <param name="inputTokens">All of them.</param>
    /// <param name="outputTokens">Of all choices.</param>
    /// <param name="orAt">The class beside the standard one at which the call may be served.</param>
    public long? WorstCaseNanoUsd(long inputTokens, long outputTokens, PriceClass orAt = PriceClass.Standard)
    {
        var worst = WorstCase(RatesOf(PriceClass.Standard, inTier: false), inputTokens, outputTokens);
        var own = Classes?.Of(orAt);
        if (own is not null)
            worst = Dearer(worst, WorstCase(RatesOf(orAt, inTier: false), inputTokens, outputTokens));
        if (TierRates is not null)
            worst = Dearer(worst, WorstCase(RatesOf(PriceClass.Standard, inTier: true), inputTokens, outputTokens));
        if (own is not null && (TierRates ?? own.TierRates) is not null)
            worst = Dearer(worst, WorstCase(RatesOf(orAt, inTier: true), inputTokens, outputTokens));
        return worst is { } sum ? checked((long)((sum + 999_999) / 1_000_000)) + PerRequestNanoUsd : null;
    }

    static Int128? WorstCase(in MergedRates rates, long inputTokens, long outputTokens)
    {
        if ((inputTokens > 0 && rates.Input is null) || (outputTokens > 0 && rates.Output is null))
            return null;
        var input = Dearest(rates.Input, rates.CacheRead, rates.CacheWrite, rates.CacheWriteLong, rates.ImageInput, rates.AudioInput);
        var output = Dearest(rates.Output, rates.Reasoning, rates.AudioOutput);
        return (Int128)inputTokens * input + (Int128)outputTokens * output;
    }

    /// <summary>Null where either is not known.</summary>
    static Int128? Dearer(Int128? a, Int128? b) => a is { } left && b is { } right ? Int128.Max(left, right) : null;

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
    public long? ImageOutput { get; init; }
}

/// <summary>Prices in nano-USD of what is not counted in tokens.</summary>
public sealed record UnitRates
{
    /// <summary>A search of a rerank call.</summary>
    public long? Search { get; init; }

    /// <summary>A million characters of text that is spoken.</summary>
    public long? MillionCharacters { get; init; }

    /// <summary>A minute of audio that is listened to; counted in milliseconds.</summary>
    public long? AudioMinute { get; init; }

    /// <summary>A search of the web by a tool of the provider.</summary>
    public long? WebSearch { get; init; }

    /// <summary>A search of files at the provider.</summary>
    public long? FileSearch { get; init; }

    /// <summary>A container in which a tool of the provider runs code.</summary>
    public long? Container { get; init; }

    /// <summary>
    /// An image, by its class: quality and size (<c>hd 1024x1792</c>), one of the two, or <c>*</c> for every other. The words are those of the request.
    /// </summary>
    public IReadOnlyDictionary<string, long>? Image { get; init; }

    /// <summary>The class that the provider makes where a request names none, <c>standard 1024x1024</c>; null = it is not known.</summary>
    public string? ImageDefault { get; init; }

    /// <summary>
    /// The price of an image: of its class, else the dearest of the entries that say less than the class does, else of those that say more, else
    /// <c>*</c>. What is not known of an image is taken at its dearest.
    /// </summary>
    public long? ImageOf(string? imageClass)
    {
        if (Image is not { } prices)
            return null;
        if (ImageDefault is not null)
            imageClass = Completed(imageClass, ImageDefault);
        if (imageClass is not null && prices.TryGetValue(imageClass, out var exact))
            return exact;
        var words = imageClass?.Split(' ') ?? [];
        return Dearest(prices, key => key.Split(' ').All(words.Contains))
            ?? Dearest(prices, key => key != Other && words.All(key.Split(' ').Contains))
            ?? (prices.TryGetValue(Other, out var other) ? other : null);
    }

    const string Other = "*";

    static string? Completed(string? named, string usual)
    {
        var (quality, size) = Parts(named);
        var (usualQuality, usualSize) = Parts(usual);
        return $"{quality ?? usualQuality} {size ?? usualSize}".Trim();
    }

    /// <summary>A size is two numbers and an x.</summary>
    static (string? Quality, string? Size) Parts(string? imageClass)
    {
        string? quality = null,
            size = null;
        foreach (var word in imageClass?.Split(' ') ?? [])
            if (word.Split('x') is [var width, var height] && int.TryParse(width, out _) && int.TryParse(height, out _))
                size = word;
            else
                quality = word;
        return (quality, size);
    }

    static long? Dearest(IReadOnlyDictionary<string, long> prices, Func<string, bool> fits) =>
        prices.Where(p => fits(p.Key)).Max(p => (long?)p.Value);
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
