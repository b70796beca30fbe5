using System.Net;
using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>Encodings of texts: base64 (RFC 4648, both alphabets), hexadecimal, percent (RFC 3986), entities of HTML, escapes of JSON and C.</summary>
static class Encodings
{
    const int LeastBase64 = 16;
    const int LeastHexadecimal = 16;

    /// <summary>The pieces of a long word that may be encoded bytes.</summary>
    public static void Runs(NormalText whole, int from, int until, ref List<View>? views)
    {
        var text = whole.Text.AsSpan();
        for (var at = from; at < until; )
        {
            var start = at;
            var hex = 0;
            for (; at < until && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '+' or '/' or '-' or '_'); at++)
                hex += char.IsAsciiHexDigit(text[at]) ? 1 : 0;
            var length = at - start;
            if (length >= LeastHexadecimal && hex == length)
                Bytes(whole, Hexadecimal(text[start..at]), Disguise.Hexadecimal, start, at, ref views);
            else if (length >= LeastBase64)
                Bytes(whole, Base64(text[start..at]), Disguise.Base64, start, at, ref views);
            at = at == start ? at + 1 : at;
        }
    }

    static void Bytes(NormalText whole, byte[] bytes, Disguise disguise, int from, int until, ref List<View>? views)
    {
        if (Views.Printable(bytes) is { } text)
            Views.Put(ref views, text, disguise, whole, from, until);
    }

    static byte[] Hexadecimal(ReadOnlySpan<char> digits)
    {
        // One odd digit at the end is left alone.
        digits = digits[..(digits.Length & ~1)];
        return Convert.FromHexString(digits);
    }

    /// <summary>Both alphabets at once; what is left of less than a byte is let go, which a strict reader would refuse.</summary>
    public static byte[] Base64(ReadOnlySpan<char> letters)
    {
        var bytes = new byte[letters.Length * 6 / 8];
        var (count, bits, held) = (0, 0u, 0);
        foreach (var c in letters)
        {
            bits = bits << 6 | Value(c);
            held += 6;
            if (held < 8)
                continue;
            held -= 8;
            bytes[count++] = (byte)(bits >> held);
        }
        return bytes;
    }

    static uint Value(char c) =>
        c switch
        {
            >= 'A' and <= 'Z' => c - (uint)'A',
            >= 'a' and <= 'z' => c - (uint)'a' + 26,
            >= '0' and <= '9' => c - (uint)'0' + 52,
            '+' or '-' => 62,
            _ => 63,
        };

    public static void Percent(NormalText whole, ref List<View>? views)
    {
        var decoded = Uri.UnescapeDataString(whole.Text.Replace('+', ' '));
        if (decoded.Length != whole.Text.Length)
            Views.Put(ref views, decoded, Disguise.Percent, whole, 0, whole.Text.Length);
    }

    public static void Entities(NormalText whole, ref List<View>? views)
    {
        var decoded = WebUtility.HtmlDecode(whole.Text);
        if (decoded.Length != whole.Text.Length)
            Views.Put(ref views, decoded, Disguise.Entities, whole, 0, whole.Text.Length);
    }

    public static void Escapes(NormalText whole, ref List<View>? views)
    {
        var text = whole.Text.AsSpan();
        var decoded = new StringBuilder(text.Length);
        var found = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var digits =
                text[at] == '\\' && at + 1 < text.Length
                    ? (
                        text[at + 1] == 'u' ? 4
                        : text[at + 1] == 'x' ? 2
                        : 0
                    )
                    : 0;
            if (digits > 0 && at + 2 + digits <= text.Length && Number(text.Slice(at + 2, digits)) is { } c and >= ' ')
            {
                decoded.Append(c);
                at += 1 + digits;
                found++;
            }
            else
                decoded.Append(text[at]);
        }
        if (found >= 4)
            Views.Put(ref views, decoded.ToString(), Disguise.Escapes, whole, 0, text.Length);
    }

    static char? Number(ReadOnlySpan<char> digits) =>
        ushort.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value) ? (char)value : null;
}
