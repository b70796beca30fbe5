using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Training;

/// <summary>A text that weights are adjusted by.</summary>
/// <param name="Text">In normal form.</param>
/// <param name="IsPositive">As people decided it; null = as the model has it already, which is to stay.</param>
/// <param name="Weight">What it counts.</param>
sealed record AdjustedText(string Text, bool? IsPositive, float Weight);

/// <summary>A model with all that is weighed beside it.</summary>
/// <param name="Model">Gives the first two numbers: of the whole, and of the likeliest window.</param>
/// <param name="Weights">How the numbers are weighed.</param>
/// <param name="Lexicon">What words mean to it.</param>
/// <param name="IsMention">Whether a sentence only quotes what it says.</param>
/// <param name="Read">The numbers of a text by a model, and where its likeliest window stands.</param>
sealed record WeighedModel(
    LinearModel Model,
    Calibration Weights,
    Lexicon Lexicon,
    Func<ScannedSentence, bool> IsMention,
    Func<WordScan, LinearModel, (double[] Numbers, int From, int Until)> Read
);

/// <summary>
/// Moves the weights of a model as little as it takes for decided texts to be judged as people decided: a prior that is centred on the model (Chelba and Acero 2004), and texts of the product's own that
/// are to be judged as before. Calibration and bias stay, and so does every weight of which no text has a feature. The same texts make the same bytes.
/// </summary>
sealed class WeightAdjusting(WeighedModel from, IReadOnlyList<AdjustedText> texts)
{
    /// <summary>The likeliest window of a text is looked for anew so many times.</summary>
    const int Rounds = 5;

    /// <summary>Passes of a round.</summary>
    const int Epochs = 6;

    const double Rate = 0.15;

    /// <summary>Log-odds beyond the middle at which a decided text is judged well enough: further it is not moved.</summary>
    const double Margin = 1;

    /// <summary>How much of what a weight was moved goes at each touch.</summary>
    const float Decay = 1e-4f;

    const int Most = sbyte.MaxValue;

    /// <summary>A text between two passes: what its features add to the log-odds beside what stays.</summary>
    sealed record Sample(uint[] Features, float[] Values, double Odds, double Target, bool? IsPositive, double Weight, double Length);

    readonly int shift = 32 - from.Model.Bits;
    readonly float[] moved = new float[1 << from.Model.Bits];

    public LinearModel Run(string provenance)
    {
        var targets = texts.Select(t => t.IsPositive is { } decided ? (decided ? 1 : 0) : TargetOf(t)).ToList();
        var order = Enumerable.Range(0, texts.Count).ToArray();
        ulong state = 0x9E3779B97F4A7C15;
        for (var round = 0; round < Rounds; round++)
        {
            var model = Now("");
            var samples = texts.Select((text, at) => SampleOf(text, targets[at], model)).ToList();
            for (var epoch = 0; epoch < Epochs; epoch++)
            {
                LinearTrainer.Shuffle(order, ref state);
                foreach (var at in order)
                    Step(samples[at]);
            }
        }
        return Now(provenance);
    }

    void Step(Sample sample)
    {
        var odds = sample.Odds;
        for (var at = 0; at < sample.Features.Length; at++)
            odds += sample.Values[at] * moved[sample.Features[at] >> shift];
        if (sample.IsPositive is { } decided && (decided ? odds : -odds) >= Margin)
            return;
        var error = sample.Weight * (Probability(odds) - sample.Target);
        // No step goes further than to where the text would be certain.
        var step = (float)(error * Math.Min(Rate, 1 / (sample.Weight * Math.Max(sample.Length, 1e-9))));
        for (var at = 0; at < sample.Features.Length; at++)
        {
            ref var weight = ref moved[sample.Features[at] >> shift];
            weight -= step * sample.Values[at] + Decay * weight;
        }
    }

    double TargetOf(AdjustedText text)
    {
        using var scan = new WordScan(text.Text, from.Lexicon);
        return Probability(from.Weights.Odds(from.Read(scan, from.Model).Numbers));
    }

    Sample SampleOf(AdjustedText text, double target, LinearModel model)
    {
        using var scan = new WordScan(text.Text, from.Lexicon);
        var (numbers, start, until) = from.Read(scan, model);
        var (first, count) = WindowTraining.SentencesOf(scan, start, until);
        var features = new SortedDictionary<uint, float>();
        Add(features, scan, 0, scan.Sentences.Length, from.Weights.Weights[0]);
        Add(features, scan, first, count, from.Weights.Weights[1]);
        var values = features.Values.ToArray();
        // The numbers hold what was moved until now, as whole steps: it is taken off, since each pass adds what is moved then.
        var odds = from.Weights.Odds(numbers);
        var at = 0;
        foreach (var feature in features.Keys)
        {
            var place = feature >> shift;
            odds -= values[at++] * (model.Weights[(int)place] - from.Model.Weights[(int)place]) * model.Scale;
        }
        return new Sample([.. features.Keys], values, odds, target, text.IsPositive, text.Weight, values.Sum(v => (double)v * v));
    }

    void Add(SortedDictionary<uint, float> features, WordScan scan, int first, int count, double weight)
    {
        var part = LinearTrainer.Example(scan, first, count, at => from.IsMention(scan.Sentences[at]), false, 1, "");
        for (var at = 0; at < part.Features.Length; at++)
            features[part.Features[at]] = features.GetValueOrDefault(part.Features[at]) + (float)weight * part.Values[at];
    }

    /// <summary>With what was moved, as whole steps. A long text moves each weight by less than one: of many such weights as many take a step as their parts add up to.</summary>
    LinearModel Now(string provenance)
    {
        var weights = from.Model.Weights.ToArray();
        for (var place = 0; place < weights.Length; place++)
        {
            if (moved[place] == 0)
                continue;
            var part = (uint)place * 0x9E3779B1 / (float)uint.MaxValue;
            weights[place] = (sbyte)Math.Clamp(weights[place] + MathF.Floor(moved[place] / from.Model.Scale + part), -Most, Most);
        }
        return from.Model.With(weights, provenance);
    }

    static double Probability(double odds) => 1 / (1 + Math.Exp(-odds));
}
