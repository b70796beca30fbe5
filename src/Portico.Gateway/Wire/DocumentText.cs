using System.Text;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// The text of a document that stands in a call: a data URL of a text type in base 64, as Anthropic's text documents and OpenAI's files come. Other files (PDF, images, by id, by address) are not read.
/// </summary>
static class DocumentText
{
    const string Scheme = "data:text/";
    const string Encoded = ";base64";

    /// <summary>Null where it is no text.</summary>
    public static string? Of(FilePart file) => file.Data is { } url ? Of(url) : null;

    /// <inheritdoc cref="Of(FilePart)"/>
    public static string? Of(string url)
    {
        if (!IsText(url, out var comma))
            return null;
        var data = url.AsSpan(comma + 1);
        var bytes = new byte[(data.Length / 4 * 3) + 6];
        if (!Convert.TryFromBase64Chars(data, bytes, out var count) && !Convert.TryFromBase64Chars(Mended(data), bytes, out count))
            return null;
        // Bytes that are no UTF-8 become the character that says so: the rest is text all the same, and whoever gets it reads it so.
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    /// <summary>As lenient readers take it: the other alphabet, no padding, anything between.</summary>
    static char[] Mended(ReadOnlySpan<char> data)
    {
        var mended = new List<char>(data.Length + 3);
        foreach (var c in data)
            if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/')
                mended.Add(c);
            else if (c is '-' or '_')
                mended.Add(c == '-' ? '+' : '/');
        if (mended.Count % 4 == 1)
            mended.RemoveAt(mended.Count - 1);
        while (mended.Count % 4 != 0)
            mended.Add('=');
        return [.. mended];
    }

    /// <summary>The same address with another text.</summary>
    public static string With(string url, string text) =>
        string.Concat(url.AsSpan(0, url.IndexOf(',', StringComparison.Ordinal) + 1), Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    public static string DataUrl(string text) => $"{Scheme}plain{Encoded},{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";

    static bool IsText(string url, out int comma)
    {
        comma = url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? url.IndexOf(',', StringComparison.Ordinal) : -1;
        return comma > 0 && url.AsSpan(0, comma).EndsWith(Encoded, StringComparison.OrdinalIgnoreCase);
    }
}
