using System.Globalization;
using Portico.Guardrails.Content;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Models;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Training;

/// <summary>How the decided texts of a family are judged.</summary>
/// <param name="Family">injection or content.</param>
/// <param name="FalseAlarms">Texts that people decided to be none.</param>
/// <param name="StillFound">Of those: what rules find, and what texts like them speak against, stays.</param>
/// <param name="Right">Texts that people decided to be some.</param>
/// <param name="StillRight">Of those.</param>
public sealed record AdjustmentShare(string Family, int FalseAlarms, int StillFound, int Right, int StillRight);

/// <summary>
/// Adjusts the models of a set to the decided findings of one workspace, without any labelled set: as little as it takes, and held by the product's own patterns. It always begins from a set that learned from
/// nobody, with all decisions there are: a set that was adjusted is never adjusted again.
/// </summary>
/// <param name="from">What it begins from.</param>
/// <param name="reviews">The decided findings.</param>
/// <exception cref="ArgumentException">The set learned from a workspace already.</exception>
public sealed class DetectorAdjustment(DetectorModels from, IReadOnlyList<ReviewedText> reviews)
{
    const ulong Seed = 20261128;

    readonly DetectorModels from = from.Workspace is null
        ? from
        : throw new ArgumentException("The set learned from a workspace already.", nameof(from));

    /// <summary>The files of the families that something was decided of, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Run()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Adjust(files, InjectionDetector.UserFile, Injection(ofUser: true), Injections(ofUser: true), Users);
        Adjust(files, InjectionDetector.DataFile, Injection(ofUser: false), Injections(ofUser: false), Data);
        foreach (var (kind, model, weights) in from.Content.Classes)
            Adjust(files, ContentClassifier.FileOf(kind), Content(model, weights), Contents(kind), Said);
        return files;
    }

    /// <summary>How the decided texts are judged by a set.</summary>
    public IReadOnlyList<AdjustmentShare> Judge(DetectorModels models) =>
        [
            Share(
                ModelFiles.Injection,
                [.. Injections(ofUser: true), .. Injections(ofUser: false)],
                r => models.Injection.Judge(r.Text, r.Channel).Score >= InjectionDetector.Threshold
            ),
            Share(
                ModelFiles.Content,
                [.. from.Content.Classes.SelectMany(c => Contents(c.Kind))],
                r => models.Content.Scores(r.Text)[r.Kind] >= ContentClassifier.Threshold
            ),
        ];

    static AdjustmentShare Share(string family, IReadOnlyList<ReviewedText> decided, Func<ReviewedText, bool> finds) =>
        new(
            family,
            decided.Count(r => r.IsFalseAlarm),
            decided.Count(r => r.IsFalseAlarm && finds(r)),
            decided.Count(r => !r.IsFalseAlarm),
            decided.Count(r => !r.IsFalseAlarm && finds(r))
        );

    static void Adjust(
        Dictionary<string, byte[]> files,
        string file,
        WeighedModel model,
        IReadOnlyList<ReviewedText> decided,
        Func<List<TrainingText>> own
    )
    {
        if (decided.Count == 0)
            return;
        var texts = decided.Select(r => new AdjustedText(Normaliser.Normalise(r.Text).Text, !r.IsFalseAlarm, ReviewedText.Weight));
        var kept = own().Select(t => new AdjustedText(t.Text, null, 1));
        var provenance = string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Model.Provenance.TrimEnd(' ', ';')}; adjusted by reviewed findings of a workspace: {decided.Count}"
        );
        files[file] = new WeightAdjusting(model, [.. texts.Concat(kept)]).Run(provenance).Write();
    }

    IReadOnlyList<ReviewedText> Injections(bool ofUser) =>
        ReviewedText.Of(ModelFiles.Injection, reviews.Where(r => r.Channel == TextChannel.User == ofUser), r => r.Text);

    IReadOnlyList<ReviewedText> Contents(string kind) =>
        ReviewedText.Of(ModelFiles.Content, reviews.Where(r => r.Kind == kind), r => r.Text);

    WeighedModel Injection(bool ofUser) =>
        new(
            LinearModel.Read(from.BytesOf(ofUser ? InjectionDetector.UserFile : InjectionDetector.DataFile).Span),
            from.Injection.WeightsOf(ofUser),
            ConceptWords.Lexicon,
            sentence => InjectionRules.IsMention(sentence),
            (scan, model) => new InjectionReader(model).Read(scan) is var read ? (read.Numbers, read.From, read.Until) : default
        );

    static WeighedModel Content(LinearModel model, Calibration weights)
    {
        // Many texts are read by one model before the next.
        var (last, bank) = (model, new LinearBank(model));
        var reading = new ContentClassifier.Reading[1];
        return new(model, weights, ContentWords.Lexicon, _ => false, Read);

        (double[], int, int) Read(WordScan scan, LinearModel by)
        {
            if (!ReferenceEquals(by, last))
                (last, bank) = (by, new LinearBank(by));
            ContentClassifier.Read(scan, bank, reading);
            return ([reading[0].Whole, reading[0].Window], reading[0].From, reading[0].Until);
        }
    }

    /// <summary>What the product's own patterns say that users write.</summary>
    static List<TrainingText> Users()
    {
        var texts = new List<TrainingText>();
        var attacks = new Grammar(AttackPatterns.Lists, Seed);
        var benign = new Grammar(BenignPatterns.Lists, Seed + 1);
        Expand(texts, attacks, AttackPatterns.Families.SelectMany(f => f.Patterns));
        Expand(texts, attacks, ForeignAttacks.Languages.SelectMany(l => l.Patterns));
        Expand(texts, benign, BenignPatterns.Families.SelectMany(f => f.Patterns));
        Expand(texts, benign, ForeignBenign.Languages.SelectMany(l => l.Requests.Concat(l.Sentences)));
        Expand(texts, benign, EverydayRequests.Languages.SelectMany(l => l.Requests));
        return texts;
    }

    /// <summary>What they say that documents and results of tools hold.</summary>
    static List<TrainingText> Data()
    {
        var texts = new List<TrainingText>();
        var data = new Grammar(DataPatterns.Lists, Seed + 2);
        Expand(texts, data, DataPatterns.Attacks.SelectMany(f => f.Patterns));
        Expand(texts, data, DataPatterns.Benign.SelectMany(f => f.Patterns));
        Expand(texts, new Grammar(AttackPatterns.Lists, Seed + 3), AttackPatterns.Families.SelectMany(f => f.Patterns));
        Expand(texts, new Grammar(BenignPatterns.Lists, Seed + 4), ForeignBenign.Languages.SelectMany(l => l.Sentences));
        return texts;
    }

    static List<TrainingText> Said()
    {
        var texts = new List<TrainingText>();
        Expand(texts, new Grammar(ContentGrammar.Lists, Seed + 5), ContentGrammar.Families.SelectMany(f => f.Patterns));
        return texts;
    }

    static void Expand(List<TrainingText> texts, Grammar grammar, IEnumerable<string> patterns)
    {
        const int most = 8;
        foreach (var pattern in patterns)
            InjectionTraining.Expand(texts, grammar, pattern, most, "", false);
    }
}
