using System.CommandLine;
using System.Text.Json.Nodes;
using Portico.Server.Imports;
using YamlDotNet.RepresentationModel;

namespace Portico.Server.Verbs;

/// <summary>portico import: takes over what another gateway had.</summary>
static class ImportVerb
{
    static readonly Option<FileInfo> Config = new("--config") { Description = "Its config.yaml.", Required = true };
    static readonly Option<FileInfo[]> Keys = new("--keys")
    {
        Description = "Keys, teams and users: what /key/list?return_full_object=true answers, or one file with all of them.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<FileInfo?> Teams = new("--teams") { Description = "What /team/list answers." };
    static readonly Option<FileInfo?> Users = new("--users") { Description = "What /user/list answers." };
    static readonly Option<string> Organisation = new("--organisation")
    {
        Description = "Where teams and keys go; made when it is not there.",
        DefaultValueFactory = _ => "LiteLLM",
    };
    static readonly Option<bool> Approve = new("--approve") { Description = "Let all workspaces call the models at once." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be taken; change nothing." };

    public static Command Command() =>
        new("import", "Take over what another gateway had: litellm.")
        {
            ApiClient.AddTo(
                new Command("litellm", "Models, routes, teams, keys and budgets of a LiteLLM proxy. Run it where its environment is set.")
                {
                    Config,
                    Keys,
                    Teams,
                    Users,
                    Organisation,
                    Approve,
                    DryRun,
                }.Runs(RunAsync)
            ),
        };

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var problems = new List<FileProblem>();
        var plan = new ImportPlan();
        var config = await ReadAsync(parsed.GetValue(Config)!, problems, ct);
        var others = new List<ImportFile>();
        foreach (var file in (parsed.GetValue(Keys) ?? []).Append(parsed.GetValue(Teams)).Append(parsed.GetValue(Users)).OfType<FileInfo>())
            others.Add(await ReadAsync(file, problems, ct));
        PlanModels(config, others, plan);
        new LiteLlmKeys(plan, TimeProvider.System.GetUtcNow()).Plan(others);
        if (problems.Count > 0)
            throw Verb.Mistake(
                $"{string.Join('\n', problems.Distinct().OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line))}\n{(problems.Count == 1 ? "There is a mistake" : "There are mistakes")} in the files, so nothing is taken."
            );
        var dry = parsed.GetValue(DryRun);
        using var api = ApiClient.From(parsed);
        var runner = new PlanRunner(api, parsed.GetValue(Approve), parsed.GetValue(Organisation)!);
        if (!dry)
            await runner.RunAsync(plan, ct);
        if (api.IsJson)
            ApiClient.ShowJson(ReportOf(plan, runner, dry));
        else
            Print(plan, runner, dry, parsed.GetValue(Approve));
        return 0;
    }

    static void PlanModels(ImportFile file, IReadOnlyList<ImportFile> others, ImportPlan plan)
    {
        if (file.Root is not YamlMappingNode root)
        {
            if (file.Root is { } other)
                file.Wrong(other, "The configuration must be a mapping with model_list.");
            return;
        }
        var set = file.Mapping(root, "environment_variables");
        string? Environment(string name) =>
            System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value
            : set is not null && ImportFile.Find(set, name) is YamlScalarNode { Value: { Length: > 0 } said } ? said
            : null;
        var entries = new LiteLlmEntries(file, plan, Environment, root, LiteLlmWildcards.Named(root, others)).Read();
        new LiteLlmConfig(file, plan, root).Plan(entries);
    }

    static async Task<ImportFile> ReadAsync(FileInfo file, List<FileProblem> problems, CancellationToken ct) =>
        file.Exists
            ? ImportFile.Read(file.Name, await File.ReadAllTextAsync(file.FullName, ct), problems)
            : throw Verb.Mistake($"There is no file {file.FullName}.");

    static IEnumerable<(string What, int Count)> Counts(ImportPlan plan) =>
        [
            ("connections", plan.Connections.Count),
            ("models", plan.Models.Count),
            ("deployments", plan.Models.Sum(m => m.Deployments.Count)),
            ("routes", plan.Routes.Count),
            ("workspaces", plan.Workspaces.Count),
            ("people", plan.People.Count),
            ("keys", plan.Keys.Count),
            (
                "budgets and limits",
                plan.Workspaces.Sum(w => w.Meters.Count) + plan.People.Sum(p => p.Meters.Count) + plan.Keys.Sum(k => k.Meters.Count)
            ),
        ];

    static JsonObject ReportOf(ImportPlan plan, PlanRunner runner, bool dry)
    {
        static JsonArray List(IEnumerable<string> texts) => new(texts.Select(t => (JsonNode)t).ToArray());
        return new JsonObject
        {
            ["dry_run"] = dry,
            ["taken"] = new JsonObject(Counts(plan).Select(c => KeyValuePair.Create(c.What.Replace(' ', '_'), (JsonNode?)c.Count))),
            ["made"] = runner.Made,
            ["found"] = runner.Found,
            ["changed"] = List(plan.Changed),
            ["not_taken"] = List(plan.NotTaken),
            ["unpriced"] = List(runner.Unpriced),
            ["new_secrets"] = new JsonObject(runner.NewSecrets.Select(s => KeyValuePair.Create(s.Name, (JsonNode?)s.Secret))),
        };
    }

    static void Print(ImportPlan plan, PlanRunner runner, bool dry, bool approved)
    {
        Console.WriteLine(
            $"{(dry ? "Would take" : "Taken")}: {string.Join(", ", Counts(plan).Where(c => c.Count > 0).Select(c => $"{c.Count} {c.What}"))}."
        );
        var kept = plan.Keys.Count(k => k.Digest is not null);
        if (kept > 0)
            Console.WriteLine($"{kept} keys go on working as they are.");
        foreach (var (name, secret) in runner.NewSecrets)
            Console.WriteLine($"key {name} has a new secret, shown once: {secret}");
        Tell(
            "No price is known of these models, so calls that a budget of money applies to are refused. Enter one with POST /api/prices or 'models prices import':",
            runner.Unpriced
        );
        Tell("Taken otherwise than it was:", plan.Changed);
        Tell("Not taken:", plan.NotTaken);
        if (dry)
            Console.WriteLine("Nothing was changed. Leave --dry-run out to take it.");
        else
        {
            Console.WriteLine($"{runner.Made} things were made, {runner.Found} were here already and are as they were.");
            if (!approved && plan.Models.Count > 0)
                Console.WriteLine($"The models wait in quarantine: '{Verb.Program} models approve NAME', or --approve.");
        }
    }

    static void Tell(string title, List<string> lines)
    {
        if (lines.Count == 0)
            return;
        Console.WriteLine(title);
        foreach (var line in lines)
            Console.WriteLine($"  {line}");
    }
}
