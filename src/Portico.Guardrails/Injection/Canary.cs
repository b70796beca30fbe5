using System.Text;

namespace Portico.Guardrails.Injection;

/// <summary>How a canary stood in an output.</summary>
public enum CanaryForm
{
    /// <summary>As it is, in either case, or with spaces, marks or characters without a shape between its letters.</summary>
    Plain,
    Reversed,
    Rotated,
    Base64,
    Hexadecimal,
    Percent,
}

/// <summary>Where a canary was found, in UTF-16 units of the output.</summary>
public readonly record struct CanaryLeak(CanaryForm Form, int Start, int Length);

/// <summary>
/// A word that stands in a system prompt and nowhere else: an output that holds it has leaked the prompt. Found plain, in capitals, spaced, split by punctuation or zero-width characters, reversed,
/// rotated by thirteen, in base64, hexadecimal and percent encoding.
/// </summary>
public sealed class Canary
{
    /// <summary>Bytes that a canary is made of.</summary>
    public const int Bytes = 16;

    /// <summary>Letters that no encoding of ours changes; i, l, o and u are left out so that it spells nothing.</summary>
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    readonly (string Text, CanaryForm Form)[] folded;
    readonly string[] encoded;

    Canary(string text)
    {
        Text = text;
        var reversed = new string([.. text.Reverse()]);
        var hex = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));
        var upperHex = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text.ToUpperInvariant()));
        var rotated = string.Concat(text.Select(Normalising.Vocabulary.Rotate));
        folded =
        [
            (text, CanaryForm.Plain),
            (reversed, CanaryForm.Reversed),
            (rotated, CanaryForm.Rotated),
            (hex, CanaryForm.Hexadecimal),
            (upperHex, CanaryForm.Hexadecimal),
        ];
        encoded = [.. Alignments(text), .. Alignments(text.ToUpperInvariant())];
    }

    /// <summary>The word to put into the prompt: 26 letters and digits.</summary>
    public string Text { get; }

    /// <summary>Makes a canary from 128 random bits, which the caller draws.</summary>
    public static Canary Make(ReadOnlySpan<byte> bits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bits.Length, Bytes);
        var text = new StringBuilder();
        var (held, count) = (0u, 0);
        foreach (var value in bits)
        {
            (held, count) = (held << 8 | value, count + 8);
            for (; count >= 5; count -= 5)
                text.Append(Alphabet[(int)(held >> count - 5 & 31)]);
        }
        text.Append(Alphabet[(int)(held << 5 - count & 31)]);
        return new Canary(text.ToString());
    }

    /// <summary>Takes a canary up that was made before.</summary>
    public static Canary Of(string text) => new(text);

    /// <summary>The first place where the output holds the canary in any form, or null.</summary>
    public CanaryLeak? Find(ReadOnlySpan<char> output)
    {
        if (output.Length < Text.Length)
            return null;
        var (letters, places) = (new char[output.Length], new int[output.Length + 1]);
        return Folded(output, letters, places, false)
            ?? Encoded(output, letters, places)
            ?? (output.Contains('%') ? Folded(output, letters, places, true) : null);
    }

    /// <summary>Looks in the output's letters and digits alone, in lower case.</summary>
    CanaryLeak? Folded(ReadOnlySpan<char> output, char[] letters, int[] places, bool percent)
    {
        var count = 0;
        for (var at = 0; at < output.Length; at++)
        {
            var c = output[at];
            places[count] = at;
            if (
                percent
                && c == '%'
                && at + 2 < output.Length
                && char.IsAsciiHexDigit(output[at + 1])
                && char.IsAsciiHexDigit(output[at + 2])
            )
            {
                c = (char)Convert.ToByte(new string(output.Slice(at + 1, 2)), 16);
                at += 2;
            }
            if (char.IsAsciiLetterOrDigit(c))
                letters[count++] = char.ToLowerInvariant(c);
        }
        places[count] = output.Length;
        foreach (var (text, form) in folded)
        {
            var found = letters.AsSpan(0, count).IndexOf(text);
            if (found >= 0)
                return Leak(percent ? CanaryForm.Percent : form, places, found, text.Length);
        }
        return null;
    }

    /// <summary>Looks in the output without its blanks for what stays of base64 wherever the canary stands in a text.</summary>
    CanaryLeak? Encoded(ReadOnlySpan<char> output, char[] letters, int[] places)
    {
        var count = 0;
        for (var at = 0; at < output.Length; at++)
        {
            if (char.IsWhiteSpace(output[at]))
                continue;
            places[count] = at;
            letters[count++] = output[at] switch
            {
                '-' => '+',
                '_' => '/',
                _ => output[at],
            };
        }
        foreach (var text in encoded)
        {
            var found = letters.AsSpan(0, count).IndexOf(text);
            if (found >= 0)
                return Leak(CanaryForm.Base64, places, found, text.Length);
        }
        return null;
    }

    static CanaryLeak Leak(CanaryForm form, int[] places, int found, int length) =>
        new(form, places[found], places[found + length - 1] + 1 - places[found]);

    /// <summary>Base64 of a text behind none, one or two other bytes, without the letters that depend on its neighbours.</summary>
    static IEnumerable<string> Alignments(string text)
    {
        for (var before = 0; before < 3; before++)
        {
            var bytes = new byte[before + text.Length];
            Encoding.ASCII.GetBytes(text, bytes.AsSpan(before));
            var letters = Convert.ToBase64String(bytes).TrimEnd('=');
            var from = before == 0 ? 0 : before + 1;
            var until = bytes.Length / 3 * 4;
            yield return letters[from..until];
        }
    }
}
