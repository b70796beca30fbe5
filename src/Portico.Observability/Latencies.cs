using System.Numerics;

namespace Portico.Observability;

/// <summary>What is timed; the numbers are those of the table.</summary>
enum Measure
{
    Duration = 1,
    FirstOutput = 2,
}

/// <summary>
/// Times in buckets whose bounds grow by 2^(1/8), about 9 %. Counts of equal buckets add up, so the quantiles of any group over any range come from
/// the sums of its minutes. A quantile read from them is off by at most <see cref="MaxRelativeError"/>, for times of one microsecond or more.
/// </summary>
static class LatencyBuckets
{
    const int PerDoubling = 8;
    const int Max = 44 * PerDoubling; // half a year; longer times count as that

    /// <summary>A bucket is told by its middle, half a bucket from either bound: 2^(1/16) - 1.</summary>
    public const double MaxRelativeError = 0.0443;

    public static int Of(long us)
    {
        if (us <= 1)
            return 0;
        // The logarithm decides within one doubling, the bit length across them: a long time costs no precision.
        var doubling = BitOperations.Log2((ulong)us);
        var rest = us / (double)(1L << doubling);
        return Math.Min(Max, doubling * PerDoubling + (int)Math.Ceiling(Math.Log2(rest) * PerDoubling - 1e-9));
    }

    /// <summary>The time that stands for a bucket, microseconds.</summary>
    public static long Middle(int bucket) => bucket == 0 ? 1 : (long)Math.Round(Math.Pow(2, (bucket - 0.5) / PerDoubling));

    /// <summary>The time that this share of the calls did not exceed (nearest rank), microseconds; 0 when nothing was counted.</summary>
    /// <param name="counts">Calls by bucket, ascending.</param>
    /// <param name="share">0 to 1.</param>
    public static long Quantile(IReadOnlyList<(int Bucket, long Calls)> counts, double share)
    {
        var all = counts.Sum(c => c.Calls);
        if (all == 0)
            return 0;
        var rank = Math.Max(1, (long)Math.Ceiling(share * all));
        var seen = 0L;
        foreach (var (bucket, calls) in counts)
        {
            seen += calls;
            if (seen >= rank)
                return Middle(bucket);
        }
        return Middle(counts[^1].Bucket);
    }
}
