using System.CommandLine;
using System.Text.Json.Nodes;

namespace Portico.Server.Verbs;

/// <summary>portico models: what callers can name, and what it costs.</summary>
static class ModelsVerb
{
    public static Command Command()
    {
        var models = new Command(
            "models",
            "Models of the hub: list, show, card, offered, add, approve, quarantine, retire, rules, retirements, health, prices."
        )
        {
            ApiClient.AddTo(new Command("list", "List models, with price and state.").Runs(RunAsync)),
            ModelShowVerb.Command(),
            ModelCardVerb.Command(),
            ModelPricesVerb.Command(),
            ModelHealthVerb.Command(),
        };
        foreach (var command in ModelApprovalVerbs.Commands().Concat(ModelPolicyVerbs.Commands()))
            models.Subcommands.Add(command);
        return ApiClient.AddTo(models.Runs(RunAsync));
    }

    /// <summary>The id of a model by the name that callers use.</summary>
    public static async Task<string> IdOfAsync(ApiClient api, string name, CancellationToken ct) =>
        (await api.GetAsync($"/api/models?name={Uri.EscapeDataString(name)}", ct))["items"]!.AsArray() is [{ } found]
            ? found["id"]!.GetValue<string>()
            : throw Verb.Mistake($"There is no model '{name}'. '{Verb.Program} models' lists them.");

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var api = ApiClient.From(parsed);
        var page = await api.GetAsync("/api/models?limit=1000", ct);
        var prices = api.IsJson ? [] : await PricesAsync(api, ct);
        api.Show(
            page,
            page["items"]!.AsArray(),
            ("NAME", r => ApiClient.Text(r["name"])),
            ("KIND", r => Truth(r["embeddings"]) ? "embeddings" : "chat"),
            ("CONTEXT", r => ApiClient.Text(r["context_tokens"])),
            ("MAX OUTPUT", r => ApiClient.Text(r["max_output_tokens"])),
            ("IN $/M", r => Rate(prices, r, "input")),
            ("OUT $/M", r => Rate(prices, r, "output")),
            ("STATE", r => Truth(r["disabled"]) ? "disabled" : ApiClient.Text(r["state"])),
            ("ID", r => ApiClient.Text(r["id"]))
        );
        return 0;
    }

    /// <summary>The newest price in force now, by model.</summary>
    static async Task<Dictionary<string, JsonNode>> PricesAsync(ApiClient api, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var found = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = await api.GetAsync($"/api/prices?limit=1000{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", ct);
            foreach (var row in page["items"]!.AsArray().Where(r => IsInForce(r!, now)))
            {
                var model = row!["model_id"]!.GetValue<string>();
                if (!found.TryGetValue(model, out var other) || Version(other) < Version(row))
                    found[model] = row;
            }
            next = page["next"]?.GetValue<string>();
        }
        return found;
    }

    static long Version(JsonNode row) => row["price"]!["version"]!.GetValue<long>();

    static bool IsInForce(JsonNode row, DateTimeOffset now) =>
        row["valid_from"]!.GetValue<DateTimeOffset>() <= now
        && (row["valid_until"] is null || now < row["valid_until"]!.GetValue<DateTimeOffset>());

    static string Rate(Dictionary<string, JsonNode> prices, JsonNode model, string part) =>
        !prices.TryGetValue(model["id"]!.GetValue<string>(), out var row) ? "unpriced"
        : row["price"]!["rates"]![part] is { } rate ? NanoUsd.Format(rate.GetValue<long>())
        : "";

    static bool Truth(JsonNode? node) => node?.GetValue<bool>() is true;
}
