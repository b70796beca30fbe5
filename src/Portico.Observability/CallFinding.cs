namespace Portico.Observability;

/// <summary>What a content rule found in a text of a call: where, and no word of it.</summary>
/// <param name="Rule">Its name in the policy.</param>
/// <param name="Kind">As a detector names it, for example pii.email; null for the rule's own words and patterns.</param>
/// <param name="Channel">user, system, retrieved, tool, output, arguments (of a call of a tool).</param>
/// <param name="Where">The text, as a path in OpenAI's form: messages[2], tools[0].description, choices[0].message.</param>
/// <param name="Start">In UTF-16 units of that text as it came.</param>
/// <param name="Length">In the same units.</param>
/// <param name="ScorePercent">How sure the detector is, from 0 to 100.</param>
/// <param name="Action">flag, tokenise, redact, ask, block.</param>
/// <param name="Digest">Keyed: tells the same words of the same kind again in the workspace; null for the rule's own words and patterns.</param>
public sealed record CallFinding(
    string Rule,
    string? Kind,
    string Channel,
    string Where,
    long Start,
    int Length,
    int ScorePercent,
    string Action,
    string? Digest = null
)
{
    /// <summary>Findings that a record has at most.</summary>
    public const int Most = 50;
}
