using System.Net;
using System.Text;
using System.Text.Unicode;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Containment;

/// <summary>What a piece of a text says in plain.</summary>
readonly record struct Recoded(string Text, TaintForm Form, int Start, int Length);

/// <summary>
/// Undoes encodings by which a value can hide that it is one of a text: base64, hexadecimal, percent, escapes, entities; one within
/// another as well. Linear, and what comes out is shorter
/// than what went in for each of them.
/// </summary>
static class Recoding
{
    /// <summary>Characters from which on a run may be encoded bytes: six bytes and more.</summary>
    const int LeastRun = 8;

    public static List<Recoded> Of(string text)
    {
        var found = new List<Recoded>();
        Once(text, found);
        for (var (at, until) = (0, found.Count); at < until; at++)
        {
            var outer = found[at];
            var inner = new List<Recoded>();
            Once(outer.Text, inner);
            found.AddRange(inner.Select(i => outer with { Text = i.Text }));
        }
        return found;
    }

    static void Once(string text, List<Recoded> found)
    {
        Runs(text, found);
        if (text.Contains('%', StringComparison.Ordinal))
            Whole(text, Uri.UnescapeDataString(text), TaintForm.Percent, found);
        if (text.Contains('\\', StringComparison.Ordinal))
            Whole(text, Unescape(text), TaintForm.Escapes, found);
        if (text.Contains('&', StringComparison.Ordinal))
            Whole(text, WebUtility.HtmlDecode(text), TaintForm.Entities, found);
    }

    static void Whole(string text, string plain, TaintForm form, List<Recoded> found)
    {
        if (plain.Length != text.Length)
            found.Add(new(plain, form, 0, text.Length));
    }

    static void Runs(string text, List<Recoded> found)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            var slashes = 0;
            for (; at < text.Length && IsRun(text[at]); at++)
                slashes += text[at] == '/' ? 1 : 0;
            if (Run(text, start, at, found) || slashes == 0)
                continue;
            // In an address a run goes on from what stands before it: each part may be one of its own.
            for (var part = start; part < at; part++)
            {
                var from = part;
                while (part < at && text[part] != '/')
                    part++;
                Run(text, from, part, found);
            }
        }
    }

    static bool IsRun(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_';

    static bool Run(string text, int start, int end, List<Recoded> found)
    {
        if (end - start < LeastRun)
            return false;
        var run = text.AsSpan(start, end - start);
        var isHex = !run.ContainsAnyExcept("0123456789abcdefABCDEF");
        var plain = isHex && run.Length % 2 == 0 ? Plain(Convert.FromHexString(run)) : null;
        var form = plain is null ? TaintForm.Base64 : TaintForm.Hexadecimal;
        plain ??= Plain(Encodings.Base64(run));
        if (plain is null)
            return false;
        found.Add(new(plain, form, start, run.Length));
        return true;
    }

    /// <summary>Bytes that are a text, in UTF-8 or in UTF-16 of Latin letters.</summary>
    static string? Plain(ReadOnlySpan<byte> bytes)
    {
        var narrow = Narrow(bytes) ?? bytes;
        if (narrow.Length == 0 || !Utf8.IsValid(narrow))
            return null;
        foreach (var one in narrow)
            if (one is < (byte)' ' and not (byte)'\t' and not (byte)'\n' and not (byte)'\r' or 0x7F)
                return null;
        return Encoding.UTF8.GetString(narrow);
    }

    static byte[]? Narrow(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes.Length % 2 != 0 || bytes[1] != 0)
            return null;
        var narrow = new byte[bytes.Length / 2];
        for (var at = 0; at < narrow.Length; at++)
        {
            if (bytes[at * 2 + 1] != 0)
                return null;
            narrow[at] = bytes[at * 2];
        }
        return narrow;
    }

    static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                plain.Append(text[at]);
                continue;
            }
            var next = text[++at];
            var digits =
                next == 'u' ? 4
                : next == 'x' ? 2
                : 0;
            if (digits > 0 && at + digits < text.Length && Number(text.AsSpan(at + 1, digits)) is { } c)
            {
                plain.Append(c);
                at += digits;
            }
            else if (next is 'n' or 'r' or 't')
                plain.Append(' ');
            else if (next is '"' or '\\' or '/' or '\'')
                plain.Append(next);
            else
                plain.Append('\\').Append(next);
        }
        return plain.ToString();
    }

    static char? Number(ReadOnlySpan<char> digits) =>
        ushort.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value) ? (char)value : null;
}
