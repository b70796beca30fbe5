using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Content;

/// <summary>Classes of content as content rules find them.</summary>
public sealed class ContentJudge(ContentClassifier classifier) : IJudge
{
    public IReadOnlyList<DetectorKind> Kinds => ContentKinds.All;

    public void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings) =>
        findings.AddRange(classifier.Classify(text).OrderBy(f => f.Start).ThenBy(f => f.Kind, StringComparer.Ordinal));
}
