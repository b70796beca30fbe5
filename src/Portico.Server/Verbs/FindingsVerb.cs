using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico findings list, summary, queue, review, undo: what content rules found, how often, and what people say of it.</summary>
static class FindingsVerb
{
    static readonly (string Parameter, Option<string?> Option)[] Filters =
    [
        ("from", new("--from") { Description = "From this time on, such as 2026-03-01 or 2026-03-01T12:00:00Z." }),
        ("to", new("--to") { Description = "Before this time." }),
        ("workspace_id", new("--workspace") { Description = "Only of ws_…" }),
        ("use_case_id", new("--use-case") { Description = "Only of uc_…" }),
        ("rule", new("--rule") { Description = "Only of this rule." }),
        ("kind", new("--kind") { Description = "A kind, its front (pii), or words: a rule's own words and patterns." }),
        ("channel", new("--channel") { Description = "user, system, retrieved, tool or output." }),
        ("action", new("--action") { Description = "flag, tokenise, redact, ask or block." }),
        ("min_score_percent", new("--min-score") { Description = "At least so many percent sure." }),
        ("max_score_percent", new("--max-score") { Description = "At most so many percent sure." }),
        ("review", new("--review") { Description = "none, open, false_alarm, right or decided." }),
    ];
    static readonly Option<string?> OfCall = new("--call") { Description = "Only of call_…" };
    static readonly Option<int> Limit = new("--limit") { Description = "Rows, at most 1,000.", DefaultValueFactory = _ => 20 };
    static readonly Option<int> Questions = new("--limit") { Description = "Questions, at most 200.", DefaultValueFactory = _ => 20 };
    static readonly Option<string?> Export = new("--export") { Description = "All that fit into this file: .csv or .jsonl." };
    static readonly Option<string> By = new Option<string>("--by")
    {
        Description = "rule, kind, channel, action, workspace or use_case.",
        DefaultValueFactory = _ => "rule",
    }.OneOf("rule", "kind", "channel", "action", "workspace", "use_case");
    static readonly Argument<string> Call = new("call") { Description = "call_…" };
    static readonly Argument<int> Number = new("number") { Description = "Of the finding in its call, from 0." };
    static readonly Argument<string> Verdict = new Argument<string>("verdict") { Description = "right or false-alarm." };
    static readonly Option<string?> Reason = new("--reason") { Description = "Words for the record." };
    static readonly Argument<string> ReviewId = new("review") { Description = "review_…, as review printed it." };

    public static Command Command() =>
        new("findings", "What content rules found in calls, how often, and whether it was right.")
        {
            Filtered(new Command("list", "Findings, newest first, or all of them into a file.") { OfCall, Limit, Export }.Runs(ListAsync)),
            Filtered(new Command("summary", "How often what was found, and how much of it was a false alarm.") { By }.Runs(SummaryAsync)),
            Filtered(
                new Command("queue", "Findings that wait for an answer, those first that are worth the most.") { Questions }.Runs(
                    QueueAsync
                )
            ),
            ApiClient.AddTo(
                new Command("review", "Say whether a finding is one: an answer for the same words in the workspace.")
                {
                    Call,
                    Number,
                    Verdict,
                    Reason,
                }.Runs(ReviewAsync)
            ),
            ApiClient.AddTo(new Command("undo", "Take an answer back.") { ReviewId }.Runs(UndoAsync)),
        };

    static Command Filtered(Command command)
    {
        foreach (var (_, option) in Filters)
            command.Options.Add(option);
        return ApiClient.AddTo(command);
    }

    static string Query(ParseResult parsed) =>
        string.Concat(
            Filters.Select(f =>
                parsed.GetValue(f.Option) is { } value ? $"&{f.Parameter}={Uri.EscapeDataString(Said(f.Parameter, value))}" : ""
            )
        );

    /// <summary>A day alone is its first instant in UTC.</summary>
    static string Said(string parameter, string value) =>
        parameter is "from" or "to" && DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? value + "T00:00:00Z"
            : value;

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var query = Query(parsed) + (parsed.GetValue(OfCall) is { } of ? $"&call_id={Uri.EscapeDataString(of)}" : "");
        if (parsed.GetValue(Export) is { } file)
        {
            var format = Path.GetExtension(file) switch
            {
                ".csv" => "csv",
                ".jsonl" => "jsonl",
                _ => throw Verb.Mistake("--export needs a file that ends with .csv or .jsonl."),
            };
            var bytes = await api.DownloadAsync($"/api/findings/export?format={format}{query}", file, ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {bytes} bytes"));
            return 0;
        }
        var page = await api.GetAsync($"/api/findings?limit={parsed.GetValue(Limit)}{query}", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("STARTED", f => ApiClient.Time(f["started_at"])),
            ("CALL", f => ApiClient.Text(f["call_id"])),
            ("NO", f => ApiClient.Text(f["number"])),
            ("RULE", f => ApiClient.Text(f["rule"])),
            ("FOUND", Kind),
            ("SURE", f => $"{f["score_percent"]} %"),
            ("IN", f => ApiClient.Text(f["channel"])),
            ("WHERE", Place),
            ("ACTION", f => ApiClient.Text(f["action"])),
            ("REVIEW", f => ApiClient.Text(f["review"]))
        );
        return 0;
    }

    static async Task<int> SummaryAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var by = parsed.GetValue(By)!;
        var summary = await api.GetAsync($"/api/findings/summary?group_by={by}{Query(parsed)}", ct);
        api.Show(
            summary,
            summary["lines"]!.AsArray(),
            (by.ToUpperInvariant().Replace('_', ' '), l => ApiClient.Text(l["name"])),
            ("FINDINGS", l => ApiClient.Text(l["counts"]!["findings"])),
            ("CALLS", l => $"{l["counts"]!["hit_calls"]} of {l["counts"]!["screened_calls"]}"),
            ("HIT RATE", l => Shared(l["counts"]!["hit_share"])),
            ("REVIEWED", l => $"{l["counts"]!["reviewed"]} of {l["counts"]!["texts"]}"),
            ("FALSE ALARMS", l => Shared(l["counts"]!["false_alarm_share"]))
        );
        return 0;
    }

    static async Task<int> QueueAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var queue = await api.GetAsync($"/api/findings/queue?limit={parsed.GetValue(Questions)}{Query(parsed)}", ct);
        var progress = queue["progress"]!;
        if (!api.IsJson)
            Console.WriteLine(
                $"{progress["reviewed"]} of {progress["texts"]} reviewed{(progress["false_alarm_share"] is { } share ? $", false alarms {Shared(share)}" : "")}"
            );
        api.Show(
            queue,
            queue["items"]!.AsArray(),
            ("CALL", q => ApiClient.Text(q["finding"]!["call_id"])),
            ("NO", q => ApiClient.Text(q["finding"]!["number"])),
            ("RULE", q => ApiClient.Text(q["finding"]!["rule"])),
            ("FOUND", q => Kind(q["finding"]!)),
            ("SURE", q => $"{q["finding"]!["score_percent"]} %"),
            ("FROM", q => $"{q["threshold_percent"]!.GetValue<double>().ToString("0", CultureInfo.InvariantCulture)} %"),
            ("SAME", q => ApiClient.Text(q["same"])),
            ("WHERE", q => Place(q["finding"]!))
        );
        return 0;
    }

    static async Task<int> ReviewAsync(ParseResult parsed, CancellationToken ct)
    {
        var verdict = parsed.GetValue(Verdict)!;
        if (verdict is not ("right" or "false-alarm"))
            throw Verb.Mistake("The verdict is right or false-alarm.");
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["call_id"] = parsed.GetValue(Call),
            ["number"] = parsed.GetValue(Number),
            ["false_alarm"] = verdict == "false-alarm",
        };
        if (parsed.GetValue(Reason) is { } reason)
            body["reason"] = reason;
        var review = await api.PostAsync("/api/finding-reviews", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(review);
        else
            Console.WriteLine(
                verdict == "right"
                    ? $"{review["id"]}: {review["kind"]} was right."
                    : $"{review["id"]}: {review["kind"]} was a false alarm; the same words count no more in {review["workspace_id"]}."
            );
        return 0;
    }

    static async Task<int> UndoAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(ReviewId)!;
        await api.PostAsync($"/api/finding-reviews/{Uri.EscapeDataString(id)}/undo", [], ct);
        Console.WriteLine($"{id} is taken back: the words wait again.");
        return 0;
    }

    static string? Kind(JsonNode finding) => finding["kind"] is { } kind ? ApiClient.Text(kind) : "its words or patterns";

    static string Place(JsonNode f) =>
        $"{f["where"]} {f["start"]}-{(f["start"]!.GetValue<long>() + f["length"]!.GetValue<long>()).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A share with its interval of 95 %; what nothing is known of is a dash.</summary>
    static string Shared(JsonNode? share)
    {
        if (share is null)
            return "-";
        string Percent(string name, string form) => (share[name]!.GetValue<double>() * 100).ToString(form, CultureInfo.InvariantCulture);
        return $"{Percent("value", "0.#")} % ({Percent("low", "0.#")}-{Percent("high", "0.#")} %)";
    }
}
