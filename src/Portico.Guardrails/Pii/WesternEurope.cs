using static Portico.Guardrails.Pii.CheckDigits;

namespace Portico.Guardrails.Pii;

/// <summary>
/// Numbers of western, northern and southern Europe, as their tax and population registers publish the rules (OECD, TIN sheets by country; European Commission, TIN and
/// VIES number structures). Texts are compact and have the shape their rule names.
/// </summary>
static class WesternEurope
{
    // Austria
    public static bool AustrianInsurance(ReadOnlySpan<char> t) =>
        t[0] != '0' && Weighted(t, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == Digit(t[3]) && Number(t[6..8]) is >= 1 and <= 15;

    public static bool AustrianVat(ReadOnlySpan<char> t) => (96 - LuhnSum(t[^8..^1])) % 10 == Digit(t[^1]);

    // Belgium
    public static bool BelgianPerson(ReadOnlySpan<char> t)
    {
        var month = Number(t[2..4]);
        month =
            month > 40 ? month - 40
            : month > 20 ? month - 20
            : month;
        if (month > 12 || Number(t[4..6]) > 31)
            return false;
        var number = long.Parse(t[..9], System.Globalization.CultureInfo.InvariantCulture);
        var check = Number(t[9..]);
        return 97 - (int)(number % 97) == check || 97 - (int)((2_000_000_000 + number) % 97) == check;
    }

    public static bool BelgianVat(ReadOnlySpan<char> t)
    {
        t = AfterLetters(t);
        return (t.Length == 9 || t[0] is '0' or '1') && 97 - Number(t[..^2]) % 97 == Number(t[^2..]);
    }

    public static bool BelgianCard(ReadOnlySpan<char> t) => Rest(t[..10], 97) is var rest && (rest == 0 ? 97 : rest) == Number(t[10..]);

    // Switzerland: EAN-13 behind 756
    public static bool SwissInsurance(ReadOnlySpan<char> t) => Ean(t);

    public static bool Ean(ReadOnlySpan<char> t)
    {
        var sum = 0;
        for (var i = 0; i < t.Length; i++)
            sum += Digit(t[^(i + 1)]) * (i % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    public static bool SwissCompany(ReadOnlySpan<char> t)
    {
        var digits = t.Slice(t[0] == 'C' ? 3 : 0, 9);
        return (11 - Weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == Digit(digits[8]);
    }

    // Germany
    public static bool GermanTax(ReadOnlySpan<char> t)
    {
        if (t[0] == '0' || !Mod11And10(t))
            return false;
        Span<int> counts = stackalloc int[10];
        foreach (var c in t[..10])
            counts[Digit(c)]++;
        var repeated = 0;
        foreach (var count in counts)
        {
            if (count > 3)
                return false;
            repeated += count > 1 ? 1 : 0;
        }
        if (repeated != 1)
            return false;
        for (var i = 2; i < 10; i++)
            if (t[i] == t[i - 1] && t[i] == t[i - 2])
                return false;
        return true;
    }

    public static bool GermanVat(ReadOnlySpan<char> t) => t[^9] != '0' && Mod11And10(t[^9..]);

    public static bool GermanPension(ReadOnlySpan<char> t)
    {
        var day = Number(t[2..4]);
        if (Number(t[4..6]) is < 1 or > 12 || (day > 50 ? day - 50 : day) is < 1 or > 31)
            return false;
        Span<char> digits = stackalloc char[12];
        t[..8].CopyTo(digits);
        WriteLetter(t[8], digits[8..]);
        t[9..11].CopyTo(digits[10..]);
        return DigitSums(digits, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == Digit(t[11]);
    }

    public static bool GermanHealth(ReadOnlySpan<char> t)
    {
        Span<char> digits = stackalloc char[10];
        WriteLetter(t[0], digits);
        t[1..9].CopyTo(digits[2..]);
        return DigitSums(digits, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == Digit(t[9]);
    }

    public static bool GermanDoctor(ReadOnlySpan<char> t) => (100 - Weighted(t, [4, 9, 4, 9, 4, 9]) % 10) % 10 == Digit(t[6]);

    /// <summary>ICAO Doc 9303: weights 7, 3, 1; no vowels and none of the letters that look like digits.</summary>
    public static bool GermanDocument(ReadOnlySpan<char> t)
    {
        if (t[..8].ContainsAny("ABDEIOQSU"))
            return false;
        return Weighted(t, [7, 3, 1, 7, 3, 1, 7, 3]) % 10 == Value(t[8]);
    }

    static void WriteLetter(char letter, Span<char> digits)
    {
        var number = letter - 'A' + 1;
        digits[0] = (char)('0' + number / 10);
        digits[1] = (char)('0' + number % 10);
    }

    static int DigitSums(ReadOnlySpan<char> digits, ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            sum += Digit(digits[i]) * weights[i] is var product ? product / 10 + product % 10 : 0;
        return sum;
    }

    static ReadOnlySpan<char> AfterLetters(ReadOnlySpan<char> t) => t.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // Spain
    const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";

    public static bool SpanishPerson(ReadOnlySpan<char> t) => SpanishLetters[Number(t[..8]) % 23] == t[8];

    public static bool SpanishForeigner(ReadOnlySpan<char> t) =>
        t[0] is >= 'X' and <= 'Z' && SpanishLetters[((t[0] - 'X') * 10_000_000 + Number(t[1..8])) % 23] == t[8];

    public static bool SpanishCompany(ReadOnlySpan<char> t)
    {
        if (t[0] is 'K' or 'L' or 'M')
            return SpanishLetters[Number(t[1..8]) % 23] == t[8];
        var check = (10 - LuhnSumWithCheck(t[1..8]) % 10) % 10;
        var isLetter = t[8] == "JABCDEFGHI"[check];
        var isDigit = t[8] == '0' + check;
        return t[0] switch
        {
            'A' or 'B' or 'E' or 'H' => isDigit,
            'P' or 'Q' or 'S' or 'N' or 'W' or 'R' => isLetter,
            'C' or 'D' or 'F' or 'G' or 'J' or 'U' or 'V' => isLetter || isDigit,
            _ => false,
        };
    }

    /// <summary>The sum as it would be with a check digit of 0 behind.</summary>
    static int LuhnSumWithCheck(ReadOnlySpan<char> t)
    {
        Span<char> whole = stackalloc char[t.Length + 1];
        t.CopyTo(whole);
        whole[^1] = '0';
        return LuhnSum(whole);
    }

    // France
    public static bool FrenchInsurance(ReadOnlySpan<char> t)
    {
        if (t[0] is not ('1' or '2' or '3' or '4' or '7' or '8'))
            return false;
        Span<char> digits = stackalloc char[13];
        t[..13].CopyTo(digits);
        if (digits[5] == '2' && digits[6] is 'A' or 'B')
            (digits[5], digits[6]) = ('1', digits[6] == 'A' ? '9' : '8');
        return AreDigits(digits) && AreDigits(t[13..]) && 97 - Rest(digits, 97) == Number(t[13..]);
    }

    public static bool FrenchTax(ReadOnlySpan<char> t) => t[0] is >= '0' and <= '3' && Rest(t[..10], 511) == Number(t[10..]);

    public static bool FrenchVat(ReadOnlySpan<char> t) => Luhn(t[^9..]) && (12 + 3 * (Number(t[^9..]) % 97)) % 97 == Number(t[^11..^9]);

    // The British isles
    public static bool BritishInsurance(ReadOnlySpan<char> t) =>
        !"DFIQUV".Contains(t[0])
        && !"DFIOQUV".Contains(t[1])
        && (t.Length == 8 || t[8] is >= 'A' and <= 'D')
        && t[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ");

    public static bool BritishHealth(ReadOnlySpan<char> t) =>
        !AreSame(t) && (11 - Weighted(t, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 == Digit(t[9]);

    public static bool BritishVat(ReadOnlySpan<char> t)
    {
        var digits = AfterLetters(t);
        var sum = Weighted(digits, [8, 7, 6, 5, 4, 3, 2, 10, 1]);
        return sum % 97 == 0 || (sum + 55) % 97 == 0;
    }

    public static bool BritishTaxpayer(ReadOnlySpan<char> t) => "21987654321"[Weighted(t[1..], [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] == t[0];

    public static bool BritishDriver(ReadOnlySpan<char> t)
    {
        var name = t[..5].TrimEnd('9');
        var month = Number(t[6..8]);
        return name.Length > 0
            && CheckDigits.AreCapitals(name)
            && (month > 50 ? month - 50 : month) is >= 1 and <= 12
            && Number(t[8..10]) is >= 1 and <= 31
            && (char.IsAsciiLetter(t[11]) || t[11] == '9')
            && (char.IsAsciiLetter(t[12]) || t[12] == '9');
    }

    public static bool IrishPerson(ReadOnlySpan<char> t)
    {
        var sum = Weighted(t, [8, 7, 6, 5, 4, 3, 2]);
        if (t.Length == 9 && !"ABCDEFGHIWTX".Contains(t[8]))
            return false;
        if (t.Length == 9)
            sum += "WABCDEFGHI".IndexOf(t[8]) is var value and >= 0 ? value * 9 : 0;
        return "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23] == t[7];
    }

    // Italy: decree of 23 December 1976
    public static bool ItalianPerson(ReadOnlySpan<char> t)
    {
        ReadOnlySpan<int> odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var isLetter = i is < 6 or 8 or 11;
            if (char.IsAsciiLetter(t[i]) != isLetter && (isLetter || !"LMNPQRSTUV".Contains(t[i])))
                return false;
            var value = char.IsAsciiDigit(t[i]) ? Digit(t[i]) : t[i] - 'A';
            sum += i % 2 == 0 ? odd[value] : value;
        }
        return "ABCDEHLMPRST".Contains(t[8]) && sum % 26 == t[15] - 'A';
    }

    public static bool ItalianVat(ReadOnlySpan<char> t) => Luhn(t[^11..]) && t[^11..^4] is not "0000000";

    // The Netherlands
    public static bool DutchPerson(ReadOnlySpan<char> t) =>
        !AreSame(t) && (Weighted(t, [9, 8, 7, 6, 5, 4, 3, 2]) - Digit(t[8]) + 11) % 11 == 0;

    public static bool DutchVat(ReadOnlySpan<char> t)
    {
        var digits = t.StartsWith("NL") ? t[2..] : t;
        if (DutchPerson(digits[..9]))
            return true;
        Span<char> whole = stackalloc char[14];
        "NL".CopyTo(whole);
        digits.CopyTo(whole[2..]);
        return Rest(whole, 97) == 1;
    }

    // Luxembourg, Portugal, Malta, Greece
    public static bool LuxembourgPerson(ReadOnlySpan<char> t)
    {
        Span<char> second = stackalloc char[12];
        t[..11].CopyTo(second);
        second[11] = t[12];
        return IsDate(Number(t[..4]), Number(t[4..6]), Number(t[6..8])) && Luhn(t[..12]) && Verhoeff(second);
    }

    public static bool LuxembourgVat(ReadOnlySpan<char> t) => Number(t[^8..^2]) % 89 == Number(t[^2..]);

    public static bool Portuguese(ReadOnlySpan<char> t)
    {
        var digits = t[^9..];
        var check = 11 - Weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        return digits[0] != '0' && (check > 9 ? 0 : check) == Digit(digits[8]);
    }

    public static bool MalteseVat(ReadOnlySpan<char> t) => t[^8] != '0' && Weighted(t[^8..], [3, 4, 6, 7, 8, 9, 10, 1]) % 37 == 0;

    public static bool GreekTax(ReadOnlySpan<char> t) =>
        !AreSame(t[^9..]) && Weighted(t[^9..], [256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == Digit(t[^1]);

    public static bool GreekInsurance(ReadOnlySpan<char> t) => IsShortDayFirst(t) && Luhn(t);
}
