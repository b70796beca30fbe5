using System.Globalization;
using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names;

/// <summary>
/// Splits a unit into words, numbers and signs. A run of letters, digits and underscores is one word; an apostrophe stays inside after one or two letters
/// (<c>O'Brien</c>, <c>D'Angelo</c>, <c>l'Église</c>), else it opens a word of its own (<c>'s</c>). What looks like an e-mail address or a link is one word.
/// </summary>
static class TokenReader
{
    const int LongestWord = 64;

    /// <summary>Fills <paramref name="tokens"/>, which must be as long as the unit, and returns how many there are.</summary>
    public static int Read(ReadOnlySpan<char> unit, Span<Token> tokens)
    {
        var count = 0;
        byte gap = 3;
        var linkEnd = 0;
        for (var at = 0; at < unit.Length; )
        {
            var c = unit[at];
            if (char.IsWhiteSpace(c) || c == '\u200B')
            {
                if (gap != 3)
                    gap = c is '\n' or '\r' || gap == 2 ? (byte)2 : (byte)1;
                at++;
                continue;
            }
            var end = at + 1;
            var isLink = false;
            if (at >= linkEnd && (at == 0 || IsOpen(unit[at - 1])))
            {
                (isLink, linkEnd) = Chunk(unit, at);
                if (isLink)
                    end = linkEnd;
            }
            if (!isLink)
                end =
                    IsWord(c) ? WordEnd(unit, at)
                    : c is '\'' or '’' && count > 0 && gap == 0 && at + 1 < unit.Length && IsWord(unit[at + 1]) && IsWord(unit[at - 1])
                        ? WordEnd(unit, at + 1)
                    : at + 1;
            Fill(ref tokens[count++], unit[at..end], at, gap, isLink);
            gap = 0;
            at = end;
        }
        return count;
    }

    /// <summary>Whether what stands here up to the next blank is a link or an e-mail address, and where it ends without the signs behind it.</summary>
    static (bool IsLink, int End) Chunk(ReadOnlySpan<char> unit, int at)
    {
        var end = at;
        var isLink = false;
        for (
            ;
            end < unit.Length && !char.IsWhiteSpace(unit[end]) && unit[end] is not ('"' or '<' or '>' or '|' or '(' or ')' or ',' or ';');
            end++
        )
        {
            if (unit[end] == '@')
                isLink |= end > at && end + 1 < unit.Length && char.IsLetterOrDigit(unit[end - 1]) && char.IsLetterOrDigit(unit[end + 1]);
            else if (unit[end] == ':')
                isLink |= end + 2 < unit.Length && unit[end + 1] == '/' && unit[end + 2] == '/';
        }
        isLink |= unit[at..end].StartsWith("www.", StringComparison.OrdinalIgnoreCase);
        var trimmed = end;
        while (trimmed > at + 1 && unit[trimmed - 1] is '.' or '!' or '?' or ':' or '\'')
            trimmed--;
        return (isLink, isLink ? trimmed : end);
    }

    static bool IsOpen(char c) => char.IsWhiteSpace(c) || c is '"' or '<' or '>' or '|' or '(' or ')' or ',' or ';' or '\'' or ':';

    internal static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || IsMark(c);

    static bool IsMark(char c) =>
        c >= '\u0300' && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    static int WordEnd(ReadOnlySpan<char> unit, int at)
    {
        var end = at + 1;
        while (end < unit.Length && IsWord(unit[end]))
            end++;
        if (end - at <= 2 && end + 1 < unit.Length && unit[end] is '\'' or '’' && char.IsLetter(unit[end + 1]) && char.IsLetter(unit[at]))
        {
            end += 2;
            while (end < unit.Length && IsWord(unit[end]))
                end++;
        }
        return end;
    }

    static void Fill(ref Token token, ReadOnlySpan<char> word, int start, byte gap, bool isLink)
    {
        token = new Token
        {
            Start = start,
            Length = word.Length,
            Gap = gap,
            Shape = isLink ? Shape.Address : ShapeOf(word),
        };
        if (isLink || word.Length > LongestWord)
        {
            token.Lower = isLink ? 1u : 3u;
            return;
        }
        Span<char> lower = stackalloc char[word.Length];
        for (var i = 0; i < word.Length; i++)
            lower[i] = word[i] is >= 'A' and <= 'Z' ? (char)(word[i] | 0x20) : char.ToLowerInvariant(word[i]);
        if (Shape.IsNumber(token.Shape) && word.Length > 2)
        {
            // Which number it is says nothing, how long it is stands in the shape.
            token.Lower = 5;
            return;
        }
        token.Lower = WordHash.OfLower(lower);
        if (char.IsLetter(word[0]))
        {
            token.Listed = Gazetteer.All.Of(token.Lower);
            if (Gazetteer.EndsAsStreet(lower))
                token.Listed |= ListedAs.StreetEnd;
            var length = word.Length;
            token.Suffix2 = length > 2 ? WordHash.Of(lower[^2..]) : 0;
            token.Suffix3 = length > 3 ? WordHash.Of(lower[^3..]) : 0;
            token.Suffix4 = length > 4 ? WordHash.Of(lower[^4..]) : 0;
            token.Prefix3 = length > 3 ? WordHash.Of(lower[..3]) : 0;
        }
    }

    static ushort ShapeOf(ReadOnlySpan<char> word)
    {
        if (!IsWord(word[0]) && word.Length == 1)
            return (ushort)Math.Min(ushort.MaxValue, Shape.Sign + word[0]);
        int upper = 0,
            lower = 0,
            digits = 0,
            upperLater = 0;
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            if (c == '_')
                return Shape.Identifier;
            if (char.IsDigit(c))
                digits++;
            else if (char.IsUpper(c))
            {
                upper++;
                upperLater += i > 0 && word[i - 1] is not ('\'' or '’') ? 1 : 0;
            }
            else if (char.IsLower(c))
                lower++;
        }
        if (digits == word.Length)
            return (ushort)(Shape.Digits + Math.Min(digits, Shape.MostDigits));
        if (digits > 0)
            return char.IsDigit(word[0]) ? Shape.DigitThenLetter : Shape.LetterThenDigit;
        if (upper + lower == 0)
            return Shape.Uncased;
        if (upper == 0)
            return Shape.Lower;
        if (lower == 0)
            return word.Length == 1 ? Shape.OneCapital : Shape.AllCapitals;
        var isFirst = char.IsUpper(word[0]);
        return upperLater == 0 && isFirst ? Shape.Capital
            : isFirst || word[0] is '\'' or '’' ? Shape.CamelCapital
            : Shape.CamelLower;
    }
}
