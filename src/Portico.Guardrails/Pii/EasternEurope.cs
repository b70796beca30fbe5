using static Portico.Guardrails.Pii.CheckDigits;

namespace Portico.Guardrails.Pii;

/// <summary>Numbers of central and eastern Europe, as their registers publish the rules (OECD, TIN sheets by country). Texts are compact and have the shape their rule names.</summary>
static class EasternEurope
{
    public static bool BulgarianPerson(ReadOnlySpan<char> t)
    {
        var month = Number(t[2..4]);
        var century =
            month > 40 ? 2000
            : month > 20 ? 1800
            : 1900;
        return IsDate(century + Number(t[..2]), month % 20, Number(t[4..6]))
            && Weighted(t, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == Digit(t[9]);
    }

    public static bool CzechPerson(ReadOnlySpan<char> t)
    {
        var (year, month) = (Number(t[..2]), Number(t[2..4]));
        month = month > 50 ? month - 50 : month;
        month = month > 20 ? month - 20 : month;
        if (t.Length == 9)
            return year < 54 && t[6..] is not "000" && IsDate(1900 + year, month, Number(t[4..6]));
        if (!IsDate(year < 54 ? 2000 + year : 1900 + year, month, Number(t[4..6])))
            return false;
        return Rest(t[..9], 11) % 10 == Digit(t[9]);
    }

    public static bool CzechCompany(ReadOnlySpan<char> t) => (11 - Weighted(t[^8..], [8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == Digit(t[^1]);

    public static bool SlovakVat(ReadOnlySpan<char> t) => t[^10] != '0' && "2346789".Contains(t[^8]) && Rest(t[^10..], 11) == 0;

    public static bool CroatianPerson(ReadOnlySpan<char> t) => Mod11And10(t[^11..]);

    public static bool HungarianTaxpayer(ReadOnlySpan<char> t) =>
        t[0] == '8' && Weighted(t, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == Digit(t[9]);

    public static bool HungarianInsurance(ReadOnlySpan<char> t) => Weighted(t, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 == Digit(t[8]);

    public static bool HungarianVat(ReadOnlySpan<char> t) => Weighted(t.TrimStart("HU"), [9, 7, 3, 1, 9, 7, 3, 1]) % 10 == 0;

    public static bool HungarianPerson(ReadOnlySpan<char> t)
    {
        if (t[0] is < '1' or > '8' || !IsShortDate(t[1..]))
            return false;
        return Weighted(t, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11 == Digit(t[10])
            || Weighted(t, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 == Digit(t[10]);
    }

    public static bool PolishPerson(ReadOnlySpan<char> t)
    {
        var month = Number(t[2..4]);
        var century = (month / 20) switch
        {
            4 => 1800,
            var later => 1900 + later * 100,
        };
        return IsDate(century + Number(t[..2]), month % 20, Number(t[4..6])) && Weighted(t, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0;
    }

    public static bool PolishTaxpayer(ReadOnlySpan<char> t) => Weighted(t[^10..], [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == Digit(t[^1]);

    public static bool PolishCompany(ReadOnlySpan<char> t) =>
        Weighted(t, [8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10 == Digit(t[8])
        && (t.Length == 9 || Weighted(t, [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11 % 10 == Digit(t[13]));

    public static bool PolishCard(ReadOnlySpan<char> t) => (Weighted(t, [7, 3, 1, 0, 7, 3, 1, 7, 3]) - Digit(t[3]) + 10) % 10 == 0;

    public static bool RomanianPerson(ReadOnlySpan<char> t)
    {
        var (year, month, day) = (Number(t[1..3]), Number(t[3..5]), Number(t[5..7]));
        var dated = t[0] switch
        {
            '1' or '2' => IsDate(1900 + year, month, day),
            '3' or '4' => IsDate(1800 + year, month, day),
            '5' or '6' => IsDate(2000 + year, month, day),
            '7' or '8' or '9' => IsShortDate(year, month, day),
            _ => false,
        };
        var check = Weighted(t, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        var isCounty = Number(t[7..9]) is (>= 1 and <= 48) or 51 or 52 or 70 or (>= 80 and <= 83);
        return dated && isCounty && (check == 10 ? 1 : check) == Digit(t[12]);
    }

    public static bool RomanianCompany(ReadOnlySpan<char> t)
    {
        t = t.TrimStart("RO");
        Span<char> padded = stackalloc char[10];
        padded.Fill('0');
        t.CopyTo(padded[^t.Length..]);
        return t[0] != '0' && Weighted(padded, [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == Digit(padded[9]);
    }

    /// <summary>The number of former Yugoslavia: JMBG, EMŠO.</summary>
    public static bool YugoslavPerson(ReadOnlySpan<char> t)
    {
        var year = Number(t[4..7]);
        return IsDate(year < 800 ? 2000 + year : 1000 + year, Number(t[2..4]), Number(t[..2]))
            && (11 - Weighted(t, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(t[12]);
    }

    public static bool SlovenianTax(ReadOnlySpan<char> t) =>
        t[^8] != '0' && (11 - Weighted(t[^8..], [8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == Digit(t[^1]);

    public static bool SerbianTax(ReadOnlySpan<char> t) => Mod11And10(t[^9..]);

    public static bool MacedonianTax(ReadOnlySpan<char> t) =>
        (11 - Weighted(t[^13..], [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == Digit(t[^1]);

    public static bool MontenegrinTax(ReadOnlySpan<char> t) => (11 - Weighted(t, [8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == Digit(t[7]);

    public static bool MoldovanCompany(ReadOnlySpan<char> t) => Weighted(t, [7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == Digit(t[12]);

    public static bool UkrainianTax(ReadOnlySpan<char> t) => (Weighted(t, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) + 22) % 11 % 10 == Digit(t[9]);

    public static bool RussianTax(ReadOnlySpan<char> t)
    {
        if (t.Length == 10)
            return Weighted(t, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == Digit(t[9]);
        return Weighted(t, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == Digit(t[10])
            && Weighted(t, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == Digit(t[11]);
    }

    public static bool RussianPension(ReadOnlySpan<char> t) => Weighted(t, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100 == Number(t[9..]);

    public static bool RussianCompany(ReadOnlySpan<char> t) =>
        t.Length == 13 ? Rest(t[..12], 11) % 10 == Digit(t[12]) : Rest(t[..14], 13) % 10 == Digit(t[14]);

    public static bool TurkishPerson(ReadOnlySpan<char> t)
    {
        var odd = Digit(t[0]) + Digit(t[2]) + Digit(t[4]) + Digit(t[6]) + Digit(t[8]);
        var even = Digit(t[1]) + Digit(t[3]) + Digit(t[5]) + Digit(t[7]);
        return t[0] != '0' && (odd * 7 - even + 100) % 10 == Digit(t[9]) && (odd + even + Digit(t[9])) % 10 == Digit(t[10]);
    }

    public static bool TurkishTax(ReadOnlySpan<char> t)
    {
        var sum = 0;
        for (var i = 0; i < 9; i++)
        {
            var shifted = (Digit(t[i]) + 9 - i) % 10;
            if (shifted != 0)
                sum += shifted * (1 << (9 - i)) % 9 is var rest && rest == 0 ? 9 : rest;
        }
        return (10 - sum % 10) % 10 == Digit(t[9]);
    }

    public static bool KazakhPerson(ReadOnlySpan<char> t)
    {
        var check = Weighted(t, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
        if (check == 10)
            check = Weighted(t, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
        return IsShortDate(t) && check == Digit(t[11]);
    }
}
