using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models rules and retirements: what organisations ask of models, and which models end.</summary>
static class ModelPolicyVerbs
{
    static readonly Option<string> Kind = new Option<string>("--kind")
    {
        Description = "no_training, max_retention, commercial_licence or regions.",
        Required = true,
    }.OneOf("no_training", "max_retention", "commercial_licence", "regions");
    static readonly Option<string> WhenUnknown = new Option<string>("--when-unknown")
    {
        Description = "refuse or allow what does not say.",
        Required = true,
    }.OneOf("refuse", "allow");
    static readonly Option<string> For = new("--for") { Description = "Whose rule: org_…, ws_… or key_….", Required = true };
    static readonly Option<string> Purpose = new Option<string>("--purpose")
    {
        Description = "any, development or production.",
        DefaultValueFactory = _ => "any",
    }.OneOf("any", "development", "production");
    static readonly Option<int?> Days = new("--days") { Description = "Of max_retention." };
    static readonly Option<string[]> Regions = new("--regions")
    {
        Description = "Of regions: eu, us-east-1 …",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Argument<string> RuleId = new("id") { Description = "rule_…" };

    public static IEnumerable<Command> Commands() =>
        [
            ApiClient.AddTo(
                new Command("rules", "Rules that models must keep, and the models that break them: list, add, remove.")
                {
                    ApiClient.AddTo(
                        new Command("add", "Add a rule of an organisation, a workspace or a key.")
                        {
                            For,
                            Kind,
                            WhenUnknown,
                            Purpose,
                            Days,
                            Regions,
                        }.Runs(AddRuleAsync)
                    ),
                    ApiClient.AddTo(new Command("remove", "Remove a rule.") { RuleId }.Runs(RemoveRuleAsync)),
                }.Runs(RulesAsync)
            ),
            ApiClient.AddTo(new Command("retirements", "Announced retirements, and who used the models lately.").Runs(RetirementsAsync)),
        ];

    static async Task<int> RulesAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var rules = await api.GetAsync("/api/model-rules?limit=1000", ct);
        if (!api.IsJson && rules["items"]!.AsArray().Count == 0)
        {
            Console.WriteLine("No rules: every approved model may be called.");
            return 0;
        }
        api.Show(
            rules,
            rules["items"]!.AsArray(),
            ("ID", r => ApiClient.Text(r["id"])),
            ("FOR", r => ApiClient.Text(r["key_id"] ?? r["workspace_id"] ?? r["organisation_id"])),
            ("RULE", r => ApiClient.Text(r["says"])),
            ("WHEN UNKNOWN", r => ApiClient.Text(r["when_unknown"]))
        );
        if (api.IsJson)
            return 0;
        var broken = await api.GetAsync("/api/model-rules/violations?limit=1000", ct);
        foreach (var line in broken["items"]!.AsArray())
            Console.WriteLine($"✗ {line!["model"]} breaks {line["rule_id"]}: {line["fact"]}");
        return 0;
    }

    static async Task<int> AddRuleAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var whose = parsed.GetValue(For)!;
        var body = new JsonObject
        {
            ["organisation_id"] = await OrganisationOfAsync(api, whose, ct),
            ["kind"] = parsed.GetValue(Kind),
            ["when_unknown"] = parsed.GetValue(WhenUnknown),
            ["purpose"] = parsed.GetValue(Purpose),
            ["max_retention_days"] = parsed.GetValue(Days),
        };
        if (whose.StartsWith("ws_", StringComparison.Ordinal))
            body["workspace_id"] = whose;
        if (whose.StartsWith("key_", StringComparison.Ordinal))
            body["key_id"] = whose;
        if (parsed.GetValue(Regions) is { Length: > 0 } regions)
            body["regions"] = new JsonArray(regions.Select(r => (JsonNode)r).ToArray());
        var made = await api.PostAsync("/api/model-rules", body, ct);
        if (api.IsJson)
        {
            ApiClient.ShowJson(made);
            return 0;
        }
        Console.WriteLine($"{made["rule"]!["id"]}: {made["rule"]!["says"]}.");
        foreach (var line in made["violations"]!.AsArray())
            Console.WriteLine($"✗ {line!["model"]} breaks it: {line["fact"]}");
        return 0;
    }

    /// <summary>The organisation in which a workspace or a key is.</summary>
    static async Task<string?> OrganisationOfAsync(ApiClient api, string id, CancellationToken ct)
    {
        if (id.StartsWith("key_", StringComparison.Ordinal))
        {
            var key = await api.GetAsync($"/api/keys/{Uri.EscapeDataString(id)}", ct);
            var useCase = await api.GetAsync($"/api/use-cases/{ApiClient.Text(key["use_case_id"])}", ct);
            id = ApiClient.Text(useCase["workspace_id"])!;
        }
        return id.StartsWith("ws_", StringComparison.Ordinal)
            ? ApiClient.Text((await api.GetAsync($"/api/workspaces/{Uri.EscapeDataString(id)}", ct))["organisation_id"])
            : id;
    }

    static async Task<int> RemoveRuleAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        await api.SendAsync(HttpMethod.Delete, $"/api/model-rules/{Uri.EscapeDataString(parsed.GetValue(RuleId)!)}", null, "*", ct);
        Console.WriteLine($"{parsed.GetValue(RuleId)} is removed.");
        return 0;
    }

    static async Task<int> RetirementsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/models/retirements?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("MODEL", r => ApiClient.Text(r["model"])),
            ("DATE", r => ApiClient.Text(r["date"])),
            ("DAYS LEFT", r => ApiClient.Text(r["days_left"])),
            ("REPLACEMENT", r => ApiClient.Text(r["replacement"])),
            ("STATE", r => ApiClient.Text(r["state"])),
            (
                "USED BY KEYS",
                r =>
                    string.Join(
                        ", ",
                        r["affected"]!.AsArray().Select(a => ApiClient.Text(a!["key"]) ?? ApiClient.Text(a["key_id"])).Distinct()
                    )
            )
        );
        return 0;
    }
}
