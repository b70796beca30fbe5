using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>Takes what rules decide, and keeps where the first stands that more text may change.</summary>
ref struct FindingSink(int from, List<Finding> findings)
{
    /// <summary>The score of what <see cref="Exclude"/> marks.</summary>
    public const float Excluded = -1;

    readonly int from = from;
    readonly List<Finding> findings = findings;

    /// <summary>Where the first finding would begin that is not settled.</summary>
    public int Open { get; private set; } = int.MaxValue;

    /// <summary>
    /// A rule decided whether a finding begins at <paramref name="start"/>: up to <paramref name="end"/>, or none where that is
    /// not behind it. Not settled where the rule looked behind the
    /// end of what is known.
    /// </summary>
    public void Decide(scoped ref TextWindow text, int start, int end, string kind, float score)
    {
        if (start < from)
            return;
        if (text.SawEnd)
            Open = Math.Min(Open, start);
        else if (end > start && score > 0)
            findings.Add(new Finding(start, end - start, kind, score));
    }

    /// <summary>
    /// What stands there has the prefix of a format, or the name of a service before it, and is too short: no rule that knows
    /// no format may take it for a token.
    /// </summary>
    public void Exclude(scoped ref TextWindow text, int start, int end)
    {
        if (text.SawEnd)
            Open = Math.Min(Open, Math.Max(start, from));
        else
            findings.Add(new Finding(start, Math.Min(end - start, MaxExcluded), "", Excluded));
    }

    /// <summary>Less than the characters before a place in which keywords are looked for.</summary>
    const int MaxExcluded = 160;
}
