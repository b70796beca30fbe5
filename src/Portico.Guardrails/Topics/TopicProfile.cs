using System.Runtime.InteropServices;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Topics;

/// <summary>The piece of a text that is nearest to a topic.</summary>
/// <param name="Start">In UTF-16 units of the text.</param>
/// <param name="Length">In the same units; never 0.</param>
/// <param name="Score">From 0 to 1.</param>
public readonly record struct TopicMatch(int Start, int Length, float Score);

/// <summary>
/// A topic that examples tell: texts that share words with them are of it. Immutable, without I/O, clock or chance. It knows no synonyms:
/// what the examples say in other words it does not see, so
/// that more examples see more.
/// </summary>
/// <remarks>
/// A piece of one to three sentences is as near as its cosine to the nearest example and to the centre of all examples and the part of it
/// that stands in any example say, less its cosine to the nearest counter-example. Memory: about
/// 12 bytes for each different stem, word and row of letters of the examples, in each of their pieces.
/// </remarks>
public sealed class TopicProfile
{
    /// <summary>Examples at most, and counter-examples at most.</summary>
    public const int MaxExamples = 200;

    /// <summary>UTF-16 units of an example at most.</summary>
    public const int MaxExampleCharacters = 2000;

    // The shares, and the two numbers of the logistic, were chosen on TuningTopics of the tests; the figures are of other topics.

    /// <summary>The first number of the logistic: the nearness at which the score is a half.</summary>
    const float Middle = 0.28f;

    /// <summary>The second: how fast the score grows with the nearness; 0.1 more is a score of 0.88.</summary>
    const float Steepness = 20;

    /// <summary>What the cosine to the nearest example has of the nearness.</summary>
    const float NearestShare = 0.15f;

    /// <summary>What the cosine to the centre has: few texts are as one example is, but those of a topic are as all are.</summary>
    const float CentreShare = 0.55f;

    /// <summary>What the part of the text has that stands in any example: one shared word among many is chance.</summary>
    const float KnownShare = 0.3f;

    /// <summary>What the cosine to the nearest counter-example takes off.</summary>
    const float CounterShare = 0.5f;

    /// <summary>Sentences of a piece.</summary>
    const int MaxSentences = 3;

    /// <summary>Characters that are looked at.</summary>
    const int MaxCharacters = 1 << 20;

    readonly TopicVectors examples = new();
    readonly TopicVectors counters = new();

    TopicProfile(IReadOnlyList<string> examples, IReadOnlyList<string> counterExamples)
    {
        foreach (var example in examples)
            Pieces(example, this.examples);
        foreach (var example in counterExamples)
            Pieces(example, counters);
        this.examples.Close();
        counters.Close();
    }

    /// <param name="examples">Texts of the topic: from 1 to <see cref="MaxExamples"/>, each of up to <see
    /// cref="MaxExampleCharacters"/>.</param>
    /// <param name="counterExamples">Texts that share words with it and are not of it; as many at most.</param>
    /// <exception cref="ArgumentException">They are too few, too many or too long.</exception>
    public static TopicProfile Of(IReadOnlyList<string> examples, IReadOnlyList<string>? counterExamples = null)
    {
        counterExamples ??= [];
        if (examples.Count is < 1 or > MaxExamples || counterExamples.Count > MaxExamples)
            throw new ArgumentException($"A topic has from 1 to {MaxExamples} examples and counter-examples.", nameof(examples));
        return examples.Concat(counterExamples).Any(e => e.Length > MaxExampleCharacters)
            ? throw new ArgumentException($"An example has at most {MaxExampleCharacters} characters.", nameof(examples))
            : new TopicProfile(examples, counterExamples);
    }

    /// <summary>From 0 to 1: how near the nearest piece of the text is.</summary>
    public float Score(ReadOnlySpan<char> text) => Nearest(Normaliser.Normalise(Bounded(text)))?.Score ?? 0;

    /// <summary>The nearest piece of one to three sentences, or null where not even letters in a row are shared.</summary>
    public TopicMatch? Find(string text)
    {
        var normal = Normaliser.Normalise(Bounded(text));
        if (Nearest(normal) is not { } found)
            return null;
        var (start, length) = normal.Piece(found.From, found.Until - found.From);
        return length > 0 ? new TopicMatch(start, length, found.Score) : null;
    }

    static string Bounded(ReadOnlySpan<char> text) => (text.Length > MaxCharacters ? text[..MaxCharacters] : text).ToString();

    static void Pieces(string example, TopicVectors vectors)
    {
        using var scan = new WordScan(Normaliser.Normalise(example).Text, null);
        var (features, sum) = (new Dictionary<uint, float>(), new Dictionary<uint, float>());
        for (var at = 0; at < scan.Sentences.Length; at++)
        {
            TopicFeatures.Read(scan, scan.Sentences[at], features);
            foreach (var (feature, value) in features)
                CollectionsMarshal.GetValueRefOrAddDefault(sum, feature, out _) += value;
            if ((at + 1) % MaxSentences != 0 && at + 1 < scan.Sentences.Length)
                continue;
            vectors.Add(sum);
            sum.Clear();
        }
    }

    (int From, int Until, float Score)? Nearest(NormalText normal)
    {
        using var scan = new WordScan(normal.Text, null);
        var rows = new TopicRow[MaxSentences];
        for (var at = 0; at < rows.Length; at++)
            rows[at] = new TopicRow(examples.Count, counters.Count);
        var (near, against) = (new float[examples.Count + 1], new float[counters.Count + 1]);
        (int From, int Until, float Nearness)? best = null;
        for (var at = 0; at < scan.Sentences.Length; at++)
        {
            ref readonly var sentence = ref scan.Sentences[at];
            var row = rows[at % MaxSentences];
            row.Read(scan, sentence, examples, counters);
            Array.Clear(near);
            Array.Clear(against);
            var (squares, own, shared) = (0f, 0f, 0f);
            for (var back = 0; back < MaxSentences && back <= at; back++)
            {
                var added = rows[(at - back) % MaxSentences];
                squares += added.Squares;
                own += added.Squares;
                shared += added.SharedSquares;
                for (var between = 0; between < back; between++)
                    squares += 2 * TopicRow.Product(added, rows[(at - between) % MaxSentences]);
                added.AddTo(near, against);
                if (shared <= 0)
                    continue;
                var nearness = Nearness(near, against, MathF.Sqrt(squares), shared / own);
                if (best is null || nearness > best.Value.Nearness)
                    best = (scan.Sentences[at - back].Start, sentence.End, nearness);
            }
        }
        return best is { } found ? (found.From, found.Until, LinearModel.Probability((found.Nearness - Middle) * Steepness)) : null;
    }

    float Nearness(float[] near, float[] against, float length, float known)
    {
        var nearest = examples.Count == 0 ? 0 : Largest(near.AsSpan(0, examples.Count));
        var counter = counters.Count == 0 ? 0 : Largest(against.AsSpan(0, counters.Count));
        return (NearestShare * nearest + CentreShare * near[^1] - CounterShare * counter) / length + KnownShare * known;
    }

    static float Largest(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, value);
        return largest;
    }
}
