namespace Portico.Guardrails.Detection;

/// <summary>What a detector found in a text.</summary>
/// <param name="Start">In UTF-16 units of the text that was searched.</param>
/// <param name="Length">In the same units; never 0.</param>
/// <param name="Kind">As the catalogue of kinds names it: <c>pii.email</c>, <c>secrets.github_token</c>, <c>injection.override</c>.</param>
/// <param name="Score">From 0 to 1: how sure the detector is, calibrated so that of findings with 0.9 nine in ten are right on the sets named in docs/reference/detection.md.</param>
public readonly record struct Finding(int Start, int Length, string Kind, float Score);
