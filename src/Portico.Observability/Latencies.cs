using System.Globalization;
using System.Numerics;
using System.Text;

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

/// <summary>
/// Counts by bucket as a text, <c>88:3 91:12</c>: what a row of an hour or a day keeps of its latencies. A row of its own for each bucket, as minutes have them,
/// would make a report over weeks read a hundred rows where this reads one.
/// </summary>
static class LatencyCounts
{
    public static string Print(IEnumerable<(int Bucket, long Calls)> counts)
    {
        var text = new StringBuilder();
        foreach (var (bucket, calls) in counts.Where(c => c.Calls != 0).OrderBy(c => c.Bucket))
            text.Append(text.Length == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{bucket}:{calls}");
        return text.ToString();
    }

    /// <summary>Adds what a text says to counts by bucket.</summary>
    /// <exception cref="FormatException">It says nothing that <see cref="Print"/> writes.</exception>
    public static void Read(ReadOnlySpan<char> text, Dictionary<int, long> counts)
    {
        foreach (var part in text.Split(' '))
        {
            var entry = text[part];
            if (entry.IsEmpty)
                continue;
            var colon = entry.IndexOf(':');
            var bucket = int.Parse(entry[..Math.Max(0, colon)], NumberStyles.None, CultureInfo.InvariantCulture);
            var calls = long.Parse(entry[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            counts[bucket] = counts.GetValueOrDefault(bucket) + calls;
        }
    }

    public static string Add(string some, string others)
    {
        if (some.Length == 0)
            return others;
        var counts = new Dictionary<int, long>();
        Read(some, counts);
        Read(others, counts);
        return Print(counts.Select(c => (c.Key, c.Value)));
    }
}
