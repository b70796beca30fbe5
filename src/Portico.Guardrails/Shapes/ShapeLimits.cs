namespace Portico.Guardrails.Shapes;

/// <summary>How large calls may be at all, and how unlike those before.</summary>
public sealed record ShapeLimits
{
    /// <summary>UTF-16 units of a call's texts; holds from the first call on. From 1.</summary>
    public long MaxCharacters { get; init; } = 2_000_000;

    /// <summary>Texts of a call. From 1.</summary>
    public int MaxMessages { get; init; } = 2_000;

    /// <summary>Levels of JSON. From 1.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Tools that a call offers. From 0.</summary>
    public int MaxTools { get; init; } = 512;

    /// <summary>
    /// Robust deviations by which the logarithm of the length may lie above the median: 4, which of normal ones 1 in 30,000 passes. Short
    /// calls are never odd.
    /// </summary>
    public double MaxDeviation { get; init; } = 4;

    /// <summary>
    /// The rank that a length may have among all before it and itself, from 0 to 1. Since it is counted among them, the longest so far
    /// passes 99.9 % only after 1,000 calls: with fewer, nothing can
    /// be said of one in a thousand.
    /// </summary>
    public double MaxRank { get; init; } = 0.999;

    /// <summary>Calls that must have been seen before one is odd. From 1.</summary>
    public int MinCalls { get; init; } = 200;

    /// <summary>
    /// The least robust deviation of the logarithm: who always sends the same length is not odd for one that is half again as long. 0.15
    /// lets 1.8 times the median pass at 4 deviations.
    /// </summary>
    public double MinSpread { get; init; } = 0.15;

    /// <summary>Time after which a call counts half. Ways of working change within weeks. From a minute.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(14);

    /// <summary>
    /// Pairs of caller and channel that are remembered; the ones not used for longest are let go. 1.9 KB each, 19 MB for all. From 1.
    /// </summary>
    public int MaxEntries { get; init; } = 10_000;
}
