namespace Portico.Guardrails.Shapes;

/// <summary>What is odd about a call.</summary>
public enum ShapeCause
{
    /// <summary>More characters than any call may have.</summary>
    Characters,
    Messages,
    Depth,
    Tools,

    /// <summary>Much longer than this caller's calls are.</summary>
    Deviation,

    /// <summary>Longer than nearly all of this caller's calls.</summary>
    Rank,
}

/// <summary>A call that is too large, or not like those that its caller made before.</summary>
/// <param name="Cause">What is odd.</param>
/// <param name="Value">What the call has: a count, robust deviations, or a rank from 0 to 1.</param>
/// <param name="Limit">What it may have, in the same unit.</param>
/// <param name="Reason">The same for people; holds nothing of the texts.</param>
public sealed record ShapeVerdict(ShapeCause Cause, double Value, double Limit, string Reason)
{
    /// <summary>It is over a hard cap: refuse it. Else it is only odd.</summary>
    public bool IsCap => Cause <= ShapeCause.Tools;
}
