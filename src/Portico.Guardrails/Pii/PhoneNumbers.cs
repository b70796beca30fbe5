using System.Buffers;

namespace Portico.Guardrails.Pii;

/// <summary>Telephone numbers: international as ITU-T E.123 writes them, and national as people of some forty countries do.</summary>
static class PhoneNumbers
{
    public const string Kind = "pii.phone";
    const int MaxDigits = 17;
    const int MaxLength = 40;
    const int ContextLength = 48;

    static readonly string[] Words =
        "phone|phones|fon|tel|telephone|telefax|call|calling|mobile|cell|cellphone|fax|whatsapp|text me|reach me|reach us|reach him|reach her|answering|contact|hotline|helpline|sms|dial|ring me|telefon|téléphone|teléfono|telefono|telefone|telefoon|telepono|móvil|movil|celular|handy|rufnummer|appelez|appeler|llama|llámame|llame|chiama|chiamami|ligue|bel me|ring mig|gsm|viber|telegram|facetime|message on|my number|your number|his number|her number|our number|their number|number to call|toll-free|toll free|voicemail|电话|手机|tlf|tfn|mobil|ph|電話|携帯|전화|휴대폰|핸드폰|тел|телефон|позвони|звоните|номер телефона|मोबाइल|फ़ोन|फोन|نمبر|فون|هاتف|جوال|موبايل|اتصل|טלפון|נייד|โทร|điện thoại|sđt|telpon|nomor hp|τηλ|τηλέφωνο|κινητό".Split(
            '|'
        );

    static readonly SearchValues<string> FastWords = SearchValues.Create(Words, StringComparison.Ordinal);

    /// <summary>The telephone number that begins here.</summary>
    public static Candidate Find(ref Sight sight, int start, scoped ContextWindow context, bool isOther)
    {
        Span<char> digits = stackalloc char[MaxDigits];
        var isInternational = sight[start] == '+';
        var best = default(Candidate);
        var shape = new PhoneShape();
        var (count, at) = (0, isInternational ? start + 1 : start);
        if (isInternational && sight[at] is '(')
            at++;
        while (count < MaxDigits && at - start < MaxLength && char.IsAsciiDigit(sight[at]))
        {
            var group = at;
            while (char.IsAsciiDigit(sight[at]) && count < MaxDigits)
                digits[count++] = sight[at++];
            if (char.IsAsciiDigit(sight[at]))
                return best;
            shape.Add(at - group);
            if (EndsWell(ref sight, at))
            {
                var score = isInternational ? International(digits[..count]) : Score(digits[..count], shape, context, isOther);
                // A further group makes it less of a number by itself.
                if (!isInternational && GoesOn(ref sight, at))
                    score = score < 0.5f ? 0 : score * 0.6f;
                if (score > 0 && score >= best.Score)
                    best = new Candidate(at, Kind, score);
            }
            var next = AfterSeparator(ref sight, at, ref shape, isInternational);
            if (next == 0)
                break;
            at = next;
        }
        return best.End == 0 ? best : best with { End = WithExtension(ref sight, best.End) };
    }

    /// <summary>As <see cref="Find"/>, behind an opening parenthesis: the area code is in it.</summary>
    public static Candidate FindInParentheses(ref Sight sight, int start, scoped ContextWindow context)
    {
        Span<char> digits = stackalloc char[MaxDigits];
        var (count, at) = (0, start + 1);
        if (sight[at] == '+')
        {
            var inner = Find(ref sight, at, context, isOther: false);
            return sight[inner.End] == ')' ? inner : default;
        }
        while (count < 6 && char.IsAsciiDigit(sight[at]))
            digits[count++] = sight[at++];
        if (count is 0 or > 5 || (count == 1 && digits[0] != '0') || sight[at] != ')')
            return default;
        var area = count;
        at++;
        if (sight[at] is ' ' or '-' or '/')
            at++;
        var best = default(Candidate);
        var groups = 0;
        while (count < MaxDigits && char.IsAsciiDigit(sight[at]))
        {
            var group = at;
            while (char.IsAsciiDigit(sight[at]) && count < MaxDigits)
                digits[count++] = sight[at++];
            if (at - group < 2)
                break;
            groups++;
            if (EndsWell(ref sight, at) && count is >= 8 and <= 12 && count - area >= 5)
            {
                var isYear = area == 4 && digits[0] is '1' or '2';
                var isAmerican = area == 3 && count == 10 && digits[0] >= '2' && digits[3] >= '2';
                var score =
                    context.Has(FastWords, Words, ContextLength) ? 0.95f
                    : isAmerican || groups >= 2 || digits[0] == '0' ? 0.75f
                    : 0.4f;
                best = new Candidate(at, Kind, score);
            }
            if (sight[at] is not (' ' or '-' or '.') || !char.IsAsciiDigit(sight[at + 1]))
                break;
            at++;
        }
        return best.End == 0 ? best : best with { End = WithExtension(ref sight, best.End) };
    }

    /// <summary>Where the next group begins: behind one separator, or a parenthesis and what stands around it; 0 where none does.</summary>
    static int AfterSeparator(ref Sight sight, int at, ref PhoneShape shape, bool isInternational)
    {
        var next = at;
        if (Letters.IsSeparator(sight[next]))
            next++;
        // Between area code and number German has " / ", others " - ".
        if (next > at && (isInternational || shape.Groups == 1) && sight[next] is '/' or '-' or '\u2013' && sight[next + 1] == ' ')
            next += 2;
        if (sight[next] == '(' && (isInternational || shape is { Groups: 1, First: 1 }))
        {
            next++;
            if (isInternational && sight[next] == '0' && sight[next + 1] == ')')
                next += 2;
        }
        else if (sight[next] == ')')
            next++;
        if (next > at && Letters.IsSeparator(sight[next]) && sight[next - 1] is '(' or ')')
            next++;
        if (next == at || !char.IsAsciiDigit(sight[next]))
            return 0;
        shape.Separate(Letters.Plain(sight[at]));
        return next;
    }

    static bool EndsWell(ref Sight sight, int end)
    {
        var c = sight[end];
        if (Letters.IsWord(c) || c is '@' or '%' or '$' or '€')
            return c is 'x' or 'e';
        if (c is '-' or '/' or '.' or ':' or ',' or '\u2013')
            return !char.IsAsciiDigit(sight[end + 1]) && !(c is '-' or '/' && Letters.IsWord(sight[end + 1]));
        return true;
    }

    /// <summary>A further group follows that does not begin as a number would.</summary>
    static bool GoesOn(ref Sight sight, int end) => sight[end] == ' ' && sight[end + 1] is >= '1' and <= '9';

    static int WithExtension(ref Sight sight, int end)
    {
        var at = end;
        if (sight[at] == ',')
            at++;
        if (sight[at] == ' ')
            at++;
        if (sight[at] is 'x' or 'X')
            at++;
        else if (sight[at] is 'e' or 'E' && sight[at + 1] is 'x' or 'X' && sight[at + 2] is 't' or 'T')
            at += 3;
        else
            return end;
        if (sight[at] is '.' or ':')
            at++;
        if (sight[at] == ' ')
            at++;
        var first = at;
        while (at - first < 6 && char.IsAsciiDigit(sight[at]))
            at++;
        return at > first && !Letters.IsWord(sight[at]) ? at : end;
    }

    static float International(ReadOnlySpan<char> digits) =>
        digits[0] != '0' && digits.Length >= 7 && CallingCodes.IsNumber(digits) ? 0.95f : 0;

    /// <summary>How sure digits without a plus sign are one.</summary>
    static float Score(ReadOnlySpan<char> digits, PhoneShape shape, scoped ContextWindow context, bool isOther)
    {
        if (digits.Length < 6 || CheckDigits.AreSame(digits))
            return 0;
        if (digits.StartsWith("00"))
            return
                shape.First >= 2 && digits.Length >= (shape.Groups > 1 ? 9 : 10) && digits[2] != '0' && CallingCodes.IsNumber(digits[2..])
                ? (isOther ? 0.4f : 0.8f)
                : 0;
        if (digits.StartsWith("011") && digits.Length >= 11 && shape.Groups > 1 && CallingCodes.IsNumber(digits[3..]))
            return 0.85f;
        // A date with blanks: the year, the month.
        if (shape.First == 4 && shape.Groups >= 3 && digits[..2] is "19" or "20" && digits[4] is '0' or '1')
            return 0;
        var plain = Plain(digits, shape);
        if (isOther)
            plain *= 0.4f;
        var fits = digits.Length is >= 7 and <= 12 && shape.Shortest >= 2 && shape.Groups <= 5;
        if (fits && (shape.Groups > 1 || digits.Length >= 8) && context.Has(FastWords, Words, ContextLength))
            return Math.Max(plain, digits.EndsWith("0000") ? 0.45f : 0.85f);
        return plain;
    }

    static float Plain(ReadOnlySpan<char> digits, PhoneShape shape)
    {
        var first = digits[0];
        if (shape.Groups == 1)
            return digits.Length switch
            {
                // A mobile number of China; one with the trunk prefix of most countries.
                11 when first == '1' && digits[1] >= '3' => 0.5f,
                11 when first == '0' && digits[1] != '0' => 0.61f,
                10 when first == '0' && digits[1] is '6' or '7' => 0.5f,
                10 when first == '0' && digits[1] != '0' => 0.3f,
                10 when first is '2' or '3' or '5' => 0.12f,
                _ => 0,
            };
        if (shape.ShortestBehind < 2 || shape.Shortest < 2 && !(first is '0' or '1' or '8' && shape.First == 1))
            return 0;
        // North America: area code and exchange begin with 2 to 9.
        if (digits.Length == 10 && shape.Is(3, 3, 4) && first >= '2' && digits[3] >= '2')
            return shape.IsUniform
                ? shape.Separator == ' '
                    ? 0.6f
                    : 0.8f
                : 0.5f;
        if (digits.Length == 11 && first is '1' or '8' && shape.First == 1 && digits[1] >= '2' && shape.Groups is 4 or 5)
            return 0.8f;
        if (first == '0' && shape.First == 1 && digits.Length is 10 or 11 && shape.Groups is 4 or 5)
            return 0.6f;
        if (
            first == '0'
            && digits[1] != '0'
            && !shape.Is(3, 2, 4)
            && digits.Length is >= 9 and <= 12
            && shape.First is >= 2 and <= 5
            && shape.Groups <= 5
        )
            return 0.7f;
        if (digits.Length == 11 && shape.Is(2, 5, 4) && first != '0' && digits[2] == '9')
            return 0.6f;
        // A mobile number of China or Korea in groups, of Spain, Poland, Denmark and others without trunk prefix.
        if (digits.Length == 11 && first == '1' && digits[1] >= '3' && shape.Is(3, 4, 4))
            return 0.7f;
        if (digits.Length == 9 && first >= '5' && (shape.Is(3, 3, 3) || shape.Groups == 4) && shape.IsUniform)
            return 0.35f;
        if (digits.Length == 10 && first >= '6' && shape.Is(5, 5))
            return 0.6f;
        return digits.Length == 8 && shape.IsUniform && shape.Separator == ' ' ? 0.2f : 0;
    }
}
