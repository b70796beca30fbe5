using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico batches: list, show, cancel.</summary>
static class BatchesVerb
{
    static readonly Argument<string> Id = new("id") { Description = "batch_… or msgbatch_…" };
    static readonly Option<int> Limit = new("--limit") { Description = "Rows, at most 1,000.", DefaultValueFactory = _ => 20 };
    static readonly Option<string?> Workspace = new("--workspace") { Description = "Only of this workspace: ws_…" };
    static readonly Option<string?> Status = new Option<string?>("--status")
    {
        Description = "validating, in_progress, finalizing, cancelling, completed, failed, expired, cancelled.",
    }.OneOf("validating", "in_progress", "finalizing", "cancelling", "completed", "failed", "expired", "cancelled");

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("batches", "Batches and how they stand: list, show, cancel.")
            {
                ApiClient.AddTo(new Command("list", "List batches, newest first.") { Limit, Workspace, Status }.Runs(ListAsync)),
                ApiClient.AddTo(new Command("show", "One batch.") { Id }.Runs(ShowAsync)),
                ApiClient.AddTo(new Command("cancel", "Stop a batch; what was answered stays.") { Id }.Runs(CancelAsync)),
                Limit,
                Workspace,
                Status,
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var query = $"/api/batches?limit={parsed.GetValue(Limit)}";
        if (parsed.GetValue(Workspace) is { } workspace)
            query += $"&workspace_id={Uri.EscapeDataString(workspace)}";
        if (parsed.GetValue(Status) is { } status)
            query += $"&status={Uri.EscapeDataString(status)}";
        var page = await api.GetAsync(query, ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("CREATED", r => ApiClient.Time(r["created_at"])),
            ("ID", r => ApiClient.Text(r["id"])),
            ("STATUS", r => ApiClient.Text(r["status"])),
            ("ENDPOINT", r => ApiClient.Text(r["endpoint"])),
            ("LINES", r => ApiClient.Text(r["lines"]!["total"])),
            ("GOOD", r => ApiClient.Text(r["lines"]!["completed"])),
            ("FAILED", r => ApiClient.Text(r["lines"]!["failed"])),
            ("AT PROVIDER", r => Waiting(r["steps"]!.AsArray())),
            ("COST $", r => ApiClient.Text(r["cost_usd"])),
            ("WORKSPACE", r => ApiClient.Text(r["workspace_id"])),
            ("KEY", r => ApiClient.Text(r["key_id"]))
        );
        return 0;
    }

    /// <summary>Lines that wait in a provider's own batches now.</summary>
    static string Waiting(JsonArray steps) =>
        $"{steps.Where(s => s!["state"]!.GetValue<string>() is "made" or "waiting").Sum(s => s!["lines"]!.GetValue<long>())}";

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        Show(api, await api.GetAsync($"/api/batches/{Uri.EscapeDataString(parsed.GetValue(Id)!)}", ct));
        return 0;
    }

    static async Task<int> CancelAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var path = $"/api/batches/{Uri.EscapeDataString(parsed.GetValue(Id)!)}/cancel";
        Show(api, await api.SendAsync(HttpMethod.Post, path, null, null, ct));
        return 0;
    }

    static void Show(ApiClient api, JsonNode batch)
    {
        if (api.IsJson)
        {
            ApiClient.ShowJson(batch);
            return;
        }
        var (lines, tokens) = (batch["lines"]!, batch["tokens"]!);
        Fact("batch", ApiClient.Text(batch["id"]));
        Fact("status", ApiClient.Text(batch["status"]));
        Fact("endpoint", $"{batch["endpoint"]}, made in the form of {batch["dialect"]}");
        Fact("lines", $"{lines["total"]}, of them {lines["completed"]} good and {lines["failed"]} failed");
        Fact("tokens", $"{tokens["input"]} in, {tokens["output"]} out");
        Fact("cost", $"${batch["cost_usd"]}");
        Fact("workspace", ApiClient.Text(batch["workspace_id"]));
        Fact("key", ApiClient.Text(batch["key_id"]));
        Fact("person", ApiClient.Text(batch["person_id"]));
        Fact("created", ApiClient.Time(batch["created_at"]));
        Fact("expires", ApiClient.Time(batch["expires_at"]));
        Fact("ended", ApiClient.Time(batch["ended_at"]));
        foreach (var step in batch["steps"]!.AsArray())
            Fact("step", InWords(step!));
        Fact("node", batch["node"] is { } node ? $"{node}{(batch["runs_here"]!.GetValue<bool>() ? ", the one that answers" : "")}" : null);
    }

    static string InWords(JsonNode step)
    {
        var text = $"{step["number"]}: {step["lines"]} lines, {step["state"]}";
        if (step["provider_batch"] is { } there)
            text += $", at the provider {there} ({step["provider_state"]})";
        return step["problem"] is { } problem ? $"{text}: {problem}" : text;
    }

    static void Fact(string name, string? value)
    {
        if (value is not null)
            Console.WriteLine($"{name, -10} {value}");
    }
}
