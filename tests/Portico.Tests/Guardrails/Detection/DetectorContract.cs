using Portico.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Detection;

/// <summary>What every <see cref="IDetector"/> promises: a text in pieces has the findings of the whole text, what is settled stays, and little is held.</summary>
static class DetectorContract
{
    const int RandomCuts = 40;

    /// <summary>Cuts each text at every place, into single characters and at random, and compares.</summary>
    public static void Holds(IDetector detector, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var whole = InPieces(detector, text, []);
            for (var cut = 1; cut < text.Length; cut++)
                InPieces(detector, text, [cut]).ShouldBe(whole, $"cut at {cut}: {text}");
            InPieces(detector, text, [.. Enumerable.Range(1, Math.Max(0, text.Length - 1))]).ShouldBe(whole, $"one by one: {text}");
            for (var seed = 1; seed <= RandomCuts; seed++)
            {
                var random = new Random(seed);
                var cuts = Enumerable.Range(1, Math.Max(0, text.Length - 1)).Where(_ => random.Next(6) == 0).ToArray();
                InPieces(detector, text, cuts).ShouldBe(whole, $"seed {seed}: {text}");
            }
        }
    }

    /// <summary>The findings as a caller gathers them who drops all before what is settled but what the detector looks back at.</summary>
    public static List<Finding> InPieces(IDetector detector, string text, IReadOnlyList<int> cuts)
    {
        var all = new List<Finding>();
        var settled = 0;
        foreach (var known in cuts.Append(text.Length))
        {
            var isAll = known == text.Length;
            var kept = Math.Max(0, settled - detector.LookBehind);
            var findings = new List<Finding>();
            var now = kept + detector.Find(text.AsSpan(kept, known - kept), settled - kept, isAll, findings);
            now.ShouldBeInRange(settled, known, $"settled with {known} known: {text}");
            (known - now).ShouldBeLessThanOrEqualTo(isAll ? 0 : detector.MaxOpen, $"held with {known} known: {text}");
            var end = settled;
            foreach (var finding in findings)
            {
                var start = kept + finding.Start;
                start.ShouldBeGreaterThanOrEqualTo(end, $"over another with {known} known: {text}");
                finding.Length.ShouldBePositive();
                finding.Score.ShouldBeInRange(0f, 1f);
                detector.Kinds.Select(k => k.Id).ShouldContain(finding.Kind);
                end = start + finding.Length;
                all.Add(finding with { Start = start });
            }
            end.ShouldBeLessThanOrEqualTo(now, $"behind what is settled with {known} known: {text}");
            settled = now;
        }
        return all;
    }
}
