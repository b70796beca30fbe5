using Portico.Guardrails.Grounding;

namespace Portico.Guardrails.Detection;

/// <summary>What is known of the call that a text stands in, beside the text. What is made of it is made once for all texts of a call. Not for two threads at once.</summary>
/// <param name="question">What the person asked, where the text is something that was found or given back for it; null = not known.</param>
/// <param name="sources">What an answer can be supported by: what was found, and what tools gave back.</param>
public sealed class JudgeContext(string? question = null, IReadOnlyList<string>? sources = null)
{
    GroundingReader? grounding;

    /// <summary>Nothing is known.</summary>
    public static JudgeContext None { get; } = new();

    public string? Question => question;

    /// <summary>Null where there is no source, or more than is read.</summary>
    internal GroundingReader? Grounding =>
        sources is { Count: > 0 } && sources.Sum(s => (long)s.Length) is > 0 and <= GroundingReader.MaxSourceCharacters
            ? grounding ??= GroundingReader.Of(sources)
            : null;
}
