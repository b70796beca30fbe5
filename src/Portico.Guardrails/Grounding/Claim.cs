using System.Runtime.InteropServices;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Names;
using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Grounding;

/// <summary>
/// What sentences of a source have of a claim: a bit for each of its words and numbers. Exact are the words in the same form.
/// </summary>
record struct ClaimMatch(ulong Words, ulong Exact, ulong Numbers, ulong Plain, ulong Denied, bool Denies, bool HasPronoun, bool HasNumber)
{
    /// <summary>What two sentences have together.</summary>
    public static ClaimMatch operator |(ClaimMatch one, ClaimMatch other) =>
        new(
            one.Words | other.Words,
            one.Exact | other.Exact,
            one.Numbers | other.Numbers,
            one.Plain | other.Plain,
            one.Denied | other.Denied,
            one.Denies || other.Denies,
            one.HasPronoun || other.HasPronoun,
            one.HasNumber || other.HasNumber
        );
}

/// <summary>A sentence that claims something, ready to be compared with sentences of the sources. One is filled again for each.</summary>
sealed class Claim
{
    /// <summary>Different words and numbers of a sentence that are compared, each: a bit for one.</summary>
    const int MaxBits = 64;

    /// <summary>A sentence with less to say claims nothing.</summary>
    const float LeastWeight = 0.9f;

    readonly List<GroundToken> tokens = [];
    readonly Dictionary<uint, int> bits = [];
    readonly List<GroundToken> words = [];
    readonly List<GroundToken> numbers = [];

    /// <summary>The words that say something, each once.</summary>
    public ReadOnlySpan<GroundToken> Words => CollectionsMarshal.AsSpan(words);

    public ReadOnlySpan<GroundToken> Numbers => CollectionsMarshal.AsSpan(numbers);

    /// <summary>Of all words.</summary>
    public float Weight { get; private set; }

    /// <summary>Bits of the words that are proper names.</summary>
    public ulong Names { get; private set; }

    /// <summary>Bits of the words that it denies.</summary>
    public ulong Denied { get; private set; }

    public bool Denies { get; private set; }

    /// <summary>Reads a sentence, and tells whether it claims anything.</summary>
    public bool Read(string text, int start, int end)
    {
        tokens.Clear();
        bits.Clear();
        words.Clear();
        numbers.Clear();
        (Weight, Names, Denied, Denies) = (0, 0, 0, false);
        GroundTokens.Read(text, start, end, tokens);
        var speaksGerman = tokens.Count(t => GroundWords.German.Contains(t.Word)) >= 2;
        var isTitle = text[end - 1] is not ('.' or '!' or '。') && IsTitle();
        for (var at = 0; at < tokens.Count; at++)
        {
            var token = tokens[at];
            Denies |= token.Is(GroundFlags.Negation);
            if (token.Is(GroundFlags.Number) && numbers.Count < MaxBits)
                numbers.Add(token);
            if (token.Weight <= 0)
                continue;
            if (!bits.TryGetValue(token.Stem, out var bit))
            {
                if (words.Count == MaxBits)
                    continue;
                bits[token.Stem] = bit = words.Count;
                words.Add(token);
                Weight += token.Weight;
            }
            if (token.Is(GroundFlags.Denied))
                Denied |= 1UL << bit;
            // Every noun has a capital in German: there, names are words like others.
            if (!isTitle && IsName(text, at, speaksGerman))
                Names |= 1UL << bit;
        }
        return Weight >= LeastWeight || numbers.Count > 0 && Weight > 0;
    }

    /// <summary>What a sentence of a source has of it.</summary>
    public ClaimMatch Match(ReadOnlySpan<GroundToken> sentence)
    {
        var match = default(ClaimMatch);
        foreach (ref readonly var token in sentence)
        {
            if (token.Is(GroundFlags.Number))
            {
                match.HasNumber = true;
                for (var at = 0; at < numbers.Count; at++)
                    match.Numbers |= numbers[at].IsSameNumber(token) ? 1UL << at : 0;
            }
            else if (token.Weight > 0)
            {
                if (!bits.TryGetValue(token.Stem, out var bit))
                    continue;
                match.Words |= 1UL << bit;
                match.Exact |= words[bit].Word == token.Word ? 1UL << bit : 0;
                if (token.Is(GroundFlags.Denied))
                    match.Denied |= 1UL << bit;
                else
                    match.Plain |= 1UL << bit;
            }
            else
            {
                match.Denies |= token.Is(GroundFlags.Negation);
                match.HasPronoun |= GroundWords.Pronouns.Contains(token.Word);
            }
        }
        return match;
    }

    /// <summary>
    /// The words between its next pair of quotation marks at or behind a place, which moves behind them; empty where none follows.
    /// </summary>
    public ReadOnlySpan<GroundToken> NextQuote(string text, ref int at, int end)
    {
        for (; at < end; at++)
        {
            var closer = text[at] switch
            {
                '"' => '"',
                '“' => '”',
                '„' => '“',
                '«' => '»',
                _ => '\0',
            };
            if (closer == '\0')
                continue;
            var behind = text.IndexOf(closer, at + 1, end - at - 1);
            if (behind < 0 && closer == '“')
                behind = text.IndexOf('”', at + 1, end - at - 1);
            if (behind < 0)
                continue;
            var (open, first, last) = (at, 0, tokens.Count);
            at = behind + 1;
            while (first < tokens.Count && tokens[first].Start < open)
                first++;
            while (last > first && tokens[last - 1].End > behind)
                last--;
            if (last > first)
                return CollectionsMarshal.AsSpan(tokens)[first..last];
        }
        return default;
    }

    /// <summary>Most words have capitals: they say nothing of names.</summary>
    bool IsTitle()
    {
        const int least = 4;
        var (all, capitals) = (0, 0);
        foreach (var token in tokens)
        {
            all += token.Weight > 0 ? 1 : 0;
            capitals += token.Weight > 0 && token.Is(GroundFlags.Capital) ? 1 : 0;
        }
        return all >= least && capitals * 10 > all * 7;
    }

    bool IsName(string text, int at, bool speaksGerman)
    {
        var token = tokens[at];
        if (token.Is(GroundFlags.Code))
            return true;
        if (!token.Is(GroundFlags.Capital) || speaksGerman || token.End - token.Start < 2)
            return false;
        if (!token.Is(GroundFlags.Opens))
            return true;
        // At the beginning of a sentence every word has a capital: what follows or the lists of names tell.
        if (at + 1 < tokens.Count && tokens[at + 1].Is(GroundFlags.Capital) && tokens[at + 1].Weight > 0 && token.Weight >= 1)
            return true;
        const ListedAs named = ListedAs.Given | ListedAs.Family | ListedAs.City | ListedAs.Country;
        var listed = Gazetteer.All.Of(WordHash.OfLower(text.AsSpan(token.Start, token.End - token.Start)));
        return (listed & named) != ListedAs.None && (listed & (ListedAs.Common | ListedAs.Foreign)) == ListedAs.None;
    }
}
