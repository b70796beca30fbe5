namespace Portico.Guardrails.Normalising;

/// <summary>A text's normal form, and where each of its characters stands in the text as it came.</summary>
public sealed class NormalText
{
    readonly int[]? starts;

    internal NormalText(string text, string original, int[]? starts, NormalCounts counts)
    {
        Text = text;
        Original = original;
        this.starts = starts;
        Counts = counts;
    }

    /// <summary>The normal form.</summary>
    public string Text { get; }

    /// <summary>The text as it came.</summary>
    public string Original { get; }

    /// <summary>What was taken out or folded on the way.</summary>
    public NormalCounts Counts { get; }

    /// <summary>Where a place of the normal form stands in the text as it came, both in UTF-16 units; its length stands for its end.</summary>
    public int Place(int at) => starts is null ? at : starts[at];

    /// <summary>The piece of the text as it came that a piece of the normal form was made from.</summary>
    public (int Start, int Length) Piece(int start, int length)
    {
        var from = Place(start);
        return (from, Math.Max(Place(start + length) - from, 0));
    }
}

/// <summary>What normalising met, in characters.</summary>
/// <param name="Invisible">Zero-width characters and others without a shape, joiners in scripts that need none among them.</param>
/// <param name="InWords">Those of them that stand between two letters of one word.</param>
/// <param name="Directions">Controls that override the direction of writing (U+202D, U+202E).</param>
/// <param name="Tags">Tag characters (U+E0000 to U+E007F).</param>
/// <param name="Selectors">Variation selectors after another one, which no font has a use for.</param>
/// <param name="Marks">Marks taken from letters that bore more than two.</param>
/// <param name="MixedWords">Words that mix Latin with letters of other scripts that look like it.</param>
public readonly record struct NormalCounts(int Invisible, int InWords, int Directions, int Tags, int Selectors, int Marks, int MixedWords);
