using System.Numerics;

namespace Portico.Guardrails.Overlap;

/// <summary>Finds runs of words that stand in protected texts too: licensed code, books, articles. Immutable, without I/O, clock or chance.</summary>
/// <remarks>
/// <para>
/// Every shingle of <see cref="ShingleWords"/> words in a row is kept by a hash of 64 bits and compared word by word when it is met, so that no collision is a finding. Winnowing
/// (Schleimer, Wilkerson and Aiken 2003) keeps one hash of each w in a row and then finds every overlap of w + k - 1 words; here w is 1, since the memory is there: every overlap of k = 8
/// words is seen, and shorter ones never. Told is what has <see cref="LeastWords"/> words with six that could be names among them, or on two lines at least ten words and twenty words, brackets
/// and operators together: two lines of code of twelve tokens each, of which ten are identifiers, keywords or numbers.
/// </para>
/// <para>Memory: about 8 bytes a word for the texts, 8 to 24 for the shingles, and each different word once; a few times the texts at most. A search is linear in the text.</para>
/// </remarks>
public sealed class ProtectedTexts
{
    /// <summary>Texts at most.</summary>
    public const int MaxTexts = 1000;

    /// <summary>UTF-16 units of all texts together.</summary>
    public const int MaxCharacters = 5 * 1024 * 1024;

    /// <summary>Words in a row that are compared at once.</summary>
    public const int ShingleWords = 8;

    /// <summary>Words in a row that are always told, where six of them could be names.</summary>
    public const int LeastWords = RunCount.LeastWords;

    /// <summary>Texts that are known for one shingle: what more of them share is nobody's.</summary>
    const int MaxOwners = 8;

    readonly string[] names;

    /// <summary>Where each text's words begin in <see cref="ids"/>.</summary>
    readonly int[] firsts;
    readonly Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <summary>The words of all texts; -1 between two texts and for words that are too long.</summary>
    readonly int[] ids;

    /// <summary>By the low bits of the hash: place of the shingle's first word in <see cref="ids"/>, and the high bits; no place is -1.</summary>
    readonly int[] places;
    readonly uint[] marks;

    /// <summary>By place: where the same shingle stands in a later text, or 0.</summary>
    readonly int[] others;

    ProtectedTexts(IReadOnlyList<ProtectedText> texts)
    {
        lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        names = [.. texts.Select(t => t.Name)];
        firsts = new int[texts.Count];
        var all = new List<int>();
        Span<char> room = stackalloc char[WordCursor.MaxLetters];
        for (var text = 0; text < texts.Count; text++)
        {
            firsts[text] = all.Count;
            var cursor = new WordCursor(texts[text].Text, 0, true, room);
            while (cursor.Next())
                all.Add(Enter(cursor.Folded));
            all.Add(-1);
        }
        ids = [.. all];
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)ids.Length * 3 / 2 + 1);
        (places, marks, others) = (new int[slots], new uint[slots], new int[ids.Length]);
        Array.Fill(places, -1);
        for (var text = 0; text < firsts.Length; text++)
            Index(text);
    }

    /// <exception cref="ArgumentException">There are more than <see cref="MaxTexts"/>, or they have more than <see cref="MaxCharacters"/>.</exception>
    public static ProtectedTexts Of(IReadOnlyList<ProtectedText> texts) =>
        texts.Count > MaxTexts ? throw new ArgumentException($"There are at most {MaxTexts} protected texts.", nameof(texts))
        : texts.Sum(t => (long)t.Text.Length) > MaxCharacters
            ? throw new ArgumentException($"Protected texts have at most {MaxCharacters} characters together.", nameof(texts))
        : new ProtectedTexts(texts);

    /// <summary>Whether a copy of all of a text would be told.</summary>
    public static bool CanFind(string text) => text.Length <= MaxCharacters && Of([new ProtectedText("", text)]).Find(text).Count > 0;

    /// <summary>
    /// The longest runs of shared words, in their order. Where one protected text follows another in the text, both runs may claim the same few words, fewer than
    /// <see cref="ShingleWords"/>.
    /// </summary>
    public IReadOnlyList<OverlapSpan> Find(ReadOnlySpan<char> text)
    {
        using var row = new WordRow(this, text, 0, true);
        var words = row.Words;
        List<OverlapSpan>? spans = null;
        for (var at = ShingleWords - 1; at < words.Length; at++)
        {
            if (words[at].Place < 0)
                continue;
            var first = at - ShingleWords + 1;
            while (at + 1 < words.Length && words[at + 1].Place >= 0)
                at++;
            var run = words[first..(at + 1)];
            var count = default(RunCount);
            foreach (ref readonly var word in run)
                count.Append(word);
            if (count.IsEnough)
                (spans ??= []).Add(new OverlapSpan(run[0].Start, run[^1].End - run[0].Start, NameOf(run), run.Length));
        }
        return spans ?? [];
    }

    /// <summary>Which word it is, or -1 for one that no protected text has.</summary>
    internal int IdOf(ReadOnlySpan<char> word) => !word.IsEmpty && lookup.TryGetValue(word, out var id) ? id : -1;

    /// <summary>Where a shingle stands first in the protected texts, or -1.</summary>
    internal int PlaceOf(ReadOnlySpan<RowWord> shingle)
    {
        Span<int> key = stackalloc int[ShingleWords];
        for (var at = 0; at < ShingleWords; at++)
            key[at] = shingle[at].Id;
        return places[Slot(key, Hash(key))];
    }

    int Enter(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty)
            return -1;
        if (!lookup.TryGetValue(word, out var id))
            lookup[word] = id = vocabulary.Count;
        return id;
    }

    void Index(int text)
    {
        var known = 0;
        var end = text + 1 < firsts.Length ? firsts[text + 1] : ids.Length;
        for (var at = firsts[text]; at < end; at++)
        {
            known = ids[at] < 0 ? 0 : known + 1;
            if (known < ShingleWords)
                continue;
            var place = at - ShingleWords + 1;
            var key = ids.AsSpan(place, ShingleWords);
            var hash = Hash(key);
            var slot = Slot(key, hash);
            if (places[slot] < 0)
                (places[slot], marks[slot]) = (place, (uint)(hash >> 32));
            else
                Chain(places[slot], place, firsts[text]);
        }
    }

    /// <summary>Notes a shingle's second text and a few more; twice in one text counts once.</summary>
    void Chain(int place, int other, int first)
    {
        var owners = 1;
        for (; others[place] != 0; owners++)
            place = others[place];
        if (place < first && owners < MaxOwners)
            others[place] = other;
    }

    /// <summary>The slot where the shingle is, or where it would be.</summary>
    int Slot(ReadOnlySpan<int> key, ulong hash)
    {
        var mask = places.Length - 1;
        var mark = (uint)(hash >> 32);
        for (var slot = (int)hash & mask; ; slot = slot + 1 & mask)
        {
            var place = places[slot];
            if (place < 0 || marks[slot] == mark && ids.AsSpan(place, ShingleWords).SequenceEqual(key))
                return slot;
        }
    }

    static ulong Hash(ReadOnlySpan<int> key)
    {
        var hash = 0ul;
        foreach (var id in key)
            hash = BitOperations.RotateLeft((hash ^ (uint)id) * 0x9E3779B97F4A7C15, 29);
        hash = (hash ^ hash >> 31) * 0xBF58476D1CE4E5B9;
        return hash ^ hash >> 29;
    }

    /// <summary>The text with most of the run's shingles.</summary>
    string NameOf(ReadOnlySpan<RowWord> run)
    {
        var votes = new Dictionary<int, int>();
        foreach (ref readonly var word in run[(ShingleWords - 1)..])
        {
            votes[TextOf(word.Place)] = votes.GetValueOrDefault(TextOf(word.Place)) + 1;
            for (var place = others[word.Place]; place != 0; place = others[place])
                votes[TextOf(place)] = votes.GetValueOrDefault(TextOf(place)) + 1;
        }
        var best = votes.First();
        foreach (var vote in votes)
            if (vote.Value > best.Value || vote.Value == best.Value && vote.Key < best.Key)
                best = vote;
        return names[best.Key];
    }

    int TextOf(int place)
    {
        var at = Array.BinarySearch(firsts, place);
        return at >= 0 ? at : ~at - 1;
    }
}
