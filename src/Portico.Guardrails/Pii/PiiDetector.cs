using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Pii;

/// <summary>
/// Finds personal data that has a form: addresses of mail and network, telephone numbers, cards and accounts, numbers of persons, companies, documents and vehicles, dates of birth.
/// Names of people, organisations and places are not its business.
/// </summary>
/// <remarks>
/// Everything it finds has a digit, an @ or a colon in it: those are searched for, and only what stands around one is read. What begins at a place is told by the
/// <see cref="LookBehind"/> characters before it and at most <see cref="MaxOpen"/> from there on. Of several readings of a place the surest wins.
/// </remarks>
public sealed class PiiDetector : IDetector
{
    const int MaxPrefixWord = 4;
    const int Behind = ContextWindow.Length + 16;

    /// <inheritdoc/>
    public int LookBehind => Behind;

    /// <inheritdoc/>
    /// <remarks>An e-mail address of the longest kind; all else is settled within 100 characters.</remarks>
    public int MaxOpen => EmailAddresses.MaxLocal + EmailAddresses.MaxDomain + 10;

    /// <inheritdoc/>
    public IReadOnlyList<DetectorKind> Kinds => PiiKinds.All;

    /// <inheritdoc/>
    public int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings)
    {
        var sight = new Sight(text, isAll);
        var (done, searched) = (from, from);
        while (searched < text.Length)
        {
            var anchor = text[searched..].IndexOfAny(Letters.Anchors);
            if (anchor < 0)
                break;
            anchor += searched;
            searched = anchor + 1;
            if (text[anchor] == '-' && !IsPair(text, anchor - 2))
                continue;
            var start = Earliest(text, anchor, done);
            done = searched;
            for (; start <= anchor; start++)
            {
                if (!IsStart(text, start))
                    continue;
                sight.RanOut = false;
                var found = Reading.Best(ref sight, start);
                if (sight.RanOut)
                    return start;
                if (found.End == 0)
                    continue;
                findings.Add(new Finding(start, found.End - start, found.Kind, found.Score));
                (done, searched) = (found.End, found.End);
                break;
            }
        }
        return isAll ? text.Length : Earliest(text, text.Length, Math.Min(done, text.Length));
    }

    /// <summary>Two hexadecimal digits, as a network address has them before its first dash.</summary>
    static bool IsPair(ReadOnlySpan<char> text, int at) => at >= 0 && char.IsAsciiHexDigit(text[at]) && char.IsAsciiHexDigit(text[at + 1]);

    /// <summary>Where the earliest thing that has its first anchor at <paramref name="anchor"/> would begin, not before <paramref name="least"/>.</summary>
    static int Earliest(ReadOnlySpan<char> text, int anchor, int least)
    {
        var start = anchor;
        while (start > least && anchor - start < EmailAddresses.MaxLocal && Letters.IsLocal(text[start - 1]))
            start--;
        if (start > least && text[start - 1] == '(')
            start--;
        // A month or a country may stand before the first digit.
        if (start - 1 > least && text[start - 1] is ' ')
        {
            var word = start - 1;
            if (word - 1 > least && text[word - 1] == '.')
                word--;
            var end = word;
            while (word > least && end - word <= 10 && char.IsLetter(text[word - 1]))
                word--;
            if (word < end && IsPrefix(text[word..end]))
                return word;
        }
        return start;
    }

    static bool IsPrefix(ReadOnlySpan<char> word) =>
        (word.Length <= MaxPrefixWord && CheckDigits.AreCapitals(word)) || word.Length <= 2 || Dates.IsMonth(word);

    /// <summary>Whether a word begins here, or a sign that stands before the digits of a number.</summary>
    static bool IsStart(ReadOnlySpan<char> text, int at)
    {
        var before = at > 0 ? text[at - 1] : '\0';
        return text[at] switch
        {
            '+' or '(' => !Letters.IsWord(before),
            ':' => before != ':' && !Letters.IsWord(before) && (at + 1 >= text.Length || text[at + 1] == ':'),
            var c => Letters.IsWord(c) && !Letters.IsWord(before),
        };
    }
}
