using Portico.Guardrails.Shapes;

namespace Portico.Tests.Guardrails.Shapes;

public sealed class LengthSketchTests(ITestOutputHelper output)
{
    internal static readonly double[] Quantiles = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static readonly string[] Kinds =
    [
        "lognormal",
        "bimodal",
        "constant",
        "two values",
        "few values",
        "heavy tail",
        "rising",
        "falling",
        "from both ends",
        "from the middle",
        "rising blocks",
        "doubling",
    ];

    public static TheoryData<string, int> Inputs()
    {
        var data = new TheoryData<string, int>();
        foreach (var kind in Kinds)
        foreach (var count in new[] { 1, 2, 7, 64, 65, 200, 5_000, 100_000 })
            data.Add(kind, count);
        return data;
    }

    internal static long[] Make(string kind, int count, int seed)
    {
        var random = new Random(seed);
        var lognormal = Enumerable.Range(0, count).Select(_ => (long)Math.Exp(6 + 1.2 * Normal(random))).ToArray();
        var sorted = lognormal.Order().ToArray();
        return kind switch
        {
            "lognormal" => lognormal,
            "bimodal" => [.. lognormal.Select((_, i) => (long)Math.Exp((i % 10 < 6 ? 4 : 9) + 0.3 * Normal(random)))],
            "constant" => [.. lognormal.Select(_ => 1_234L)],
            "two values" => [.. lognormal.Select(_ => random.Next(10) < 7 ? 10L : 5_000L)],
            "few values" => [.. lognormal.Select(_ => 100L << random.Next(5))],
            "heavy tail" => [.. lognormal.Select(_ => (long)(50 / Math.Pow(1 - random.NextDouble(), 1.5)))],
            "rising" => sorted,
            "falling" => [.. sorted.Reverse()],
            "from both ends" => [.. sorted.Select((_, i) => i % 2 == 0 ? sorted[i / 2] : sorted[^(i / 2 + 1)])],
            "from the middle" => [.. sorted.Select((_, i) => sorted[(count - 1) / 2 + (i % 2 == 0 ? -i / 2 : (i + 1) / 2)])],
            "rising blocks" => [.. Enumerable.Range(0, 10).SelectMany(b => sorted.Where((_, i) => i % 10 == b))],
            "doubling" => [.. lognormal.Select((_, i) => 1L << i * 40 / count)],
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>
    /// How far the rank of a value is from the one that was asked for: its ranks are a whole stretch where several are equal.
    /// </summary>
    static double ErrorOf(long[] sorted, double value, double quantile)
    {
        // A logarithm and back moves the last digits.
        var below = Array.FindIndex(sorted, x => Math.Max(x, 1) >= value * (1 - 1e-6)) is var b && b < 0 ? sorted.Length : b;
        var upTo = Array.FindIndex(sorted, x => Math.Max(x, 1) > value * (1 + 1e-6)) is var u && u < 0 ? sorted.Length : u;
        return Math.Max(Math.Max((double)below / sorted.Length - quantile, quantile - (double)upTo / sorted.Length), 0);
    }

    /// <summary>The bound at the ends of the stretch of ranks that a value has: a sketch knows them only to its steps.</summary>
    static double BoundAt(long[] sorted, double value)
    {
        var below = sorted.Count(x => Math.Max(x, 1) < value * (1 - 1e-6));
        var upTo = sorted.Count(x => Math.Max(x, 1) <= value * (1 + 1e-6));
        return Math.Max(LengthSketch.RankError((double)below / sorted.Length), LengthSketch.RankError((double)upTo / sorted.Length));
    }

    static double Worst(LengthSketch sketch, long[] sorted, string what, double allowance = 1)
    {
        var worst = 0.0;
        foreach (var quantile in Quantiles)
        {
            var error = ErrorOf(sorted, sketch.Quantile(quantile), quantile);
            error.ShouldBeLessThanOrEqualTo(allowance * LengthSketch.RankError(quantile) + 1.0 / sorted.Length, $"{what} at {quantile}");
            worst = Math.Max(worst, error - 1.0 / sorted.Length);
        }
        return worst;
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_quantile_is_off_by_no_more_than_the_bound_says(string kind, int count)
    {
        var worst = 0.0;
        for (var seed = 1; seed <= (count > 10_000 ? 3 : 10); seed++)
        {
            var values = Make(kind, count, seed);
            var sketch = new LengthSketch();
            foreach (var value in values)
                sketch.Add(value);
            sketch.Weight.ShouldBe(count, 1e-6 * count);
            sketch.Centroids.ShouldBeLessThanOrEqualTo(LengthSketch.MaxCentroids);
            Array.Sort(values);
            worst = Math.Max(worst, Worst(sketch, values, $"{kind}, {count}, seed {seed}"));
            sketch.Quantile(0).ShouldBe(Math.Max(values[0], 1), values[0] * 1e-6 + 1e-6);
            sketch.Quantile(1).ShouldBe(Math.Max(values[^1], 1), values[^1] * 1e-6 + 1e-6);
        }
        output.WriteLine($"{kind}, {count}: worst error of a rank {worst:0.0000}");
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_rank_is_off_by_no_more_than_the_bound_says(string kind, int count)
    {
        var values = Make(kind, count, 11);
        var sketch = new LengthSketch();
        foreach (var value in values)
            sketch.Add(value);
        Array.Sort(values);
        foreach (var quantile in Quantiles)
        {
            var value = Math.Max(values[(int)Math.Min(quantile * count, count - 1)], 1);
            var (below, upTo) = (values.Count(x => Math.Max(x, 1) < value), values.Count(x => Math.Max(x, 1) <= value));
            var middle = (below + upTo) / 2.0 / count;
            var bound = Math.Max(BoundAt(values, value), LengthSketch.RankError(middle)) + 1.0 / count;
            sketch.Rank(value).ShouldBe(middle, bound, $"{kind}, {count} at {quantile}");
        }
        sketch.Rank(values[^1] * 2.0 + 2).ShouldBe(1);
        sketch.Rank(0).ShouldBeLessThanOrEqualTo(sketch.Rank(2));
    }

    [Fact]
    public void The_order_in_which_sketches_are_merged_makes_no_more_difference_than_twice_the_bound()
    {
        var worst = 0.0;
        foreach (var kind in Kinds)
            for (var seed = 1; seed <= 5; seed++)
            {
                var random = new Random(seed * 1_000 + 7);
                var values = Make(kind, 40_000, seed);
                // Parts of uneven size, each of its own stretch of the input.
                var cuts = Enumerable
                    .Range(0, 30)
                    .Select(_ => random.Next(values.Length))
                    .Append(0)
                    .Append(values.Length)
                    .Order()
                    .ToArray();
                LengthSketch[] Parts() => [.. cuts.Zip(cuts.Skip(1), (from, to) => Sketch(values.AsSpan(from, to - from)))];
                var forth = Parts().Aggregate(Merged);
                var back = Parts().Reverse().Aggregate(Merged);
                var mixed = Parts().OrderBy(_ => random.Next()).Aggregate(Merged);
                var tree = Parts();
                while (tree.Length > 1)
                    tree = [.. tree.Chunk(2).Select(c => c.Aggregate(Merged))];
                Array.Sort(values);
                LengthSketch[] all = [forth, back, mixed, tree[0]];
                foreach (var sketch in all)
                {
                    sketch.Weight.ShouldBe(values.Length, 1e-6 * values.Length);
                    sketch.Centroids.ShouldBeLessThanOrEqualTo(LengthSketch.MaxCentroids);
                    worst = Math.Max(worst, Worst(sketch, values, $"{kind}, seed {seed}", allowance: 2));
                }
                foreach (var quantile in Quantiles)
                {
                    var value = forth.Quantile(quantile);
                    var bound = Math.Max(LengthSketch.RankError(quantile), BoundAt(values, value)) + 1.0 / values.Length;
                    var ranks = all.Select(a => a.Rank(value)).ToList();
                    (ranks.Max() - ranks.Min()).ShouldBeLessThanOrEqualTo(2 * bound, $"{kind}, seed {seed} at {quantile}");
                }
            }
        output.WriteLine($"merged: worst error of a rank {worst:0.0000}");
    }

    static LengthSketch Merged(LengthSketch one, LengthSketch other)
    {
        one.Merge(other);
        return one;
    }

    internal static LengthSketch Sketch(ReadOnlySpan<long> values)
    {
        var sketch = new LengthSketch();
        foreach (var value in values)
            sketch.Add(value);
        return sketch;
    }

    [Fact]
    public void Adding_asking_and_merging_allocate_nothing()
    {
        var values = Make("lognormal", 20_000, 3);
        var (sketch, other) = (Sketch(values), Sketch(values));
        sketch.Quantile(0.5);
        sketch.Merge(other);
        sketch.Age(0.9);
        var bytes = new byte[LengthSketch.MaxBytes];
        sketch.WriteTo(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var value in values)
            sketch.Add(value);
        sketch.Quantile(0.9);
        sketch.Rank(100);
        sketch.Spread();
        sketch.Merge(other);
        sketch.Age(0.5);
        sketch.WriteTo(bytes);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Ageing_lets_the_new_outweigh_the_old_and_forgets_extremes()
    {
        var sketch = Sketch([.. Enumerable.Repeat(100L, 1_000), 1_000_000]);
        sketch.Age(0.5);
        sketch.Weight.ShouldBe(500.5, 1e-9);
        sketch.Quantile(1).ShouldBe(1_000_000, 1);
        for (var i = 0; i < 10; i++)
            sketch.Age(0.5);
        sketch.Quantile(1).ShouldBe(100, 1e-3);
        for (var i = 0; i < 100; i++)
            sketch.Add(5_000);
        sketch.Quantile(0.5).ShouldBe(5_000, 1);
        sketch.Age(0);
        sketch.Weight.ShouldBe(0);
        double.IsNaN(sketch.Quantile(0.5)).ShouldBeTrue();
    }

    [Fact]
    public void The_spread_is_the_median_and_the_median_distance_from_it()
    {
        var random = new Random(5);
        var sketch = new LengthSketch();
        var logs = new List<double>();
        for (var i = 0; i < 50_000; i++)
        {
            var value = (long)Math.Exp(7 + 0.8 * Normal(random));
            sketch.Add(value);
            logs.Add(Math.Log(value));
        }
        var (median, deviation) = sketch.Spread();
        logs.Sort();
        median.ShouldBe(logs[logs.Count / 2], 0.03);
        deviation.ShouldBe(logs.Select(l => Math.Abs(l - logs[logs.Count / 2])).Order().ElementAt(logs.Count / 2), 0.03);
        Sketch([7, 7, 7, 7]).Spread().Deviation.ShouldBe(0);
    }

    [Fact]
    public void A_length_below_zero_and_a_share_outside_of_0_to_1_are_refused()
    {
        var sketch = Sketch([1]);
        Should.Throw<ArgumentOutOfRangeException>(() => sketch.Add(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => sketch.Quantile(1.1));
        Should.Throw<ArgumentOutOfRangeException>(() => sketch.Quantile(double.NaN));
        Should.Throw<ArgumentOutOfRangeException>(() => sketch.Age(2));
        sketch.Add(long.MaxValue);
        sketch.Quantile(1).ShouldBe(long.MaxValue, 1e9);
    }
}
