using static Portico.Guardrails.Pii.CheckDigits;

namespace Portico.Guardrails.Pii;

/// <summary>Numbers of the Americas, as their tax and social offices publish the rules (SSA, IRS Publication 1635 and 4226, CMS, DEA, Receita Federal, SAT, RENAPO, DGI and others). Texts are compact.</summary>
static class Americas
{
    // United States
    public static bool SocialSecurity(ReadOnlySpan<char> t) =>
        t[..3] is not ("000" or "666")
        && t[0] != '9'
        && t[3..5] is not "00"
        && t[5..] is not "0000"
        && t is not ("078051120" or "219099999" or "123456789")
        && !AreSame(t);

    public static bool IndividualTaxpayer(ReadOnlySpan<char> t) =>
        Number(t[3..5]) is (>= 50 and <= 65) or (>= 70 and <= 88) or (>= 90 and <= 92) or (>= 94 and <= 99);

    public static bool EmployerPrefix(ReadOnlySpan<char> t) =>
        Number(t[..2]) is not (0 or 7 or 8 or 9 or (>= 17 and <= 19) or 28 or 29 or 49 or 69 or 70 or 78 or 79 or 89 or 96 or 97);

    /// <summary>American Bankers Association: weights 3, 7, 1; the first two digits name a district.</summary>
    public static bool Routing(ReadOnlySpan<char> t) =>
        Number(t[..2]) is <= 12 or (>= 21 and <= 32) or (>= 61 and <= 72) or 80
        && !AreSame(t)
        && Weighted(t, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0;

    /// <summary>Luhn with the prefix 80840, which adds 24 (CMS, NPI check digit).</summary>
    public static bool Provider(ReadOnlySpan<char> t) => t[0] is '1' or '2' && !AreSame(t[..9]) && (LuhnSum(t) + 24) % 10 == 0;

    public static bool Prescriber(ReadOnlySpan<char> t)
    {
        var odd = Digit(t[2]) + Digit(t[4]) + Digit(t[6]);
        var even = Digit(t[3]) + Digit(t[5]) + Digit(t[7]);
        return "ABCDEFGHJKLMPRSTUX".Contains(t[0]) && (odd + 2 * even) % 10 == Digit(t[8]);
    }

    /// <summary>CMS, Understanding the MBI: C A AN N A AN N A A N N, without S, L, O, I, B, Z.</summary>
    public static bool Medicare(ReadOnlySpan<char> t)
    {
        const string Shape = "CA*9A*9AA99";
        for (var i = 0; i < t.Length; i++)
        {
            var fits = Shape[i] switch
            {
                'C' => t[i] is >= '1' and <= '9',
                '9' => char.IsAsciiDigit(t[i]),
                'A' => char.IsAsciiLetter(t[i]),
                _ => true,
            };
            if (!fits || "SLOIBZ".Contains(t[i]))
                return false;
        }
        return true;
    }

    // Canada: 0 is not given, 8 is for companies
    public static bool CanadianPerson(ReadOnlySpan<char> t) => t[0] is not ('0' or '8') && !AreSame(t) && Luhn(t);

    public static bool CanadianCompany(ReadOnlySpan<char> t) =>
        !AreSame(t[..9]) && Luhn(t[..9]) && (t.Length == 9 || t[9..11] is "RC" or "RM" or "RP" or "RT" or "RR" or "RZ");

    // Brazil
    public static bool BrazilianPerson(ReadOnlySpan<char> t) =>
        !AreSame(t)
        && Weighted(t, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == Digit(t[9])
        && Weighted(t, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == Digit(t[10]);

    /// <summary>Since July 2026 the first twelve may be letters, counted by their ASCII code less 48 (Receita Federal, IN 2.229/2024).</summary>
    public static bool BrazilianCompany(ReadOnlySpan<char> t)
    {
        if (AreSame(t) || !AreDigits(t[12..]))
            return false;
        return Check(t, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == Digit(t[12])
            && Check(t, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == Digit(t[13]);

        static int Check(ReadOnlySpan<char> text, ReadOnlySpan<int> weights)
        {
            var sum = 0;
            for (var i = 0; i < weights.Length; i++)
                sum += (text[i] - '0') * weights[i];
            return sum % 11 is var rest && rest < 2 ? 0 : 11 - rest;
        }
    }

    public static bool Argentine(ReadOnlySpan<char> t) =>
        t[..2] is "20" or "23" or "24" or "25" or "26" or "27" or "30" or "33" or "34" or "50" or "51" or "55"
        && "012345678990"[11 - Weighted(t, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 is var check && check == 11 ? 0 : check] == t[10];

    public static bool Chilean(ReadOnlySpan<char> t)
    {
        t = t.StartsWith("CL") ? t[2..] : t;
        var sum = 0;
        for (var i = 0; i < t.Length - 1; i++)
            sum += Digit(t[^(i + 2)]) * (2 + i % 6);
        return "0K987654321"[sum % 11] == t[^1];
    }

    public static bool Colombian(ReadOnlySpan<char> t)
    {
        ReadOnlySpan<int> weights = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
        var sum = 0;
        for (var i = 0; i < t.Length - 1; i++)
            sum += Digit(t[^(i + 2)]) * weights[i];
        return "01987654321"[sum % 11] == t[^1];
    }

    // Mexico
    const string Mexican = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";

    public static bool MexicanPerson(ReadOnlySpan<char> t)
    {
        if (!IsShortDate(t[4..]) || t[10] is not ('H' or 'M' or 'X') || !char.IsAsciiDigit(t[17]))
            return false;
        var sum = 0;
        for (var i = 0; i < 17; i++)
            sum += Mexican.IndexOf(t[i]) * (18 - i);
        return (10 - sum % 10) % 10 == Digit(t[17]);
    }

    public static bool MexicanTaxpayer(ReadOnlySpan<char> t)
    {
        const string Order = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";
        if (!IsShortDate(t[(t.Length - 9)..]))
            return false;
        var sum = t.Length == 12 ? 37 * 13 : 0;
        for (var i = 0; i < t.Length - 1; i++)
            sum += Order.IndexOf(t[i]) * (t.Length - i);
        return "0123456789A"[(11 - sum % 11) % 11] == t[^1];
    }

    // Others
    public static bool Peruvian(ReadOnlySpan<char> t) =>
        t[..2] is "10" or "15" or "16" or "17" or "20" && (11 - Weighted(t, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10 == Digit(t[10]);

    public static bool Uruguayan(ReadOnlySpan<char> t)
    {
        t = t[^12..];
        return Number(t[..2]) is >= 1 and <= 22
            && t[2..8] is not "000000"
            && t[8..11] is "001"
            && (11 - Weighted(t, [4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(t[11]);
    }

    public static bool Venezuelan(ReadOnlySpan<char> t)
    {
        var company = "VEJPG".IndexOf(t[0]) switch
        {
            0 => 4,
            1 => 8,
            2 => 12,
            3 => 16,
            4 => 20,
            _ => -1,
        };
        return company > 0 && "00987654321"[(company + Weighted(t[1..], [3, 2, 7, 6, 5, 4, 3, 2])) % 11] == t[9];
    }

    public static bool EcuadorianPerson(ReadOnlySpan<char> t) =>
        Number(t[..2]) is (>= 1 and <= 24) or 30 or 50 && t[2] <= '6' && Luhn(t[..10]) && (t.Length == 10 || t[10..] is not "000");

    public static bool DominicanPerson(ReadOnlySpan<char> t) => !AreSame(t) && Luhn(t);

    public static bool DominicanCompany(ReadOnlySpan<char> t) =>
        (10 - Weighted(t, [7, 9, 8, 6, 5, 4, 3, 2]) % 11) % 9 + 1 is var check && check == Digit(t[8]);

    public static bool Guatemalan(ReadOnlySpan<char> t)
    {
        var sum = 0;
        for (var i = 0; i < t.Length - 1; i++)
            sum += Digit(t[^(i + 2)]) * (i + 2);
        return "0123456789K"[(11 - sum % 11) % 11] == t[^1];
    }

    public static bool Paraguayan(ReadOnlySpan<char> t)
    {
        var sum = 0;
        for (var i = 0; i < t.Length - 1; i++)
            sum += Digit(t[^(i + 2)]) * (i + 2);
        return (11 - sum % 11) % 11 % 10 == Digit(t[^1]);
    }
}
