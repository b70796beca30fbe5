using Portico.Guardrails.Detection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Models;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Content;

/// <summary>Tells classes of content by a linear model each, over whole texts and windows of one to three sentences. Immutable, without I/O, clock or chance.</summary>
public sealed class ContentClassifier
{
    /// <summary>The operating point of the published figures.</summary>
    public const float Threshold = 0.5f;

    /// <summary>Classes are told from this score on.</summary>
    const float LeastTold = 0.2f;

    /// <summary>Characters that are looked at.</summary>
    const int MaxCharacters = 1 << 20;

    /// <summary>Numbers that are weighed: of the whole, and of the likeliest window.</summary>
    const int Numbers = 2;

    internal const string WeightsFile = "content-weights.txt";

    readonly (string Kind, Calibration Weights)[] classes;

    /// <summary>The model of each class.</summary>
    readonly LinearBank bank;

    ContentClassifier((string Kind, Calibration Weights)[] classes, LinearBank bank) => (this.classes, this.bank) = (classes, bank);

    /// <summary>What a model says of a text.</summary>
    /// <param name="Whole">Log-odds of all of it.</param>
    /// <param name="Window">Of its likeliest window.</param>
    /// <param name="From">Where that begins in the normal form.</param>
    /// <param name="Until">Where it ends.</param>
    internal record struct Reading(float Whole, float Window, int From, int Until);

    internal IEnumerable<(string Kind, LinearModel Model, Calibration Weights)> Classes =>
        classes.Select((c, at) => (c.Kind, bank.ModelAt(at), c.Weights));

    /// <summary>The one that the assembly carries.</summary>
    public static ContentClassifier Shipped => DetectorModels.Shipped.Content;

    /// <summary>The classes that a text is of, the surest first: each with the piece of the text that carries it.</summary>
    public IReadOnlyList<Finding> Classify(string text)
    {
        var normal = Normaliser.Normalise(text.Length > MaxCharacters ? text[..MaxCharacters] : text);
        using var scan = new WordScan(normal.Text, ContentWords.Lexicon);
        List<Finding>? findings = null;
        Span<Reading> readings = stackalloc Reading[LinearBank.Most];
        Read(scan, bank, readings);
        for (var at = 0; at < classes.Length; at++)
        {
            var (kind, weights) = classes[at];
            ref readonly var reading = ref readings[at];
            var score = LinearModel.Probability((float)weights.Odds([reading.Whole, reading.Window]));
            if (score < LeastTold || scan.Words.Length == 0)
                continue;
            var (start, length) = normal.Piece(reading.From, reading.Until - reading.From);
            if (length > 0)
                (findings ??= []).Add(new Finding(start, length, kind, score));
        }
        findings?.Sort((left, right) => right.Score.CompareTo(left.Score));
        return findings ?? [];
    }

    /// <summary>How likely a text is of each class, from 0 to 1: of the whole and of its likeliest window together.</summary>
    public IReadOnlyDictionary<string, float> Scores(string text)
    {
        var normal = Normaliser.Normalise(text.Length > MaxCharacters ? text[..MaxCharacters] : text);
        using var scan = new WordScan(normal.Text, ContentWords.Lexicon);
        var scores = new Dictionary<string, float>(classes.Length, StringComparer.Ordinal);
        Span<Reading> readings = stackalloc Reading[LinearBank.Most];
        Read(scan, bank, readings);
        for (var at = 0; at < classes.Length; at++)
        {
            var (kind, weights) = classes[at];
            ref readonly var reading = ref readings[at];
            scores[kind] = scan.Words.Length == 0 ? 0 : LinearModel.Probability((float)weights.Odds([reading.Whole, reading.Window]));
        }
        return scores;
    }

    /// <summary>A file's name holds the last part of the class's id.</summary>
    internal static string FileOf(string kind) =>
        $"content-{kind[(kind.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('_', '-')}.model";

    /// <summary>Reads a text by all models of a bank at once.</summary>
    /// <param name="scan">The text.</param>
    /// <param name="bank">The models.</param>
    /// <param name="readings">Receives what each says.</param>
    internal static void Read(WordScan scan, LinearBank bank, Span<Reading> readings)
    {
        const int leastWords = 3;
        const int most = LinearBank.Most;
        // Sums of the whole, of this sentence and of the two before it, of each model.
        Span<long> sums = stackalloc long[4 * most];
        var whole = sums[..most];
        var now = sums.Slice(most, most);
        var before = sums.Slice(2 * most, most);
        var beforeThat = sums.Slice(3 * most, most);
        var (wholeCount, beforeCount, beforeThatCount) = (0, 0, 0);
        sums.Clear();
        for (var m = 0; m < bank.Count; m++)
            readings[m] = new Reading(0, float.MinValue, 0, scan.Text.Length);
        for (var at = 0; at < scan.Sentences.Length; at++)
        {
            ref readonly var sentence = ref scan.Sentences[at];
            var count = bank.Sum(scan, sentence, now);
            wholeCount += count;
            for (var m = 0; m < bank.Count; m++)
            {
                ref var reading = ref readings[m];
                whole[m] += now[m];
                var (row, rowCount) = (now[m], count);
                for (var back = 0; back < 3 && back <= at; back++)
                {
                    (row, rowCount) =
                        back == 1 ? (row + before[m], rowCount + beforeCount)
                        : back == 2 ? (row + beforeThat[m], rowCount + beforeThatCount)
                        : (row, rowCount);
                    var odds = bank.Odds(m, row, rowCount);
                    if (odds > reading.Window && (sentence.Words >= leastWords || back > 0))
                        (reading.Window, reading.From, reading.Until) = (odds, scan.Sentences[at - back].Start, sentence.End);
                }
            }
            before.CopyTo(beforeThat);
            now.CopyTo(before);
            (beforeThatCount, beforeCount) = (beforeCount, count);
        }
        for (var m = 0; m < bank.Count; m++)
        {
            ref var reading = ref readings[m];
            reading.Whole = bank.Odds(m, whole[m], wholeCount);
            if (reading.Window == float.MinValue)
                reading.Window = reading.Whole;
        }
    }

    /// <param name="file">The bytes of a file, by its name.</param>
    /// <exception cref="InvalidDataException">A file is none.</exception>
    internal static ContentClassifier Of(Func<string, byte[]> file)
    {
        var table = ModelFiles.Table(file(WeightsFile), Numbers);
        if (!table.Select(r => r.Name).SequenceEqual(ContentKinds.All.Select(k => k.Id)))
            throw new InvalidDataException($"{WeightsFile} needs one line for each class, in their order.");
        return new ContentClassifier(
            [.. table.Select(r => (r.Name, r.Weights))],
            new LinearBank([.. table.Select(r => LinearModel.Read(file(FileOf(r.Name))))])
        );
    }
}
