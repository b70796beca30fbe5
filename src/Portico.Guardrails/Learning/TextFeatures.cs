using System.Numerics;

namespace Portico.Guardrails.Learning;

/// <summary>Receives the features of a text.</summary>
interface IFeatureSink
{
    /// <param name="hash">Of the feature, mixed: a model takes as many of its bits as it has.</param>
    void Add(uint hash);
}

/// <summary>
/// What a linear model sees of a sentence: its words alone, in twos and threes, four letters in a row within words, and what its words mean in a lexicon, alone and one
/// after another. All stay within the sentence, so that the sum over any sentences in a row is the sum of their sums.
/// </summary>
static class TextFeatures
{
    const uint Bigram = 0x85EBCA6B;
    const uint Trigram = 0xC2B2AE35;
    const uint Letters = 0x27D4EB2F;
    const uint Concept = 0x165667B1;
    const uint ConceptFirst = 0x9B05688C;
    const uint ConceptPair = 0xD3A2646C;
    const uint ConceptTriple = 0xFD7046C5;
    const uint Ending = 0xB55A4F09;

    /// <summary>Words between two meanings that still belong together.</summary>
    const int MaxGap = 6;

    /// <param name="mention">The sentence speaks of texts and quotes one: what it quotes is not said by it.</param>
    public static void Read<TSink>(WordScan scan, in ScannedSentence sentence, bool mention, ref TSink sink)
        where TSink : struct, IFeatureSink
    {
        var words = scan.Words.Slice(sentence.FirstWord, sentence.Words);
        uint before = 0;
        uint beforeThat = 0;
        foreach (ref readonly var word in words)
        {
            if (mention && word.Quoted)
            {
                (before, beforeThat) = (0, 0);
                continue;
            }
            sink.Add(Mix(word.Hash));
            if (before != 0)
                sink.Add(Mix(word.Hash * Bigram + BitOperations.RotateLeft(before, 11)));
            if (beforeThat != 0)
                sink.Add(
                    Mix(word.Hash * Trigram + BitOperations.RotateLeft(before, 7) * Bigram + BitOperations.RotateLeft(beforeThat, 19))
                );
            (beforeThat, before) = (before, word.Hash);
            Grams(scan.Folded(word), ref sink);
        }
        if (sentence.Ender != 0)
            sink.Add(Mix(Ending + sentence.Ender));
        if (sentence.Concepts != 0)
            Concepts(words, mention, ref sink);
    }

    static void Grams<TSink>(ReadOnlySpan<char> word, ref TSink sink)
        where TSink : struct, IFeatureSink
    {
        if (word.Length < 4)
            return;
        // A letter's 16 bits and the three before it, in 64 bits; the word's beginning and end are letters of their own.
        ulong window = 1;
        for (var at = 0; at <= word.Length; at++)
        {
            window = window << 16 | (at < word.Length ? word[at] : 2u);
            if (at >= 2)
                sink.Add(Mix((uint)(window * 0x9E3779B97F4A7C15 >> 32) ^ Letters));
        }
    }

    static void Concepts<TSink>(ReadOnlySpan<ScannedWord> words, bool mention, ref TSink sink)
        where TSink : struct, IFeatureSink
    {
        var (last, lastAt, beforeLast) = (-1, 0, -1);
        for (var at = 0; at < words.Length; at++)
        {
            var bits = mention && words[at].Quoted ? 0 : words[at].Concepts;
            if (bits == 0)
                continue;
            if (at - lastAt > MaxGap)
                (last, beforeLast) = (-1, -1);
            for (var left = bits; left != 0; left &= left - 1)
            {
                var bit = BitOperations.TrailingZeroCount(left);
                sink.Add(Mix(Concept + (uint)bit));
                if (at == 0)
                    sink.Add(Mix(ConceptFirst + (uint)bit));
                if (last >= 0)
                    sink.Add(Mix(ConceptPair + (uint)(last * 64 + bit)));
                if (beforeLast >= 0)
                    sink.Add(Mix(ConceptTriple + (uint)((beforeLast * 64 + last) * 64 + bit)));
            }
            (beforeLast, last, lastAt) = (last, BitOperations.TrailingZeroCount(bits), at);
        }
    }

    /// <summary>The finalizer of MurmurHash3 (Appleby, public domain).</summary>
    static uint Mix(uint hash)
    {
        hash = (hash ^ hash >> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >> 13) * 0xC2B2AE35;
        return hash ^ hash >> 16;
    }
}
