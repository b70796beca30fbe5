using System.Runtime.InteropServices;

namespace Portico.Guardrails.Grounding;

/// <summary>A sentence of a source: its tokens, and the source that it is of.</summary>
readonly record struct SourceSentence(int First, int Count, int Source);

/// <summary>The sentences of all sources, found by their words and numbers. Made once, then only read.</summary>
sealed class SourceIndex
{
    /// <summary>Sentences that are looked at for one word; a word that stands in more of them finds none by itself.</summary>
    public const int MaxPlaces = 128;

    readonly GroundToken[] tokens;
    readonly SourceSentence[] sentences;

    /// <summary>By stem or number: the sentences it stands in, rising.</summary>
    readonly Dictionary<uint, List<int>> places = [];

    /// <summary>By the first letters of names of several words: the same.</summary>
    readonly Dictionary<uint, List<int>> initials = [];

    public SourceIndex(IReadOnlyList<string> sources)
    {
        var (all, cuts, list) = (new List<GroundToken>(), new List<(int Start, int End)>(), new List<SourceSentence>());
        for (var source = 0; source < sources.Count; source++)
        {
            cuts.Clear();
            ClaimCutter.Cut(sources[source], cuts);
            foreach (var (start, end) in cuts)
            {
                var first = all.Count;
                GroundTokens.Read(sources[source], start, end, all);
                if (all.Count == first)
                    continue;
                Initials(sources[source], CollectionsMarshal.AsSpan(all)[first..], list.Count);
                list.Add(new SourceSentence(first, all.Count - first, source));
            }
        }
        (tokens, sentences) = ([.. all], [.. list]);
        for (var sentence = 0; sentence < sentences.Length; sentence++)
        {
            foreach (ref readonly var token in TokensOf(sentence))
            {
                if (token.Weight > 0)
                    Add(places, token.Stem, sentence);
                else if (token.Is(GroundFlags.Number))
                {
                    Add(places, GroundHash.Of(token.Value), sentence);
                    Add(places, GroundHash.Of(token.Other), sentence);
                }
            }
        }
    }

    public int Count => sentences.Length;

    public ReadOnlySpan<GroundToken> TokensOf(int sentence) => tokens.AsSpan(sentences[sentence].First, sentences[sentence].Count);

    /// <summary>Both are there and of one source.</summary>
    public bool AreTogether(int one, int other) => one >= 0 && other < sentences.Length && sentences[one].Source == sentences[other].Source;

    /// <summary>The sentences that a stem or number stands in, rising.</summary>
    public ReadOnlySpan<int> PlacesOf(uint key) => places.TryGetValue(key, out var list) ? CollectionsMarshal.AsSpan(list) : default;

    /// <summary>Whether words that begin with these letters, all in capitals, stand in a row in one of the sentences.</summary>
    public bool HasInitials(uint letters, int first, int last) =>
        initials.TryGetValue(letters, out var list) && IsAny(CollectionsMarshal.AsSpan(list), first, last);

    /// <summary>Whether a stem or number stands in one of the sentences.</summary>
    public bool Has(uint key, int first, int last) => IsAny(PlacesOf(key), first, last);

    /// <summary>
    /// Whether words stand in a row in a source; taken for true where all of them are too frequent to be looked for everywhere.
    /// </summary>
    public bool HasRow(ReadOnlySpan<GroundToken> row, ref long work)
    {
        ReadOnlySpan<int> rarest = default;
        var isSet = false;
        foreach (ref readonly var token in row)
        {
            if (token.Weight <= 0 && !token.Is(GroundFlags.Number))
                continue;
            var found = PlacesOf(token.Weight > 0 ? token.Stem : token.Word);
            if (isSet && found.Length >= rarest.Length)
                continue;
            rarest = found;
            isSet = true;
        }
        if (!isSet)
            return true;
        foreach (var sentence in rarest[..Math.Min(rarest.Length, MaxPlaces)])
        {
            var (first, count, _) = sentences[sentence];
            work += count;
            // It may have begun in the sentence before.
            for (var at = Math.Max(0, first - row.Length); at < first + count; at++)
                if (IsAt(at, row))
                    return true;
        }
        return rarest.Length > MaxPlaces;
    }

    bool IsAt(int at, ReadOnlySpan<GroundToken> row)
    {
        if (at + row.Length > tokens.Length)
            return false;
        for (var word = 0; word < row.Length; word++)
            if (tokens[at + word].Word != row[word].Word)
                return false;
        return true;
    }

    /// <summary>European Union: EU.</summary>
    void Initials(string text, ReadOnlySpan<GroundToken> sentence, int index)
    {
        const int most = 6;
        for (var first = 0; first < sentence.Length; first++)
        {
            var hash = GroundHash.Of([]);
            for (var at = first; at < sentence.Length && at - first < most && sentence[at].Is(GroundFlags.Capital); at++)
            {
                hash = GroundHash.Of([char.ToLowerInvariant(text[sentence[at].Start])], hash);
                if (at > first)
                    Add(initials, hash, index);
            }
        }
    }

    static bool IsAny(ReadOnlySpan<int> rising, int first, int last)
    {
        var at = rising.BinarySearch(first);
        at = at < 0 ? ~at : at;
        return at < rising.Length && rising[at] <= last;
    }

    static void Add(Dictionary<uint, List<int>> places, uint key, int sentence)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(places, key, out _);
        list ??= [];
        if (list.Count == 0 || list[^1] != sentence)
            list.Add(sentence);
    }
}
