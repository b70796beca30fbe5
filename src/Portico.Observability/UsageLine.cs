using Portico.Governance.Access;

namespace Portico.Observability;

/// <summary>One line of a report: the group's values by dimension, and its sums. Money is nano-USD, times are microseconds.</summary>
public sealed record UsageLine
{
    public required IReadOnlyDictionary<string, string> Group { get; init; }
    public long Calls { get; init; }
    public long CacheHits { get; init; }
    public long UnpricedCalls { get; init; }
    public long InputTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public long CacheWriteTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }

    /// <summary>What is no token: searches of rerank calls, characters spoken, milliseconds listened to, images made.</summary>
    public long Searches { get; init; }
    public long Characters { get; init; }
    public long AudioMs { get; init; }
    public long Images { get; init; }

    /// <summary>What it costs now: what was billed and what re-rating changed of it.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>What re-rating changed of what was billed.</summary>
    public long AdjustedNanoUsd { get; init; }
    public long SavedNanoUsd { get; init; }
    public long BilledNanoUsd => CostNanoUsd - AdjustedNanoUsd;
    public string CostUsd => NanoUsd.Format(CostNanoUsd);
    public string BilledUsd => NanoUsd.Format(BilledNanoUsd);
    public string AdjustedUsd => NanoUsd.Format(AdjustedNanoUsd);
    public string SavedUsd => NanoUsd.Format(SavedNanoUsd);
    public long MeanDurationUs { get; init; }

    /// <summary>From arrival to end; null unless asked for.</summary>
    public Quantiles? Duration { get; init; }

    /// <summary>From arrival to the first output, of the calls that had output; null unless asked for.</summary>
    public Quantiles? FirstOutput { get; init; }
}

/// <summary>
/// Quantiles of a time in microseconds over <paramref name="Calls"/> timed calls, each within 4.5 % of the true one (see <see cref="LatencyBuckets"/>).
/// All zero when nothing was timed.
/// </summary>
public sealed record Quantiles(long Calls, long P50Us, long P95Us, long P99Us)
{
    internal static Quantiles From(IEnumerable<(int Bucket, long Calls)> counts)
    {
        var sorted = counts.OrderBy(c => c.Bucket).ToList();
        return new Quantiles(
            sorted.Sum(c => c.Calls),
            LatencyBuckets.Quantile(sorted, 0.50),
            LatencyBuckets.Quantile(sorted, 0.95),
            LatencyBuckets.Quantile(sorted, 0.99)
        );
    }
}

/// <summary>What a report covers.</summary>
/// <param name="Within">Whose usage may be seen: there is no report without it.</param>
public sealed record UsageQuery(Reach Within)
{
    /// <summary>Microseconds, inclusive, cut to the minute.</summary>
    public required long FromUs { get; init; }

    /// <summary>Microseconds, exclusive.</summary>
    public required long ToUs { get; init; }

    /// <summary>Names of <see cref="UsageReports.DimensionNames"/>: at most one time bucket and four others, each once.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>Dimension → the only value that counts.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Read the quantiles too.</summary>
    public bool Quantiles { get; init; }
}
