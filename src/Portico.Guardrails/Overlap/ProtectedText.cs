namespace Portico.Guardrails.Overlap;

/// <summary>A text whose words may not be given on.</summary>
/// <param name="Name">As people know it: the title of the work, the path of the file.</param>
/// <param name="Text">All of it.</param>
public sealed record ProtectedText(string Name, string Text);

/// <summary>A run of words that stands in a protected text too.</summary>
/// <param name="Start">In UTF-16 units of the text that was searched.</param>
/// <param name="Length">In the same units; never 0.</param>
/// <param name="Name">The protected text in which most of the run stands; of equals the one that was given first.</param>
/// <param name="Words">That run.</param>
public readonly record struct OverlapSpan(int Start, int Length, string Name, int Words);
