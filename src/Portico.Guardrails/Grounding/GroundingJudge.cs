using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Grounding;

/// <summary>Sentences of an answer that what tools gave back and searches found in the same call does not support. It says nothing where there was none of both.</summary>
public sealed class GroundingJudge : IJudge
{
    /// <summary>What it finds.</summary>
    public const string Unsupported = "grounding.unsupported";

    static readonly DetectorKind[] All =
    [
        new(
            Unsupported,
            "Sentence without support in the sources",
            Description: "A sentence of an answer whose words do not stand together in what tools gave back and searches found for it, or whose numbers, names, negations or quotes differ. Not what says the same in other words."
        ),
    ];

    public IReadOnlyList<DetectorKind> Kinds => All;

    public bool NeedsSources => true;

    public bool Reads(TextChannel channel) => (channel & TextChannel.Answer) != TextChannel.None;

    public void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings)
    {
        if (context.Grounding is not { } reader)
            return;
        foreach (var span in reader.Check(text))
            findings.Add(new Finding(span.Start, span.Length, Unsupported, ScoreOf(span.Score)));
    }

    /// <summary>How sure it is: a half where support is just too little, and one where there is none.</summary>
    static float ScoreOf(float support) => 1 - support / (2 * GroundingReader.LeastSupport);
}
