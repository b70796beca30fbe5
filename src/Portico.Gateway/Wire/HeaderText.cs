using System.Buffers;
using System.Globalization;
using System.Text;

namespace Portico.Gateway.Wire;

/// <summary>
/// Names of people's choice in headers, which hold visible ASCII alone: a server refuses to send anything else, and that behind the bill. What is not ASCII
/// stands as it does in addresses, each byte of its UTF-8 as % and two digits.
/// </summary>
static class HeaderText
{
    /// <summary>More names are counted and not told: what a caller sends must not fill a header, which clients bound to some kilobytes.</summary>
    const int MostNames = 32;
    const int LongestName = 64;

    static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(i => (char)i)]);
    static readonly SearchValues<char> VisibleInList = SearchValues.Create([
        .. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(i => (char)i).Where(c => c != ','),
    ]);

    public static string? Of(string? name) => name is null || name.AsSpan().IndexOfAnyExcept(Visible) < 0 ? name : Encoded(name, Visible);

    /// <summary>Names with commas between them.</summary>
    public static string OfNames(IReadOnlyList<string> names)
    {
        var told = names.Take(MostNames).Select(InList);
        return names.Count <= MostNames
            ? string.Join(',', told)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', told)},(and-{names.Count - MostNames}-more)");
    }

    static string InList(string name)
    {
        var isLong = name.Length > LongestName;
        var shown = isLong ? name[..LongestName] : name;
        var text = shown.AsSpan().IndexOfAnyExcept(VisibleInList) < 0 ? shown : Encoded(shown, VisibleInList);
        return isLong ? text + "..." : text;
    }

    static string Encoded(string name, SearchValues<char> plain)
    {
        var text = new StringBuilder(name.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.IsAscii && plain.Contains((char)rune.Value))
            {
                text.Append((char)rune.Value);
                continue;
            }
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
                text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
