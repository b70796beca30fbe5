using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico explain: which route, limits, budgets and policies a call would meet, without calling out.</summary>
static class ExplainVerb
{
    static readonly Option<string> Key = new("--key") { Description = "key_…", Required = true };
    static readonly Option<string> Model = new("--model") { Description = "Route or model.", Required = true };
    static readonly Option<int> Input = new("--input-tokens") { Description = "Tokens of input.", DefaultValueFactory = _ => 1_000 };
    static readonly Option<int?> Output = new("--max-output-tokens") { Description = "Cap of output; the route's by default." };

    static readonly Option<string?> Person = new("--person") { Description = "Id or e-mail of the person the key would act for." };
    static readonly Option<string?> From = new("--from") { Description = "Address the call would come from." };
    static readonly Option<bool> Embeddings = new("--embeddings") { Description = "An embedding, not a chat." };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("explain", "What a call would meet, without making it.")
            {
                Key,
                Model,
                Input,
                Output,
                Person,
                From,
                Embeddings,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["key_id"] = parsed.GetValue(Key),
            ["model"] = parsed.GetValue(Model),
            ["input_tokens"] = parsed.GetValue(Input),
            ["person"] = parsed.GetValue(Person),
            ["address"] = parsed.GetValue(From),
            ["embeddings"] = parsed.GetValue(Embeddings),
        };
        if (parsed.GetValue(Output) is { } cap)
            body["max_output_tokens"] = cap;
        var e = await api.PostAsync("/api/explain", body, ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(e);
            return e["would_pass"]!.GetValue<bool>() ? 0 : 1;
        }
        Console.WriteLine(
            e["would_pass"]!.GetValue<bool>() ? "✓ the call would pass" : $"✗ refused with {e["refused_with"]}: {e["reason"]}"
        );
        Console.WriteLine();
        Line(
            "caller",
            $"key '{e["caller"]?["key"]}'",
            $"use case '{e["caller"]?["use_case"]}'",
            $"workspace '{e["caller"]?["workspace"]}'",
            $"organisation '{e["caller"]?["organisation"]}'",
            e["caller"]?["expires_at"] is { } expires ? $"expires {ApiClient.Time(expires)}" : null,
            Only("from", e["caller"]?["networks"]),
            Only("routes", e["caller"]?["allowed_routes"])
        );
        if (e["route"] is not { } route)
            return 1;
        Line(
            "route",
            $"{route["name"]}",
            $"{route["strategy"]}",
            $"{route["max_attempts"]} attempts at most",
            $"cache {route["cache_seconds"]} s",
            $"context {route["context"]}",
            route["session_affinity"]?.GetValue<bool>() is true ? "sessions stay" : null,
            route["keep_contents"]?.GetValue<bool>() is true ? "contents are kept" : null
        );
        if (e["context"] is { } context)
            Line(
                "window",
                $"{context["needed_tokens"]} tokens of {context["window_tokens"]?.ToString() ?? "an unknown window"}",
                context["fits"]!.GetValue<bool>() ? "fits" : "does not fit",
                $"output cap {e["output_cap"]}"
            );
        Console.WriteLine();
        api.Show(
            e["deployments"]!,
            e["deployments"]!.AsArray(),
            ("DEPLOYMENT", r => ApiClient.Text(r["id"])),
            ("MODEL", r => ApiClient.Text(r["model"])),
            ("CONNECTION", r => ApiClient.Text(r["connection"])),
            ("BREAKER", r => ApiClient.Text(r["breaker"])),
            ("WORST CASE $", r => ApiClient.Text(r["worst_case_usd"]) ?? "unpriced")
        );
        foreach (var left in e["left_out"]!.AsArray())
            Console.WriteLine($"left out: {left!["model"]} at {left["connection"]}: {left["why"]}");
        Console.WriteLine();
        if (e["meters"]!.AsArray().Count == 0)
            Console.WriteLine("No budget and no limit applies.");
        else
            ShowMeters(api, e);
        return e["would_pass"]!.GetValue<bool>() ? 0 : 1;
    }

    static void Line(string name, params string?[] facts) =>
        Console.WriteLine($"{name, -8} {string.Join(" · ", facts.Where(f => f is not null))}");

    static string? Only(string word, JsonNode? list) => list is JsonArray { Count: > 0 } some ? $"{word} {string.Join(", ", some)}" : null;

    static void ShowMeters(ApiClient api, JsonNode e) =>
        api.Show(
            e["meters"]!,
            e["meters"]!.AsArray(),
            ("METER", r => ApiClient.Text(r["id"])),
            ("SCOPE", r => ApiClient.Text(r["scope"])),
            ("UNIT", r => ApiClient.Text(r["unit"])),
            ("WINDOW", r => ApiClient.Text(r["window"])),
            ("LIMIT", r => Amount(r, "limit")),
            ("SPENT", r => Amount(r, "spent")),
            ("HELD", r => Amount(r, "held")),
            ("NEEDED", r => Amount(r, "needed")),
            ("PASS", r => (r["would_pass"]!.GetValue<bool>() ? "✓" : "✗") + (r["shadow_only"]!.GetValue<bool>() ? " (shadow)" : ""))
        );

    static string Amount(JsonNode row, string name) =>
        row["unit"]!.GetValue<string>() == "nano_usd" ? "$" + NanoUsd.Format(row[name]!.GetValue<long>()) : row[name]!.ToString();
}
