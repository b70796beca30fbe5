using System.Collections.Frozen;
using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names;

/// <summary>
/// Cuts a text into the units that the tagger sees: sentences, lines that are no part of a block, and at most <see cref="LongestUnit"/> characters.
/// </summary>
/// <remarks>
/// A hard cut is told by <see cref="Back"/> characters before it and <see cref="Ahead"/> behind it, whatever stands elsewhere. Only where none comes in time, a soft cut stands between two small
/// words (so that no name is torn), counted from the cut before. So the units are a function of the text, and a caller who goes on at a cut gets the same ones.
/// </remarks>
static class SentenceCutter
{
    public const int LongestUnit = 240;

    /// <summary>Characters before a place that tell whether a hard cut is there.</summary>
    public const int Back = 72;

    /// <summary>Characters behind a place that tell whether a hard cut is there.</summary>
    public const int Ahead = 1;

    const int LongLine = 64;
    const int LongestAbbreviation = 8;

    /// <summary>A number before a full stop that is shorter may be an ordinal or the number of a house.</summary>
    const int LongNumber = 4;

    static readonly FrozenSet<ulong> Abbreviations = Gazetteer
        .Entries(
            """
            mr mrs ms dr prof sr jr st rd ave av blvd bvd bd ln apt ste no nr str inc ltd co corp vs bldg fl ct pl sq dept tel fax ext hon rev gen col lt sgt capt maj mt ft
            jan feb mar apr jun jul aug sep sept oct nov dec sig dott avv ing dipl hr fr mme mlle avda ul al tř nám bât chem dra sra srta dhr mevr cf pp vol fig eq messrs
            apdo piso pta esc cp rte hwy ter cres pkwy wohnh geb bzw ca inkl evtl mah cad sok caddesi
            """
        )
        .Select(word => WordHash.OfLower(word))
        .ToFrozenSet();

    /// <summary>Where the unit that begins at <paramref name="start"/> ends, or -1 while that is open.</summary>
    public static int End(ReadOnlySpan<char> text, int start, bool isAll)
    {
        var last = Math.Min(text.Length, start + LongestUnit);
        for (var end = start + 1; end <= last; end++)
        {
            if (end == text.Length)
                return isAll ? end : -1;
            if (IsHard(text, end))
                return end;
        }
        return Soft(text, start, last);
    }

    /// <summary>The last hard cut at or before <paramref name="before"/> and not before <paramref name="first"/>, or -1.</summary>
    public static int LastHard(ReadOnlySpan<char> text, int before, int first)
    {
        for (var at = before; at >= first && at > 0; at--)
            if (at < text.Length && IsHard(text, at))
                return at;
        return -1;
    }

    /// <summary>Whether a unit ends before <c>text[end]</c>, which stands in the text.</summary>
    static bool IsHard(ReadOnlySpan<char> text, int end)
    {
        var c = text[end - 1];
        if (c is >= 'a' and <= 'z' or ' ')
            return false;
        if (c == '\n')
            return IsLineEnd(text, end);
        if (c is '。' or '！' or '？' or '।')
            return true;
        return char.IsWhiteSpace(text[end]) && IsSentenceEnd(text, end);
    }

    static bool IsSentenceEnd(ReadOnlySpan<char> text, int end)
    {
        var at = end;
        for (
            var closers = 0;
            closers < 4 && at > 0 && text[at - 1] is '"' or '\'' or ')' or ']' or '”' or '’' or '»' or '*' or '“';
            closers++
        )
            at--;
        if (at == 0)
            return false;
        if (text[at - 1] is '!' or '?' or '…')
            return true;
        if (text[at - 1] != '.')
            return false;
        at--;
        var word = at;
        while (word > 0 && at - word <= LongestAbbreviation && char.IsLetterOrDigit(text[word - 1]))
            word--;
        var length = at - word;
        if (length == 0)
            return at > 0 && text[at - 1] is '.' or ')' or '"';
        if (char.IsAsciiDigit(text[at - 1]))
            return length >= LongNumber;
        return length > 1 && (length > LongestAbbreviation || !Abbreviations.Contains(WordHash.OfLower(text[word..at])));
    }

    static bool IsLineEnd(ReadOnlySpan<char> text, int end)
    {
        if (text[end] is '\n' or '\r' or '-' or '*' or '•' or '#' or '|' or '{' or '}' or '<' or '[')
            return true;
        var at = end - 1;
        while (at > 0 && end - at < 4 && text[at - 1] is ' ' or '\r' or '\t')
            at--;
        if (at > 0 && text[at - 1] is ';' or '{' or '}' or '[' or ']' or '>' or '|')
            return true;
        var begin = end - 1;
        while (begin > 0 && text[begin - 1] != '\n' && end - begin <= LongLine)
            begin--;
        return end - begin > LongLine;
    }

    static int Soft(ReadOnlySpan<char> text, int start, int last)
    {
        var blank = -1;
        for (var at = last; at > start; at--)
        {
            if (at >= text.Length || !char.IsWhiteSpace(text[at]))
                continue;
            if (blank < 0)
                blank = at;
            if (at - start < LongestUnit / 2)
                break;
            if (at + 1 < last && char.IsLower(text[at + 1]) && char.IsLower(text[at - 1]))
                return at;
        }
        if (blank > 0)
            return blank;
        return char.IsLowSurrogate(text[last]) ? last - 1 : last;
    }
}
