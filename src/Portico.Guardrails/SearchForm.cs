using System.Buffers;
using System.Globalization;
using System.Text;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails;

/// <summary>
/// The form in which texts are searched: each character by itself as Unicode's compatibility form (NFKC of the one character) has it, and none where it is invisible. Nothing
/// depends on what stands beside, so that a text in pieces has the form of the whole.
/// </summary>
static class SearchForm
{
    /// <summary>Stands in the table where a character has another form than one character.</summary>
    const char Several = '\uFFFF';

    static readonly char[] Table = new char[char.MaxValue + 1];
    static readonly Dictionary<int, string> Others = [];
    static readonly SearchValues<char> Plain;
    static readonly SearchValues<char> PlainInJson;

    static SearchForm()
    {
        for (var i = 0; i <= char.MaxValue; i++)
        {
            var c = (char)i;
            Table[i] = c;
            if (i < 0x80 || char.IsSurrogate(c))
                continue;
            var form = FormOf(i);
            if (form is { Length: 1 } && form[0] != Several)
                Table[i] = form[0];
            else if (form is not null)
            {
                Table[i] = Several;
                Others[i] = form;
            }
        }
        // Beyond the first plane few characters have another form: letters and digits for mathematics, enclosed ones, tags, and variation selectors.
        foreach (var (from, to) in ((int, int)[])[(0x1D400, 0x1D7FF), (0x1F100, 0x1F1FF), (0xE0000, 0xE01EF)])
            for (var i = from; i <= to; i++)
                if (FormOf(i) is { } form)
                    Others[i] = form;
        char[] plain =
        [
            .. Enumerable
                .Range(0, char.MaxValue + 1)
                .Select(i => (char)i)
                .Where(c => Table[c] == c && c != Several && !char.IsSurrogate(c)),
        ];
        Plain = SearchValues.Create(plain);
        PlainInJson = SearchValues.Create(Array.FindAll(plain, c => c != JsonEscape.Mark));
    }

    /// <summary>UTF-16 units that may wait for the rest of their character.</summary>
    public const int MaxOpen = JsonEscape.MaxLength - 1;

    /// <summary>Characters at the beginning of a text that are their own form.</summary>
    public static int PlainLength(ReadOnlySpan<char> text, bool isJson) =>
        text.IndexOfAnyExcept(isJson ? PlainInJson : Plain) is var at and >= 0 ? at : text.Length;

    /// <summary>The form of the first character of a text.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="isJson">An escape is the character that it stands for.</param>
    /// <param name="isAll">Nothing follows.</param>
    /// <param name="pair">Room for two units, which the answer may be of.</param>
    /// <param name="taken">Receives the UTF-16 units of that character; 0 where its rest has not come.</param>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> text, bool isJson, bool isAll, Span<char> pair, out int taken)
    {
        if (!isAll && text.Length == 1 && char.IsHighSurrogate(text[0]))
        {
            taken = 0;
            return [];
        }
        if (!isJson || text[0] != JsonEscape.Mark)
            return Of(text, out taken);
        var length = JsonEscape.Read(text, isAll, pair, out taken);
        return length == 0 ? [] : Of(pair[..length], out _);
    }

    static ReadOnlySpan<char> Of(ReadOnlySpan<char> text, out int taken)
    {
        taken = 1;
        var c = text[0];
        if (char.IsHighSurrogate(c) && text.Length > 1 && char.IsLowSurrogate(text[1]))
        {
            taken = 2;
            return Others.TryGetValue(char.ConvertToUtf32(c, text[1]), out var far) ? far : text[..2];
        }
        return Table[c] switch
        {
            Several when Others.TryGetValue(c, out var several) => several,
            var one when one == c => text[..1],
            _ => Table.AsSpan(c, 1),
        };
    }

    /// <summary>
    /// Null = its own. Signs keep their form: a word with a trade mark or a raised digit behind it is still that word. Letters in circles and squares are written for letters.
    /// </summary>
    static string? FormOf(int codePoint)
    {
        var category = Rune.GetUnicodeCategory(new Rune(codePoint));
        if (category == UnicodeCategory.Format || codePoint is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF))
            return "";
        var isSign =
            category
            is UnicodeCategory.OtherSymbol
                or UnicodeCategory.OtherNumber
                or UnicodeCategory.ModifierSymbol
                or UnicodeCategory.ModifierLetter;
        return isSign && codePoint is not ((>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F189))
            ? null
            : CharacterTable.Mapping(codePoint);
    }
}
