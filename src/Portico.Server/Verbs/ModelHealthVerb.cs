using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models health: how the deployments are, as one node saw them lately.</summary>
static class ModelHealthVerb
{
    static readonly Option<bool> All = new("--all") { Description = "Deployments without a recent attempt too." };
    static readonly string[] Faults = ["credential", "rate_limit", "model", "upstream"];

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("health", "Latency, errors, benches and remaining quota of deployments, as the node that answers saw them lately.")
            {
                All,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var health = await api.GetAsync("/api/provider-health?limit=1000", ct);
        var rows = health["items"]!.AsArray().SelectMany(c => c!["deployments"]!.AsArray().Select(d => Row(c, d!))).ToList();
        if (!api.IsJson && !parsed.GetValue(All))
            rows = rows.FindAll(r => r["quiet"]!.GetValue<bool>() is false);
        if (!api.IsJson)
            Console.WriteLine(
                $"Node {health["node_id"]}, the last {health["window_seconds"]!.GetValue<int>() / 60} minutes. Times are median and 95th percentile."
            );
        api.Show(
            health,
            rows,
            ("CONNECTION", r => ApiClient.Text(r["connection"])),
            ("MODEL", r => ApiClient.Text(r["deployment"]!["model"])),
            ("STATE", r => ApiClient.Text(r["state"])),
            ("GOOD", r => ApiClient.Text(r["deployment"]!["attempts"]!["completed"])),
            ("FAILED", r => Failed(r["deployment"]!["attempts"]!)),
            ("FIRST OUTPUT", r => Times(r["deployment"]!["first_output"]!)),
            ("WHOLE", r => Times(r["deployment"]!["duration"]!)),
            ("LEFT", r => Quota(r["deployment"]!["quota"])),
            ("LAST FAILURE", r => LastFailure(r["deployment"]!["last_failure"]))
        );
        return 0;
    }

    static JsonObject Row(JsonNode connection, JsonNode deployment)
    {
        var attempts = deployment["attempts"]!.AsObject().Sum(a => a.Value!.GetValue<long>());
        var state =
            connection["disabled"]!.GetValue<bool>() || deployment["disabled"]!.GetValue<bool>() ? "off"
            : connection["credential_benched_until"] is { } refused ? $"credential refused, benched until {Clock(refused)}"
            : deployment["unavailable_until"] is { } until ? $"benched until {Clock(until)}"
            : "ok";
        return new JsonObject
        {
            ["connection"] = connection["name"]!.DeepClone(),
            ["deployment"] = deployment.DeepClone(),
            ["state"] = state,
            ["quiet"] = attempts == 0 && state is "ok" or "off",
        };
    }

    static string Failed(JsonNode attempts)
    {
        var some = Faults
            .Select(f => (Fault: f, Count: attempts[f]!.GetValue<long>()))
            .Where(f => f.Count > 0)
            .Select(f => $"{f.Count} {f.Fault}")
            .ToList();
        return some.Count == 0 ? "0" : string.Join(", ", some);
    }

    static string Times(JsonNode quantiles) =>
        quantiles["calls"]!.GetValue<long>() == 0 ? "" : $"{Ms(quantiles["p50_us"]!)} / {Ms(quantiles["p95_us"]!)} ms";

    static string Ms(JsonNode us) => (us.GetValue<long>() / 1000.0).ToString("0.#", CultureInfo.InvariantCulture);

    static string Quota(JsonNode? quota)
    {
        if (quota is null)
            return "";
        var parts = new[] { (quota["remaining_requests"], "requests"), (quota["remaining_tokens"], "tokens") };
        return string.Join(", ", parts.Where(p => p.Item1 is not null).Select(p => $"{p.Item1} {p.Item2}"));
    }

    static string LastFailure(JsonNode? failure) => failure is null ? "" : $"{failure["code"]} at {Clock(failure["at"]!)}";

    static string Clock(JsonNode time) =>
        time.GetValue<DateTimeOffset>().ToUniversalTime().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
