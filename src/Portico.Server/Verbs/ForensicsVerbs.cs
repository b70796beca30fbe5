using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico reveals and portico holds: asking to read what was said, deciding about it, and what must stay.</summary>
static class ForensicsVerbs
{
    static readonly Argument<string> Id = new("id") { Description = "Id, reveal_… or hold_…" };
    static readonly Argument<string> WorkspaceId = new("workspace") { Description = "Id of the workspace." };
    static readonly Option<string[]> CallIds = new("--call")
    {
        Description = "A call; repeat for more. Without any, all calls of the workspace.",
    };
    static readonly Option<string?> From = new("--from") { Description = "Only calls from this time on." };
    static readonly Option<string?> To = new("--to") { Description = "Only calls before this time." };
    static readonly Option<int?> Minutes = new("--minutes") { Description = "For how long; 30 by default." };
    static readonly Option<string> Reason = new("--reason") { Description = "Why.", Required = true };
    static readonly Option<string?> Note = new("--note") { Description = "Words for whoever asked." };
    static readonly Option<string> Name = new("--name") { Description = "The matter, as people know it.", Required = true };
    static readonly Option<string[]> Workspaces = new("--workspace") { Description = "A workspace; repeat for more." };
    static readonly Option<string[]> People = new("--person") { Description = "A person; repeat for more." };

    public static Command Reveals() =>
        new("reveals", "Who may read what was said.")
        {
            ApiClient.AddTo(new Command("list", "Asked and decided, newest first.").Runs(ListRevealsAsync)),
            ApiClient.AddTo(
                new Command("ask", "Ask to read what was said.") { WorkspaceId, CallIds, From, To, Minutes, Reason }.Runs(AskAsync)
            ),
            ApiClient.AddTo(
                new Command("approve", "Let somebody else read.") { Id, Minutes, Note }.Runs((p, ct) => DecideAsync(p, "approve", ct))
            ),
            ApiClient.AddTo(new Command("decline", "Do not let them.") { Id, Note }.Runs((p, ct) => DecideAsync(p, "decline", ct))),
            ApiClient.AddTo(new Command("end", "End one before its time.") { Id }.Runs((p, ct) => DecideAsync(p, "end", ct))),
        };

    public static Command Holds() =>
        new("holds", "What must stay, whatever its time.")
        {
            ApiClient.AddTo(new Command("list", "Live and released, newest first.").Runs(ListHoldsAsync)),
            ApiClient.AddTo(
                new Command("make", "Hold workspaces, people or calls.") { Name, Reason, Workspaces, People, CallIds }.Runs(HoldAsync)
            ),
            ApiClient.AddTo(new Command("release", "Release a hold.") { Id, Reason }.Runs(ReleaseAsync)),
        };

    static async Task<int> ListRevealsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/reveals?limit=200", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("STATE", r => r["live"]!.GetValue<bool>() ? "live" : ApiClient.Text(r["state"])),
            ("UNTIL", r => ApiClient.Time(r["until"])),
            ("ASKED BY", r => ApiClient.Text(r["asked_by_name"])),
            ("DECIDED BY", r => ApiClient.Text(r["decided_by_name"])),
            ("READINGS", r => ApiClient.Text(r["readings"])),
            ("REASON", r => ApiClient.Text(r["reason"]))
        );
        return 0;
    }

    static async Task<int> AskAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject
        {
            ["workspace_id"] = parsed.GetRequiredValue(WorkspaceId),
            ["reason"] = parsed.GetRequiredValue(Reason),
            ["calls"] = ArrayOf(parsed.GetValue(CallIds)),
            ["from"] = parsed.GetValue(From),
            ["to"] = parsed.GetValue(To),
            ["minutes"] = parsed.GetValue(Minutes),
        };
        var made = await api.PostAsync("/api/reveals", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                made["live"]!.GetValue<bool>()
                    ? $"{made["id"]} is live until {ApiClient.Time(made["until"])}."
                    : $"{made["id"]} waits for another person: {Verb.Program} reveals approve {made["id"]}"
            );
        return 0;
    }

    static async Task<int> DecideAsync(ParseResult parsed, string decision, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        JsonObject body = decision switch
        {
            "approve" => new() { ["minutes"] = parsed.GetValue(Minutes), ["note"] = parsed.GetValue(Note) },
            "decline" => new() { ["note"] = parsed.GetValue(Note) },
            _ => [],
        };
        var made = await api.PostAsync($"/api/reveals/{parsed.GetRequiredValue(Id)}/{decision}", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine(
                made["live"]!.GetValue<bool>()
                    ? $"{made["asked_by_name"]} may read until {ApiClient.Time(made["until"])}."
                    : $"{made["id"]} is {made["state"]}."
            );
        return 0;
    }

    static async Task<int> ListHoldsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/holds?limit=200", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("OVER", r => string.Join(' ', r["subjects"]!.AsArray().Select(s => s!["id"]!.GetValue<string>()))),
            ("SINCE", r => ApiClient.Time(r["made_at"])),
            ("RELEASED", r => ApiClient.Time(r["released_at"])),
            ("REASON", r => ApiClient.Text(r["reason"]))
        );
        return 0;
    }

    static async Task<int> HoldAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var subjects = new JsonArray();
        foreach (
            var (scope, ids) in new[]
            {
                ("workspace", parsed.GetValue(Workspaces)),
                ("person", parsed.GetValue(People)),
                ("call", parsed.GetValue(CallIds)),
            }
        )
        foreach (var id in ids ?? [])
            subjects.Add(new JsonObject { ["scope"] = scope, ["id"] = id });
        var body = new JsonObject
        {
            ["name"] = parsed.GetRequiredValue(Name),
            ["reason"] = parsed.GetRequiredValue(Reason),
            ["subjects"] = subjects,
        };
        var made = await api.PostAsync("/api/holds", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"{made["id"]} holds. Release it: {Verb.Program} holds release {made["id"]} --reason WHY");
        return 0;
    }

    static async Task<int> ReleaseAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var body = new JsonObject { ["reason"] = parsed.GetRequiredValue(Reason) };
        var made = await api.PostAsync($"/api/holds/{parsed.GetRequiredValue(Id)}/release", body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(made);
        else
            Console.WriteLine($"'{made["name"]}' is released; retention goes on with the next round.");
        return 0;
    }

    static JsonArray? ArrayOf(string[]? ids) => ids is null or [] ? null : new JsonArray([.. ids.Select(i => (JsonNode?)i)]);
}
