using System.Text;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails;

/// <summary>What is told of whole texts alone. Of one that is there whole before it goes on it counts as any finding does; of one that went on as it came it is noted, since what is said is said.</summary>
public sealed partial class ScreenLane
{
    /// <summary>Characters of a text on its way that judges are shown.</summary>
    const int MaxJudged = 1 << 18;

    /// <summary>What has come of a text on its way; null where no judge wants it.</summary>
    StringBuilder? kept;

    /// <summary>All of a text at once, judged as a whole too.</summary>
    internal void Whole(string whole, StringBuilder target)
    {
        text.Add(whole);
        text.Complete();
        foreach (var judge in plan.Judges)
        {
            if (!Judge(judge, whole))
                continue;
            foreach (var finding in scratch)
            {
                var end = text.PlaceOf(finding.Start + finding.Length);
                Offer(finding, text.PlaceOf(finding.Start), Math.Max(end, text.PlaceOf(finding.Start) + 1));
            }
        }
        Advance(isAll: true, target);
    }

    void Keep(ReadOnlySpan<char> piece)
    {
        if (plan.Judges.Length == 0)
            return;
        kept ??= new StringBuilder();
        kept.Append(piece[..Math.Min(piece.Length, MaxJudged - kept.Length)]);
    }

    /// <summary>Judges a text that went on as it came. Its findings are noted whatever the rule would do.</summary>
    void JudgeAfter()
    {
        if (kept is null)
            return;
        var whole = kept.ToString();
        foreach (var judge in plan.Judges)
        {
            if (!Judge(judge, whole))
                continue;
            foreach (var finding in scratch)
                for (var i = 0; i < rules.Length; i++)
                    if (failed?.Contains(rules[i].Rule) is not true && rules[i].Wants(finding))
                        Tell(i, finding, whole.AsSpan(finding.Start, finding.Length));
        }
    }

    void Tell(int i, in Finding finding, ReadOnlySpan<char> said)
    {
        isTouched = true;
        var digest = known?.DigestOf(finding.Kind, said);
        if (digest is not null && known!.IsFalseAlarm(digest))
            return;
        counts[i]++;
        if ((told ??= []).Count < MostTold)
            told.Add(
                new LaneFinding(rules[i].Rule.Name, finding.Kind, finding.Start, finding.Length, finding.Score, ContentAction.Flag, digest)
            );
    }

    /// <summary>Leaves what it finds in the scratch list. False when it fails and all its rules fail open.</summary>
    /// <exception cref="ScreenFailedException">It fails, and a rule fails closed.</exception>
    bool Judge(IJudge judge, string whole)
    {
        scratch.Clear();
        try
        {
            judge.Judge(whole, plan.Channel, context, scratch);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(judge.Kinds, e);
            return false;
        }
    }
}
