using System.Globalization;
using System.Text;

namespace Portico.Core.Tokens;

/// <summary>
/// Cuts text into the pieces within which byte pairs merge: the published patterns of o200k_base and cl100k_base
/// (github.com/openai/tiktoken, openai_public.py), written as a scanner that never backtracks over more than one piece.
/// </summary>
static class TextSplitter
{
    [Flags]
    enum Kind : byte
    {
        None = 0,
        Upper = 1, // Lu, Lt
        Lower = 2, // Ll
        Other = 4, // Lm, Lo: letters without case
        Mark = 8,
        Number = 16,
        Space = 32,
        Letter = Upper | Lower | Other,
        UpperRun = Upper | Other | Mark,
        LowerRun = Lower | Other | Mark,
    }

    static readonly Kind[] Ascii = Enumerable.Range(0, 128).Select(c => Classify(new Rune(c))).ToArray();

    /// <summary>Length of the next piece in chars; the text is not empty.</summary>
    public static int Next(ReadOnlySpan<char> text, bool o200k)
    {
        var length = o200k ? Word(text) : ContractionOrWord(text);
        if (length > 0)
            return length;
        var first = At(text, 0, out var width);
        if ((first & Kind.Number) != Kind.None)
            return Run(text, 0, Kind.Number, 3);
        length = Punctuation(text, o200k);
        if (length > 0)
            return length;
        return (first & Kind.Space) != Kind.None ? Spaces(text) : width;
    }

    // o200k: one other character, upper-case run, lower-case run with at least one of both, contraction.
    static int Word(ReadOnlySpan<char> text)
    {
        var prefix = Prefix(text);
        var end = 0;
        if (prefix > 0)
            end = UpperThenLower(text, prefix);
        if (end == 0)
            end = UpperThenLower(text, 0);
        if (end == 0 && prefix > 0)
            end = UpperRun(text, prefix);
        if (end == 0)
            end = UpperRun(text, 0);
        return end == 0 ? 0 : end + Contraction(text[end..]);
    }

    static int UpperThenLower(ReadOnlySpan<char> text, int from)
    {
        var upper = Run(text, from, Kind.UpperRun, int.MaxValue);
        var lower = Run(text, from + upper, Kind.LowerRun, int.MaxValue);
        if (lower > 0)
            return from + upper + lower;
        // The upper run gives back its last caseless letter or mark to be the lower run.
        for (var at = from + upper; at > from; )
        {
            var width = at - from >= 2 && char.IsLowSurrogate(text[at - 1]) && char.IsHighSurrogate(text[at - 2]) ? 2 : 1;
            if ((At(text, at - width, out _) & Kind.LowerRun) != Kind.None)
                return at;
            at -= width;
        }
        return 0;
    }

    static int UpperRun(ReadOnlySpan<char> text, int from)
    {
        var upper = Run(text, from, Kind.UpperRun, int.MaxValue);
        return upper == 0 ? 0 : from + upper + Run(text, from + upper, Kind.LowerRun, int.MaxValue);
    }

    // cl100k: a contraction alone, or one other character and letters.
    static int ContractionOrWord(ReadOnlySpan<char> text)
    {
        var contraction = Contraction(text);
        if (contraction > 0)
            return contraction;
        var prefix = Prefix(text);
        var letters = Run(text, prefix, Kind.Letter, int.MaxValue);
        return letters == 0 ? 0 : prefix + letters;
    }

    /// <summary>Width of a first character that is neither letter, number nor line end.</summary>
    static int Prefix(ReadOnlySpan<char> text) =>
        text[0] is not ('\r' or '\n') && (At(text, 0, out var width) & (Kind.Letter | Kind.Number)) == Kind.None ? width : 0;

    static int Contraction(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'')
            return 0;
        var first = (char)(text[1] | 0x20);
        if (text.Length >= 3 && char.IsAscii(text[1]) && char.IsAscii(text[2]))
        {
            var second = (char)(text[2] | 0x20);
            if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l'))
                return 3;
        }
        // U+017F folds to s where case is ignored; OpenAI's o200k pattern spells its cases out, cl100k's does not.
        return char.IsAscii(text[1]) && first is 's' or 't' or 'm' or 'd' ? 2 : 0;
    }

    static int Punctuation(ReadOnlySpan<char> text, bool o200k)
    {
        var from = text[0] == ' ' ? 1 : 0;
        var at = from;
        while (at < text.Length && (At(text, at, out var width) & (Kind.Letter | Kind.Number | Kind.Space)) == Kind.None)
            at += width;
        if (at == from)
            return 0;
        while (at < text.Length && (text[at] is '\r' or '\n' || (o200k && text[at] == '/')))
            at++;
        return at;
    }

    static int Spaces(ReadOnlySpan<char> text)
    {
        var end = Run(text, 0, Kind.Space, int.MaxValue);
        var newline = text[..end].LastIndexOfAny('\r', '\n');
        if (newline >= 0)
            return newline + 1;
        // The last space before a word belongs to the word.
        return end < text.Length && end > 1 ? end - 1 : end;
    }

    static int Run(ReadOnlySpan<char> text, int from, Kind kinds, int max)
    {
        var at = from;
        for (var count = 0; at < text.Length && count < max && (At(text, at, out var width) & kinds) != Kind.None; count++)
            at += width;
        return at - from;
    }

    static Kind At(ReadOnlySpan<char> text, int index, out int width)
    {
        var c = text[index];
        width = 1;
        if (c < 128)
            return Ascii[c];
        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            width = 2;
            return Classify(new Rune(c, text[index + 1]));
        }
        return char.IsSurrogate(c) ? Kind.None : Classify(new Rune(c));
    }

    static Kind Classify(Rune rune)
    {
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => Kind.Upper,
            UnicodeCategory.LowercaseLetter => Kind.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Other,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.None,
        };
    }
}
