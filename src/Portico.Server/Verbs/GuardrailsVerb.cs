using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico guardrails: what detectors find, what they and the rules of a level find in a text, and the models that they go by.</summary>
static class GuardrailsVerb
{
    static readonly Argument<string> Text = new("text") { Description = "The text, or - for standard input." };
    static readonly Option<string?> Channel = new Option<string?>("--channel")
    {
        Description = "Where it stands: user, system, retrieved, tool, output, or arguments (JSON, of a call of a tool).",
    };
    static readonly Option<string?> Level = new("--level") { Description = "By the rules in force there: org_…, ws_… or uc_…" };
    static readonly Option<string[]> Detect = new("--detect")
    {
        Description = "By kinds, such as pii.email or secrets; again for more.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<double?> MinScore = new("--min-score") { Description = "From this score on, with --detect." };
    static readonly Option<string?> Question = new("--question")
    {
        Description = "What the person asked, for a text of a tool or a search.",
    };

    public static Command Command() =>
        new("guardrails", "What detectors find, and a text to try rules on.")
        {
            GuardrailsTrainVerb.Command(),
            GuardrailsModelsVerb.Command(),
            ApiClient.AddTo(GuardrailsReviewsVerb.Command()),
            ApiClient.AddTo(new Command("kinds", "Kinds that detectors find, as rules name them.").Runs(KindsAsync)),
            ApiClient.AddTo(
                new Command("try", "What rules find in a text; nothing of it is kept.")
                {
                    Text,
                    Channel,
                    Level,
                    Detect,
                    MinScore,
                    Question,
                }.Runs(TryAsync)
            ),
        };

    static async Task<int> KindsAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/guardrails/kinds?limit=1000", ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("KIND", k => ApiClient.Text(k["id"])),
            ("WHAT", k => ApiClient.Text(k["title"])),
            ("COUNTRY", k => ApiClient.Text(k["country"]))
        );
        return 0;
    }

    static async Task<int> TryAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var text = parsed.GetValue(Text)!;
        if (text == "-")
            text = await Console.In.ReadToEndAsync(ct);
        var body = new JsonObject { ["text"] = text };
        foreach (
            var (name, value) in new[]
            {
                ("channel", parsed.GetValue(Channel)),
                ("level", parsed.GetValue(Level)),
                ("question", parsed.GetValue(Question)),
            }
        )
            if (value is not null)
                body[name] = value;
        if (parsed.GetValue(Detect) is { Length: > 0 } kinds)
            body["detect"] = new JsonArray([.. kinds.Select(k => (JsonNode)k)]);
        if (parsed.GetValue(MinScore) is { } score)
            body["min_score"] = score;
        var verdict = await api.PostAsync("/api/guardrails/scan", body, ct);
        var findings = verdict["findings"]!.AsArray();
        if (api.IsJson || findings.Count > 0)
            api.Show(
                verdict,
                findings,
                ("RULE", f => ApiClient.Text(f["rule"])),
                ("FOUND", f => f["kind"] is { } kind ? ApiClient.Text(kind) : "its words or patterns"),
                ("SCORE", f => f["score"]!.GetValue<double>().ToString("0.00", CultureInfo.InvariantCulture)),
                ("CHARACTERS", f => $"{f["start"]} to {f["start"]!.GetValue<long>() + f["length"]!.GetValue<long>()}"),
                ("ACTION", f => ApiClient.Text(f["action"]))
            );
        if (api.IsJson)
            return 0;
        Console.WriteLine(
            verdict["outcome"]!.GetValue<string>() switch
            {
                "passes" => findings.Count == 0 ? "Nothing is found: the text passes." : "The text passes.",
                "changed" => $"It goes on as: {verdict["result"]}",
                "asks" => $"The rule {verdict["refused_by"]} has it wait for a person.",
                _ => $"The rule {verdict["refused_by"]} refuses it.",
            }
        );
        return 0;
    }
}
