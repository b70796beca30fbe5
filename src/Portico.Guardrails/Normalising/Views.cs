using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>How a text was disguised.</summary>
public enum Disguise
{
    Tags,
    Selectors,
    Direction,
    Base64,
    Hexadecimal,
    Percent,
    Entities,
    Escapes,
    Rotated,
    Reversed,
    Leet,
    Spaced,
    Scrambled,
}

/// <summary>What a piece of a text says once its disguise is off.</summary>
/// <param name="Text">In normal form.</param>
/// <param name="Disguise">The outermost one.</param>
/// <param name="Start">Where the piece stands in the text as it came, in UTF-16 units.</param>
/// <param name="Length">In the same units.</param>
public sealed record View(string Text, Disguise Disguise, int Start, int Length);

/// <summary>
/// Takes disguises off: encodings, ciphers of children, letters set apart, characters without a shape that carry a message. A view is made only where a piece looks
/// like it, so that ordinary text costs one pass.
/// </summary>
public static class Views
{
    /// <summary>A disguise within a disguise is taken off, a third one is not.</summary>
    public const int MaxDepth = 2;

    /// <summary>All views together are at most this many times as long as the text.</summary>
    public const int MaxExpansion = 4;

    /// <summary>Views of one text.</summary>
    public const int MaxViews = 16;

    /// <summary>The views of a text; none for nearly all texts.</summary>
    public static IReadOnlyList<View> Of(NormalText text)
    {
        List<View>? views = null;
        Smuggled.Add(text, ref views);
        Reading.Add(text, ref views);
        if (views is null)
            return [];
        var left = text.Original.Length * MaxExpansion + 256;
        views.RemoveAll(v => (left -= v.Text.Length) < 0);
        for (var (at, depth, until) = (0, 1, views.Count); depth < MaxDepth && at < until; at++)
        {
            var outer = views[at];
            List<View>? inner = null;
            Reading.Add(Normaliser.Normalise(outer.Text), ref inner);
            foreach (var view in inner ?? [])
            {
                if (views.Count < MaxViews && (left -= view.Text.Length) >= 0)
                    views.Add(outer with { Text = view.Text });
            }
        }
        return views.Count <= MaxViews ? views : views[..MaxViews];
    }

    internal static void Put(ref List<View>? views, string text, Disguise disguise, NormalText of, int start, int end)
    {
        if (text.Length < 4 || views?.Count >= MaxViews * 2)
            return;
        var (from, length) = of.Piece(start, end - start);
        (views ??= []).Add(new View(Normaliser.Normalise(text).Text, disguise, from, length));
    }

    /// <summary>Bytes as text where nearly all of it can be printed and some of it are words.</summary>
    internal static string? Printable(ReadOnlySpan<byte> bytes)
    {
        const int leastLetters = 6;
        if (bytes.Length < leastLetters)
            return null;
        var text = Encoding.UTF8.GetString(bytes);
        var (good, letters) = (0, 0);
        foreach (var c in text)
        {
            good += c is >= ' ' and not '\u007F' and not '\uFFFD' or '\n' or '\r' or '\t' ? 1 : 0;
            letters += char.IsLetter(c) || c == ' ' ? 1 : 0;
        }
        return good * 20 >= text.Length * 19 && letters * 10 >= text.Length * 6 && letters >= leastLetters ? text : null;
    }
}
