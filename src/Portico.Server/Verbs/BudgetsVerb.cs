using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico budgets: list, add, change, remove.</summary>
static class BudgetsVerb
{
    static readonly Argument<string> Id = new("id") { Description = "budget_…" };
    static readonly Option<string> Scope = new Option<string>("--scope")
    {
        Description = "organisation, workspace, use_case, key, person, model or route.",
        Required = true,
    }.OneOf("organisation", "workspace", "use_case", "key", "person", "model", "route");
    static readonly Option<string> ScopeId = new("--of")
    {
        Description = "Id of the scope; the name for models and routes.",
        Required = true,
    };
    static readonly Option<string> Window = new Option<string>("--window")
    {
        Description = "minute, hour, day, month, total.",
        DefaultValueFactory = _ => "month",
    }.OneOf("minute", "hour", "day", "month", "total");
    static readonly Option<string> Usd = new("--usd") { Description = "The limit, decimal dollars.", Required = true };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("budgets", "Budgets and how they stand: list, add, change, remove.")
            {
                ApiClient.AddTo(new Command("list", "List budgets.").Runs(ListAsync)),
                ApiClient.AddTo(new Command("add", "Add a budget.") { Scope, ScopeId, Window, Usd }.Runs(AddAsync)),
                ApiClient.AddTo(new Command("change", "Change a budget's limit.") { Id, Usd }.Runs(ChangeAsync)),
                ApiClient.AddTo(new Command("remove", "Remove a budget.") { Id }.Runs(RemoveAsync)),
            }.Runs(ListAsync)
        );

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/budgets?limit=1000", ct);
        var rows = page["items"]!
            .AsArray()
            .SelectMany(m =>
                m!["counts"]!.AsArray() is { Count: > 0 } counts
                    ? counts.Select(c =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["m"] = m["meter"]!.DeepClone(),
                                ["l"] = m["limit_usd"]!.DeepClone(),
                                ["c"] = c!.DeepClone(),
                            }
                    )
                    : [new JsonObject { ["m"] = m["meter"]!.DeepClone(), ["l"] = m["limit_usd"]!.DeepClone() }]
            );
        api.Show(
            page,
            rows,
            ("ID", r => ApiClient.Text(r["m"]!["id"])),
            ("SCOPE", r => ApiClient.Text(r["m"]!["scope"])),
            ("OF", r => ApiClient.Text(r["c"]?["of"] ?? r["m"]!["scope_id"])),
            ("WINDOW", r => ApiClient.Text(r["m"]!["window"])),
            ("LIMIT $", r => ApiClient.Text(r["l"])),
            ("SPENT $", r => ApiClient.Text(r["c"]?["spent_usd"])),
            ("HELD $", r => ApiClient.Text(r["c"]?["held_usd"])),
            ("RESETS", r => ApiClient.Time(r["c"]?["resets_at"]))
        );
        return 0;
    }

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var made = await api.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = parsed.GetValue(Scope),
                ["scope_id"] = parsed.GetValue(ScopeId),
                ["window"] = parsed.GetValue(Window),
                ["limit_usd"] = parsed.GetValue(Usd),
            },
            ct
        );
        Say(
            api,
            made,
            $"{made["id"]}: ${parsed.GetValue(Usd)} {(parsed.GetValue(Window) == "total" ? "in total" : "a " + parsed.GetValue(Window))}"
        );
        return 0;
    }

    static async Task<int> ChangeAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var id = parsed.GetValue(Id)!;
        var now = await api.SendAsync(
            HttpMethod.Patch,
            $"/api/budgets/{Uri.EscapeDataString(id)}",
            new JsonObject { ["limit_usd"] = parsed.GetValue(Usd) },
            "*",
            ct
        );
        Say(api, now, $"{id}: ${parsed.GetValue(Usd)}");
        return 0;
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        await api.SendAsync(HttpMethod.Delete, $"/api/budgets/{Uri.EscapeDataString(parsed.GetValue(Id)!)}", null, "*", ct);
        Console.WriteLine($"{parsed.GetValue(Id)} is removed.");
        return 0;
    }

    static void Say(ApiClient api, JsonNode answer, string text)
    {
        if (api.IsJson)
            ApiClient.ShowJson(answer);
        else
            Console.WriteLine(text);
    }
}
