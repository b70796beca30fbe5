using System.Runtime.InteropServices;
using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Topics;

/// <summary>Vectors of length 1 and their centre, read by the features that they share with a text.</summary>
sealed class TopicVectors
{
    readonly Dictionary<uint, List<(int Vector, float Value)>> entries = [];

    /// <summary>The centre is the vector behind the last.</summary>
    public int Count { get; private set; }

    public void Add(Dictionary<uint, float> features)
    {
        var length = MathF.Sqrt(features.Values.Sum(v => v * v));
        if (length <= 0)
            return;
        foreach (var (feature, value) in features)
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, feature, out _);
            (list ??= []).Add((Count, value / length));
        }
        Count++;
    }

    /// <summary>Makes the centre; nothing is added after.</summary>
    public void Close()
    {
        var squares = 0d;
        foreach (var list in entries.Values)
        {
            var sum = list.Sum(e => e.Value);
            squares += sum * sum;
            list.Add((Count, sum));
        }
        var length = (float)Math.Sqrt(squares);
        foreach (var list in CollectionsMarshal.AsSpan([.. entries.Values]))
            list[^1] = (Count, list[^1].Value / length);
    }

    /// <summary>Adds a feature's products with all vectors, and tells whether there are any.</summary>
    public bool Multiply(uint feature, float value, float[] products)
    {
        if (!entries.TryGetValue(feature, out var list))
            return false;
        foreach (var entry in CollectionsMarshal.AsSpan(list))
            products[entry.Vector] += value * entry.Value;
        return true;
    }
}

/// <summary>A sentence of a text: its features, and its products with the vectors of a topic.</summary>
sealed class TopicRow(int examples, int counters)
{
    readonly Dictionary<uint, float> features = [];
    readonly float[] near = new float[examples + 1];
    readonly float[] against = new float[counters + 1];

    /// <summary>Of its length.</summary>
    public float Squares { get; private set; }

    /// <summary>Of the part of it that stands in some example.</summary>
    public float SharedSquares { get; private set; }

    public void Read(WordScan scan, in ScannedSentence sentence, TopicVectors examples, TopicVectors counters)
    {
        Squares = TopicFeatures.Read(scan, sentence, features);
        Array.Clear(near);
        Array.Clear(against);
        SharedSquares = 0;
        foreach (var (feature, value) in features)
        {
            if (examples.Multiply(feature, value, near))
                SharedSquares += value * value;
            counters.Multiply(feature, value, against);
        }
    }

    public void AddTo(float[] near, float[] against)
    {
        if (SharedSquares <= 0)
            return;
        for (var at = 0; at < near.Length; at++)
            near[at] += this.near[at];
        for (var at = 0; at < against.Length; at++)
            against[at] += this.against[at];
    }

    /// <summary>What two sentences share.</summary>
    public static float Product(TopicRow one, TopicRow other)
    {
        var sum = 0f;
        if (one.features.Count > other.features.Count)
            (one, other) = (other, one);
        foreach (var (feature, value) in one.features)
            if (other.features.TryGetValue(feature, out var also))
                sum += value * also;
        return sum;
    }
}
