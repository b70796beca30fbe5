using static Portico.Guardrails.Pii.CheckDigits;

namespace Portico.Guardrails.Pii;

/// <summary>Numbers of the Nordic and Baltic countries, as their population and company registers publish the rules. Texts are compact and have the shape their rule names.</summary>
static class NorthernEurope
{
    public static bool SwedishPerson(ReadOnlySpan<char> t)
    {
        var digits = t[^10..];
        var day = Number(digits[4..6]);
        day = day > 60 ? day - 60 : day;
        if (!IsShortDate(Number(digits[..2]), Number(digits[2..4]), day) || (t.Length == 12 && t[..2] is not ("18" or "19" or "20")))
            return false;
        return (t.Length == 10 || IsDate(Number(t[..4]), Number(t[4..6]), day)) && Luhn(digits);
    }

    public static bool SwedishCompany(ReadOnlySpan<char> t) => t[2] >= '2' && Luhn(t);

    public static bool SwedishVat(ReadOnlySpan<char> t) => Luhn(t[^12..^2]) && t[^2] == '0' && t[^1] == '1';

    /// <summary>The sign between date and number counts as a letter of the compact text only where it is one; - and + are left out.</summary>
    public static bool FinnishPerson(ReadOnlySpan<char> t)
    {
        if (t.Length == 11 && !"ABCDEFUVWXY".Contains(t[6]))
            return false;
        if (!IsShortDayFirst(t) || Number(t[^4..^1]) < 2)
            return false;
        var number = Number(t[..6]) * 1000L + Number(t[^4..^1]);
        return "0123456789ABCDEFHJKLMNPRSTUVWXY"[(int)(number % 31)] == t[^1];
    }

    public static bool FinnishCompany(ReadOnlySpan<char> t) => (11 - Weighted(t[^8..], [7, 9, 10, 5, 8, 4, 2]) % 11) % 11 == Digit(t[^1]);

    public static bool DanishPerson(ReadOnlySpan<char> t) => IsShortDayFirst(t) && Weighted(t, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0;

    public static bool DanishCompany(ReadOnlySpan<char> t) => t[^8] != '0' && Weighted(t[^8..], [2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0;

    public static bool NorwegianPerson(ReadOnlySpan<char> t)
    {
        var (day, month) = (Number(t[..2]), Number(t[2..4]));
        day = day > 40 ? day - 40 : day;
        month =
            month > 80 ? month - 80
            : month > 40 ? month - 40
            : month;
        if (!IsShortDate(Number(t[4..6]), month, day))
            return false;
        return (11 - Weighted(t, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11 == Digit(t[9])
            && (11 - Weighted(t, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(t[10]);
    }

    public static bool NorwegianCompany(ReadOnlySpan<char> t)
    {
        var digits = t.TrimStart("NO")[..9];
        return (11 - Weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(digits[8]);
    }

    public static bool NorwegianAccount(ReadOnlySpan<char> t) =>
        (11 - Weighted(t, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(t[10]);

    public static bool IcelandicPerson(ReadOnlySpan<char> t)
    {
        var day = Number(t[..2]);
        return IsShortDate(Number(t[4..6]), Number(t[2..4]), day > 40 ? day - 40 : day)
            && t[9] is '0' or '9' or '8'
            && (11 - Weighted(t, [3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(t[8]);
    }

    /// <summary>Estonia and Lithuania share the number.</summary>
    public static bool BalticPerson(ReadOnlySpan<char> t)
    {
        if (t[0] is < '1' or > '8')
            return false;
        var century = 1800 + (t[0] - '1') / 2 * 100;
        if (!IsDate(century + Number(t[1..3]), Number(t[3..5]), Number(t[5..7])))
            return false;
        var check = Weighted(t, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        if (check == 10)
            check = Weighted(t, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
        return check == Digit(t[10]);
    }

    public static bool LatvianPerson(ReadOnlySpan<char> t)
    {
        if (t[..2] is "32")
            return true;
        if (!IsShortDayFirst(t) || t[6] > '2')
            return false;
        return (1 + Weighted(t, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10 == Digit(t[10]);
    }

    public static bool EstonianVat(ReadOnlySpan<char> t) => Weighted(t[^9..], [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0;

    public static bool EstonianCompany(ReadOnlySpan<char> t)
    {
        var check = Weighted(t, [1, 2, 3, 4, 5, 6, 7]) % 11;
        if (check == 10)
            check = Weighted(t, [3, 4, 5, 6, 7, 8, 9]) % 11 % 10;
        return check == Digit(t[7]);
    }

    public static bool LatvianVat(ReadOnlySpan<char> t) =>
        t[^11] > '3' ? Weighted(t[^11..], [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3 : LatvianPerson(t[^11..]);
}
