using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Containment;

/// <summary>
/// A text in the form in which pieces are compared: normal form, lower case, one space for any white space. Knows where each character
/// came from.
/// </summary>
sealed class FoldedText
{
    readonly NormalText normal;
    readonly int[] places;
    readonly char[] letters;

    FoldedText(NormalText normal)
    {
        this.normal = normal;
        var text = normal.Text;
        letters = new char[text.Length];
        places = new int[text.Length + 1];
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var isSpace = char.IsWhiteSpace(text[at]);
            if (isSpace && count > 0 && letters[count - 1] == ' ')
                continue;
            places[count] = at;
            letters[count++] = isSpace ? ' ' : char.ToLowerInvariant(text[at]);
        }
        places[count] = text.Length;
        Length = count;
    }

    public static FoldedText Of(string text) => new(Normaliser.Normalise(text));

    public int Length { get; }

    public ReadOnlySpan<char> Span => letters.AsSpan(0, Length);

    /// <summary>The same read from its end.</summary>
    public char[] Backwards()
    {
        var result = Span.ToArray();
        Array.Reverse(result);
        return result;
    }

    /// <summary>The piece of the text as it came that a piece of this form stands for.</summary>
    public (int Start, int Length) Piece(int start, int end) => normal.Piece(places[start], places[end] - places[start]);
}
