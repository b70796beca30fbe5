using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico policies requests, use-cases, classify, approve, decline: calls and use cases that a policy has wait for a person.</summary>
static class PolicyRequestVerbs
{
    static readonly Argument<string> Of = new("of") { Description = "A request (polreq_…) or a use case (uc_…)." };
    static readonly Argument<string> UseCase = new("use-case") { Description = "uc_…" };
    static readonly Argument<string> Risk = new Argument<string>("class") { Description = "minimal, limited or high." };
    static readonly Option<bool> All = new("--all") { Description = "Those too that may make calls." };
    static readonly Option<string?> Level = new("--level") { Description = "Of an organisation, a workspace or a use case." };
    static readonly Option<string> State = new Option<string>("--state")
    {
        Description = "open, approved, declined, expired or all.",
        DefaultValueFactory = _ => "open",
    }.OneOf("open", "approved", "declined", "expired", "all");
    static readonly Option<int?> Minutes = new("--minutes") { Description = "Of a request: how long the same call passes, 1 to 1440." };
    static readonly Option<string?> Note = new("--note") { Description = "Words for the record." };
    static readonly Option<string> Reason = new("--reason") { Description = "Why not, for who asked.", Required = true };

    public static IEnumerable<Command> Commands() =>
        [
            ApiClient.AddTo(new Command("requests", "Calls that wait for a person, newest first.") { Level, State }.Runs(ListAsync)),
            ApiClient.AddTo(
                new Command("use-cases", "Use cases that wait for approvals, and what they need.") { Level, All }.Runs(ListUseCasesAsync)
            ),
            ApiClient.AddTo(new Command("classify", "Say how much risk a use case bears.") { UseCase, Risk }.Runs(ClassifyAsync)),
            ApiClient.AddTo(
                new Command("approve", "Let the same call pass for some minutes, or approve a use case.") { Of, Minutes, Note }.Runs(
                    ApproveAsync
                )
            ),
            ApiClient.AddTo(
                new Command("decline", "Leave a call refused, or take back what passes or was approved.") { Of, Reason }.Runs(DeclineAsync)
            ),
        ];

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var state = parsed.GetValue(State)!;
        var query =
            (state == "all" ? "" : $"&state={state}")
            + (parsed.GetValue(Level) is { } level ? $"&level={Uri.EscapeDataString(level)}" : "");
        var page = await api.GetAsync($"/api/policy-requests?limit=1000{query}", ct);
        if (!api.IsJson && page["items"]!.AsArray().Count == 0)
        {
            Console.WriteLine(state == "open" ? "No call waits for a person." : "There are none.");
            return 0;
        }
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("REQUEST", r => ApiClient.Text(r["id"])),
            ("ASKED", r => ApiClient.Time(r["asked_at"])),
            ("STATE", r => ApiClient.Text(r["state"])),
            ("RULE", r => $"{r["line"]}, line {r["line_number"]} of version {r["level_version"]}"),
            ("FOUND", r => $"{r["found_length"]} characters in {r["channel"]}"),
            ("MODEL", r => ApiClient.Text(r["model"])),
            ("USE CASE", r => ApiClient.Text(r["use_case_id"])),
            ("CALL", r => ApiClient.Text(r["call_id"])),
            ("BY", r => ApiClient.Text(r["decided_by_name"]))
        );
        return 0;
    }

    static async Task<int> ListUseCasesAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var query =
            (parsed.GetValue(All) ? "" : "&waiting=true")
            + (parsed.GetValue(Level) is { } level ? $"&level={Uri.EscapeDataString(level)}" : "");
        var page = await api.GetAsync($"/api/use-case-approvals?limit=1000{query}", ct);
        if (!api.IsJson && page["items"]!.AsArray().Count == 0)
        {
            Console.WriteLine("No use case waits for an approval.");
            return 0;
        }
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("USE CASE", r => ApiClient.Text(r["use_case_id"])),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("RISK", r => r["risk_class"] is { } risk ? ApiClient.Text(risk) : "not said"),
            ("SAID BY", r => ApiClient.Text(r["risk_set_by"])),
            ("APPROVALS", r => $"{r["given"]} of {r["needed"]}"),
            ("UNTIL", r => ApiClient.Time(r["until"]))
        );
        return 0;
    }

    static async Task<int> ClassifyAsync(ParseResult parsed, CancellationToken ct) =>
        await SendAsync(
            parsed,
            UseCaseAddress(parsed.GetValue(UseCase)!, "classify"),
            new JsonObject { ["risk_class"] = parsed.GetValue(Risk) },
            Tell,
            ct
        );

    static bool IsUseCase(ParseResult parsed) => parsed.GetValue(Of)!.StartsWith("uc_", StringComparison.Ordinal);

    static string UseCaseAddress(string id, string act) => $"/api/use-case-approvals/{Uri.EscapeDataString(id)}/{act}";

    static string RequestAddress(ParseResult parsed, string act) =>
        $"/api/policy-requests/{Uri.EscapeDataString(parsed.GetValue(Of)!)}/{act}";

    /// <summary>What a use case has now, and what it waits for.</summary>
    static string Tell(JsonNode answer)
    {
        var standing = answer["standing"]!;
        return standing["why"] is { } why
            ? why.GetValue<string>()
            : $"It may make calls: risk {(standing["risk_class"] is { } risk ? risk : "not said")}, {standing["given"]} of {standing["needed"]} approvals{(standing["until"] is { } until ? $", until {ApiClient.Time(until)}" : "")}.";
    }

    static Task<int> ApproveAsync(ParseResult parsed, CancellationToken ct)
    {
        if (IsUseCase(parsed))
            return SendAsync(
                parsed,
                UseCaseAddress(parsed.GetValue(Of)!, "approve"),
                new JsonObject { ["note"] = parsed.GetValue(Note) },
                Tell,
                ct
            );
        if (parsed.GetValue(Minutes) is not { } minutes)
            throw Verb.Mistake("Say with --minutes for how long the same call passes, 1 to 1440.");
        return SendAsync(
            parsed,
            RequestAddress(parsed, "approve"),
            new JsonObject { ["minutes"] = minutes, ["note"] = parsed.GetValue(Note) },
            r => $"The same call passes until {ApiClient.Time(r["until"])}.",
            ct
        );
    }

    static Task<int> DeclineAsync(ParseResult parsed, CancellationToken ct) =>
        IsUseCase(parsed)
            ? SendAsync(
                parsed,
                UseCaseAddress(parsed.GetValue(Of)!, "revoke"),
                new JsonObject { ["reason"] = parsed.GetValue(Reason) },
                Tell,
                ct
            )
            : SendAsync(
                parsed,
                RequestAddress(parsed, "decline"),
                new JsonObject { ["reason"] = parsed.GetValue(Reason) },
                _ => "It is declined; whoever sends the same call again is told why.",
                ct
            );

    static async Task<int> SendAsync(ParseResult parsed, string address, JsonObject body, Func<JsonNode, string> says, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var answer = await api.PostAsync(address, body, ct);
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine(says(answer));
        return 0;
    }
}
