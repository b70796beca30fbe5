namespace Portico.Governance.Policy;

/// <summary>At most so much money in each of some windows, in nano-USD. A window of which nothing is said has no bound.</summary>
public sealed record MoneyBound : PolicyValue
{
    public static IReadOnlyList<string> Windows => Names;

    static readonly string[] Names = ["minute", "hour", "day", "month", "total"];
    const long None = long.MaxValue;

    readonly long[] limits;

    MoneyBound(long[] limits) => this.limits = limits;

    /// <param name="window">One of <see cref="Windows"/>.</param>
    /// <param name="nanoUsd">From 0.</param>
    public static MoneyBound Of(string window, long nanoUsd)
    {
        var bounds = new long[Names.Length];
        Array.Fill(bounds, None);
        bounds[Array.IndexOf(Names, window)] = nanoUsd;
        return new MoneyBound(bounds);
    }

    /// <summary>Of a window; null = no bound.</summary>
    public long? Of(string window) => limits[Array.IndexOf(Names, window)] is var limit && limit == None ? null : limit;

    public IEnumerable<(string Window, long NanoUsd)> Limits => Names.Zip(limits).Where(l => l.Second != None);

    public override PolicyValue Meet(PolicyValue other) => new MoneyBound([.. limits.Zip(((MoneyBound)other).limits, Math.Min)]);

    public override PolicyValue Join(PolicyValue other) => new MoneyBound([.. limits.Zip(((MoneyBound)other).limits, Math.Max)]);

    /// <summary>A line below may bound other windows beside; in the same one it may say no more.</summary>
    public override bool Contradicts(PolicyValue above) =>
        limits.Zip(((MoneyBound)above).limits).Any(l => l.First != None && l.First > l.Second);

    public override string Says => string.Join(", ", Limits.Select(l => Tell(l.Window, l.NanoUsd)));

    /// <summary>An amount in a window, in words.</summary>
    public static string Tell(string window, long nanoUsd) =>
        $"{NanoUsd.Format(nanoUsd)} USD {(window == "total" ? "in total" : "a " + window)}".Replace(
            "a hour",
            "an hour",
            StringComparison.Ordinal
        );

    public bool Equals(MoneyBound? other) => other is not null && limits.AsSpan().SequenceEqual(other.limits);

    public override int GetHashCode() => limits.Aggregate(17, HashCode.Combine);
}
