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

    /// <summary>Of 58 safe requests of XSTest.</summary>
    const int MostSafe = 3;

    const ulong Seed = 20261127;

    sealed record Sample(string Text, IReadOnlyList<string> Kinds, bool Unsure, float Weight, string Group, bool Real);

    /// <summary>The files, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Run()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var samples = Samples();
        var lines = new StringBuilder();
        foreach (var kind in ContentKinds.All)
        {
            var trainer = new LinearTrainer(new TrainingOptions(Bits: 17, Epochs: 20, Rate: 0.5f, Decay: 2e-4f));
            // What is of another class says little about this one.
            var reviewed = Reviewed(kind.Id);
            var own = samples
                .Where(s => s.Kinds.Contains(kind.Id) || !s.Unsure)
                .Concat(reviewed)
                .OrderBy(s => Split.Fold(s.Group, Folds))
                .ToList();
            var rows = new List<(double[] Numbers, bool IsPositive, double Weight)>();
            for (var fold = 0; fold < Folds; fold++)
            {
                var model = trainer.Train([.. own.Where(s => Split.Fold(s.Group, Folds) != fold).Select(s => Example(s, kind.Id))], "");
                foreach (var sample in own.Where(s => Split.Fold(s.Group, Folds) == fold))
                {
                    using var scan = new WordScan(sample.Text, ContentWords.Lexicon);
                    var reading = ContentClassifier.Read(scan, model);
                    rows.Add(([reading.Whole, reading.Window], sample.Kinds.Contains(kind.Id), sample.Weight));
                }
            }
            var weights = Calibration.Fit(rows);
            // Requests look alike whatever they are for: those that are safe count more until few of XSTest's are flagged.
            for (
                var times = 1.25;
                kind.Id == ContentKinds.Illicit
                    && rows.Zip(own)
                        .Count(r =>
                            r.Second.Group.StartsWith("content_xstest", StringComparison.Ordinal)
                            && !r.First.IsPositive
                            && weights.Odds(r.First.Numbers) > 0
                        ) > MostSafe;
                times *= 1.25
            )
                weights = Calibration.Fit([.. rows.Select(r => r with { Weight = r.IsPositive ? r.Weight : r.Weight * times })]);
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
                    $"review:{Split.Hash(r.Text):x16}",
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
                        true
                    )
                );
            }
        }
        var grammar = new Grammar(ContentPatterns.Lists, Seed);
        foreach (var (kind, patterns) in ContentPatterns.Families)
        {
            for (var index = 0; index < patterns.Length; index++)
            {
                foreach (
                    var text in Enumerable
                        .Range(0, 16)
                        .Select(_ => grammar.Expand(patterns[index]))
                        .Distinct()
                        .Order(StringComparer.Ordinal)
                )
                    samples.Add(new Sample(text, kind.Length > 0 ? [kind] : [], kind.Length > 0, 0.5f, $"own:{kind}:{index / 2}", false));
            }
        }
        return samples;
    }
}
