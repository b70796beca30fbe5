using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models show: all that the hub knows of a model, on one page.</summary>
static class ModelShowVerb
{
    static readonly Argument<string> Name = new("name") { Description = "The model, as callers name it." };

    public static Command Command() =>
        ApiClient.AddTo(
            new Command("show", "All that the hub knows of a model: card, where it is served, prices, approvals, rules, use, end.")
            {
                Name,
            }.Runs(RunAsync)
        );

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var model = await api.GetAsync($"/api/hub/{await ModelsVerb.IdOfAsync(api, parsed.GetValue(Name)!, ct)}", ct);
        if (api.IsJson)
            ApiClient.ShowJson(model);
        else
            Show(model);
        return 0;
    }

    static void Show(JsonNode model)
    {
        var summary = model["summary"]!;
        ModelCardVerb.Line("model", Text(summary["model"]), Text(summary["kind"]));
        ModelCardVerb.Line("state", Text(summary["state"]), summary["disabled"]!.GetValue<bool>() ? "disabled" : null);
        foreach (var decision in Items(model, "decisions"))
            ModelCardVerb.Line(
                "decided",
                Text(decision["state"]),
                Text(decision["workspace_id"]) ?? "all workspaces",
                Text(decision["purpose"]) is "any" ? null : Text(decision["purpose"]),
                $"by {Text(decision["decided_by"])} at {ApiClient.Time(decision["decided_at"])}",
                Text(decision["reason"])
            );
        foreach (var rule in Items(model, "broken_rules"))
            ModelCardVerb.Line("breaks", Text(rule["says"]), Text(rule["organisation"]), Text(rule["fact"]));
        foreach (var at in Items(model, "served_at"))
            ModelCardVerb.Line(
                "served at",
                Text(at["connection"]),
                Text(at["family"]),
                Text(at["upstream_model"]),
                at["disabled"]!.GetValue<bool>() ? "disabled" : null
            );
        ModelCardVerb.Line(
            "price",
            summary["input_usd_per_mtok"] is { } input ? $"{Text(input)} USD/M in" : "unpriced",
            summary["output_usd_per_mtok"] is { } output ? $"{Text(output)} USD/M out" : null,
            Items(model, "prices").FirstOrDefault() is { } newest ? $"version {Text(newest["price"]!["version"])}" : null,
            Items(model, "prices").FirstOrDefault()?["price"]?["source"] is { } source ? Text(source) : null
        );
        ShowClasses(model);
        ModelCardVerb.Line(
            "context",
            ModelCardVerb.Number(summary["context_tokens"]),
            summary["max_output_tokens"] is { } most ? $"output {ModelCardVerb.Number(most)}" : null
        );
        ModelCardVerb.Line("card", ModelCardVerb.Origin(Text(model["card_origin"])));
        ModelCardVerb.ShowFacts(model["card"]!);
        ShowUses(model, summary);
    }

    /// <summary>Rates of the classes of service that the newest price has, in USD per million tokens.</summary>
    static void ShowClasses(JsonNode model)
    {
        if (Items(model, "prices").FirstOrDefault()?["price"]?["classes"] is not JsonObject classes)
            return;
        foreach (var (name, own) in classes)
            if (own?["rates"] is { } rates)
                ModelCardVerb.Line(
                    name,
                    rates["input"] is { } input ? $"{NanoUsd.Format(input.GetValue<long>())} USD/M in" : "input as standard",
                    rates["output"] is { } output ? $"{NanoUsd.Format(output.GetValue<long>())} USD/M out" : "output as standard"
                );
    }

    static void ShowUses(JsonNode model, JsonNode summary)
    {
        var calls = summary["calls"]!.GetValue<long>();
        ModelCardVerb.Line(
            "last 30 d",
            calls == 0 ? "no calls" : $"{calls.ToString("N0", CultureInfo.InvariantCulture)} calls",
            calls == 0 ? null : $"{Text(summary["cost_usd"])} USD"
        );
        foreach (var use in Items(model, "uses"))
            ModelCardVerb.Line(
                "used by",
                Text(use["workspace"]) ?? Text(use["workspace_id"]),
                Text(use["key"]) ?? Text(use["key_id"]),
                $"as {Text(use["route"])}",
                $"{ModelCardVerb.Number(use["calls"])} calls",
                $"{Text(use["cost_usd"])} USD"
            );
    }

    static IEnumerable<JsonNode> Items(JsonNode model, string name) => model[name]!.AsArray().Select(i => i!);

    static string? Text(JsonNode? node) => ApiClient.Text(node) is { Length: > 0 } text ? text : null;
}
