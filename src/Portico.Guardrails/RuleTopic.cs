namespace Portico.Guardrails;

/// <summary>A topic that a rule tells by examples. Levels that meet have each their own: a rule acts on what any of them tells.</summary>
public sealed record RuleTopic
{
    /// <summary>Texts of the topic; sorted, each once.</summary>
    public required IReadOnlyList<string> Examples
    {
        get;
        init => field = ContentRule.Sorted(value);
    }

    /// <summary>Texts that share words with it and are not of it; sorted, each once.</summary>
    public IReadOnlyList<string> CounterExamples
    {
        get;
        init => field = ContentRule.Sorted(value);
    } = [];

    /// <summary>The rule acts on what people say that is not of the topic; else on texts that are.</summary>
    public bool IsAllowed { get; init; }

    public bool Equals(RuleTopic? other) =>
        other is not null
        && IsAllowed == other.IsAllowed
        && Examples.SequenceEqual(other.Examples, StringComparer.Ordinal)
        && CounterExamples.SequenceEqual(other.CounterExamples, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(IsAllowed, Examples.Count, CounterExamples.Count, Examples.FirstOrDefault());

    /// <summary>Each once, in an order of their own.</summary>
    internal static RuleTopic[] Canonical(IReadOnlyList<RuleTopic> topics) =>
        topics.Count < 2 ? [.. topics] : [.. topics.Distinct().OrderBy(KeyOf, StringComparer.Ordinal)];

    static string KeyOf(RuleTopic topic) =>
        string.Join('\n', [topic.IsAllowed ? "1" : "0", .. topic.Examples, "\0", .. topic.CounterExamples]);
}
