using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Portico.Guardrails;
using Portico.Guardrails.Models;
using Portico.Guardrails.Training;

namespace Portico.Server.Verbs;

/// <summary>portico guardrails train: remakes the models from listed sets. Needs no server, no store and no network; the same sets make the same bytes.</summary>
static class GuardrailsTrainVerb
{
    static readonly Option<string> Sets = new("--data")
    {
        Description = $"Folder of the labelled sets: a folder each with {LabelledSets.File}.",
        DefaultValueFactory = _ => Path.Combine(".data", "guardrails"),
    };
    static readonly Option<string?> Out = new("--out") { Description = "Folder for the files that are made." };
    static readonly Option<string?> Bundle = new("--bundle") { Description = "File for the whole set, as a server takes it." };
    static readonly Option<string?> Family = new Option<string?>("--family")
    {
        Description = "One family alone: injection, content or names. The others stay as they are shipped.",
    }.AcceptOnlyFromAmong([.. DetectorTraining.Families]);
    static readonly Option<string?> Version = new("--version-name")
    {
        Description = "What the set is called; by its digest when nothing is said.",
    };
    static readonly Option<string?> Reviews = new("--reviews")
    {
        Description = "Decided findings of one workspace, as 'guardrails reviews' writes them: the set is then that workspace's own.",
    };

    static readonly Option<string?> Base = new("--base")
    {
        Description =
            "Adjust this set by the reviews alone, without labelled sets: shipped, or the file of a set that learned from no workspace.",
    };

    public static Command Command() =>
        new Command("train", "Remakes the models of the detectors from labelled sets; works anywhere, without a server.")
        {
            Sets,
            Out,
            Bundle,
            Family,
            Version,
            Reviews,
            Base,
        }.Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var (folder, bundle) = (parsed.GetValue(Out), parsed.GetValue(Bundle));
        if (folder is null && bundle is null)
            throw Verb.Mistake("Say where the models go: --out FOLDER for their files, --bundle FILE for a set that a server takes.");
        if (parsed.GetValue(Version) is { } named && !ModelBundle.IsVersion(named))
            throw Verb.Mistake(ModelBundle.VersionRule);
        var reviewed = parsed.GetValue(Reviews) is { } path ? await ReviewFile.ReadAsync(path, ct) : ReviewFile.None;
        if (reviewed.Texts.Count > 0 && bundle is null)
            throw Verb.Mistake("A set that learned from a workspace's reviews is that workspace's own: write it with --bundle FILE.");
        if (parsed.GetValue(Base) is { } from)
            return await AdjustAsync(parsed, from, reviewed, ct);
        var made = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var training = new DetectorTraining(
            new LabelledSets(set => LinesOf(parsed.GetValue(Sets)!, set)),
            Console.Error.WriteLine,
            reviewed.Texts
        );
        foreach (var family in parsed.GetValue(Family) is { } one ? [one] : DetectorTraining.Families)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var (name, bytes) in training.Run(family))
                made[name] = bytes;
        }
        if (folder is not null)
            await WriteAsync(folder, made, ct);
        if (bundle is not null)
            await WriteAsync(bundle, SetOf(made, DetectorModels.Shipped, parsed.GetValue(Version), reviewed), ct);
        Show(made);
        return 0;
    }

    /// <summary>Moves a set as little as the decided findings ask for.</summary>
    static async Task<int> AdjustAsync(ParseResult parsed, string from, ReviewFile reviewed, CancellationToken ct)
    {
        if (reviewed.Texts.Count == 0)
            throw Verb.Mistake("--base adjusts a set by decided findings: name their file with --reviews FILE.");
        if (parsed.GetValue(Out) is not null || parsed.GetValue(Family) is not null)
            throw Verb.Mistake("--base makes a whole set, of what was decided: leave --out and --family away.");
        var models = await SetFile.ReadAsync(from, ct);
        if (models.Workspace is not null)
            throw Verb.Mistake(
                $"{from} learned from reviews already. Begin from the set that it began from: all decisions are learned each time."
            );
        var adjustment = new DetectorAdjustment(models, reviewed.Texts);
        var made = adjustment.Run();
        var set = SetOf(made, models, parsed.GetValue(Version), reviewed);
        foreach (var (was, now) in adjustment.Judge(models).Zip(adjustment.Judge(set)))
            if (now.FalseAlarms + now.Right > 0)
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{now.Family}: of {now.FalseAlarms} false alarms {was.StillFound} were found and {now.StillFound} are; of {now.Right} that are right {was.StillRight} were and {now.StillRight} are."
                    )
                );
        // Said here, before somebody uploads it in vain.
        if (ModelProbes.Problems(ModelProbes.Of(set)) is { Count: > 0 } problems)
            throw Verb.Mistake($"The set is not written, because a server would not keep it. {string.Join(' ', problems)}");
        await WriteAsync(parsed.GetValue(Bundle)!, set, ct);
        Show(made);
        return 0;
    }

    /// <summary>What was made, and for the rest what it is beside.</summary>
    static DetectorModels SetOf(IReadOnlyDictionary<string, byte[]> made, DetectorModels beside, string? version, ReviewFile reviewed)
    {
        var files = ModelFiles.All.ToDictionary(
            name => name,
            name => made.TryGetValue(name, out var bytes) ? bytes : beside.BytesOf(name).ToArray(),
            StringComparer.Ordinal
        );
        var set = DetectorModels.Of("unnamed", reviewed.Workspace, reviewed.Texts.Count, files);
        return DetectorModels.Of(version ?? $"m-{set.Digest[..12]}", reviewed.Workspace, reviewed.Texts.Count, files);
    }

    static IEnumerable<string> LinesOf(string folder, string set)
    {
        var path = Path.Combine(folder, set, LabelledSets.File);
        return File.Exists(path)
            ? File.ReadLines(path)
            : throw Verb.Mistake(
                $"There is no {path}: the models are made from the set '{set}' too. Name the folder of the labelled sets with --data."
            );
    }

    static async Task WriteAsync(string folder, Dictionary<string, byte[]> made, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in made)
            await File.WriteAllBytesAsync(Path.Combine(folder, name), bytes, ct);
    }

    static async Task WriteAsync(string file, DetectorModels set, CancellationToken ct)
    {
        var draft = file + ".new";
        await File.WriteAllBytesAsync(draft, ModelBundle.Write(set), ct);
        File.Move(draft, file, overwrite: true);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file} has version {set.Version}, {set.Files.Sum(f => f.Bytes) / 1024} KB{(set.Workspace is { } own ? $", for {own} alone, which learned from {set.Reviews} reviewed findings" : "")}."
            )
        );
    }

    static void Show(IReadOnlyDictionary<string, byte[]> made) =>
        TextTable.Write(
            [
                .. made.Select(m =>
                    (IReadOnlyList<string>)
                        [
                            m.Key,
                            m.Value.Length.ToString(CultureInfo.InvariantCulture),
                            m.Value.AsSpan().SequenceEqual(DetectorModels.Shipped.BytesOf(m.Key).Span)
                                ? "the same bytes as shipped"
                                : "other than shipped",
                        ]
                ),
            ],
            ["FILE", "BYTES", ""]
        );
}

/// <summary>Decided findings of one workspace, a JSON object a line.</summary>
/// <param name="Workspace">Whose; null = there are none.</param>
/// <param name="Texts">Those that a model learns from.</param>
sealed record ReviewFile(string? Workspace, IReadOnlyList<ReviewedText> Texts)
{
    public static readonly ReviewFile None = new(null, []);

    /// <exception cref="PorticoException">It cannot be read, or has decisions of two workspaces.</exception>
    public static async Task<ReviewFile> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw Verb.Mistake($"There is no file '{path}'. 'portico guardrails reviews --workspace ws_… --out FILE' makes one.");
        string? workspace = null;
        var texts = new List<ReviewedText>();
        var (number, unlearned, wordless) = (0, 0, 0);
        await foreach (var line in File.ReadLinesAsync(path, ct))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var review = Parse(path, number, line);
            if ((workspace ??= review.Workspace) != review.Workspace)
                throw Verb.Mistake($"{path} has decisions of {workspace} and of {review.Workspace}: a set is of one workspace.");
            if (!ReviewedText.IsLearned(review.Kind))
                unlearned++;
            else if (review.Text is not { Length: > 0 and <= ReviewedText.MaxText } text)
                wordless++;
            else
                texts.Add(new ReviewedText(review.Kind, review.Channel, text, review.IsFalseAlarm));
        }
        await Console.Error.WriteLineAsync(
            $"{texts.Count} reviewed findings are learned from; {wordless} have no text, and {unlearned} are of kinds that are not learned."
        );
        return texts.Count > 0
            ? new ReviewFile(workspace, texts)
            : throw Verb.Mistake(
                $"{path} has nothing that a model learns from: it takes decided findings of injection and content with their text."
            );
    }

    static (string Workspace, string Kind, TextChannel Channel, string? Text, bool IsFalseAlarm) Parse(string path, int number, string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            var channel = json.GetProperty("channel").GetString();
            return (
                json.GetProperty("workspace_id").GetString()!,
                json.GetProperty("kind").GetString()!,
                Enum.TryParse<TextChannel>(channel, ignoreCase: true, out var known)
                    ? known
                    : throw new FormatException($"'{channel}' is no channel"),
                json.TryGetProperty("text", out var text) ? text.GetString() : null,
                json.GetProperty("state").GetString() switch
                {
                    "false_alarm" => true,
                    "right" => false,
                    var other => throw new FormatException($"the state '{other}' is no decision"),
                }
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Verb.Mistake($"{path}, line {number}, is no decided finding: {e.Message}.");
        }
    }
}
