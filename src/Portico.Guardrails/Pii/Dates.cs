using System.Buffers;

namespace Portico.Guardrails.Pii;

/// <summary>Dates as people write them, and the words that make one a date of birth.</summary>
static class Dates
{
    public const string Kind = "pii.date_of_birth";
    const int LongestMonth = 10;

    static readonly string[] Words =
        "born|birth|dob|d.o.b|birthday|birthdate|bday|geboren|geburtsdatum|geburtstag|geb|né|née|naissance|nacimiento|nacido|nacida|nací|nació|nato|nata|nascita|nascimento|nascido|nascida|nasci|geboortedatum|geboren op|födelsedatum|född|født|fødselsdato|urodzenia|urodzony|urodzona|ur|narození|narozen|syntymäaika|syntynyt|doğum|született|születési|născut|nașterii|рождения|родился|родилась|народження|γέννησης|γεννήθηκε|出生|生日|生年月日|生まれ|생년월일|출생|תאריך לידה|נולד|تاريخ الميلاد|ولد|جनم|जन्म|เกิด|ngày sinh|sinh ngày|lahir".Split(
            '|'
        );

    static readonly SearchValues<string> FastWords = SearchValues.Create(Words, StringComparison.Ordinal);

    static readonly string[] MonthNames =
        "jan feb mar apr may jun jul aug sep oct nov dec mai mär okt dez fév fev avr juin juil aoû déc ene abr ago dic gen mag giu lug set ott mei maa янв фев мар апр мая июн июл авг сен окт ноя дек".Split(
            ' '
        );

    static readonly SearchValues<string> Months = SearchValues.Create(MonthNames, StringComparison.OrdinalIgnoreCase);

    /// <summary>What months begin with, in either case: most words are told by it.</summary>
    static readonly SearchValues<char> FirstLetters = SearchValues.Create([
        .. MonthNames.SelectMany(m => new[] { m[0], char.ToUpperInvariant(m[0]) }),
    ]);

    public static bool AreOfBirth(ContextWindow context) => context.Has(FastWords, Words);

    /// <summary>Whether a word begins as a month does.</summary>
    public static bool IsMonth(ReadOnlySpan<char> word) =>
        word.Length is >= 3 and <= LongestMonth
        && FirstLetters.Contains(word[0])
        && word[..Math.Min(4, word.Length)].IndexOfAny(Months) == 0;

    /// <summary>The end of a date that begins here; 0 where none does.</summary>
    public static int End(ref Sight sight, int start)
    {
        var at = start;
        if (!char.IsAsciiDigit(sight[at]))
            return AfterMonthFirst(ref sight, start);
        var first = Number(ref sight, ref at, 4);
        var firstDigits = at - start;
        if (char.IsAsciiDigit(sight[at]))
            return 0;
        var between = sight[at];
        if (between is '年' or '년')
            return Chinese(ref sight, at + 1);
        if (firstDigits <= 2 && DayThenMonth(ref sight, at, first) is var named and > 0)
            return named;
        if (between is not ('/' or '-' or '.') || firstDigits is 3)
            return 0;
        at++;
        if (between == '.' && sight[at] == ' ')
            at++;
        var second = Number(ref sight, ref at, 2);
        if (sight[at] != between)
            return 0;
        at++;
        if (between == '.' && sight[at] == ' ')
            at++;
        var third = at;
        var last = Number(ref sight, ref at, 4);
        var digits = at - third;
        if (char.IsAsciiDigit(sight[at]) || (sight[at] == between && char.IsAsciiDigit(sight[at + 1])))
            return 0;
        if (firstDigits == 4)
            return digits is 1 or 2 && IsDay(first, second, last) ? at : 0;
        if (digits is not (2 or 4))
            return 0;
        var year = digits == 2 ? 2000 + last : last;
        return IsDay(year, second, first) || IsDay(year, first, second) ? at : 0;
    }

    static bool IsDay(int year, int month, int day) => year is >= 1850 and <= 2100 && CheckDigits.IsDate(year, month, day);

    static int Number(ref Sight sight, ref int at, int most)
    {
        var (value, end) = (0, at + most);
        while (at < end && char.IsAsciiDigit(sight[at]))
            value = value * 10 + sight[at++] - '0';
        return value;
    }

    static int Chinese(ref Sight sight, int at)
    {
        if (sight[at] == ' ')
            at++;
        if (Number(ref sight, ref at, 2) is < 1 or > 12 || sight[at++] is not ('月' or '월'))
            return 0;
        if (sight[at] == ' ')
            at++;
        return Number(ref sight, ref at, 2) is >= 1 and <= 31 && sight[at] is '日' or '号' or '일' ? at + 1 : 0;
    }

    /// <summary><c>5 May 1980</c>, <c>5. Mai 1980</c>, <c>5th of May, 1980</c>, <c>5 de mayo de 1980</c>.</summary>
    static int DayThenMonth(ref Sight sight, int at, int day)
    {
        if (sight[at] is 's' or 'n' or 'r' or 't' && char.IsAsciiLetter(sight[at + 1]))
            at += 2;
        else if (sight[at] == '.')
            at++;
        if (sight[at] is not (' ' or '-') || day is < 1 or > 31)
            return 0;
        at++;
        if ((sight[at] == 'o' && sight[at + 1] == 'f') || (sight[at] == 'd' && sight[at + 1] == 'e'))
            at += sight[at + 2] == ' ' ? 3 : 0;
        var month = at;
        while (at - month <= LongestMonth && char.IsLetter(sight[at]))
            at++;
        if (!IsMonth(sight.Text[month..Math.Min(at, sight.Text.Length)]))
            return 0;
        return YearEnd(ref sight, at);
    }

    static int YearEnd(ref Sight sight, int at)
    {
        if (sight[at] is '.' or ',')
            at++;
        if (sight[at] is ' ' or '-')
            at++;
        if (sight[at] == 'd' && sight[at + 1] == 'e')
            at += sight[at + 2] == 'l' ? 4 : 3;
        var first = at;
        var year = Number(ref sight, ref at, 4);
        return at - first == 4 && year is >= 1850 and <= 2100 && !Letters.IsWord(sight[at]) ? at : 0;
    }

    static int AfterMonthFirst(ref Sight sight, int start)
    {
        var at = start;
        while (at - start <= LongestMonth && char.IsLetter(sight[at]))
            at++;
        if (!IsMonth(sight.Text[start..Math.Min(at, sight.Text.Length)]))
            return 0;
        if (sight[at] == '.')
            at++;
        if (sight[at++] != ' ')
            return 0;
        var first = at;
        var day = Number(ref sight, ref at, 2);
        if (at == first || day is < 1 or > 31)
            return 0;
        if (sight[at] is 's' or 'n' or 'r' or 't')
            at += 2;
        return YearEnd(ref sight, at);
    }
}
