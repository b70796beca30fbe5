using System.Collections.Frozen;

namespace Portico.Guardrails.Pii;

/// <summary>International bank account numbers: ISO 13616, lengths of the IBAN registry of SWIFT, release 99 and the partial list of countries that use it without registration.</summary>
static class Iban
{
    public const int MaxLength = 34;

    const string Lengths =
        "AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 "
        + "EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 "
        + "LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 "
        + "SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

    static readonly FrozenDictionary<int, int> LengthOf = Lengths
        .Split(' ')
        .ToFrozenDictionary(e => Country(e[0], e[1]), e => CheckDigits.Number(e.AsSpan(2)));

    static int Country(char first, char second) => first * 256 + second;

    /// <summary>The length for a country; 0 where it has none.</summary>
    public static int Length(char first, char second) =>
        LengthOf.GetValueOrDefault(Country(char.ToUpperInvariant(first), char.ToUpperInvariant(second)));

    public static bool IsValid(ReadOnlySpan<char> compact)
    {
        if (compact.Length < 15 || Length(compact[0], compact[1]) != compact.Length || !CheckDigits.AreDigits(compact[2..4]))
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
