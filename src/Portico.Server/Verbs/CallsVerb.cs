using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico calls: the newest calls, or one with its attempts and trail.</summary>
static class CallsVerb
{
    static readonly Argument<string?> Id = new("id") { Description = "call_… for one call", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<int> Limit = new("--limit") { Description = "Rows, at most 1,000.", DefaultValueFactory = _ => 20 };
    static readonly Option<string?> Model = new("--model") { Description = "Only this model." };
    static readonly Option<string?> Outcome = new Option<string?>("--outcome")
    {
        Description = "completed, refused, failed, abandoned.",
    }.OneOf("completed", "refused", "failed", "abandoned");

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("calls", "Calls, newest first; one with all that is known of it.") { Id, Limit, Model, Outcome }.Runs(RunAsync)
        );

    static Task<int> RunAsync(ParseResult parsed, CancellationToken ct) =>
        parsed.GetValue(Id) is { } id ? ShowOneAsync(parsed, id, ct) : ListAsync(parsed, ct);

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var query = $"/api/calls?limit={parsed.GetValue(Limit)}";
        if (parsed.GetValue(Model) is { } model)
            query += $"&model={Uri.EscapeDataString(model)}";
        if (parsed.GetValue(Outcome) is { } outcome)
            query += $"&outcome={Uri.EscapeDataString(outcome)}";
        var page = await api.GetAsync(query, ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("STARTED", r => Started(r).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            ("ID", r => ApiClient.Text(r["id"])),
            ("MODEL", r => ApiClient.Text(r["model"] ?? r["requested_model"])),
            ("OUTCOME", r => ApiClient.Text(r["outcome"])),
            ("STATUS", r => ApiClient.Text(r["status"])),
            ("IN", r => ApiClient.Text(r["usage"]?["total_input"])),
            ("OUT", r => ApiClient.Text(r["usage"]?["total_output"])),
            ("COST $", Cost),
            ("MS", r => Milliseconds(r["duration_us"])),
            ("ERROR", r => ApiClient.Text(r["error_code"]))
        );
        return 0;
    }

    static async Task<int> ShowOneAsync(ParseResult parsed, string id, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var call = await api.GetAsync($"/api/calls/{Uri.EscapeDataString(id)}", ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(call);
            return 0;
        }
        Fact("call", call["id"]);
        Fact("started", Started(call).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Fact("key", call["key_id"]);
        Fact("use case", call["use_case_id"]);
        Fact("asked for", $"{call["requested_model"]}{(call["stream"]?.GetValue<bool>() is true ? ", streamed" : "")}");
        Fact("served by", call["served_model"] is { } served ? $"{served} at {call["provider"]}, route {call["route"]}" : null);
        Fact(
            "outcome",
            $"{call["outcome"]} ({call["status"]}){(call["error_code"] is { } code ? $" {code}: {call["error_message"]}" : "")}"
        );
        if (call["usage"] is { } usage)
            Fact("tokens", $"{usage["total_input"]} in, {usage["total_output"]} out, {usage["source"]}");
        Fact("cost", $"${Cost(call)}{(call["price_version"] is { } version ? $", price version {version}" : "")}");
        Fact(
            "time",
            $"{Milliseconds(call["duration_us"])} ms, first output after {Milliseconds(call["first_output_us"])} ms, of it Portico {Milliseconds(call["overhead_us"])} ms"
        );
        Fact("cache", call["cache"]);
        Fact("fitted", call["context_fitted"]);
        Console.WriteLine();
        api.Show(
            call,
            call["attempts"]!.AsArray(),
            ("ATTEMPT", r => ApiClient.Text(r["number"])),
            ("DEPLOYMENT", r => ApiClient.Text(r["deployment_id"])),
            ("PROVIDER", r => ApiClient.Text(r["provider"])),
            ("OUTCOME", r => ApiClient.Text(r["outcome"])),
            ("STATUS", r => ApiClient.Text(r["status"])),
            ("MS", r => Milliseconds(r["duration_us"])),
            ("COST $", Cost),
            ("ERROR", r => r["error_code"] is null ? "" : $"{r["error_code"]}: {r["error_message"]}")
        );
        if (call["trail"] is JsonArray { Count: > 0 } trail)
        {
            Console.WriteLine();
            foreach (var note in trail)
                Console.WriteLine(note is JsonObject fact ? string.Join("  ", fact.Select(f => f.Value?.ToString())) : note?.ToString());
        }
        return 0;
    }

    static void Fact(string name, JsonNode? value) => Fact(name, value?.ToString());

    static void Fact(string name, string? value)
    {
        if (value is not null)
            Console.WriteLine($"{name, -10} {value}");
    }

    static DateTimeOffset Started(JsonNode call) => DateTimeOffset.UnixEpoch.AddMicroseconds(call["started_at_us"]!.GetValue<long>());

    static string Cost(JsonNode row) =>
        row["unpriced"]?.GetValue<bool>() is true ? "unpriced" : NanoUsd.Format(row["cost_nano_usd"]?.GetValue<long>() ?? 0);

    static string Milliseconds(JsonNode? us) => ((us?.GetValue<long>() ?? 0) / 1000.0).ToString("0.0", CultureInfo.InvariantCulture);
}
