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

    readonly (string Kind, LinearModel Model, Calibration Weights)[] classes;

    internal ContentClassifier((string Kind, LinearModel Model, Calibration Weights)[] classes) => this.classes = classes;

    internal IReadOnlyList<(string Kind, LinearModel Model, Calibration Weights)> Classes => classes;

    /// <summary>The one that the assembly carries.</summary>
    public static ContentClassifier Shipped => DetectorModels.Shipped.Content;

    /// <summary>The classes that a text is of, the surest first: each with the piece of the text that carries it.</summary>
    public IReadOnlyList<Finding> Classify(string text)
    {
        var normal = Normaliser.Normalise(text.Length > MaxCharacters ? text[..MaxCharacters] : text);
        using var scan = new WordScan(normal.Text, ContentWords.Lexicon);
        List<Finding>? findings = null;
        foreach (var (kind, model, weights) in classes)
        {
            var reading = Read(scan, model);
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
        foreach (var (kind, model, weights) in classes)
        {
            var reading = Read(scan, model);
            scores[kind] = scan.Words.Length == 0 ? 0 : LinearModel.Probability((float)weights.Odds([reading.Whole, reading.Window]));
        }
        return scores;
    }

    /// <summary>A file's name holds the last part of the class's id.</summary>
    internal static string FileOf(string kind) =>
        $"content-{kind[(kind.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('_', '-')}.model";

    /// <summary>Log-odds of the whole and of the likeliest window, and where that stands in the normal form.</summary>
    internal static (float Whole, float Window, int From, int Until) Read(WordScan scan, LinearModel model)
    {
        const int leastWords = 3;
        var (before, beforeThat, whole) = (default(FeatureSum), default(FeatureSum), default(FeatureSum));
        var (window, from, until) = (float.MinValue, 0, scan.Text.Length);
        for (var at = 0; at < scan.Sentences.Length; at++)
        {
            ref readonly var sentence = ref scan.Sentences[at];
            var sum = model.Sum(scan, sentence, false);
            whole += sum;
            var row = sum;
            for (var back = 0; back < 3 && back <= at; back++)
            {
                row +=
                    back == 1 ? before
                    : back == 2 ? beforeThat
                    : default;
                var odds = model.Odds(row);
                if (odds > window && (sentence.Words >= leastWords || back > 0))
                    (window, from, until) = (odds, scan.Sentences[at - back].Start, sentence.End);
            }
            (beforeThat, before) = (before, sum);
        }
        var all = model.Odds(whole);
        return (all, window == float.MinValue ? all : window, from, until);
    }

    /// <param name="file">The bytes of a file, by its name.</param>
    /// <exception cref="InvalidDataException">A file is none.</exception>
    internal static ContentClassifier Of(Func<string, byte[]> file)
    {
        var table = ModelFiles.Table(file(WeightsFile), Numbers);
        if (!table.Select(r => r.Name).SequenceEqual(ContentKinds.All.Select(k => k.Id)))
            throw new InvalidDataException($"{WeightsFile} needs one line for each class, in their order.");
        return new ContentClassifier([.. table.Select(r => (r.Name, LinearModel.Read(file(FileOf(r.Name))), r.Weights))]);
    }
}
