namespace Portico.Guardrails.Learning;

/// <summary>
/// How far each feature tells positive from other examples: the size of the logarithm of its share in these over its share in those (Wang and Manning 2012). Features scaled by it need no large weights
/// where they tell much, and get no weight for chance where they tell little. Folded into the weights, it costs nothing when texts are judged.
/// </summary>
sealed class FeatureRatios
{
    readonly float[] ratios;
    readonly int shift;

    FeatureRatios(float[] ratios, int bits) => (this.ratios, shift) = (ratios, 32 - bits);

    /// <summary>Of the features that share a place among the weights.</summary>
    public float this[int place] => ratios[place];

    /// <param name="examples">Each counts by its weight, however often it has a feature.</param>
    /// <param name="bits">2 to this power weights.</param>
    /// <param name="smoothing">What each side has seen of every feature before.</param>
    public static FeatureRatios Of(IReadOnlyList<TrainingExample> examples, int bits, double smoothing)
    {
        var (positive, other) = (new double[1 << bits], new double[1 << bits]);
        var (positives, others) = (2 * smoothing, 2 * smoothing);
        foreach (var example in examples)
        {
            var counts = example.IsPositive ? positive : other;
            foreach (var feature in example.Features)
                counts[feature >> 32 - bits] += example.Weight;
            (positives, others) = example.IsPositive ? (positives + example.Weight, others) : (positives, others + example.Weight);
        }
        var sizes = new float[1 << bits];
        for (var place = 0; place < sizes.Length; place++)
        {
            var share = (positive[place] + smoothing) / positives;
            sizes[place] = (float)Math.Abs(Math.Log(share / ((other[place] + smoothing) / others)));
        }
        return new FeatureRatios(sizes, bits);
    }

    /// <summary>The example with its features in their sizes.</summary>
    public TrainingExample Applied(TrainingExample example) =>
        example with
        {
            Values = [.. example.Features.Zip(example.Values, (feature, value) => value * ratios[feature >> shift])],
        };
}
