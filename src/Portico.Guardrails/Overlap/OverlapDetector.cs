using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Overlap;

/// <summary>Finds runs of words that stand in protected texts, in texts that are still on their way. Long runs come as several findings, one behind another.</summary>
/// <remarks>
/// A finding begins at the word from which on enough of shared words (as <see cref="ProtectedTexts"/> counts them) stand within <see cref="Reach"/> characters, or that goes on where
/// so many of them end; it has all shared words in a row within that reach. Both are told by what stands near, so that every cut gives the same findings. A copy that is spread so thinly that 24 words
/// need more characters is not told here.
/// </remarks>
/// <param name="texts">What is protected.</param>
/// <param name="kind">What its findings are called; null = <see cref="Kind"/>.</param>
public sealed class OverlapDetector(ProtectedTexts texts, DetectorKind? kind = null) : IDetector
{
    /// <summary>Characters of a finding at most.</summary>
    public const int Reach = 480;

    /// <summary>Set by hand: what is found is shared for certain, whether that is a breach is not.</summary>
    const float Score = 0.95f;

    /// <summary>A word is known to have ended so many characters behind its last letter at the latest.</summary>
    const int Ending = WordCursor.MaxSkipped + 1;

    const int LastOfShingle = ProtectedTexts.ShingleWords - 1;

    public static readonly DetectorKind Kind = new(
        "overlap.protected",
        "Protected text",
        Description: "Words in a row that stand in one of the protected texts: 24 of them, or two lines of code. Not what says the same in other words."
    );

    readonly DetectorKind[] kinds = [kind ?? Kind];

    public int LookBehind => Reach + 2 * Ending;

    public int MaxOpen => 512;

    public IReadOnlyList<DetectorKind> Kinds => kinds;

    public int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings)
    {
        // The first word read may be the end of one: it stands beyond the reach of all that is asked.
        using var row = new WordRow(texts, text, Math.Max(0, from - LookBehind), isAll);
        var words = row.Words;
        var at = 0;
        while (at < words.Length && words[at].Start < from)
            at++;
        while (at < words.Length)
        {
            var goesOn = words[at].Place >= 0 && IsEnoughBehind(words, at);
            if (goesOn || IsEnoughAhead(words, at))
            {
                var last = Last(words, at, goesOn ? at : at + LastOfShingle);
                if (last + 1 == words.Length && !isAll && IsNear(words[at].Start, text.Length))
                    return words[at].Start;
                findings.Add(new Finding(words[at].Start, words[last].End - words[at].Start, kinds[0].Id, Score));
                at = last + 1;
            }
            else if (!isAll && IsNear(words[at].Start, text.Length) && MayBegin(words, at))
                return words[at].Start;
            else
                at++;
        }
        return !isAll && row.OpenAt >= from && IsNear(row.OpenAt, text.Length) ? row.OpenAt : text.Length;
    }

    /// <summary>What is known does not yet hold all that a finding which begins at a place may have.</summary>
    static bool IsNear(int start, int known) => known <= start + Reach + Ending;

    static bool IsEnoughAhead(ReadOnlySpan<RowWord> words, int at)
    {
        var count = default(RunCount);
        for (var last = at; last < words.Length && words[last].End <= words[at].Start + Reach; last++)
        {
            if (last >= at + LastOfShingle && words[last].Place < 0)
                break;
            count.Append(words[last]);
            if (last >= at + LastOfShingle && count.IsEnough)
                return true;
        }
        return false;
    }

    /// <summary>Whether the run of which a word is one more had enough before it.</summary>
    static bool IsEnoughBehind(ReadOnlySpan<RowWord> words, int at)
    {
        // The earliest word of the run within reach: all shingles behind it are shared.
        var first = at;
        while (first > 0 && words[first - 1].Start >= words[at].Start - Reach)
        {
            if (at - (first - 1) >= ProtectedTexts.ShingleWords && words[first - 1 + LastOfShingle].Place < 0)
                break;
            first--;
        }
        var count = default(RunCount);
        for (var word = first; word < at; word++)
        {
            count.Append(words[word]);
            if (word >= first + LastOfShingle && count.IsEnough)
                return true;
        }
        return false;
    }

    /// <summary>The last word of the finding that begins at <paramref name="at"/> and has <paramref name="last"/> for certain.</summary>
    static int Last(ReadOnlySpan<RowWord> words, int at, int last)
    {
        while (last + 1 < words.Length && words[last + 1].Place >= 0 && words[last + 1].End <= words[at].Start + Reach)
            last++;
        return last;
    }

    /// <summary>Whether words that follow may make a finding begin here: all that are known are shared so far.</summary>
    static bool MayBegin(ReadOnlySpan<RowWord> words, int at)
    {
        for (var word = at; word < words.Length; word++)
            if (words[word].Id < 0 || word >= at + LastOfShingle && words[word].Place < 0)
                return false;
        return true;
    }
}
