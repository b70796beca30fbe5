using System.Collections.Frozen;

namespace Portico.Guardrails.Pii;

/// <summary>International bank account numbers: ISO 13616, structures of the IBAN registry of SWIFT, release 99 and the partial list of countries that use it without registration.</summary>
static class Iban
{
    public const int MaxLength = 34;

    /// <summary>By country: digits (n), letters (a) or either (c), and how many.</summary>
    const string Structures =
        "AD:n8c12 AE:n19 AL:n8c16 AO:n21 AT:n16 AZ:a4c20 BA:n16 BE:n12 BF:c24 BG:a4n6c8 BH:a4c14 BI:n23 BJ:c24 BR:n23a1c1 BY:c4n4c16 CF:n23 CG:n23 CH:n5c12 CI:c24 CM:n23 CR:n18 "
        + "CV:n21 CY:n8c16 CZ:n20 DE:n18 DJ:n23 DK:n14 DO:c4n20 DZ:n22 EE:n16 EG:n25 ES:n20 FI:n14 FK:a2n12 FO:n14 FR:n10c11n2 GA:n23 GB:a4n14 GE:a2n16 GI:a4c15 GL:n14 GQ:n23 "
        + "GR:n7c16 GT:c24 GW:c21 HN:a4n20 HR:n17 HU:n24 IE:a4n14 IL:n19 IQ:a4n15 IR:n22 IS:n22 IT:a1n10c12 JO:a4n4c18 KM:n23 KW:a4c22 KZ:n3c13 LB:n4c20 LC:a4c24 LI:n5c12 LT:n16 "
        + "LU:n3c13 LV:a4c13 LY:n21 MA:n24 MC:n10c11n2 MD:c20 ME:n18 MG:n23 MK:n3c10n2 ML:c24 MN:n16 MR:n23 MT:a4n5c18 MU:a4n19a3 MZ:n21 NE:c24 NI:a4n20 NL:a4n10 NO:n11 OM:n3c16 "
        + "PK:a4c16 PL:n24 PS:a4c21 PT:n21 QA:a4c21 RO:a4c16 RS:n18 RU:n14c15 SA:n2c18 SC:a4n20a3 SD:n14 SE:n20 SI:n15 SK:n20 SM:a1n10c12 SN:c24 SO:n19 ST:n21 SV:a4n20 TD:n23 TG:c24 "
        + "TL:n19 TN:n20 TR:n6c16 UA:n6c19 VA:n18 VG:a4n16 XK:n16 YE:a4n4c18";

    /// <summary>By country, the mask of all characters: 9 a digit, A a letter, * either.</summary>
    static readonly FrozenDictionary<int, string> MaskOf = Structures
        .Split(' ')
        .ToFrozenDictionary(e => Country(e[0], e[1]), e => "AA99" + Mask(e.AsSpan(3)));

    static string Mask(ReadOnlySpan<char> structure)
    {
        var mask = new System.Text.StringBuilder();
        for (var at = 0; at < structure.Length; )
        {
            var kind = structure[at++] switch
            {
                'n' => '9',
                'a' => 'A',
                _ => '*',
            };
            var count = 0;
            for (; at < structure.Length && char.IsAsciiDigit(structure[at]); at++)
                count = count * 10 + structure[at] - '0';
            mask.Append(kind, count);
        }
        return mask.ToString();
    }

    static int Country(char first, char second) => first * 256 + second;

    /// <summary>The length for a country; 0 where it has none.</summary>
    public static int Length(char first, char second) =>
        MaskOf.TryGetValue(Country(char.ToUpperInvariant(first), char.ToUpperInvariant(second)), out var mask) ? mask.Length : 0;

    public static bool IsValid(ReadOnlySpan<char> compact)
    {
        if (compact.Length < 15 || !MaskOf.TryGetValue(Country(compact[0], compact[1]), out var mask) || !NumberRule.Fits(mask, compact))
            return false;
        Span<char> turned = stackalloc char[MaxLength];
        compact[4..].CopyTo(turned);
        compact[..4].CopyTo(turned[(compact.Length - 4)..]);
        return CheckDigits.Rest(turned[..compact.Length], 97) == 1 && CheckDigits.Number(compact[2..4]) is >= 2 and <= 98;
    }

    /// <summary>The end of one that begins at <paramref name="start"/>, in groups or not; 0 where there is none.</summary>
    public static int End(ref Sight sight, int start)
    {
        var length = Length(sight[start], sight[start + 1]);
        if (length == 0 || !char.IsAsciiLetter(sight[start]) || !char.IsAsciiLetter(sight[start + 1]))
            return 0;
        Span<char> compact = stackalloc char[MaxLength];
        var (count, at) = (0, start);
        while (count < length)
        {
            var c = sight[at];
            if (char.IsAsciiLetterOrDigit(c))
                compact[count++] = char.ToUpperInvariant(c);
            else if (count < 2 || !Letters.IsSeparator(c) || !char.IsAsciiLetterOrDigit(sight[at + 1]))
                return 0;
            if (count is 3 or 4 && char.IsAsciiLetterOrDigit(c) && !char.IsAsciiDigit(c))
                return 0;
            at++;
        }
        return !Letters.IsWord(sight[at]) && IsValid(compact[..count]) ? at : 0;
    }
}
