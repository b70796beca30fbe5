namespace Portico.Guardrails.Grounding;

/// <summary>Reads numbers by their values: <c>1,200</c>, <c>1 200</c>, <c>1.2 thousand</c> and <c>1200</c> are one.</summary>
static class NumberReader
{
    /// <summary>Longer ones are compared by their digits.</summary>
    const int MaxDigits = 15;

    /// <summary>Groups of digits of one number, and digits of a date or a version.</summary>
    const int MaxGroups = 8;

    /// <summary>Adds what begins with the digit at a place, a number or the parts of a date, and returns where it ends.</summary>
    public static int Read(ReadOnlySpan<char> text, int start, int end, GroundFlags flags, List<GroundToken> tokens)
    {
        Span<Range> groups = stackalloc Range[MaxGroups];
        Span<char> parters = stackalloc char[MaxGroups];
        var (count, at) = (0, start);
        while (true)
        {
            var first = at;
            while (at < end && char.IsAsciiDigit(text[at]))
                at++;
            groups[count++] = first..at;
            if (
                count == MaxGroups
                || at + 1 >= end
                || !char.IsAsciiDigit(text[at + 1])
                || !Parts(text, at, end, count == 1 ? at - start : 0, parters[..(count - 1)])
            )
                break;
            parters[count - 1] = text[at++];
        }
        var token = new GroundToken { Start = start, Flags = flags | GroundFlags.Number };
        if (!IsOne(text, groups[..count], parters[..(count - 1)], ref token))
        {
            foreach (var group in groups[..count])
                Add(
                    token with
                    {
                        Start = group.Start.Value,
                        End = group.End.Value,
                        Unit = NumberUnit.DatePart,
                    },
                    Value(text[group]),
                    tokens
                );
            return at;
        }
        token.Unit = IsBeside(text, start - 1, start - 2) || IsBeside(text, at, at + 1) ? NumberUnit.DatePart : Before(text, start);
        if (start > 0 && text[start - 1] is '-' or '−' && (start == 1 || text[start - 2] is ' ' or '('))
            (token.Value, token.Other) = (-token.Value, -token.Other);
        at = Behind(text, at, end, ref token);
        token.End = at;
        token.Word = GroundHash.Of(token.Value);
        tokens.Add(token);
        return at;
    }

    /// <summary>Whether the sign before more digits may belong to the number; blanks only before three digits and no more.</summary>
    static bool Parts(ReadOnlySpan<char> text, int at, int end, int firstDigits, ReadOnlySpan<char> before)
    {
        if (text[at] is '.' or ',' or '\'' or '’')
            return true;
        if (text[at] is not (' ' or '\u00A0' or '\u202F') || firstDigits > 3 || before.ContainsAnyExcept(text[at]))
            return false;
        var digits = at + 1;
        while (digits < end && char.IsAsciiDigit(text[digits]))
            digits++;
        return digits == at + 4;
    }

    /// <summary>Reads the groups as one number, in two ways where a dot or a comma may be either sign.</summary>
    static bool IsOne(ReadOnlySpan<char> text, ReadOnlySpan<Range> groups, ReadOnlySpan<char> parters, ref GroundToken token)
    {
        var whole = 0d;
        if (groups.Length == 1)
        {
            token.Value = token.Other = Value(text[groups[0]]);
            return true;
        }
        var last = parters[^1];
        var thousands = Length(groups[0]) <= 3;
        for (var at = 1; at < groups.Length; at++)
            thousands &= Length(groups[at]) == 3 || at == groups.Length - 1 && groups.Length > 2 && parters[0] != last;
        var same = !parters.ContainsAnyExcept(last);
        if (
            same && groups.Length > 2 && !thousands
            || parters.Length > 1 && parters[..^1].ContainsAnyExcept(parters[0])
            || !same && !thousands
        )
            return false;
        for (var at = 0; at < groups.Length - 1; at++)
            whole = whole * 1000 + Value(text[groups[at]]);
        var rest = Value(text[groups[^1]]);
        // Round as a parser would, so that equal numbers are equal: digits over a power of ten.
        var power = Math.Pow(10, Math.Min(Length(groups[^1]), MaxDigits));
        var asDecimal = (whole * power + rest) / power;
        token.Value =
            same && thousands && last is not ('.' or ',') || same && thousands && groups.Length > 2 ? whole * 1000 + rest : asDecimal;
        token.Other = token.Value;
        if (same && thousands && groups.Length == 2)
            (token.Value, token.Other) = (whole * 1000 + rest, last is '.' or ',' ? asDecimal : whole * 1000 + rest);
        return true;
    }

    /// <summary>A sign that parts a date, and a digit beyond it.</summary>
    static bool IsBeside(ReadOnlySpan<char> text, int sign, int digit) =>
        sign >= 0 && sign < text.Length && digit >= 0 && digit < text.Length && text[sign] is '-' or '/' && char.IsAsciiDigit(text[digit]);

    static NumberUnit Before(ReadOnlySpan<char> text, int start)
    {
        var at = start - 1;
        if (at >= 0 && text[at] is '-' or '−')
            at--;
        if (at >= 0 && text[at] is ' ' or '\u00A0')
            at--;
        var unit = at >= 0 ? GroundWords.UnitOf(text[at]) : NumberUnit.None;
        if (unit != NumberUnit.None || at < 0 || !char.IsAsciiLetter(text[at]))
            return unit == NumberUnit.Percent ? NumberUnit.None : unit;
        var first = at;
        while (first > 0 && at - first < 3 && char.IsLetter(text[first - 1]))
            first--;
        return at - first == 2 ? GroundWords.UnitOf(text[first..(at + 1)]) : NumberUnit.None;
    }

    /// <summary>Reads endings, scales and units, and returns where they end.</summary>
    static int Behind(ReadOnlySpan<char> text, int at, int end, ref GroundToken token)
    {
        var isEnding = WordAt(text, at, end) is "st" or "nd" or "rd" or "th" or "s" or "er" or "e";
        if (isEnding)
            return at + WordAt(text, at, end).Length;
        var next = Blank(text, at, end);
        var word = WordAt(text, next, end);
        if (GroundWords.ScaleOf(word) is > 0 and var scale)
        {
            (token.Value, token.Other) = (Math.Round(token.Value * scale, 6), Math.Round(token.Other * scale, 6));
            at = next + word.Length;
            next = Blank(text, at, end);
            word = WordAt(text, next, end);
        }
        if (next < end && GroundWords.UnitOf(text[next]) is not NumberUnit.None and var sign)
            (token.Unit, at) = (sign, next + 1);
        else if (GroundWords.UnitOf(word) is not NumberUnit.None and var unit)
            (token.Unit, at) = (unit, next + word.Length);
        else if (word is "per" && WordAt(text, Blank(text, next + 3, end), end) is "cent")
            (token.Unit, at) = (NumberUnit.Percent, Blank(text, next + 3, end) + 4);
        return at;
    }

    static int Blank(ReadOnlySpan<char> text, int at, int end) => at < end && text[at] is ' ' or '\u00A0' or '\u202F' ? at + 1 : at;

    static ReadOnlySpan<char> WordAt(ReadOnlySpan<char> text, int at, int end)
    {
        const int longest = 12;
        var behind = at;
        while (behind < end && behind - at <= longest && char.IsLetter(text[behind]))
            behind++;
        return at < end ? text[at..behind] : default;
    }

    static void Add(GroundToken token, double value, List<GroundToken> tokens)
    {
        (token.Value, token.Other, token.Word) = (value, value, GroundHash.Of(value));
        tokens.Add(token);
    }

    static int Length(Range group) => group.End.Value - group.Start.Value;

    static double Value(ReadOnlySpan<char> digits)
    {
        if (digits.Length > MaxDigits)
            return GroundHash.Of(digits) + 0.5;
        var value = 0L;
        foreach (var digit in digits)
            value = value * 10 + (digit - '0');
        return value;
    }
}
