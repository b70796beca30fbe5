using System.Buffers;

namespace Portico.Guardrails.Pii;

/// <summary>Which characters make words, numbers and addresses.</summary>
static class Letters
{
    /// <summary>Scripts from here on are written without blanks, or do not mix with numbers in one word: a number directly behind them begins anew.</summary>
    const char FirstOtherScript = '\u0530';

    /// <summary>What every finding has in it: the dash for the one network address in some hundred thousand that has only letters.</summary>
    public static readonly SearchValues<char> Anchors = SearchValues.Create("0123456789@:-");

    /// <summary>Those of <see cref="IsLocal"/> that are in ASCII.</summary>
    public static readonly SearchValues<char> LocalInAscii = SearchValues.Create([
        .. Enumerable.Range(0, 0x80).Select(c => (char)c).Where(IsLocal),
    ]);

    public static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c);

    /// <summary>A letter or digit that ties what stands beside it into one word.</summary>
    public static bool IsWord(char c) =>
        char.IsAsciiLetterOrDigit(c) || c == '_' || (c >= '\u0080' && c < FirstOtherScript && char.IsLetter(c));

    /// <summary>A character of the part of an e-mail address before the @ that people use (RFC 5322 allows more).</summary>
    public static bool IsLocal(char c) => IsWord(c) || c is '.' or '-' or '+' or '%' or '\'' or '~' or '&';

    /// <summary>One character between groups of one number.</summary>
    public static bool IsSeparator(char c) =>
        c is ' ' or '-' or '.' or '/' or '\u00A0' or '\u2009' or '\u202F' or '\u2010' or '\u2011' or '\u2013';

    /// <summary>The separator as masks write it.</summary>
    public static char Plain(char c) =>
        c switch
        {
            '\u00A0' or '\u2009' or '\u202F' => ' ',
            '\u2010' or '\u2011' or '\u2013' => '-',
            _ => c,
        };
}
