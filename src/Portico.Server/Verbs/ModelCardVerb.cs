using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models card: what is known of a model, from a file and into one.</summary>
static class ModelCardVerb
{
    static readonly Argument<string> Name = new("name") { Description = "The model, as callers name it." };
    static readonly Option<FileInfo?> Import = new("--import")
    {
        Description = "Enter the card of a file: a README.md with Hugging Face's metadata, or a CycloneDX document.",
    };
    static readonly Option<string?> Export = new Option<string?>("--export") { Description = "Print the card as hf or cyclonedx." }.OneOf(
        "hf",
        "cyclonedx"
    );

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("card", "What is known of a model: source, licence, terms of data use, lineage, evaluations, retirement.")
            {
                Name,
                Import,
                Export,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var address = $"/api/models/{await ModelsVerb.IdOfAsync(api, parsed.GetValue(Name)!, ct)}/card";
        if (parsed.GetValue(Export) is { } format)
        {
            var file = await api.GetAsync($"{address}/export?format={format}", ct);
            Console.Write(file["text"]!.GetValue<string>().TrimEnd() + "\n");
            return 0;
        }
        var view = parsed.GetValue(Import) is { } from ? await ImportAsync(api, address, from, ct) : await api.GetAsync(address, ct);
        if (api.IsJson)
            ApiClient.ShowJson(view);
        else
            Show(view);
        return 0;
    }

    static async Task<JsonNode> ImportAsync(ApiClient api, string address, FileInfo file, CancellationToken ct)
    {
        if (!file.Exists)
            throw Verb.Mistake($"There is no file {file.FullName}.");
        var text = await File.ReadAllTextAsync(file.FullName, ct);
        var done = await api.SendAsync(
            HttpMethod.Put,
            address + "/import",
            new JsonObject { ["format"] = text.TrimStart('\ufeff', ' ', '\n', '\r').StartsWith('{') ? "cyclonedx" : "hf", ["text"] = text },
            "*",
            ct
        );
        if (!api.IsJson && done["left_out"]!.AsArray() is { Count: > 0 } left)
            Console.WriteLine($"left out: {string.Join(", ", left)}");
        return done["card"]!.DeepClone();
    }

    static void Show(JsonNode view)
    {
        var card = view["card"]!;
        Line("model", Text(view["model"]));
        Line(
            "card",
            Text(view["origin"]) switch
            {
                "entered" => $"entered by {view["updated_by"]} at {ApiClient.Time(view["updated_at"])}",
                var origin => Origin(origin),
            }
        );
        Line("context", Number(view["context_tokens"]), view["max_output_tokens"] is { } most ? $"output {Number(most)}" : null);
        ShowFacts(card);
    }

    internal static string Origin(string? origin) =>
        origin switch
        {
            "entered" => "entered by a person",
            "catalogue" => "from the catalogue of this build",
            _ => "nothing is known yet; enter one with 'portico models card NAME --import FILE'",
        };

    /// <summary>What a card says, a line a fact.</summary>
    internal static void ShowFacts(JsonNode card)
    {
        Line("source", Text(card["source"]?["name"]), Text(card["source"]?["url"]));
        Line(
            "licence",
            Text(card["licence"]?["id"]),
            Text(card["licence"]?["name"]),
            Truth(card["licence"]?["commercial_use"], "commercial use", "no commercial use"),
            Text(card["licence"]?["url"])
        );
        Line(
            "terms",
            Truth(card["terms"]?["trains_on_data"], "trains on data", "does not train on data"),
            card["terms"]?["retention_days"] is { } days ? $"keeps data {days} days" : null,
            Joined(card["terms"]?["regions"]),
            Text(card["terms"]?["source"])
        );
        Line("in", Joined(card["inputs"]));
        Line("out", Joined(card["outputs"]));
        Line("can", Joined(card["capabilities"]));
        Line("languages", Joined(card["languages"]));
        Line("base", Joined(card["lineage"]?["base_models"]), Text(card["lineage"]?["relation"]));
        Line("data sets", Joined(card["lineage"]?["data_sets"]));
        foreach (var use in card["intended_use"]!.AsArray())
            Line("use", Text(use));
        foreach (var limit in card["limits"]!.AsArray())
            Line("limit", Text(limit));
        foreach (var e in card["evaluations"]!.AsArray())
            Line("measured", $"{e!["name"]} {e["metric"]} {e["value"]}", Text(e["source"]));
        Line(
            "retires",
            Text(card["retirement"]?["date"]),
            card["retirement"]?["replacement"] is { } next ? $"use {next}" : null,
            Text(card["retirement"]?["source"])
        );
    }

    internal static void Line(string name, params string?[] facts)
    {
        var said = facts.Where(f => !string.IsNullOrEmpty(f)).ToList();
        if (said.Count > 0)
            Console.WriteLine($"{name, -10} {string.Join(" · ", said)}");
    }

    static string? Text(JsonNode? node) => ApiClient.Text(node);

    static string? Joined(JsonNode? list) => list is JsonArray some ? string.Join(", ", some) : null;

    static string? Truth(JsonNode? node, string yes, string no) =>
        node is null ? null
        : node.GetValue<bool>() ? yes
        : no;

    internal static string? Number(JsonNode? node) => node?.GetValue<long>().ToString("N0", CultureInfo.InvariantCulture);
}
