using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Portico.Guardrails.Models;

namespace Portico.Server.Verbs;

/// <summary>portico guardrails models: the sets of models that a server has, which are in force, and the way back.</summary>
static class GuardrailsModelsVerb
{
    static readonly Argument<string> Id = new("id") { Description = "The set: dmodels_…, or shipped." };
    static readonly Argument<string> Bundle = new("file") { Description = "A set, as 'guardrails train --bundle' writes it." };
    static readonly Argument<string?> Shown = new("file")
    {
        Description = "A set in a file; the shipped one when nothing is said.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    static readonly Option<string?> Workspace = new("--workspace") { Description = "For the calls of one workspace: ws_…" };

    public static Command Command() =>
        new("models", "Models that the detectors go by: versions, sources, which are in force.")
        {
            ApiClient.AddTo(new Command("list", "The sets of a server, and where each is in force.").Runs(ListAsync)),
            ApiClient.AddTo(
                new Command("add", "Uploads a set; it is tried first, and nothing is in force by that.") { Bundle }.Runs(AddAsync)
            ),
            ApiClient.AddTo(new Command("use", "Brings a set in force on every node.") { Id, Workspace }.Runs(UseAsync)),
            ApiClient.AddTo(new Command("rollback", "Goes back to what was in force before.") { Workspace }.Runs(RollBackAsync)),
            ApiClient.AddTo(new Command("remove", "Removes a set that is not in force.") { Id }.Runs(RemoveAsync)),
            new Command("sources", "What each model of a set was made from, with licences and counts; needs no server.") { Shown }.Runs(
                SourcesAsync
            ),
        };

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/guardrails/models?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", s => ApiClient.Text(s["id"])),
            ("VERSION", s => ApiClient.Text(s["version"])),
            ("IN FORCE", s => string.Join(", ", s["in_force"]!.AsArray().Select(InForce)) is { Length: > 0 } uses ? uses : "–"),
            ("FOR", s => s["workspace_id"] is { } own ? ApiClient.Text(own) : "all"),
            ("UPLOADED", s => s["uploaded_at"] is { } at ? $"{ApiClient.Time(at)} by {s["uploaded_by_name"]}" : "with the product"),
            ("PROBLEM", s => ApiClient.Text(s["problem"]))
        );
        return 0;
    }

    static string InForce(JsonNode? use) =>
        use!["since"] is { } since ? $"{use["level"]} since {ApiClient.Time(since)} by {use["by_name"]}" : $"{use["level"]}";

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var file = parsed.GetValue(Bundle)!;
        if (!File.Exists(file))
            throw Verb.Mistake($"There is no file '{file}'.");
        if (new FileInfo(file).Length > ModelBundle.MaxBytes)
            throw Verb.Mistake($"{file} has more than {DetectorModels.MaxBytes / 1024 / 1024} MB: it is no set of models.");
        var body = new JsonObject { ["bundle"] = Convert.ToBase64String(await File.ReadAllBytesAsync(file, ct)) };
        var set = await api.PostAsync("/api/guardrails/models", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(set);
        else
            Console.WriteLine(
                $"{set["id"]} is kept as version {set["version"]}. '{Verb.Program} guardrails models use {set["id"]}' brings it in force."
            );
        return 0;
    }

    static Task<int> UseAsync(ParseResult parsed, CancellationToken ct) =>
        ChangeAsync(parsed, $"/api/guardrails/models/{Uri.EscapeDataString(parsed.GetValue(Id)!)}/activate", ct);

    static Task<int> RollBackAsync(ParseResult parsed, CancellationToken ct) => ChangeAsync(parsed, "/api/guardrails/models/rollback", ct);

    static async Task<int> ChangeAsync(ParseResult parsed, string path, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject();
        if (parsed.GetValue(Workspace) is { } workspace)
            body["workspace_id"] = workspace;
        var set = await api.PostAsync(path, body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(set);
        else
            Console.WriteLine($"Version {set["version"]} ({set["id"]}) is in force for {parsed.GetValue(Workspace) ?? "all"}.");
        return 0;
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        await api.SendAsync(HttpMethod.Delete, $"/api/guardrails/models/{Uri.EscapeDataString(parsed.GetValue(Id)!)}", null, null, ct);
        if (!api.IsJson)
            Console.WriteLine("It is removed.");
        return 0;
    }

    static async Task<int> SourcesAsync(ParseResult parsed, CancellationToken ct)
    {
        var models = await SetFile.ReadAsync(parsed.GetValue(Shown) ?? SetFile.Shipped, ct);
        Console.WriteLine($"Version {models.Version}, digest {models.Digest}{(models.Workspace is { } own ? $", for {own} alone" : "")}");
        foreach (var of in models.Files)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{of.Name}  {of.Bytes} bytes  {of.Sha256}"));
            foreach (var source in of.Sources)
                Console.WriteLine($"  {source}");
        }
        return 0;
    }
}
