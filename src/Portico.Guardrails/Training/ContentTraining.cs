using System.Globalization;
using System.Text;
using Portico.Guardrails.Content;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Models;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Training;

/// <summary>
/// Remakes the models of the classes of content. Trained on content_openai_moderation, content_toxicity and content_harmbench (MIT), content_xstest (CC BY 4.0), benign_prompts (CC0, Apache-2.0,
/// MIT), notinject (MIT), deepset's benign texts (Apache-2.0) and our own patterns.
/// </summary>
sealed class ContentTraining(LabelledSets sets, Action<string> report, IReadOnlyList<ReviewedText> reviews)
{
    const int Folds = 5;

    /// <summary>Begins the groups of decided texts.</summary>
    const string Review = "review:";

    /// <summary>Of 58 safe requests of XSTest.</summary>
    const int MostSafe = 3;

    /// <summary>What an ordinary prompt counts where scores are weighed: there are far more of them in life than in the sets.</summary>
    const double OrdinaryTimes = 3;

    /// <summary>What a text of a class counts there: F1 is best at a threshold below one half (Lipton and others 2014). Illicit is held to safe requests instead.</summary>
    const double FoundTimes = 1.5;

    /// <summary>Texts of each of our patterns, and what each counts: few words make many of them.</summary>
    const int Makes = 16;

    const float MadeWeight = 0.25f;

    const ulong Seed = 20261127;

    /// <summary>A text to learn from; a made one is from a pattern of ours.</summary>
    sealed record Sample(string Text, IReadOnlyList<string> Kinds, bool Unsure, float Weight, string Group, bool IsMade);

    /// <summary>What a model that was trained without a text's group says of it.</summary>
    sealed record Row(double[] Numbers, bool IsPositive, double Weight, Sample Sample);

    /// <summary>Of requests there are many of our own; texts of the other classes are few, so that less is added to their counts.</summary>
    static LinearTrainer TrainerOf(string kind) =>
        new(
            new TrainingOptions(
                Bits: 17,
                Epochs: 20,
                Rate: 0.5f,
                Decay: 2e-4f,
                Smoothing: kind == ContentKinds.Illicit ? 1 : 0.3,
                Averaged: 10
            )
        );

    /// <summary>The files, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Run()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var samples = Samples();
        var lines = new StringBuilder();
        foreach (var kind in ContentKinds.All)
        {
            var trainer = TrainerOf(kind.Id);
            // What is of another class says little about this one.
            var reviewed = Reviewed(kind.Id);
            var own = samples
                .Where(s => s.Kinds.Contains(kind.Id) || !s.Unsure)
                .Concat(reviewed)
                .OrderBy(s => Split.Fold(s.Group, Folds))
                .ToList();
            var rows = Enumerable.Range(0, Folds).AsParallel().AsOrdered().SelectMany(fold => Rows(own, fold, kind.Id, trainer)).ToList();
            var weights = Weigh(rows, kind.Id);
            var found = rows.Count(r => r.IsPositive && weights.Odds(r.Numbers) > 0);
            report(
                $"{kind.Id}: {found} of {rows.Count(r => r.IsPositive)} found, {rows.Count(r => !r.IsPositive && weights.Odds(r.Numbers) > 0)} of {rows.Count(r => !r.IsPositive)} alarms"
            );
            var provenance =
                $"content, {kind.Id}; seed {Seed}; content_openai_moderation (MIT), content_toxicity (MIT), content_harmbench (MIT), content_xstest (CC BY 4.0), benign_prompts (CC0, Apache-2.0, MIT), notinject (MIT), deepset (Apache-2.0), own patterns (Apache-2.0): {own.Count} texts, {own.Count(s => s.Kinds.Contains(kind.Id))} of the class";
            if (reviewed.Count > 0)
                provenance += $"; reviewed findings of a workspace: {reviewed.Count}";
            files[ContentClassifier.FileOf(kind.Id)] = trainer.Train([.. own.Select(s => Example(s, kind.Id))], provenance).Write();
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{kind.Id} {weights.Bias:0.0000} {weights.Weights[0]:0.0000} {weights.Weights[1]:0.0000}\n"
            );
        }
        files[ContentClassifier.WeightsFile] = Encoding.UTF8.GetBytes(lines.ToString());
        return files;
    }

    /// <summary>The texts of a fold, as a model of the others sees them.</summary>
    static List<Row> Rows(List<Sample> own, int fold, string kind, LinearTrainer trainer)
    {
        var model = trainer.Train([.. own.Where(s => Split.Fold(s.Group, Folds) != fold).Select(s => Example(s, kind))], "");
        var bank = new LinearBank(model);
        var reading = new ContentClassifier.Reading[1];
        var rows = new List<Row>();
        foreach (var sample in own.Where(s => Split.Fold(s.Group, Folds) == fold))
        {
            using var scan = new WordScan(sample.Text, ContentWords.Lexicon);
            ContentClassifier.Read(scan, bank, reading);
            var isPositive = sample.Kinds.Contains(kind);
            var times =
                sample.Group.StartsWith("benign_prompts", StringComparison.Ordinal) ? OrdinaryTimes
                : isPositive && kind != ContentKinds.Illicit ? FoundTimes
                : 1;
            rows.Add(new Row([reading[0].Whole, reading[0].Window], isPositive, sample.Weight * times, sample));
        }
        return rows;
    }

    /// <summary>
    /// How the numbers are weighed. Texts that we made are easy for words of their patterns or too few to tell: labelled ones alone say how sure a score is, and where there are none it is what the model says.
    /// What people of a house decided moves the model alone: a few texts that it was wrong about would turn the scores of all others.
    /// </summary>
    static Calibration Weigh(List<Row> rows, string kind)
    {
        var judged = rows.Where(r => !r.Sample.IsMade && !r.Sample.Group.StartsWith(Review, StringComparison.Ordinal)).ToList();
        if (!judged.Exists(r => r.IsPositive) || !judged.Exists(r => !r.IsPositive))
            return new Calibration([0.5, 0.5], 0);
        var weights = Fit(1);
        // Requests look alike whatever they are for: those that are safe count more until few of XSTest's are flagged.
        for (var times = 1.25; kind == ContentKinds.Illicit && judged.Count(IsSafeFlagged) > MostSafe; times *= 1.25)
            weights = Fit(times);
        return weights;

        Calibration Fit(double times) =>
            Calibration.Fit([.. judged.Select(r => (r.Numbers, r.IsPositive, r.IsPositive ? r.Weight : r.Weight * times))]);

        bool IsSafeFlagged(Row row) =>
            row.Sample.Group.StartsWith("content_xstest", StringComparison.Ordinal) && !row.IsPositive && weights.Odds(row.Numbers) > 0;
    }

    static TrainingExample Example(Sample sample, string kind)
    {
        using var scan = new WordScan(sample.Text, ContentWords.Lexicon);
        return LinearTrainer.Example(scan, 0, scan.Sentences.Length, _ => false, sample.Kinds.Contains(kind), sample.Weight, sample.Group);
    }

    /// <summary>The classes of a text of a set.</summary>
    public static IReadOnlyList<string> KindsOf(LabelledText text) =>
        !text.IsPositive ? []
        : text.Set == "content_toxicity" ? [ContentKinds.Harassment]
        : text.Set == "content_harmbench"
            ? (
                text.Kind.StartsWith("harassment", StringComparison.Ordinal)
                    ? [ContentKinds.Harassment, ContentKinds.Illicit]
                    : [ContentKinds.Illicit]
            )
        : text.Set == "content_xstest"
            ? (text.Kind.EndsWith("discr", StringComparison.Ordinal) ? [ContentKinds.Hate, ContentKinds.Illicit] : [ContentKinds.Illicit])
        :
        [
            .. text
                .Kind.Split('+')
                .Select(k => "content." + k.Split('/')[0].Replace('-', '_'))
                .Where(k => ContentKinds.All.Any(c => c.Id == k))
                .Distinct(),
        ];

    /// <summary>What people decided of findings of one class says nothing of the others.</summary>
    IReadOnlyList<Sample> Reviewed(string kind) =>
        [
            .. ReviewedText
                .Of(ModelFiles.Content, reviews.Where(r => r.Kind == kind), r => r.Text)
                .Select(r => new Sample(
                    Normaliser.Normalise(r.Text).Text,
                    r.IsFalseAlarm ? [] : [kind],
                    false,
                    ReviewedText.Weight,
                    $"{Review}{Split.Hash(r.Text):x16}",
                    false
                )),
        ];

    List<Sample> Samples()
    {
        var samples = new List<Sample>();
        foreach (
            var (set, weight) in new[]
            {
                ("content_openai_moderation", 1f),
                ("content_toxicity", 1f),
                ("content_harmbench", 1f),
                ("content_xstest", 2f),
                ("benign_prompts", 0.5f),
                ("notinject", 0.5f),
                ("deepset", 0.5f),
            }
        )
        {
            foreach (var text in sets.Read(set).Where(t => !Split.IsKept(t) && !(set == "deepset" && t.IsPositive)))
            {
                // What somebody may hold the copyright of is no crime to ask for.
                if (text.Kind.StartsWith("copyright", StringComparison.Ordinal))
                    continue;
                samples.Add(
                    new Sample(
                        Normaliser.Normalise(text.Text).Text,
                        KindsOf(text),
                        text.IsPositive,
                        set == "content_xstest" ? (text.IsPositive ? 0.2f : 2) : weight,
                        set + ":" + text.Group,
                        false
                    )
                );
            }
        }
        var grammar = new Grammar(ContentGrammar.Lists, Seed);
        foreach (var family in ContentGrammar.Families.GroupBy(f => f.Kind, StringComparer.Ordinal))
        {
            foreach (var (index, pattern) in family.SelectMany(f => f.Patterns).Index())
            {
                foreach (
                    var text in Enumerable.Range(0, Makes).Select(_ => grammar.Expand(pattern)).Distinct().Order(StringComparer.Ordinal)
                )
                    samples.Add(
                        new Sample(
                            text,
                            family.Key.Length > 0 ? [family.Key] : [],
                            family.Key.Length > 0,
                            MadeWeight,
                            $"own:{family.Key}:{index / 2}",
                            true
                        )
                    );
            }
        }
        return samples;
    }
}
