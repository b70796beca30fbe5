using System.Buffers;
using System.Text;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Injection;

/// <summary>
/// Finds a canary in an answer that is still on its way: plain, in capitals, spaced, split by signs, reversed, rotated by thirteen, in base64, hexadecimal and percent encoding. Whether it stands at a
/// place is told by what follows the place alone, and what is held is no more than what may still become it.
/// </summary>
sealed class CanaryDetector : IDetector
{
    /// <summary>Characters that may stand between two letters of it: a blank, signs of a list or a table, a line break.</summary>
    public const int MaxBetween = 8;

    const float Score = 1;

    /// <summary>Characters that a letter takes as %61.</summary>
    const int PercentLength = 3;

    /// <summary>How the characters of an answer are read as letters of the canary.</summary>
    enum Reading
    {
        /// <summary>Letters and digits in lower case; all else stands between.</summary>
        Folded,

        /// <summary>The same, with %61 as the letter that it stands for.</summary>
        Percent,

        /// <summary>All as it is, blanks left out.</summary>
        Base64,
    }

    readonly record struct Form(string Letters, Reading Reading, string Kind);

    readonly Form[] forms;
    readonly SearchValues<char> beginnings;

    public CanaryDetector(Canary canary)
    {
        var text = canary.Text;
        var upper = text.ToUpperInvariant();
        var reversed = new string([.. text.Reverse()]);
        var rotated = string.Concat(text.Select(Vocabulary.Rotate));
        forms =
        [
            new(text, Reading.Folded, CanaryKinds.Plain),
            new(reversed, Reading.Folded, CanaryKinds.Reversed),
            new(rotated, Reading.Folded, CanaryKinds.Rotated),
            new(HexOf(text), Reading.Folded, CanaryKinds.Hexadecimal),
            new(HexOf(upper), Reading.Folded, CanaryKinds.Hexadecimal),
            .. Alignments(text).Concat(Alignments(upper)).Select(t => new Form(t, Reading.Base64, CanaryKinds.Base64)),
            new(text, Reading.Percent, CanaryKinds.Percent),
            new(reversed, Reading.Percent, CanaryKinds.Percent),
            new(rotated, Reading.Percent, CanaryKinds.Percent),
        ];
        beginnings = SearchValues.Create([.. forms.SelectMany(Beginnings).Distinct()]);
        MaxOpen = forms.Max(f => f.Letters.Length * (f.Reading == Reading.Percent ? PercentLength : 1) + f.Letters.Length * MaxBetween);
    }

    public int LookBehind => 0;
    public int MaxOpen { get; }
    public IReadOnlyList<DetectorKind> Kinds => CanaryKinds.All;

    public int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings)
    {
        for (var at = from; ; )
        {
            var next = text[at..].IndexOfAny(beginnings);
            if (next < 0)
                return text.Length;
            at += next;
            var (length, kind, isOpen) = Match(text[at..], isAll);
            if (isOpen)
                return at;
            if (length > 0)
                findings.Add(new Finding(at, length, kind!, Score));
            at += Math.Max(length, 1);
        }
    }

    /// <summary>The longest form that begins here; open where what follows may make it one, or a longer one.</summary>
    (int Length, string? Kind, bool IsOpen) Match(ReadOnlySpan<char> text, bool isAll)
    {
        var (longest, kind, isOpen) = (0, (string?)null, false);
        foreach (ref readonly var form in forms.AsSpan())
        {
            var length = Match(form, text, isAll, out var isThisOpen);
            isOpen |= isThisOpen;
            if (length > longest)
                (longest, kind) = (length, form.Kind);
        }
        return (longest, kind, isOpen);
    }

    /// <summary>Characters that the form takes at the beginning of the text; 0 = it does not begin there, or is not all there yet.</summary>
    static int Match(in Form form, ReadOnlySpan<char> text, bool isAll, out bool isOpen)
    {
        isOpen = false;
        var (known, between) = (0, 0);
        for (var at = 0; at < text.Length; )
        {
            var letter = LetterAt(text[at..], form.Reading, isAll, out var taken);
            if (taken == 0)
                break;
            if (letter == default)
            {
                if (known == 0 || (between += taken) > MaxBetween)
                    return 0;
            }
            else if (letter != form.Letters[known])
                return 0;
            else if (++known == form.Letters.Length)
                return at + taken;
            else
                between = 0;
            at += taken;
        }
        isOpen = !isAll;
        return 0;
    }

    /// <summary>The letter that the first character is read as; none for what stands between letters.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="reading">How.</param>
    /// <param name="isAll">Nothing follows.</param>
    /// <param name="taken">Receives the characters of it; 0 where what follows decides that.</param>
    static char LetterAt(ReadOnlySpan<char> text, Reading reading, bool isAll, out int taken)
    {
        taken = 1;
        var c = text[0];
        if (reading == Reading.Base64)
            return c switch
            {
                '-' => '+',
                '_' => '/',
                _ => char.IsWhiteSpace(c) ? default : c,
            };
        if (c == '%' && reading == Reading.Percent)
        {
            var digits = text[1..Math.Min(text.Length, PercentLength)];
            if (digits.ContainsAnyExcept(HexDigits))
                return default;
            if (digits.Length < PercentLength - 1)
            {
                taken = isAll ? 1 : 0;
                return default;
            }
            taken = PercentLength;
            c = (char)(char.IsAsciiDigit(digits[0]) ? (digits[0] - '0') * 16 + Value(digits[1]) : 0x7F);
        }
        return char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : default;
    }

    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    static int Value(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : char.ToLowerInvariant(digit) - 'a' + 10;

    static string Beginnings(Form form)
    {
        var first = form.Letters[0];
        return (form.Reading, first) switch
        {
            (Reading.Base64, '+') => "+-",
            (Reading.Base64, '/') => "/_",
            (Reading.Base64, _) => $"{first}",
            (Reading.Percent, _) => $"{first}{char.ToUpperInvariant(first)}%",
            _ => $"{first}{char.ToUpperInvariant(first)}",
        };
    }

    static string HexOf(string text) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));

    /// <summary>Base64 of a text behind none, one or two other bytes, without the letters that depend on its neighbours.</summary>
    static IEnumerable<string> Alignments(string text)
    {
        for (var before = 0; before < 3; before++)
        {
            var bytes = new byte[before + text.Length];
            Encoding.ASCII.GetBytes(text, bytes.AsSpan(before));
            var letters = Convert.ToBase64String(bytes).TrimEnd('=');
            var from = before == 0 ? 0 : before + 1;
            yield return letters[from..(bytes.Length / 3 * 4)];
        }
    }
}
