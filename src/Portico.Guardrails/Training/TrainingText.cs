using System.Globalization;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Training;

/// <summary>A text to learn from.</summary>
/// <param name="Text">In normal form.</param>
/// <param name="Group">Splits keep it together.</param>
/// <param name="Real">From a set; else from a pattern of ours.</param>
sealed record TrainingText(string Text, bool IsPositive, float Weight, string Group, bool Real)
{
    public static TrainingText Of(LabelledText text, bool isPositive, float weight = 1) =>
        new(Normaliser.Normalise(text.Text).Text, isPositive, weight, text.Set + ":" + text.Group, true);
}

/// <summary>How the numbers of texts are weighed.</summary>
/// <param name="MostAlarms">The share of real ordinary texts that may be over one half.</param>
/// <param name="Own">What a text made from a pattern of ours counts beside a real one: patterns are what the rules look for, so that rules seem surer on them than they are.</param>
sealed record Weighing(double MostAlarms, double Own);

/// <summary>Trains one model with its weighing: whole texts, then the windows that the first round holds for the likeliest.</summary>
sealed class WindowTraining(TrainingOptions options, Lexicon lexicon, Action<string> report)
{
    const int Folds = 5;
    const float WindowWeight = 0.5f;
    const int LongText = 4;

    public (LinearModel Model, Calibration Weights) Train(
        IReadOnlyList<TrainingText> texts,
        IReadOnlyList<TrainingText> judged,
        Weighing weighing,
        string provenance
    )
    {
        // Folds need nothing of each other, and their order stays: the bytes are the same on any number of processors.
        var rows = Enumerable.Range(0, Folds).AsParallel().AsOrdered().SelectMany(fold => Rows(texts, judged, fold)).ToList();
        var weights = Weigh(rows, weighing);
        return (Fit(texts, provenance), weights);
    }

    /// <summary>The texts of a fold, as a model of the others sees them.</summary>
    List<(double[] Numbers, bool IsPositive, double Weight, bool Real)> Rows(
        IReadOnlyList<TrainingText> texts,
        IReadOnlyList<TrainingText> judged,
        int fold
    )
    {
        var reader = new InjectionReader(Fit([.. texts.Where(t => Split.Fold(t.Group, Folds) != fold)], ""));
        var rows = new List<(double[] Numbers, bool IsPositive, double Weight, bool Real)>();
        foreach (var text in judged.Where(t => Split.Fold(t.Group, Folds) == fold))
        {
            using var scan = new WordScan(text.Text, lexicon);
            if (scan.Words.Length > 0)
                rows.Add((reader.Read(scan).Numbers, text.IsPositive, text.Weight, text.Real));
        }
        return rows;
    }

    /// <summary>Benign texts count as many times as it takes until so few of those kept out of the fold are over one half: attacks are rarer in life than in sets.</summary>
    Calibration Weigh(List<(double[] Numbers, bool IsPositive, double Weight, bool Real)> rows, Weighing weighing)
    {
        for (var times = 0.5; ; times *= 1.05)
        {
            var weights = Calibration.Fit([
                .. rows.Select(r => (r.Numbers, r.IsPositive, r.Weight * (r.Real ? 1 : weighing.Own) * (r.IsPositive ? 1 : times))),
            ]);
            var benign = rows.Where(r => !r.IsPositive && r.Real).ToList();
            var alarms = benign.Count(r => weights.Odds(r.Numbers) > 0);
            var attacks = rows.Where(r => r.IsPositive).ToList();
            if (alarms > weighing.MostAlarms * benign.Count && times < 1000)
                continue;
            report(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  benign times {times:0.0}: {alarms} of {benign.Count} real benign over, own {rows.Count(r => !r.IsPositive && !r.Real && weights.Odds(r.Numbers) > 0)} of {rows.Count(r => !r.IsPositive && !r.Real)}; attacks {attacks.Count(r => weights.Odds(r.Numbers) > 0)} of {attacks.Count}, real {attacks.Count(r => r.Real && weights.Odds(r.Numbers) > 0)} of {attacks.Count(r => r.Real)}"
                )
            );
            return weights;
        }
    }

    LinearModel Fit(IReadOnlyList<TrainingText> texts, string provenance)
    {
        var examples = new List<TrainingExample>();
        foreach (var text in texts)
        {
            using var scan = new WordScan(text.Text, lexicon);
            if (scan.Words.Length > 0)
                examples.Add(
                    LinearTrainer.Example(
                        scan,
                        0,
                        scan.Sentences.Length,
                        at => InjectionRules.IsMention(scan.Sentences[at]),
                        text.IsPositive,
                        text.Weight,
                        text.Group
                    )
                );
        }
        var trainer = new LinearTrainer(options);
        var reader = new InjectionReader(trainer.Train(examples, ""));
        var windows = new List<TrainingExample>();
        foreach (var text in texts)
        {
            using var scan = new WordScan(text.Text, lexicon);
            if (scan.Sentences.Length < (text.IsPositive ? LongText : 2))
                continue;
            var window = reader.Read(scan);
            var (first, count) = SentencesOf(scan, window.From, window.Until);
            windows.Add(
                LinearTrainer.Example(
                    scan,
                    first,
                    count,
                    at => InjectionRules.IsMention(scan.Sentences[at]),
                    text.IsPositive,
                    text.Weight * WindowWeight,
                    text.Group
                )
            );
        }
        examples.AddRange(windows);
        return trainer.Train(examples, provenance);
    }

    /// <summary>The sentences of a window: the first, and how many.</summary>
    public static (int First, int Count) SentencesOf(WordScan scan, int from, int until)
    {
        var first = 0;
        while (first < scan.Sentences.Length - 1 && scan.Sentences[first].Start < from)
            first++;
        var count = 1;
        while (first + count < scan.Sentences.Length && scan.Sentences[first + count].End <= until)
            count++;
        return (first, count);
    }
}
