using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico models rules and retirements: what organisations ask of models, and which models end.</summary>
static class ModelPolicyVerbs
{
    public static IEnumerable<Command> Commands() =>
        [
            ApiClient.AddTo(new Command("rules", "Rules that models must keep, and the models that break them.").Runs(RulesAsync)),
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
            ("ORGANISATION", r => ApiClient.Text(r["organisation_id"])),
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
