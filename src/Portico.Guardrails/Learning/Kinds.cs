using System.Globalization;

namespace Portico.Guardrails.Learning;

/// <summary>What a UTF-16 unit is to who reads words.</summary>
static class Kinds
{
    public const byte Other = 0;
    public const byte Letter = 1;
    public const byte Ideograph = 2;
    public const byte Ender = 3;
    public const byte Break = 4;
    public const byte Quote = 5;

    /// <summary>No part of a word, and no end of it.</summary>
    public const byte Skip = 6;

    static readonly byte[] Table = Make();

    public static byte Of(char c) => Table[c];

    static byte[] Make()
    {
        var table = new byte[65536];
        for (var at = 0; at < table.Length; at++)
            table[at] = KindOf((char)at);
        return table;
    }

    static byte KindOf(char c) =>
        c switch
        {
            '.' or '!' or '?' or '…' or '。' or '！' or '？' or '।' or '؟' or '۔' => Ender,
            '\n' or '|' or '<' or '>' or '{' or '}' or '\t' => Break,
            '"' or '\'' or '`' or '“' or '„' or '«' or '‘' => Quote,
            >= '\u0300' and <= '\u036F' => Skip,
            >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' => Ideograph,
            _ when char.IsLetterOrDigit(c) => Letter,
            _ => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                ? Letter
                : Other,
        };
}
