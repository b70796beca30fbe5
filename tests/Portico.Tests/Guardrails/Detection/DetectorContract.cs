using Portico.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Detection;

/// <summary>
/// The three promises of <see cref="IDetector"/>, checked on texts: however a text is cut, the findings are those of the whole
/// text, and little is held.
/// </summary>
static class DetectorContract
{
    const int RandomCuts = 40;

    /// <summary>Throws where a promise is broken; the message says how to see it again.</summary>
    public static void Holds(IDetector detector, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var whole = new List<Finding>();
            var settled = detector.Find(text, 0, true, whole);
            Check(settled == text.Length, text, "whole", $"the whole is settled up to {settled} of {text.Length}");
            InOrder(detector, text, whole);
            for (var cut = 0; cut <= text.Length; cut++)
                Same(detector, text, whole, [cut, text.Length], $"cut at {cut}");
            Same(detector, text, whole, [.. Enumerable.Range(1, text.Length)], "one by one");
            for (var seed = 1; seed <= RandomCuts; seed++)
                Same(detector, text, whole, RandomEnds(text.Length, seed), $"random cuts of seed {seed}");
        }
    }

    static void Same(IDetector detector, string text, List<Finding> whole, IReadOnlyList<int> ends, string how)
    {
        var found = new List<Finding>();
        var (dropped, settled) = (0, 0);
        for (var i = 0; i < ends.Count; i++)
        {
            var isAll = i == ends.Count - 1;
            var news = new List<Finding>();
            var now = dropped + detector.Find(text.AsSpan(dropped..ends[i]), settled - dropped, isAll, news);
            Check(now >= settled && now <= ends[i], text, how, $"settled goes from {settled} to {now} with {ends[i]} known");
            Check(!isAll || now == text.Length, text, how, $"at the end only {now} is settled");
            Check(ends[i] - now <= detector.MaxOpen, text, how, $"{ends[i] - now} characters wait, more than {detector.MaxOpen}");
            foreach (var finding in news)
            {
                var moved = finding with { Start = finding.Start + dropped };
                Check(
                    moved.Start >= settled && moved.Start + moved.Length <= now,
                    text,
                    how,
                    $"{moved} is not between {settled} and {now}"
                );
                found.Add(moved);
            }
            settled = now;
            dropped = Math.Max(0, settled - detector.LookBehind);
        }
        Check(
            found.SequenceEqual(whole),
            text,
            how,
            $"found {string.Join(", ", found.Except(whole))} and not {string.Join(", ", whole.Except(found))}"
        );
    }

    static void InOrder(IDetector detector, string text, List<Finding> whole)
    {
        var end = 0;
        foreach (var finding in whole)
        {
            Check(
                finding.Start >= end && finding.Length > 0 && finding.Start + finding.Length <= text.Length,
                text,
                "whole",
                $"{finding} is over another or empty"
            );
            Check(finding.Score is > 0 and <= 1, text, "whole", $"{finding} has a score that is none");
            Check(
                detector.Kinds.Contains(finding.Kind, StringComparer.Ordinal),
                text,
                "whole",
                $"{finding.Kind} is not in the detector's list"
            );
            end = finding.Start + finding.Length;
        }
    }

    /// <summary>Ends of pieces from 1 to 60 characters: a linear congruential generator (Knuth, MMIX), so that a seed tells them.</summary>
    static List<int> RandomEnds(int length, int seed)
    {
        var state = (ulong)seed;
        var ends = new List<int>();
        for (var at = 0; at < length; ends.Add(at))
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            at = Math.Min(length, at + 1 + (int)((state >> 33) % 60));
        }
        if (length == 0)
            ends.Add(0);
        return ends;
    }

    static void Check(bool holds, string text, string how, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"{how}: {what}. Text: {(text.Length > 300 ? text[..300] + "…" : text)}");
    }
}
