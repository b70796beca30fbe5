using System.Globalization;

namespace Portico.Guardrails;

/// <summary>What an escape in a text of JSON stands for.</summary>
static class JsonEscape
{
    public const char Mark = '\\';

    /// <summary>Units of the longest: two halves of a pair, each written by its number.</summary>
    public const int MaxLength = 12;

    const int NumberLength = 6;

    /// <summary>Reads the escape that a text begins with. What is none stands for its mark alone.</summary>
    /// <param name="text">Begins with <see cref="Mark"/>.</param>
    /// <param name="isAll">Nothing follows.</param>
    /// <param name="character">Receives the character: one unit, or a pair.</param>
    /// <param name="taken">Receives the units of the escape; 0 where its rest has not come.</param>
    /// <returns>Units of the character; 0 where its rest has not come.</returns>
    public static int Read(ReadOnlySpan<char> text, bool isAll, Span<char> character, out int taken)
    {
        taken = 0;
        if (text.Length == 1 && !isAll)
            return 0;
        (character[0], taken) = (Mark, 1);
        if (text.Length == 1)
            return 1;
        if (text[1] != 'u')
        {
            if (Short(text[1]) is var one and not '\0')
                (character[0], taken) = (one, 2);
            return 1;
        }
        if (!IsNumber(text, out var isOpen, out var first))
        {
            taken = isOpen && !isAll ? 0 : 1;
            return taken;
        }
        (character[0], taken) = (first, NumberLength);
        if (!char.IsHighSurrogate(first))
            return 1;
        var rest = text[NumberLength..];
        if (IsNumber(rest, out isOpen, out var second) && char.IsLowSurrogate(second))
        {
            (character[1], taken) = (second, MaxLength);
            return 2;
        }
        if (!isOpen || isAll)
            return 1;
        taken = 0;
        return 0;
    }

    static char Short(char c) =>
        c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => '\0',
        };

    /// <param name="text">Any.</param>
    /// <param name="isOpen">Receives whether all of it is the beginning of one.</param>
    /// <param name="unit">Receives what it stands for.</param>
    static bool IsNumber(ReadOnlySpan<char> text, out bool isOpen, out char unit)
    {
        (isOpen, unit) = (false, '\0');
        for (var at = 0; at < Math.Min(text.Length, NumberLength); at++)
            if (
                !(
                    at == 0 ? text[at] == Mark
                    : at == 1 ? text[at] == 'u'
                    : char.IsAsciiHexDigit(text[at])
                )
            )
                return false;
        isOpen = text.Length < NumberLength;
        if (!isOpen)
            unit = (char)ushort.Parse(text[2..NumberLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return !isOpen;
    }
}
