using Portico.Observability;

namespace Portico.Tests.Observability;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void A_bucket_tells_every_time_in_it_within_the_stated_error()
    {
        const int Seed = 20260301;
        var random = new Random(Seed);
        for (var i = 0; i < 200_000; i++)
        {
            var us = (long)Math.Pow(2, 40 * random.NextDouble());
            var told = LatencyBuckets.Middle(LatencyBuckets.Of(us));
            // Whole microseconds: below some ten of them rounding is the larger part.
            Math.Abs((double)told - us)
                .ShouldBeLessThanOrEqualTo(us * LatencyBuckets.MaxRelativeError + 0.5, $"seed {Seed}: {us} us is told as {told}");
        }
    }

    [Fact]
    public void Longer_times_never_fall_into_lower_buckets()
    {
        var last = 0;
        foreach (var us in Enumerable.Range(0, 60).SelectMany(p => new[] { (1L << p) - 1, 1L << p, (1L << p) + 1 }).Order())
        {
            var bucket = LatencyBuckets.Of(us);
            bucket.ShouldBeGreaterThanOrEqualTo(last, $"{us}");
            last = bucket;
        }
    }

    [Fact]
    public void Quantiles_of_merged_counts_are_those_of_all_times_together_within_the_error()
    {
        const int Seed = 4711;
        var random = new Random(Seed);
        for (var round = 0; round < 50; round++)
        {
            var parts = Enumerable.Range(0, 4).Select(p => Times(random, 1 + random.Next(400), 3 + p)).ToList();
            var merged = parts
                .SelectMany(p => p.GroupBy(LatencyBuckets.Of).Select(g => (Bucket: g.Key, Calls: (long)g.Count())))
                .GroupBy(c => c.Bucket)
                .Select(g => (g.Key, g.Sum(c => c.Calls)))
                .OrderBy(c => c.Key)
                .ToList();
            var all = parts.SelectMany(p => p).Order().ToList();
            foreach (var share in new[] { 0.5, 0.95, 0.99, 1.0 })
            {
                var exact = all[(int)Math.Ceiling(share * all.Count) - 1];
                var told = LatencyBuckets.Quantile(merged, share);
                Math.Abs((double)told - exact)
                    .ShouldBeLessThanOrEqualTo(exact * LatencyBuckets.MaxRelativeError + 0.5, $"seed {Seed}, round {round}");
            }
        }
    }

    [Fact]
    public void Of_nothing_every_quantile_is_zero() => LatencyBuckets.Quantile([], 0.5).ShouldBe(0);

    static List<long> Times(Random random, int count, int scale) =>
        Enumerable.Range(0, count).Select(_ => (long)Math.Pow(10, scale * random.NextDouble())).ToList();
}
