using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico calls: the newest calls, or one with its attempts and trail.</summary>
static class CallsVerb
{
    static readonly Argument<string?> Id = new("id") { Description = "call_… for one call", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<int> Limit = new("--limit") { Description = "Rows, at most 1,000.", DefaultValueFactory = _ => 20 };
    static readonly Option<string?> Model = new("--model") { Description = "Only this model." };
    static readonly Option<string?> Outcome = new("--outcome") { Description = "completed, refused, failed, abandoned." };
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Command() =>
        ApiClient.AddTo(new Command("calls", "Calls, newest first.") { Id, Limit, Model, Outcome }.Runs(RunAsync));

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        if (parsed.GetValue(Id) is { } id)
        {
            Console.WriteLine((await api.GetAsync($"/api/calls/{Uri.EscapeDataString(id)}", ct)).ToJsonString(Indented));
            return 0;
        }
        var query = $"/api/calls?limit={parsed.GetValue(Limit)}";
        if (parsed.GetValue(Model) is { } model)
            query += $"&model={Uri.EscapeDataString(model)}";
        if (parsed.GetValue(Outcome) is { } outcome)
            query += $"&outcome={Uri.EscapeDataString(outcome)}";
        var page = await api.GetAsync(query, ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("MODEL", r => ApiClient.Text(r["model"] ?? r["requested_model"])),
            ("OUTCOME", r => ApiClient.Text(r["outcome"])),
            ("STATUS", r => ApiClient.Text(r["status"])),
            ("COST $", r => NanoUsd.Format(r["cost_nano_usd"]?.GetValue<long>() ?? 0)),
            ("MS", r => Milliseconds(r["duration_us"])),
            ("ERROR", r => ApiClient.Text(r["error_code"]))
        );
        return 0;
    }

    static string Milliseconds(JsonNode? us) =>
        ((us?.GetValue<long>() ?? 0) / 1000.0).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
