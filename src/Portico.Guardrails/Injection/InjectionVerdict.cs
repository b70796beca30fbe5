using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Injection;

/// <summary>What the detector holds of a text.</summary>
/// <param name="Score">From 0 to 1, calibrated; <see cref="InjectionDetector.Threshold"/> is the operating point that the published figures hold for.</param>
/// <param name="Reasons">The strongest first; empty where nothing speaks for an attack.</param>
public sealed record InjectionVerdict(float Score, IReadOnlyList<Finding> Reasons)
{
    public static InjectionVerdict None { get; } = new(0, []);
}
