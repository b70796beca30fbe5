using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico routes: the names that callers use, and what they demand of whatever serves them.</summary>
static class RoutesVerb
{
    static readonly Argument<string> Name = new("name") { Description = "The route, by its name or route_…." };
    static readonly Option<string[]> Residency = new("--residency")
    {
        Description = "Regions in which alone data may be processed: eu, us-east-1 …",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<bool> NoTraining = new("--no-training") { Description = "The provider may not train on what is sent to it." };
    static readonly Option<int?> Retention = new("--max-retention-days")
    {
        Description = "The longest that the provider may keep what is sent, 0 = not at all.",
    };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("routes", "Routes: list, demand.")
            {
                ApiClient.AddTo(new Command("list", "List routes.").Runs(ListAsync)),
                ApiClient.AddTo(
                    new Command("demand", "Say what a route demands of whatever serves it; without an option it demands nothing.")
                    {
                        Name,
                        Residency,
                        NoTraining,
                        Retention,
                    }.Runs(DemandAsync)
                ),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/routes?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("STRATEGY", r => ApiClient.Text(r["strategy"])),
            ("LEADS TO", r => string.Join(", ", r["targets"]!.AsArray().Select(t => $"{t!["model"] ?? t["deployment"]}"))),
            ("DEMANDS", r => InWords(r["demands"])),
            ("ID", r => ApiClient.Text(r["id"]))
        );
        return 0;
    }

    static async Task<int> DemandAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var name = parsed.GetValue(Name)!;
        var route = (await api.GetAsync($"/api/routes/{Uri.EscapeDataString(name)}", ct)).AsObject();
        var version = route["version"]!.GetValue<long>();
        foreach (var made in new[] { "id", "version", "is_implicit" })
            route.Remove(made);
        var regions = parsed.GetValue(Residency) ?? [];
        route["demands"] =
            regions.Length == 0 && !parsed.GetValue(NoTraining) && parsed.GetValue(Retention) is null
                ? null
                : new JsonObject
                {
                    ["residency"] = new JsonArray(regions.Select(r => (JsonNode)r).ToArray()),
                    ["no_training"] = parsed.GetValue(NoTraining),
                    ["max_retention_days"] = parsed.GetValue(Retention),
                };
        var now = await api.SendAsync(HttpMethod.Put, $"/api/routes/{Uri.EscapeDataString(name)}", route, $"\"v{version}\"", ct);
        if (api.IsJson)
            ApiClient.ShowJson(now);
        else
            Console.WriteLine($"{now["name"]} demands {(InWords(now["demands"]) is { Length: > 0 } some ? some : "nothing")}.");
        return 0;
    }

    static string InWords(JsonNode? demands)
    {
        if (demands is null)
            return "";
        var parts = new List<string>();
        if (demands["residency"] is JsonArray { Count: > 0 } regions)
            parts.Add("residency " + string.Join(" or ", regions.Select(r => r!.ToString())));
        if (demands["no_training"]!.GetValue<bool>())
            parts.Add("no training");
        if (demands["max_retention_days"] is { } days)
            parts.Add($"retention of at most {days} days");
        return string.Join(", ", parts);
    }
}
