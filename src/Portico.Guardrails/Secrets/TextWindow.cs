namespace Portico.Guardrails.Secrets;

/// <summary>
/// The text that is known. Remembers whether somebody looked behind its end while more may follow: what was decided then is not
/// settled, whatever rule decided it.
/// </summary>
ref struct TextWindow(ReadOnlySpan<char> text, bool isAll)
{
    public ReadOnlySpan<char> Text { get; } = text;

    public int Length => Text.Length;

    /// <summary>More text may change what was decided since this was last set to false.</summary>
    public bool SawEnd { get; set; }

    /// <summary>The character there, or 0 where the text has none.</summary>
    public char this[int at]
    {
        get
        {
            if ((uint)at < (uint)Text.Length)
                return Text[at];
            if (at >= Text.Length && !isAll)
                SawEnd = true;
            return '\0';
        }
    }

    /// <summary>Does this stand there, letter by letter?</summary>
    public bool Has(int at, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (this[at + i] != value[i])
                return false;
        }
        return true;
    }

    /// <summary>
    /// The first place from <paramref name="at"/> on whose character is not of the class, <paramref name="max"/> characters on
    /// at most.
    /// </summary>
    public int SkipWhile(int at, CharClass of, int max)
    {
        var end = at + max;
        while (at < end && of.Has(this[at]))
            at++;
        return at;
    }
}
