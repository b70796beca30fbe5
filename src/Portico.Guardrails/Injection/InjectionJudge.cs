using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Injection;

/// <summary>Attacks on the model as content rules find them: each reason of the verdict is a finding, and the strongest has the verdict's score.</summary>
public sealed class InjectionJudge(InjectionDetector detector) : IJudge
{
    public IReadOnlyList<DetectorKind> Kinds => InjectionKinds.All;

    public void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings)
    {
        var from = findings.Count;
        // What is between the halves that are judged moves the places behind it.
        var left = Math.Max(0, text.Length - InjectionDetector.MaxCharacters);
        foreach (var reason in detector.Judge(text, channel, context.Question).Reasons)
        {
            var start = reason.Start >= InjectionDetector.MaxCharacters / 2 ? reason.Start + left : reason.Start;
            findings.Add(
                reason with
                {
                    Start = Math.Min(start, text.Length - 1),
                    // Nothing may be left of a piece that is only markup.
                    Length = Math.Max(1, reason.Length),
                }
            );
        }
        findings.Sort(from, findings.Count - from, ByPlace.Instance);
    }

    sealed class ByPlace : IComparer<Finding>
    {
        public static readonly ByPlace Instance = new();

        public int Compare(Finding left, Finding right) => (left.Start, left.Length).CompareTo((right.Start, right.Length));
    }
}
