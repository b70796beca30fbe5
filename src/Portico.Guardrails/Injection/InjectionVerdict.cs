namespace Portico.Guardrails.Injection;

/// <summary>Where a text came from. The same words are a request from a user and an attack in a document.</summary>
public enum InjectionChannel
{
    User,
    System,
    Retrieved,
    Tool,
    Output,
}

/// <summary>A reason of a verdict.</summary>
/// <param name="Kind">One of <see cref="InjectionKinds.All"/>.</param>
/// <param name="Start">Of the sentence or the piece that carries it, in UTF-16 units of the text that was judged.</param>
/// <param name="Length">In the same units.</param>
/// <param name="Score">From 0 to 1: what this reason alone would make the score.</param>
public sealed record InjectionReason(string Kind, int Start, int Length, float Score);

/// <summary>What the detector holds of a text.</summary>
/// <param name="Score">From 0 to 1, calibrated; <see cref="InjectionDetector.Threshold"/> is the operating point that the published figures hold for.</param>
/// <param name="Reasons">The strongest first; empty where nothing speaks for an attack.</param>
public sealed record InjectionVerdict(float Score, IReadOnlyList<InjectionReason> Reasons)
{
    public static InjectionVerdict None { get; } = new(0, []);
}
