using System.Collections.Frozen;

namespace Portico.Guardrails.Pii;

/// <summary>E-mail addresses as people write them: RFC 5321 in length, RFC 6531 in letters, without quotes and comments.</summary>
static class EmailAddresses
{
    public const int MaxLocal = 64;
    public const int MaxDomain = 190;
    const int MaxLabel = 63;

    /// <summary>Ends of file names that stand where a top-level domain would: <c>icon@2x.png</c>.</summary>
    static readonly FrozenSet<string> Files = new[]
    {
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "webp",
        "ico",
        "css",
        "js",
        "ts",
        "json",
        "html",
        "service",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FileNames = Files.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var sight = new Sight(text, isAll: true);
        return text.Length > 0 && End(ref sight, 0, isWhole: true) == text.Length;
    }

    /// <summary>The end of the address that begins here; 0 where none does.</summary>
    /// <param name="isWhole">The text is nothing else: then letters of all scripts are part of it, which in a text may be words before it.</param>
    public static int End(ref Sight sight, int start, bool isWhole = false)
    {
        if (!(Letters.IsWord(sight[start]) || (isWhole && IsRare(sight[start]))) || !BeginsLocal(ref sight, start))
            return 0;
        if (!isWhole && EndsElsewhere(sight.Text[start..]))
            return 0;
        var at = start;
        while (at - start <= MaxLocal && (Letters.IsLocal(sight[at]) || (isWhole && IsRare(sight[at]))))
        {
            if (sight[at] == '.' && sight[at + 1] == '.')
                return 0;
            at++;
        }
        if (sight[at] != '@' || at - start > MaxLocal || sight[at - 1] is '.' or '\'')
            return 0;
        return DomainEnd(ref sight, at + 1);
    }

    /// <summary>What may be a local part ends before a sign in ASCII that is no @, as it does for nearly all words: told by one search.</summary>
    static bool EndsElsewhere(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(Letters.LocalInAscii);
        return end >= 0 && text[end] < 0x80 && text[end] != '@';
    }

    /// <summary>What a local part may have (RFC 5322, atext; RFC 6532) but in a text rather belongs to what stands before it; no full-width forms.</summary>
    static bool IsRare(char c) => "!#$*/=?^`{|}".Contains(c) || (char.IsLetter(c) && c is < '\uFF00' or > '\uFFEF');

    /// <summary>Only signs stand between what is no part of an address and here.</summary>
    static bool BeginsLocal(ref Sight sight, int start)
    {
        var at = start - 1;
        for (; at >= start - 8 && at >= 0 && Letters.IsLocal(sight.Text[at]); at--)
            if (Letters.IsWord(sight.Text[at]))
                return false;
        return true;
    }

    static int DomainEnd(ref Sight sight, int start)
    {
        var (at, end, labels) = (start, 0, 0);
        while (true)
        {
            var label = at;
            while (at - label <= MaxLabel && at - start <= MaxDomain && IsLabel(sight[at]))
                at++;
            var length = at - label;
            while (length > 0 && sight[label + length - 1] == '-')
                length--;
            if (length == 0 || length > MaxLabel || sight[label] is '-')
                break;
            labels++;
            if (labels > 1 && IsTop(sight.Text.Slice(label, length)))
                end = label + length;
            if (length != at - label || sight[at] != '.' || at - start > MaxDomain)
                break;
            at++;
        }
        return end;
    }

    static bool IsLabel(char c) =>
        char.IsAsciiLetterOrDigit(c) || c == '-' || (c >= '\u0080' && (char.IsLetter(c) || char.IsSurrogate(c) || IsMark(c)));

    static bool IsMark(char c) =>
        char.GetUnicodeCategory(c)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    static bool IsTop(ReadOnlySpan<char> label)
    {
        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
            return true;
        if (label.Length < 2 || FileNames.Contains(label))
            return false;
        foreach (var c in label)
            if (char.IsAsciiDigit(c) || c == '-')
                return false;
        return true;
    }
}
