namespace Portico.Guardrails.Pii;

/// <summary>A text that may still be on its way: reading past what is known is remembered, so that nobody decides on a text that may go on.</summary>
ref struct Sight(ReadOnlySpan<char> text, bool isAll)
{
    public readonly ReadOnlySpan<char> Text = text;

    /// <summary>Something behind the end of an unfinished text was asked for.</summary>
    public bool RanOut;

    /// <summary>The character there; '\0' before the text and behind it.</summary>
    public char this[int index]
    {
        get
        {
            if ((uint)index < (uint)Text.Length)
                return Text[index];
            RanOut |= index >= 0 && !isAll;
            return '\0';
        }
    }
}
