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

    public static Command Command() =>
        ApiClient.AddTo(new Command("explain", "What a call would meet, without making it.") { Key, Model, Input, Output }.Runs(RunAsync));

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["key_id"] = parsed.GetValue(Key),
            ["model"] = parsed.GetValue(Model),
            ["input_tokens"] = parsed.GetValue(Input),
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
        if (e["caller"] is { } caller)
            Console.WriteLine(
                $"\ncaller   key '{caller["key"]}' · use case '{caller["use_case"]}' · workspace '{caller["workspace"]}' · organisation '{caller["organisation"]}'"
            );
        if (e["route"] is { } route)
            Console.WriteLine(
                $"route    {route["name"]} · {route["strategy"]} · {route["max_attempts"]} attempts at most · cache {route["cache_seconds"]} s · context {route["context"]}\n"
            );
        if (e["route"] is null)
            return 1;
        api.Show(
            e["deployments"]!,
            e["deployments"]!.AsArray(),
            ("DEPLOYMENT", r => ApiClient.Text(r["id"])),
            ("MODEL", r => ApiClient.Text(r["model"])),
            ("CONNECTION", r => ApiClient.Text(r["connection"])),
            ("BREAKER", r => ApiClient.Text(r["breaker"])),
            ("WORST CASE $", r => ApiClient.Text(r["worst_case_usd"]) ?? "unpriced")
        );
        Console.WriteLine();
        if (e["meters"]!.AsArray().Count == 0)
            Console.WriteLine("No budget and no limit applies.");
        else
            ShowMeters(api, e);
        return e["would_pass"]!.GetValue<bool>() ? 0 : 1;
    }

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
            ("PASS", r => r["would_pass"]!.GetValue<bool>() ? "✓" : "✗")
        );

    static string Amount(JsonNode row, string name) =>
        row["unit"]!.GetValue<string>() == "nano_usd" ? "$" + NanoUsd.Format(row[name]!.GetValue<long>()) : row[name]!.ToString();
}
