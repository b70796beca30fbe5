namespace Portico.Guardrails.Learning;

/// <summary>An example to learn from: how often it has which features.</summary>
/// <param name="Features">Hashed, each once.</param>
/// <param name="Values">Their numbers over the square root of the number of all.</param>
/// <param name="IsPositive">What is to be learned.</param>
/// <param name="Weight">What the example counts.</param>
/// <param name="Group">Examples of one group are on one side of each split.</param>
sealed record TrainingExample(uint[] Features, float[] Values, bool IsPositive, float Weight, string Group);

/// <summary>How to train.</summary>
/// <param name="Bits">2 to this power weights.</param>
/// <param name="Epochs">Passes over the examples.</param>
/// <param name="Rate">Of AdaGrad (Duchi and others 2011).</param>
/// <param name="Decay">L2, for each example on the weights that it touches.</param>
/// <param name="Seed">Of the order in which the examples come.</param>
/// <param name="Smoothing">Each feature counts as much as it tells the two sides apart (<see cref="FeatureRatios"/>), each side having seen it so many times more; null = all count the same.</param>
/// <param name="Averaged">The weights are the mean of those after so many last passes (Polyak and Juditsky 1992); 0 = those after the last.</param>
sealed record TrainingOptions(
    int Bits = 18,
    int Epochs = 12,
    float Rate = 0.25f,
    float Decay = 2e-5f,
    ulong Seed = 1,
    double? Smoothing = null,
    int Averaged = 0
);

/// <summary>Logistic regression by AdaGrad over hashed features: the same examples give the same model, bit for bit.</summary>
sealed class LinearTrainer(TrainingOptions options)
{
    /// <summary>The features of sentences in a row, as an example.</summary>
    public static TrainingExample Example(
        WordScan scan,
        int first,
        int count,
        Func<int, bool> mention,
        bool isPositive,
        float weight,
        string group
    )
    {
        var sink = new CountSink([]);
        for (var at = first; at < first + count; at++)
            TextFeatures.Read(scan, scan.Sentences[at], mention(at), ref sink);
        var total = sink.Counts.Values.Sum();
        var features = sink.Counts.Keys.Order().ToArray();
        var root = MathF.Sqrt(Math.Max(total, 1));
        return new TrainingExample(features, [.. features.Select(f => sink.Counts[f] / root)], isPositive, weight, group);
    }

    public LinearModel Train(IReadOnlyList<TrainingExample> examples, string provenance)
    {
        var (weights, bias) = options.Smoothing is { } smoothing ? FitByRatios(examples, smoothing) : Fit(examples);
        var largest = weights.Max(MathF.Abs);
        var scale = largest > 0 ? largest / 127 : 1;
        return new LinearModel([.. weights.Select(w => (sbyte)MathF.Round(w / scale))], options.Bits, scale, bias, provenance);
    }

    /// <summary>Learned from features of their own sizes, told for those that a text has.</summary>
    (float[] Weights, float Bias) FitByRatios(IReadOnlyList<TrainingExample> examples, double smoothing)
    {
        var ratios = FeatureRatios.Of(examples, options.Bits, smoothing);
        var (weights, bias) = Fit([.. examples.Select(ratios.Applied)]);
        for (var place = 0; place < weights.Length; place++)
            weights[place] *= ratios[place];
        return (weights, bias);
    }

    (float[] Weights, float Bias) Fit(IReadOnlyList<TrainingExample> examples)
    {
        var shift = 32 - options.Bits;
        var weights = new float[1 << options.Bits];
        var squares = new float[1 << options.Bits];
        var (bias, biasSquares) = (0f, 1e-4f);
        var (meanWeights, meanBias) = (options.Averaged > 0 ? new float[weights.Length] : weights, 0f);
        var order = Enumerable.Range(0, examples.Count).ToArray();
        var state = options.Seed * 0x9E3779B97F4A7C15 + 1;
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            Shuffle(order, ref state);
            foreach (var index in order)
            {
                var example = examples[index];
                var odds = bias;
                for (var at = 0; at < example.Features.Length; at++)
                    odds += weights[example.Features[at] >> shift] * example.Values[at];
                var error = example.Weight * (LinearModel.Probability(odds) - (example.IsPositive ? 1 : 0));
                biasSquares += error * error;
                bias -= options.Rate * error / MathF.Sqrt(biasSquares);
                for (var at = 0; at < example.Features.Length; at++)
                {
                    var place = example.Features[at] >> shift;
                    var gradient = error * example.Values[at] + options.Decay * weights[place];
                    squares[place] += gradient * gradient;
                    weights[place] -= options.Rate * gradient / MathF.Sqrt(squares[place] + 1e-6f);
                }
            }
            if (epoch < options.Epochs - options.Averaged)
                continue;
            for (var place = 0; place < weights.Length; place++)
                meanWeights[place] += weights[place] / options.Averaged;
            meanBias += bias / options.Averaged;
        }
        return options.Averaged > 0 ? (meanWeights, meanBias) : (weights, bias);
    }

    /// <summary>The order of a pass, from a state that goes on.</summary>
    internal static void Shuffle(int[] order, ref ulong state)
    {
        for (var at = order.Length - 1; at > 0; at--)
        {
            // xorshift64 (Marsaglia 2003).
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            var other = (int)(state % (ulong)(at + 1));
            (order[at], order[other]) = (order[other], order[at]);
        }
    }

    readonly struct CountSink(Dictionary<uint, float> counts) : IFeatureSink
    {
        public Dictionary<uint, float> Counts => counts;

        public void Add(uint hash) => counts[hash] = counts.GetValueOrDefault(hash) + 1;
    }
}
