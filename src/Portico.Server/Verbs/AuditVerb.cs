using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico audit: who did what; the logs; an export to be verified; the key that signs.</summary>
static class AuditVerb
{
    static readonly Option<string?> Actor = new("--actor") { Description = "Id of a person or token." };
    static readonly Option<string?> Action = new("--action") { Description = "A part of method and address, as 'keys'." };
    static readonly Option<string?> From = new("--from") { Description = "A time, as 2026-11-01 or 2026-11-01T12:00Z; inclusive." };
    static readonly Option<string?> To = new("--to") { Description = "A time; exclusive." };
    static readonly Option<int> Limit = new("--limit") { Description = "Rows, at most 1,000.", DefaultValueFactory = _ => 50 };
    static readonly Option<string> Out = new("--out") { Description = "The file to write.", DefaultValueFactory = _ => "audit.zip" };

    public static Command Command() =>
        new("audit", "Who did what, and the proof of it.")
        {
            ApiClient.AddTo(
                new Command("acts", "Acts on the management API, newest first.") { Actor, Action, From, To, Limit }.Runs(ActsAsync)
            ),
            ApiClient.AddTo(new Command("logs", "The logs and how far they are.").Runs(LogsAsync)),
            ApiClient.AddTo(new Command("key", "The public key that signs, for an auditor.").Runs(KeyAsync)),
            ApiClient.AddTo(new Command("export", "Writes a zip for 'portico verify'.") { From, To, Out }.Runs(ExportAsync)),
        };

    static async Task<int> ActsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync(
            $"/api/audit/acts?limit={parsed.GetValue(Limit)}{Query(("actor", parsed.GetValue(Actor)), ("action", parsed.GetValue(Action)), ("from", parsed.GetValue(From)), ("to", parsed.GetValue(To)))}",
            ct
        );
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("AT", r => ApiClient.Time(r["at"]!)),
            ("ACTOR", r => ApiClient.Text(r["actor"])),
            ("ACTION", r => ApiClient.Text(r["action"])),
            ("RESOURCE", r => ApiClient.Text(r["resource"])),
            ("STATUS", r => ApiClient.Text(r["status"])),
            ("CODE", r => ApiClient.Text(r["code"])),
            ("LOG", r => ApiClient.Text(r["log"])),
            ("ENTRY", r => ApiClient.Text(r["entry"]))
        );
        return 0;
    }

    static async Task<int> LogsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/audit/logs", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("ENTRIES", r => ApiClient.Text(r["size"])),
            ("ANCHORED", r => ApiClient.Text(r["anchored_size"])),
            ("LAST", r => ApiClient.Time(r["at"]!)),
            ("ROOT", r => ApiClient.Text(r["root"]))
        );
        return 0;
    }

    static async Task<int> KeyAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/audit/keys", ct);
        if (api.IsJson)
            ApiClient.ShowJson(page);
        else
            foreach (var key in page["items"]!.AsArray())
                Console.WriteLine($"# {key!["id"]}, SHA-256 {key["fingerprint"]}\n{key["pem"]}\n");
        return 0;
    }

    static async Task<int> ExportAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var path = parsed.GetRequiredValue(Out);
        var query = Query(("from", parsed.GetValue(From)), ("to", parsed.GetValue(To)));
        var bytes = await api.DownloadAsync($"/api/audit/export{(query.Length > 0 ? "?" + query[1..] : "")}", path, ct);
        Console.WriteLine($"{bytes:N0} bytes in {path}. Verify it anywhere: portico verify {path} --key KEY.pem");
        return 0;
    }

    static string Query(params (string Name, string? Value)[] given) =>
        string.Concat(given.Where(g => g.Value is not null).Select(g => $"&{g.Name}={Uri.EscapeDataString(g.Value!)}"));
}
