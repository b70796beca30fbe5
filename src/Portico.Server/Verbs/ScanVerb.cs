using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Governance.Policy;
using Portico.Guardrails;
using Portico.Guardrails.Detection;

namespace Portico.Server.Verbs;

/// <summary>portico scan: what detectors find in files. Needs no server, no store and no network; prints places, and no word of what it found.</summary>
static class ScanVerb
{
    /// <summary>A larger file is data, not text: it is told and left out.</summary>
    const long MaxBytes = 20 * 1024 * 1024;

    /// <summary>Bytes at the start of a file of which one that is 0 says that it is no text.</summary>
    const int BinaryProbe = 8_192;

    /// <summary>Names of people are in every file, and classes of content are told of what people say: both are found where they are asked for.</summary>
    static readonly string[] Unasked = ["injection", "pii", "secrets"];

    const string Grounding = "grounding";

    static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "Files, folders with all below them, or - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };
    static readonly Option<string[]> Detect = new("--detect")
    {
        Description = "Kinds, such as pii.email or secrets; again for more. Personal data, secrets and attacks when nothing is said.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<string?> Policy = new("--policy")
    {
        Description = "A policy as a file: its content rules search in place of kinds, topics and words included.",
    };
    static readonly Option<double> MinScore = new("--min-score")
    {
        Description = "From this score on, more than 0 and at most 1.",
        DefaultValueFactory = _ => ContentRule.DefaultMinScore,
    };
    static readonly Option<string> Channel = new Option<string>("--channel")
    {
        Description =
            "Where the text would stand: a document that a tool gives back (tool) is held to more than what a person says (user).",
        DefaultValueFactory = _ => "user",
    }.AcceptOnlyFromAmong("user", "system", "retrieved", "tool", "output", "answer", "arguments");
    static readonly Option<string[]> Sources = new("--sources")
    {
        Description =
            "Files or folders that answers are compared with, for grounding; with --channel output. A sentence that they do not support is found.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<string> Models = new("--models")
    {
        Description = "By the models of this file, as 'guardrails train --bundle' writes it.",
        DefaultValueFactory = _ => SetFile.Shipped,
    };
    static readonly Option<bool> AsJson = new("--json") { Description = "A JSON object a line." };

    public static Command Command() =>
        new Command(
            "scan",
            "What detectors, or the rules of a policy, find in files; works anywhere, without a server. Exit code 1 when something was found."
        )
        {
            Paths,
            Detect,
            Policy,
            MinScore,
            Channel,
            Sources,
            Models,
            AsJson,
        }.Runs(RunAsync);

    sealed record Found(string Path, int Line, int Column, int Length, string Kind, double Score);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var detectors = DetectorCatalog.Shipped.With(await SetFile.ReadAsync(parsed.GetValue(Models)!, ct));
        var channel = Enum.Parse<TextChannel>(parsed.GetValue(Channel)!, ignoreCase: true);
        var sources = await SourcesOfAsync(parsed.GetValue(Sources) ?? [], channel, ct);
        var said = parsed.GetValue(Detect) ?? [];
        string[] detect =
            said.Length > 0 ? said
            : sources is null ? Unasked
            : [.. Unasked, Grounding];
        if (parsed.GetValue(Policy) is not null && said.Length > 0)
            throw Verb.Mistake("Say --policy or --detect, not both.");
        var screen = parsed.GetValue(Policy) is { } policy
            ? await RulesOfAsync(policy, detectors, ct)
            : ScreenOf(detectors, detect, parsed.GetValue(MinScore));
        var found = new List<Found>();
        var files = 0;
        foreach (var path in parsed.GetValue(Paths)!.SelectMany(FilesOf))
        {
            ct.ThrowIfCancellationRequested();
            if (await TextOfAsync(path, ct) is not { } text)
                continue;
            files++;
            var of = Find(path, text, screen, channel, sources);
            if (parsed.GetValue(AsJson))
                foreach (var f in of)
                    Console.WriteLine(JsonSerializer.Serialize(f, JsonSerializerOptions.Web));
            found.AddRange(of);
        }
        if (!parsed.GetValue(AsJson))
            Show(found, files);
        return found.Count == 0 ? 0 : 1;
    }

    static void Show(List<Found> found, int files)
    {
        TextTable.Write(
            [
                .. found.Select(f =>
                    (IReadOnlyList<string>)[Place(f), f.Kind, f.Score.ToString("0.00", CultureInfo.InvariantCulture), Characters(f.Length)]
                ),
            ],
            ["PLACE", "FOUND", "SCORE", "CHARACTERS"],
            whenEmpty: "Nothing is found."
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{found.Count} finding{(found.Count == 1 ? "" : "s")} in {files} file{(files == 1 ? "" : "s")}."
            )
        );
    }

    static string Place(Found f) => string.Create(CultureInfo.InvariantCulture, $"{f.Path}:{f.Line}:{f.Column}");

    static string Characters(int count) => count.ToString(CultureInfo.InvariantCulture);

    static Screen ScreenOf(DetectorCatalog detectors, string[] detect, double minScore)
    {
        if (minScore is not (> 0 and <= 1))
            throw Verb.Mistake("--min-score is more than 0 and at most 1.");
        foreach (var name in detect)
            if (!DetectorCatalog.Shipped.Knows(name))
                throw Verb.Mistake(
                    $"No detector finds '{name}'. There are {string.Join(", ", DetectorCatalog.Shipped.Families)}; '{Verb.Program} guardrails kinds' lists all kinds."
                );
        if (detect.FirstOrDefault(DetectorCatalog.Shipped.NeedsCall) is { } canary)
            throw Verb.Mistake($"'{canary}' is told in answers of calls alone, whose prompts have one: no file does.");
        return Screen.Of(
            [
                new ContentRule
                {
                    Name = "scan",
                    Kinds = detect,
                    MinScore = minScore,
                    Action = ContentAction.Flag,
                },
            ],
            detectors
        )!;
    }

    /// <summary>Null where nothing is said of sources: answers are compared with none then.</summary>
    static async Task<JudgeContext?> SourcesOfAsync(string[] paths, TextChannel channel, CancellationToken ct)
    {
        if (paths.Length == 0)
            return null;
        if ((channel & TextChannel.Answer) == TextChannel.None)
            throw Verb.Mistake("--sources are what an answer is compared with: say --channel output too.");
        var texts = new List<string>();
        foreach (var path in paths.SelectMany(FilesOf))
            if (await TextOfAsync(path, ct) is { Length: > 0 } text)
                texts.Add(text);
        return texts.Count > 0 ? new JudgeContext(null, texts) : throw Verb.Mistake("--sources name no text.");
    }

    /// <summary>The content rules of a policy, all of which note here.</summary>
    static async Task<Screen> RulesOfAsync(string path, DetectorCatalog detectors, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw Verb.Mistake($"There is no file '{path}'.");
        var (document, problems) = PolicyReader.Read(await File.ReadAllTextAsync(path, ct));
        if (document is null)
            throw Verb.Mistake($"{path}, line {problems[0].Line}: {problems[0].Message}");
        var rules = document.Lines.Values.Select(l => l.Value).OfType<Guardrail>().Select(g => g.Rule);
        return Screen.Of(rules.Select(r => r.Action == ContentAction.Allow ? r : r with { Action = ContentAction.Flag }), detectors)
            ?? throw Verb.Mistake($"{path} has no content rule that looks for something.");
    }

    static List<Found> Find(string path, string text, Screen screen, TextChannel channel, JudgeContext? sources)
    {
        var lane = screen.LaneFor(channel, isJson: channel == TextChannel.Arguments, context: sources);
        lane.MostTold = int.MaxValue;
        Screen.Whole(text, lane);
        var found = new List<Found>();
        var (line, lineStart, at) = (1, 0, 0);
        foreach (var told in lane.Told.OrderBy(t => t.Start))
        {
            for (; at < told.Start; at++)
                if (text[at] == '\n')
                    (line, lineStart) = (line + 1, at + 1);
            found.Add(
                new Found(path, line, (int)told.Start - lineStart + 1, told.Length, told.Kind ?? told.Rule, Math.Round(told.Score, 3))
            );
        }
        return found;
    }

    static IEnumerable<string> FilesOf(string path)
    {
        if (path == "-" || File.Exists(path))
            return [path];
        return Directory.Exists(path)
            ? Directory
                .EnumerateFiles(
                    path,
                    "*",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                )
                .Where(f => !f.Split(Path.DirectorySeparatorChar).Contains(".git"))
                .Order(StringComparer.Ordinal)
            : throw Verb.Mistake($"There is no file or folder '{path}'.");
    }

    /// <summary>Null for what is no text, or too much of it.</summary>
    static async Task<string?> TextOfAsync(string path, CancellationToken ct)
    {
        if (path == "-")
            return await Console.In.ReadToEndAsync(ct);
        if (new FileInfo(path).Length > MaxBytes)
        {
            await Console.Error.WriteLineAsync($"{path} is left out: it has more than {MaxBytes / 1024 / 1024} MB.");
            return null;
        }
        var bytes = await File.ReadAllBytesAsync(path, ct);
        // What is not UTF-8 becomes the character that says so: the rest is searched.
        return bytes.AsSpan(0, Math.Min(bytes.Length, BinaryProbe)).Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes);
    }
}
