using System.Runtime.Intrinsics;

namespace Portico.Guardrails.Learning;

/// <summary>
/// Up to eight linear models side by side: the weights of a feature for all of them are eight bytes in a row, so that a text's features are made once and each is one look into memory instead of one a
/// model. What comes out is what each model by itself says, to the last bit.
/// </summary>
sealed class LinearBank
{
    /// <summary>Models that fit.</summary>
    public const int Most = 8;

    readonly LinearModel[] models;
    readonly ulong[] weights;
    readonly int shift;

    /// <param name="models">The number of their weights may differ: a model with fewer has each of its own several times.</param>
    public LinearBank(params LinearModel[] models)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(models.Length, Most);
        this.models = models;
        var bits = models.Max(m => m.Bits);
        shift = 32 - bits;
        weights = new ulong[1 << bits];
        for (var place = 0; place < weights.Length; place++)
        for (var at = 0; at < models.Length; at++)
            weights[place] |= (ulong)(byte)models[at].Weights[place >> bits - models[at].Bits] << 8 * at;
    }

    public int Count => models.Length;

    public LinearModel ModelAt(int at) => models[at];

    /// <summary>Sums the features of one sentence.</summary>
    /// <param name="scan">Of the text.</param>
    /// <param name="sentence">One of it.</param>
    /// <param name="sums">Receives the sum of each model's weights.</param>
    /// <returns>How many features they were.</returns>
    public int Sum(WordScan scan, in ScannedSentence sentence, Span<long> sums)
    {
        var sink = new Sink(weights, shift);
        TextFeatures.Read(scan, sentence, false, ref sink);
        for (var at = 0; at < models.Length; at++)
            sums[at] = at < Most / 2 ? sink.Low[at] : sink.High[at - Most / 2];
        return sink.Count;
    }

    /// <summary>The log-odds that a model gives to features that were summed.</summary>
    public float Odds(int model, long sum, int count) => models[model].Odds(new FeatureSum(sum, count));

    /// <summary>A sentence has few enough features that no sum leaves 32 bits.</summary>
    struct Sink(ulong[] weights, int shift) : IFeatureSink
    {
        public Vector128<int> Low;
        public Vector128<int> High;
        public int Count;

        public void Add(uint hash)
        {
            var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalar(weights[hash >> shift]).AsSByte()));
            Low += low;
            High += high;
            Count++;
        }
    }
}
