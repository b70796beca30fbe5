using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Budgets and limits as an administrator makes them and looks at them.</summary>
static class Metering
{
    /// <summary>A budget; returns its id.</summary>
    public static async Task<string> BudgetAsync(
        this Node node,
        string scope,
        string scopeId,
        string limitUsd,
        string window = "total",
        JsonObject? more = null
    ) =>
        (
            await node.Admin.PostAsync(
                "/api/budgets",
                Body(scope, scopeId, window, more).With("limit_usd", limitUsd).With("alert_percents", new JsonArray())
            )
        ).Text("id");

    /// <summary>A limit; returns its id.</summary>
    public static async Task<string> LimitAsync(
        this Node node,
        string scope,
        string scopeId,
        string unit,
        long limit,
        string window = "minute",
        JsonObject? more = null
    ) =>
        (
            await node.Admin.PostAsync(
                "/api/limits",
                Body(scope, scopeId, unit == "concurrent_calls" ? "total" : window, more).With("unit", unit).With("limit", limit)
            )
        ).Text("id");

    static JsonObject Body(string scope, string scopeId, string window, JsonObject? more)
    {
        var body = new JsonObject
        {
            ["scope"] = scope,
            ["scope_id"] = scopeId,
            ["window"] = window,
        };
        foreach (var (name, value) in more ?? [])
            body[name] = value?.DeepClone();
        return body;
    }

    /// <summary>What a meter's only count has spent and holds now.</summary>
    public static async Task<(long Spent, long Held)> CountAsync(this Node node, string meter)
    {
        var path = meter.StartsWith("budget_", StringComparison.Ordinal) ? "/api/budgets" : "/api/limits";
        var found = (await node.Admin.GetAsync(path))["items"]!.AsArray().Single(m => m!["meter"]!.Text("id") == meter)!;
        var count = found["counts"]!.AsArray().ShouldHaveSingleItem()!;
        return (count.Number("spent"), count.Number("held"));
    }

    public static Task RemoveAsync(this Node node, string meter) =>
        node.Admin.RawAsync(
            HttpMethod.Delete,
            (meter.StartsWith("budget_", StringComparison.Ordinal) ? "/api/budgets/" : "/api/limits/") + meter,
            ifMatch: "*"
        );
}
