using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Topics;

/// <summary>The topic of a rule: finds the pieces of a text that are of it, or what people say that is not.</summary>
sealed class TopicJudge : IJudge
{
    /// <summary>Pieces that are told of a text.</summary>
    const int MaxPieces = 16;

    /// <summary>"Yes, please do" is of no topic, and nobody means to refuse it. A letter of a script without blanks counts as a word.</summary>
    const int LeastWords = 5;

    /// <summary>Where the scripts begin that write no blanks between words.</summary>
    const char FirstWithoutBlanks = '\u2E80';

    readonly TopicProfile profile;
    readonly bool isAllowed;
    readonly float least;
    readonly DetectorKind[] kinds;

    /// <param name="topic">By its examples.</param>
    /// <param name="kind">What its findings are called.</param>
    /// <param name="minScore">Pieces below are not looked for beside the nearest.</param>
    public TopicJudge(RuleTopic topic, DetectorKind kind, double minScore)
    {
        profile = TopicProfile.Of(topic.Examples, topic.CounterExamples);
        (isAllowed, least, kinds) = (topic.IsAllowed, (float)minScore, [kind]);
    }

    public IReadOnlyList<DetectorKind> Kinds => kinds;

    /// <summary>What is not of a topic is told of what people say alone: tools and models answer as they do.</summary>
    public bool Reads(TextChannel channel) => !isAllowed || channel == TextChannel.User;

    public void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings)
    {
        if (!isAllowed)
        {
            var from = findings.Count;
            var left = MaxPieces;
            Pieces(text, 0, findings, ref left);
            findings.Sort(from, findings.Count - from, ByPlace.Instance);
        }
        else if (HasWords(text))
            findings.Add(new Finding(0, text.Length, kinds[0].Id, 1 - profile.Score(text)));
    }

    /// <summary>The nearest piece, and those before and behind it.</summary>
    void Pieces(string text, int at, List<Finding> findings, ref int left)
    {
        if (left == 0 || profile.Find(text) is not { } found || found.Score < least)
            return;
        left--;
        findings.Add(new Finding(at + found.Start, found.Length, kinds[0].Id, found.Score));
        if (found.Start > 0)
            Pieces(text[..found.Start], at, findings, ref left);
        var end = found.Start + found.Length;
        if (end < text.Length)
            Pieces(text[end..], at + end, findings, ref left);
    }

    static bool HasWords(string text)
    {
        var words = 0;
        for (var at = 0; at < text.Length && words < LeastWords; at++)
            if (char.IsLetterOrDigit(text[at]) && (text[at] >= FirstWithoutBlanks || at == 0 || !char.IsLetterOrDigit(text[at - 1])))
                words++;
        return words == LeastWords;
    }

    sealed class ByPlace : IComparer<Finding>
    {
        public static readonly ByPlace Instance = new();

        public int Compare(Finding left, Finding right) => left.Start.CompareTo(right.Start);
    }
}
