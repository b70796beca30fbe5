namespace Portico.Guardrails.Topics;

/// <summary>
/// Takes the commonest endings off words of English, German, French and Spanish. What is left is no word, but the same for most forms of
/// one.
/// </summary>
static class WordStem
{
    /// <summary>Letters that stay at least.</summary>
    const int LeastStem = 3;

    /// <summary>The longest first; what takes its place stands behind the colon.</summary>
    static readonly (string Ending, string Instead)[] Endings =
    [
        .. """
            izations ization: ifications ification: aciones:acion ciones:cion ations ational ation: amientos amiento: ements ement: ungen ung: ssions ssion:ss
            nesses ness: ments ment: ities:ity ically:ic antly:ant ently:ent edly: ingly: ings ing: ions ion: ies ied:y ives ive: eaux:eau aux:al
            ments ers er: ors or: ists ist: ables able: able: ly: eds ed: est: ern: em en es e: ches:ch shes:sh sses:ss ss:ss us:us is:is s:
            """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Aggregate(
            new List<(string, string)>(),
            Read
        ).OrderByDescending(e => e.Item1.Length),
    ];

    /// <summary>How many letters of a word in lower case are its stem, and what follows them.</summary>
    public static (int Length, string Tail) Of(ReadOnlySpan<char> word)
    {
        foreach (var (ending, instead) in Endings)
            if (word.Length >= ending.Length + LeastStem && word.EndsWith(ending, StringComparison.Ordinal))
                return (Single(word, word.Length - ending.Length), instead);
        return (word.Length, "");
    }

    /// <summary>A consonant that was doubled before the ending counts once: stopped, stop.</summary>
    static int Single(ReadOnlySpan<char> word, int length) =>
        length > LeastStem
        && length < word.Length
        && word[length - 1] == word[length - 2]
        && word[length - 1] is not ('a' or 'e' or 'o' or 'l' or 's')
            ? length - 1
            : length;

    /// <summary>Endings wait for the one with a colon: all of them have its replacement.</summary>
    static List<(string, string)> Read(List<(string, string)> read, string entry)
    {
        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            read.Add((entry, "?"));
        else
        {
            for (var at = read.Count - 1; at >= 0 && read[at].Item2 == "?"; at--)
                read[at] = (read[at].Item1, entry[(colon + 1)..]);
            read.Add((entry[..colon], entry[(colon + 1)..]));
        }
        return read;
    }
}
