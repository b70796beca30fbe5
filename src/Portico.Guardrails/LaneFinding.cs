namespace Portico.Guardrails;

/// <summary>What a rule found in a text, without the words of it.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Kind">As a detector names it; null for words and patterns of the rule's own.</param>
/// <param name="Start">In UTF-16 units of the text as it came.</param>
/// <param name="Length">In the same units.</param>
/// <param name="Score">From 0 to 1; 1 for words and patterns.</param>
/// <param name="Action">What happened.</param>
/// <param name="Digest">Tells the same words of the same kind again, see <see cref="IKnownFindings"/>; null where nobody makes it.</param>
public sealed record LaneFinding(
    string Rule,
    string? Kind,
    long Start,
    int Length,
    float Score,
    ContentAction Action,
    string? Digest = null
);
