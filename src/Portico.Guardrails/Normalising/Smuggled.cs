using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>Messages in characters that nobody sees: tag characters, variation selectors, and what a control of direction turns round.</summary>
static class Smuggled
{
    /// <summary>Flags of regions (a black flag and up to seven tags) are shorter.</summary>
    const int LeastCharacters = 8;

    public static void Add(NormalText text, ref List<View>? views)
    {
        var counts = text.Counts;
        if (counts.Tags >= LeastCharacters)
            Tags(text.Original, ref views);
        if (counts.Selectors >= LeastCharacters)
            Selectors(text.Original, ref views);
        if (counts.Directions > 0)
            Turned(text.Original, ref views);
    }

    /// <summary>U+E0020 to U+E007E stand for the characters of ASCII.</summary>
    static void Tags(string text, ref List<View>? views)
    {
        var message = new StringBuilder();
        var (from, until) = (-1, 0);
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (!char.IsHighSurrogate(text[at]) || !char.IsLowSurrogate(text[at + 1]))
                continue;
            var code = char.ConvertToUtf32(text[at], text[at + 1]);
            if (code is < 0xE0020 or > 0xE007E)
                continue;
            message.Append((char)(code - 0xE0000));
            from = from < 0 ? at : from;
            until = at + 2;
        }
        if (from >= 0)
            (views ??= []).Add(new View(message.ToString(), Disguise.Tags, from, until - from));
    }

    /// <summary>The 256 selectors stand for bytes: U+FE00 to U+FE0F for the first 16, U+E0100 to U+E01EF for the others.</summary>
    static void Selectors(string text, ref List<View>? views)
    {
        var bytes = new List<byte>();
        var (from, until) = (-1, 0);
        for (var at = 0; at < text.Length; at++)
        {
            var wide = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
            var code = wide ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
            var value =
                code is >= 0xFE00 and <= 0xFE0F ? code - 0xFE00
                : code is >= 0xE0100 and <= 0xE01EF ? code - 0xE0100 + 16
                : -1;
            if (value >= 0)
            {
                bytes.Add((byte)value);
                from = from < 0 ? at : from;
                until = at + (wide ? 2 : 1);
            }
            at += wide ? 1 : 0;
        }
        if (from >= 0 && Views.Printable(bytes.ToArray()) is { } message)
            (views ??= []).Add(new View(Normaliser.Normalise(message).Text, Disguise.Selectors, from, until - from));
    }

    /// <summary>What stands between an override to the left and its end is read from its end.</summary>
    static void Turned(string text, ref List<View>? views)
    {
        var from = text.IndexOf('\u202E', StringComparison.Ordinal);
        if (from < 0)
            return;
        var until = text.IndexOf('\u202C', from);
        until = until < 0 ? text.Length : until;
        var turned = text.AsSpan(from + 1, until - from - 1).ToArray();
        Array.Reverse(turned);
        (views ??= []).Add(new View(Normaliser.Normalise(new string(turned)).Text, Disguise.Direction, from, until - from));
    }
}
