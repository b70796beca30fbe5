using Portico.Guardrails.Detection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Models;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Injection;

/// <summary>
/// Judges whether a text attacks the model that will read it. It wants whole texts and their channel: the words of a request are an attack in a document. Immutable, without
/// I/O, clock or chance.
/// </summary>
public sealed class InjectionDetector
{
    /// <summary>The operating point of all published figures, the same for each set and channel.</summary>
    public const float Threshold = 0.5f;

    /// <summary>Characters of a text that are judged: the first and the last halves of so many.</summary>
    public const int MaxCharacters = 1 << 20;

    /// <summary>Reasons are told from this score on.</summary>
    const float LeastReason = 0.2f;

    /// <summary>What it adds to the log-odds that markup hides the likeliest piece.</summary>
    const float HiddenOdds = 1.2f;

    /// <summary>What it takes from them that the user asked in the same words.</summary>
    const float AskedOdds = 2;

    /// <summary>Characters of a question that are compared.</summary>
    const int MaxQuestion = 8192;

    /// <summary>Numbers that are weighed.</summary>
    const int Numbers = 8;

    internal const string UserFile = "injection-user.model";
    internal const string DataFile = "injection-data.model";
    internal const string WeightsFile = "injection-weights.txt";

    readonly InjectionReader user;
    readonly InjectionReader data;
    readonly Calibration userWeights;
    readonly Calibration dataWeights;

    internal InjectionDetector(LinearModel user, LinearModel data, Calibration userWeights, Calibration dataWeights)
    {
        (this.user, this.data) = (new InjectionReader(user), new InjectionReader(data));
        (this.userWeights, this.dataWeights) = (userWeights, dataWeights);
    }

    /// <summary>How the numbers of a text are weighed.</summary>
    internal Calibration WeightsOf(bool ofUser) => ofUser ? userWeights : dataWeights;

    /// <summary>The one that the assembly carries.</summary>
    public static InjectionDetector Shipped => DetectorModels.Shipped.Injection;

    /// <summary>Judges a text.</summary>
    /// <param name="text">All of it; of more than <see cref="MaxCharacters"/> the beginning and the end.</param>
    /// <param name="channel">Where it came from.</param>
    /// <param name="question">What the user asked, where a document or a tool's result is judged: an order that the user gave is none of the document's.</param>
    public InjectionVerdict Judge(string text, TextChannel channel, string? question = null)
    {
        if (text.Length > MaxCharacters)
            text = string.Concat(text.AsSpan(0, MaxCharacters / 2), text.AsSpan(text.Length - MaxCharacters / 2));
        var normal = Normaliser.Normalise(text);
        var reasons = new List<Finding>();
        var score = 0f;
        Structure.Find(normal, channel, reasons);
        if (channel is TextChannel.User or TextChannel.Retrieved or TextChannel.Tool)
        {
            score = Weigh(normal, channel, question, reasons);
            foreach (var view in Views.Of(normal))
                score = Math.Max(score, Weigh(view, channel, question, reasons));
        }
        if (reasons.Count == 0)
            return new InjectionVerdict(score, []);
        reasons.Sort((left, right) => right.Score.CompareTo(left.Score));
        return new InjectionVerdict(Math.Max(score, reasons[0].Score), reasons.Where(r => r.Score >= LeastReason).ToList());
    }

    /// <summary>The text as it reads.</summary>
    float Weigh(NormalText normal, TextChannel channel, string? question, List<Finding> reasons)
    {
        using var scan = new WordScan(normal.Text, ConceptWords.Lexicon);
        var rules = new List<(string Kind, int From, int Until, float Strength)>();
        var (reading, score) = Score(scan, channel, question, rules);
        if (score < LeastReason)
            return score;
        var told = false;
        foreach (var (kind, from, until, strength) in rules)
        {
            if (reasons.Exists(r => r.Kind == kind) || (channel == TextChannel.User && kind == InjectionKinds.ImperativeInData))
                continue;
            told = true;
            Put(normal, kind, from, until, Math.Min(score, strength), reasons);
        }
        if (reading.Known > 0)
            Put(normal, InjectionKinds.KnownAttack, reading.From, reading.Until, score, reasons);
        if (Structure.IsHidden(normal.Text, reading.From))
            Put(normal, InjectionKinds.HiddenText, reading.From, reading.Until, score, reasons);
        var kindOfModel = channel == TextChannel.User ? InjectionKinds.Model : InjectionKinds.ImperativeInData;
        if (!told || !rules.Exists(r => r.Strength >= score))
            Put(normal, kindOfModel, reading.From, reading.Until, score, reasons);
        return score;
    }

    /// <summary>What it says without its disguise.</summary>
    float Weigh(View view, TextChannel channel, string? question, List<Finding> reasons)
    {
        using var scan = new WordScan(view.Text, ConceptWords.Lexicon);
        var score = Score(scan, channel, question, null).Score;
        if (score >= LeastReason)
            reasons.Add(new Finding(view.Start, view.Length, InjectionKinds.Obfuscated, score));
        return score;
    }

    internal (Reading Reading, float Score) Score(
        WordScan scan,
        TextChannel channel,
        string? question,
        List<(string Kind, int From, int Until, float Strength)>? rules
    )
    {
        var ofUser = channel == TextChannel.User;
        var reading = (ofUser ? user : data).Read(scan, rules, LeastReason);
        var odds = (ofUser ? userWeights : dataWeights).Odds(reading.Numbers);
        // Who hides a text from people means it for the model.
        if (Structure.IsHidden(scan.Text, reading.From))
            odds += HiddenOdds;
        if (!ofUser && question is { Length: > 0 } && IsAsked(scan, reading, question))
            odds -= AskedOdds;
        return (reading, scan.Words.Length == 0 ? 0 : LinearModel.Probability((float)odds));
    }

    /// <summary>Whether most of what the likeliest piece says stands in the user's question: then the document answers it and orders nothing.</summary>
    static bool IsAsked(WordScan scan, in Reading reading, string question)
    {
        const int longWord = 4;
        using var asked = new WordScan(Normaliser.Normalise(question.Length > MaxQuestion ? question[..MaxQuestion] : question).Text, null);
        var words = new HashSet<uint>();
        foreach (ref readonly var word in asked.Words)
            words.Add(word.Hash);
        var (common, all) = (0, 0);
        foreach (ref readonly var word in scan.Words)
        {
            if (word.Start < reading.From || word.End > reading.Until || word.Letters < longWord)
                continue;
            all++;
            common += words.Contains(word.Hash) ? 1 : 0;
        }
        return all > 0 && common * 10 >= all * 7;
    }

    static void Put(NormalText normal, string kind, int from, int until, float score, List<Finding> reasons)
    {
        var (start, length) = normal.Piece(from, Math.Max(until - from, 0));
        reasons.Add(new Finding(start, length, kind, score));
    }

    /// <exception cref="InvalidDataException">A file is none.</exception>
    internal static InjectionDetector Of(byte[] user, byte[] data, byte[] weights)
    {
        var table = ModelFiles.Table(weights, Numbers).ToDictionary(r => r.Name, r => r.Weights, StringComparer.Ordinal);
        if (!table.TryGetValue("user", out var userWeights) || !table.TryGetValue("data", out var dataWeights))
            throw new InvalidDataException($"{WeightsFile} needs a line for user and one for data.");
        return new InjectionDetector(LinearModel.Read(user), LinearModel.Read(data), userWeights, dataWeights);
    }
}
