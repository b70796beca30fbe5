using static Portico.Guardrails.Pii.CheckDigits;

namespace Portico.Guardrails.Pii;

/// <summary>Numbers of Asia, Africa and Oceania, as their registers publish the rules (UIDAI, GB 11643, GB 32100, ABR, ICA, MIC and others). Texts are compact.</summary>
static class AsiaPacific
{
    // India
    public static bool IndianPerson(ReadOnlySpan<char> t)
    {
        if (t[0] < '2' || !Verhoeff(t))
            return false;
        for (var i = 0; i < 6; i++)
            if (t[i] != t[^(i + 1)])
                return true;
        return false;
    }

    public static bool IndianTaxpayer(ReadOnlySpan<char> t) => "ABCFGHJLPT".Contains(t[3]) && t[5..9] is not "0000";

    public static bool IndianVat(ReadOnlySpan<char> t)
    {
        if (Number(t[..2]) is (< 1 or > 38) and not (97 or 99))
            return false;
        var sum = 0;
        for (var i = 0; i < 14; i++)
        {
            var product = Value(t[i]) * (1 + i % 2);
            sum += product / 36 + product % 36;
        }
        return (36 - sum % 36) % 36 == Value(t[14]);
    }

    public static bool IndianVoter(ReadOnlySpan<char> t) => Luhn(t[3..]);

    // China
    public static bool ChinesePerson(ReadOnlySpan<char> t) =>
        Number(t[..2]) is >= 11 and <= 82
        && IsDate(Number(t[6..10]), Number(t[10..12]), Number(t[12..14]))
        && t[6] is '1' or '2'
        && Mod11And2(t);

    public static bool ChineseCompany(ReadOnlySpan<char> t)
    {
        const string Order = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var (sum, weight) = (0, 1);
        for (var i = 0; i < 17; i++, weight = weight * 3 % 31)
        {
            var value = Order.IndexOf(t[i]);
            if (value < 0)
                return false;
            sum += value * weight;
        }
        return Order[(31 - sum % 31) % 31] == t[17];
    }

    public static bool HongKongPerson(ReadOnlySpan<char> t)
    {
        var sum = t.Length == 8 ? 36 * 9 : Value(t[0]) * 9;
        var rest = t.Length == 8 ? t : t[1..];
        sum += Value(rest[0]) * 8;
        for (var i = 1; i < 7; i++)
            sum += Digit(rest[i]) * (8 - i);
        var check = (11 - sum % 11) % 11;
        return check == (rest[7] == 'A' ? 10 : Value(rest[7]));
    }

    public static bool TaiwanesePerson(ReadOnlySpan<char> t)
    {
        var area = "ABCDEFGHJKLMNPQRSTUVXYWZIO".IndexOf(t[0]) + 10;
        return t[1] is '1' or '2' or '8' or '9' && (area / 10 + area % 10 * 9 + Weighted(t[1..], [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 == 0;
    }

    public static bool TaiwaneseCompany(ReadOnlySpan<char> t)
    {
        ReadOnlySpan<int> weights = [1, 2, 1, 2, 1, 2, 4, 1];
        var sum = 0;
        for (var i = 0; i < 8; i++)
            sum += Digit(t[i]) * weights[i] / 10 + Digit(t[i]) * weights[i] % 10;
        return sum % 5 == 0 || (t[6] == '7' && (sum + 1) % 5 == 0);
    }

    // Korea and Japan
    static ReadOnlySpan<int> Korean => [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

    public static bool KoreanPerson(ReadOnlySpan<char> t) =>
        IsShortDate(t) && t[6] is '1' or '2' or '3' or '4' or '9' or '0' && (11 - Weighted(t, Korean) % 11) % 10 == Digit(t[12]);

    public static bool KoreanForeigner(ReadOnlySpan<char> t) =>
        IsShortDate(t) && t[6] is >= '5' and <= '8' && (13 - Weighted(t, Korean) % 11) % 10 == Digit(t[12]);

    public static bool KoreanCompany(ReadOnlySpan<char> t) =>
        Number(t[..3]) >= 101
        && t[3..5] is not "00"
        && (Weighted(t, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Digit(t[8]) * 5 / 10 + Digit(t[9])) % 10 == 0;

    public static bool JapanesePerson(ReadOnlySpan<char> t) =>
        Weighted(t, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 is var rest && (rest <= 1 ? 0 : 11 - rest) == Digit(t[11]);

    public static bool JapaneseCompany(ReadOnlySpan<char> t) =>
        t[0] != '0' && 9 - Weighted(t[1..], [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9 == Digit(t[0]);

    // South-east Asia
    public static bool SingaporePerson(ReadOnlySpan<char> t)
    {
        var sum = Weighted(t[1..], [2, 7, 6, 5, 4, 3, 2]);
        return t[0] switch
        {
            'S' => "JZIHGFEDCBA"[sum % 11] == t[8],
            'T' => "JZIHGFEDCBA"[(sum + 4) % 11] == t[8],
            'F' => "XWUTRQPNMLK"[sum % 11] == t[8],
            'G' => "XWUTRQPNMLK"[(sum + 4) % 11] == t[8],
            'M' => "XWUTRQPNJLK"[(sum + 3) % 11] == t[8],
            _ => false,
        };
    }

    public static bool SingaporeCompany(ReadOnlySpan<char> t)
    {
        if (t.Length == 9)
            return "XMKECAWLJDB"[Weighted(t, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] == t[8];
        if (char.IsAsciiDigit(t[0]))
            return "ZKCMDNERGWH"[Weighted(t, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] == t[9];
        if (
            t[0] is not ('R' or 'S' or 'T')
            || !AreDigits(t[1..3])
            || !char.IsAsciiLetter(t[3])
            || !char.IsAsciiLetter(t[4])
            || !AreDigits(t[5..9])
        )
            return false;
        const string Order = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
        ReadOnlySpan<int> weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
        var sum = 0;
        for (var i = 0; i < 9; i++)
            sum += Order.IndexOf(t[i]) * weights[i];
        return Order[(sum + 6) % 11] == t[9];
    }

    public static bool ThaiPerson(ReadOnlySpan<char> t) => t[0] is >= '1' and <= '8' && IsThaiProvince(Number(t[1..3])) && ThaiNumber(t);

    /// <summary>ISO 3166-2:TH: the second and third digit are a province.</summary>
    static bool IsThaiProvince(int code) =>
        code
            is (>= 10 and <= 27)
                or (>= 30 and <= 49)
                or (>= 50 and <= 58)
                or (>= 60 and <= 67)
                or (>= 70 and <= 77)
                or (>= 80 and <= 86)
                or (>= 90 and <= 96);

    public static bool ThaiNumber(ReadOnlySpan<char> t) =>
        (11 - Weighted(t, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == Digit(t[12]);

    public static bool IndonesianTaxpayer(ReadOnlySpan<char> t) => Luhn(t[..9]);

    public static bool IndonesianPerson(ReadOnlySpan<char> t)
    {
        var day = Number(t[6..8]);
        return Number(t[..2]) is >= 11 and <= 99
            && IsShortDate(Number(t[10..12]), Number(t[8..10]), day > 40 ? day - 40 : day)
            && t[12..] is not "0000";
    }

    public static bool MalaysianPerson(ReadOnlySpan<char> t) =>
        IsShortDate(t)
        && Number(t[6..8]) is (>= 1 and <= 16) or (>= 21 and <= 68) or 71 or 72 or (>= 74 and <= 79) or (>= 82 and <= 93) or 98 or 99;

    // Western Asia
    public static bool IsraeliPerson(ReadOnlySpan<char> t) => t is not "000000000" && Luhn(t);

    public static bool IranianPerson(ReadOnlySpan<char> t)
    {
        var rest = Weighted(t, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        return !AreSame(t) && (rest < 2 ? rest : 11 - rest) == Digit(t[9]);
    }

    public static bool EmiratesPerson(ReadOnlySpan<char> t) => Number(t[3..7]) is >= 1900 and <= 2100 && Luhn(t);

    public static bool SaudiPerson(ReadOnlySpan<char> t) => t[0] is '1' or '2' && Luhn(t);

    public static bool KuwaitiPerson(ReadOnlySpan<char> t) =>
        t[0] is '1' or '2' or '3' && IsShortDate(t[1..]) && 11 - Weighted(t, [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11 == Digit(t[11]);

    public static bool PakistaniPerson(ReadOnlySpan<char> t) => t[0] is >= '1' and <= '7' && !AreSame(t);

    // Oceania
    public static bool AustralianTaxpayer(ReadOnlySpan<char> t) => !AreSame(t) && Weighted(t, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0;

    public static bool AustralianBusiness(ReadOnlySpan<char> t) =>
        (Weighted(t[^11..], [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 == 0 && t[^11] != '0';

    public static bool AustralianCompany(ReadOnlySpan<char> t) =>
        t is not "000000000" && (10 - Weighted(t, [8, 7, 6, 5, 4, 3, 2, 1]) % 10) % 10 == Digit(t[8]);

    public static bool AustralianMedicare(ReadOnlySpan<char> t) =>
        t[0] is >= '2' and <= '6' && t[9] != '0' && Weighted(t, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 == Digit(t[8]);

    public static bool NewZealandTaxpayer(ReadOnlySpan<char> t)
    {
        Span<char> padded = stackalloc char[9];
        padded[0] = '0';
        t.CopyTo(padded[(9 - t.Length)..]);
        if (Number(padded) is <= 10_000_000 or >= 150_000_000)
            return false;
        var check = (11 - Weighted(padded, [3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        if (check == 10)
            check = (11 - Weighted(padded, [7, 4, 3, 2, 5, 2, 7, 6]) % 11) % 11;
        return check == Digit(padded[8]);
    }

    // Africa
    public static bool SouthAfricanPerson(ReadOnlySpan<char> t) => IsShortDate(t) && t[10] is '0' or '1' or '2' && Luhn(t);

    public static bool SouthAfricanTaxpayer(ReadOnlySpan<char> t) => t[0] is '0' or '1' or '2' or '3' or '9' && Luhn(t);

    public static bool EgyptianPerson(ReadOnlySpan<char> t) =>
        t[0] is '2' or '3'
        && IsDate((t[0] == '2' ? 1900 : 2000) + Number(t[1..3]), Number(t[3..5]), Number(t[5..7]))
        && Number(t[7..9]) is (>= 1 and <= 35) or 88;

    public static bool MoroccanCompany(ReadOnlySpan<char> t) => Rest(t, 97) == 0;

    public static bool GhanaianTaxpayer(ReadOnlySpan<char> t) =>
        t[0] is 'P' or 'C' or 'G' or 'Q' or 'V' && "0123456789X"[Weighted(t[1..], [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11] == t[10];

    public static bool LibyanPerson(ReadOnlySpan<char> t) => t[0] is '1' or '2' && Number(t[1..5]) is >= 1900 and <= 2030;
}
