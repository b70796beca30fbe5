using System.Numerics;

namespace Portico.Guardrails.Learning;

/// <summary>Words by what they mean, in any language: up to 64 meanings, a bit each. A word that ends in <c>*</c> stands for all that begin so.</summary>
sealed class Lexicon
{
    const int LeastStem = 2;
    const int MaxStem = 15;
    const int MaxWord = 40;
    const int Gates = 4096;

    /// <summary>Half empty, so that a look ends soon.</summary>
    readonly ulong[] keys;
    readonly ulong[] bits;

    /// <summary>By the first two letters: bit 0 where whole words begin so, bit n where stems of n letters do.</summary>
    readonly ushort[] lengths = new ushort[Gates];

    /// <param name="meanings">The words of each, parted by blanks; the first has bit 0.</param>
    public Lexicon(IReadOnlyList<string> meanings)
    {
        var entries = new Dictionary<ulong, ulong>();
        for (var bit = 0; bit < meanings.Count; bit++)
        {
            foreach (var entry in meanings[bit].Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
                Add(entry, bit, entries);
        }
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)entries.Count * 2 + 2);
        (keys, bits) = (new ulong[size], new ulong[size]);
        foreach (var (key, value) in entries)
        {
            var at = (int)key & size - 1;
            while (keys[at] != 0)
                at = at + 1 & size - 1;
            (keys[at], bits[at]) = (key, value);
        }
    }

    void Add(string entry, int bit, Dictionary<ulong, ulong> entries)
    {
        var stem = entry.EndsWith('*');
        var word = string.Concat(
            entry.TrimEnd('*').Where(c => Kinds.Of(c) is Kinds.Letter or Kinds.Ideograph).Select(Normalising.CharacterTable.Fold)
        );
        if (word.Length == 0)
            return;
        var ideographs = Kinds.Of(word[0]) == Kinds.Ideograph;
        var hash = 0ul;
        foreach (var c in word)
            hash = Step(hash, c);
        var key = Key(hash, stem && !ideographs);
        entries[key] = entries.GetValueOrDefault(key) | 1UL << bit;
        if (!ideographs && word.Length >= LeastStem)
            lengths[Gate(word)] |= (ushort)(stem ? 1 << Math.Min(word.Length, MaxStem) : 1);
    }

    /// <summary>What a word in lower case means.</summary>
    public ulong Of(ReadOnlySpan<char> word)
    {
        if (word.Length is < LeastStem or > MaxWord)
            return 0;
        var possible = lengths[Gate(word)];
        if (possible == 0)
            return 0;
        var (hash, found) = (0ul, 0ul);
        for (var at = 0; at < word.Length; at++)
        {
            hash = Step(hash, word[at]);
            if (at < MaxStem && (possible >> at + 1 & 1) != 0)
                found |= Find(Key(hash, true));
        }
        return (possible & 1) != 0 ? found | Find(Key(hash, false)) : found;
    }

    /// <summary>What the ideographs at the beginning of a text mean: the longest we know.</summary>
    public ulong OfIdeographs(ReadOnlySpan<char> text)
    {
        const int longest = 5;
        var (hash, found) = (0ul, 0ul);
        for (var at = 0; at < Math.Min(longest, text.Length); at++)
        {
            hash = Step(hash, text[at]);
            var bitsHere = Find(Key(hash, false));
            found = bitsHere != 0 ? bitsHere : found;
        }
        return found;
    }

    ulong Find(ulong key)
    {
        for (var at = (int)key & keys.Length - 1; ; at = at + 1 & keys.Length - 1)
        {
            if (keys[at] == key)
                return bits[at];
            if (keys[at] == 0)
                return 0;
        }
    }

    static ulong Step(ulong hash, char c) => BitOperations.RotateLeft((hash ^ c) * 0x9E3779B97F4A7C15, 23);

    /// <summary>Stems are other keys than words; no key is 0.</summary>
    static ulong Key(ulong hash, bool stem) => (stem ? hash * 3 : hash) | 1UL << 63;

    static int Gate(ReadOnlySpan<char> word) => word[0] * 67 + word[1] & Gates - 1;
}
