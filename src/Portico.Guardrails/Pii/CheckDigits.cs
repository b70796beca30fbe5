namespace Portico.Guardrails.Pii;

/// <summary>The arithmetic that check digits share. Texts are compact: ASCII digits and capitals, nothing between.</summary>
static class CheckDigits
{
    public static int Digit(char c) => c - '0';

    /// <summary>The value of a digit, or of a letter where A is 10 (ISO 7064, ISO 13616).</summary>
    public static int Value(char c) => char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;

    // Loops: what is searched is shorter than a vector, and the searches in ranges of the library allocate before they are optimised.
    public static bool AreDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiDigit(c))
                return false;
        return true;
    }

    public static bool AreCapitals(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterUpper(c))
                return false;
        return true;
    }

    public static bool HasDigit(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (char.IsAsciiDigit(c))
                return true;
        return false;
    }

    public static bool AreSame(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(text[0]);

    public static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var c in digits)
            number = number * 10 + Digit(c);
        return number;
    }

    /// <summary>Sum of digit times weight; as many as there are weights.</summary>
    public static int Weighted(ReadOnlySpan<char> digits, ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            sum += Value(digits[i]) * weights[i];
        return sum;
    }

    /// <summary>ISO/IEC 7812-1, annex B: from the right every second digit doubled.</summary>
    public static bool Luhn(ReadOnlySpan<char> digits) => AreDigits(digits) && LuhnSum(digits) % 10 == 0;

    public static int LuhnSum(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = Digit(digits[^(i + 1)]);
            if (i % 2 == 1)
                digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return sum;
    }

    /// <summary>The rest modulo <paramref name="modulus"/>, letters written as two digits.</summary>
    public static int Rest(ReadOnlySpan<char> text, int modulus)
    {
        var rest = 0L;
        foreach (var c in text)
            rest = char.IsAsciiDigit(c) ? (rest * 10 + Digit(c)) % modulus : (rest * 100 + Value(c)) % modulus;
        return (int)rest;
    }

    static readonly string[] Dihedral =
    [
        "0123456789",
        "1234067895",
        "2340178956",
        "3401289567",
        "4012395678",
        "5987604321",
        "6598710432",
        "7659821043",
        "8765932104",
        "9876543210",
    ];

    static readonly string[] Permutations =
    [
        "0123456789",
        "1576283094",
        "5803796142",
        "8916043527",
        "9453126870",
        "4286573901",
        "2793806415",
        "7046913258",
    ];

    /// <summary>J. Verhoeff, Error Detecting Decimal Codes (1969).</summary>
    public static bool Verhoeff(ReadOnlySpan<char> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
            check = Digit(Dihedral[check][Digit(Permutations[i % 8][Digit(digits[^(i + 1)])])]);
        return check == 0;
    }

    /// <summary>ISO 7064, MOD 11,10.</summary>
    public static bool Mod11And10(ReadOnlySpan<char> digits)
    {
        var check = 5;
        foreach (var c in digits)
            check = ((check == 0 ? 10 : check) * 2 % 11 + Digit(c)) % 10;
        return check == 1;
    }

    /// <summary>ISO 7064, MOD 11-2; the last may be X.</summary>
    public static bool Mod11And2(ReadOnlySpan<char> text)
    {
        var check = 0;
        foreach (var c in text)
            check = (2 * check + (c == 'X' ? 10 : Digit(c))) % 11;
        return check == 1;
    }

    public static bool IsDate(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    /// <summary>A date of which only the last two digits of the year are written: in one of the centuries it must exist.</summary>
    public static bool IsShortDate(int year, int month, int day) => IsDate(1900 + year, month, day) || IsDate(2000 + year, month, day);

    /// <summary>YYMMDD.</summary>
    public static bool IsShortDate(ReadOnlySpan<char> digits) =>
        IsShortDate(Number(digits[..2]), Number(digits[2..4]), Number(digits[4..6]));

    /// <summary>DDMMYY.</summary>
    public static bool IsShortDayFirst(ReadOnlySpan<char> digits) =>
        IsShortDate(Number(digits[4..6]), Number(digits[2..4]), Number(digits[..2]));
}
