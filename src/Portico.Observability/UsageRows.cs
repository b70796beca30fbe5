namespace Portico.Observability;

/// <summary>What a line is about: the start of its time bucket, else 0, and the values of the dimensions asked for.</summary>
readonly record struct UsageKey(long Bucket, string? G0, string? G1, string? G2, string? G3)
{
    public string? Value(int place) =>
        place switch
        {
            0 => G0,
            1 => G1,
            2 => G2,
            _ => G3,
        };
}

/// <summary>A row of a report as the store gives it.</summary>
abstract class UsageRow
{
    public long Bucket { get; set; }
    public string? G0 { get; set; }
    public string? G1 { get; set; }
    public string? G2 { get; set; }
    public string? G3 { get; set; }
    public UsageKey Key => new(Bucket, G0, G1, G2, G3);
}

sealed class UsageSumRow : UsageRow
{
    public long Calls { get; set; }
    public long CacheHits { get; set; }
    public long Unpriced { get; set; }
    public long InputTokens { get; set; }
    public long CacheReadTokens { get; set; }
    public long CacheWriteTokens { get; set; }
    public long OutputTokens { get; set; }
    public long ReasoningTokens { get; set; }
    public long Searches { get; set; }
    public long Characters { get; set; }
    public long AudioMs { get; set; }
    public long Images { get; set; }
    public long CostNanoUsd { get; set; }
    public long AdjustedNanoUsd { get; set; }
    public long SavedNanoUsd { get; set; }
    public long DurationUs { get; set; }

    public RollupSums ToSums() =>
        new()
        {
            Calls = Calls,
            CacheHits = CacheHits,
            Unpriced = Unpriced,
            Input = InputTokens,
            CacheRead = CacheReadTokens,
            CacheWrite = CacheWriteTokens,
            Output = OutputTokens,
            Reasoning = ReasoningTokens,
            Searches = Searches,
            Characters = Characters,
            AudioMs = AudioMs,
            Images = Images,
            Cost = CostNanoUsd,
            Adjusted = AdjustedNanoUsd,
            Saved = SavedNanoUsd,
            Duration = DurationUs,
        };
}

sealed class UsageLatencyRow : UsageRow
{
    public long Measure { get; set; }
    public long LatencyBucket { get; set; }
    public long Calls { get; set; }
}

sealed class UsageCountsRow : UsageRow
{
    public string Durations { get; set; } = "";
    public string FirstOutputs { get; set; } = "";
}

/// <summary>Calls by bucket of one line, of each measure.</summary>
sealed class UsageLatencies
{
    public Dictionary<int, long> Durations { get; } = [];
    public Dictionary<int, long> FirstOutputs { get; } = [];

    public void Add(Measure measure, int bucket, long calls)
    {
        var counts = measure == Measure.Duration ? Durations : FirstOutputs;
        counts[bucket] = counts.GetValueOrDefault(bucket) + calls;
    }
}
