using System.Runtime.InteropServices;
using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Topics;

/// <summary>
/// What a topic sees of a sentence: stems, words, two ideographs in a row, and three to five letters in a row within words, each with its
/// weight.
/// </summary>
static class TopicFeatures
{
    // What a word's parts have of its weight squared. Chosen on TuningTopics of the tests.
    const float StemShare = 0.6f;
    const float WordShare = 0.1f;
    const float LettersShare = 0.3f;

    const int LeastLetters = 3;
    const int MostLetters = 5;

    /// <summary>Longer words are cut: nothing but their beginning is read.</summary>
    const int MaxWord = 40;

    const uint WordSalt = 0x85EBCA6B;
    const uint StemSalt = 0xC2B2AE35;
    const uint PairSalt = 0x27D4EB2F;
    const uint LettersSalt = 0x165667B1;

    /// <summary>A single ideograph says little, two say what a word does.</summary>
    const float SingleIdeograph = 0.3f;

    /// <summary>
    /// Fills <paramref name="features"/>, each feature once however often it stands there, and returns the sum of their squares.
    /// </summary>
    public static float Read(WordScan scan, in ScannedSentence sentence, Dictionary<uint, float> features)
    {
        features.Clear();
        var before = '\0';
        foreach (ref readonly var word in scan.Words.Slice(sentence.FirstWord, sentence.Words))
        {
            var folded = scan.Folded(word);
            if (folded.Length > MaxWord)
                folded = folded[..MaxWord];
            if (folded.Length == 1 && Kinds.Of(folded[0]) == Kinds.Ideograph)
            {
                Add(features, Hash(folded, WordSalt), SingleIdeograph);
                if (before != '\0')
                    Add(features, Hash([before, folded[0]], PairSalt), 1);
                before = folded[0];
                continue;
            }
            before = '\0';
            var weight = CommonWords.WeightOf(folded);
            if (weight > 0)
                Word(features, folded, weight);
        }
        var squares = 0f;
        foreach (var value in features.Values)
            squares += value * value;
        return squares;
    }

    static void Word(Dictionary<uint, float> features, ReadOnlySpan<char> word, float weight)
    {
        Add(features, Hash(word, WordSalt), weight * MathF.Sqrt(WordShare));
        var (length, tail) = WordStem.Of(word);
        Add(features, Hash(tail, Hash(word[..length], StemSalt)), weight * MathF.Sqrt(StemShare));
        // The word's beginning and end are letters of their own.
        Span<char> whole = stackalloc char[word.Length + 2];
        whole[0] = whole[^1] = ' ';
        word.CopyTo(whole[1..]);
        var count = 0;
        for (var size = LeastLetters; size <= MostLetters; size++)
            count += Math.Max(0, whole.Length - size + 1);
        var each = weight * MathF.Sqrt(LettersShare / Math.Max(1, count));
        for (var size = LeastLetters; size <= MostLetters; size++)
        for (var at = 0; at + size <= whole.Length; at++)
            Add(features, Hash(whole.Slice(at, size), LettersSalt), each);
    }

    static void Add(Dictionary<uint, float> features, uint feature, float value)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(features, feature, out _);
        known = Math.Max(known, value);
    }

    static uint Hash(ReadOnlySpan<char> text, uint hash)
    {
        foreach (var c in text)
        {
            hash = (hash ^ c) * 0x9E3779B1;
            hash ^= hash >> 15;
        }
        return hash;
    }
}
