using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

public sealed partial class GoogleTests
{
    /// <summary>Asked for more than there is room for, Google serves at the standard class and says so: that is what is billed.</summary>
    [Theory]
    [InlineData("gemini", "priority", "priority")]
    [InlineData("gemini", "priority", "standard")]
    [InlineData("gemini", "flex", "flex")]
    [InlineData("vertex", "priority", "priority")]
    [InlineData("vertex", "priority", "standard")]
    [InlineData("vertex", "flex", "flex")]
    public async Task The_class_that_may_serve_is_held_and_the_one_that_did_is_billed(string family, string asked, string served)
    {
        await using var server = await google.StartAsync(http =>
        {
            if (family == "gemini")
                http.Response.Headers["x-gemini-service-tier"] = served;
            var traffic = served switch
            {
                "priority" => "ON_DEMAND_PRIORITY",
                "flex" => "ON_DEMAND_FLEX",
                _ => "ON_DEMAND",
            };
            return Upstream.JsonAsync(
                http,
                200,
                family == "gemini"
                    ? Whole
                    : Whole.Replace(
                        "{\"promptTokenCount\"",
                        $"{{\"trafficType\":\"{traffic}\",\"promptTokenCount\"",
                        StringComparison.Ordinal
                    )
            );
        });
        await ConnectAsync(server, family, "gemini-2.5-flash");
        static JsonObject Rates(string input, string cached, string output) =>
            new()
            {
                ["input"] = input,
                ["cache_read"] = cached,
                ["output"] = output,
            };
        await node.PriceAsync(
            name,
            new JsonObject
            {
                ["usd_per_mtok"] = Rates("1", "0.1", "2"),
                ["classes"] = new JsonObject
                {
                    ["flex"] = new JsonObject { ["usd_per_mtok"] = Rates("0.5", "0.1", "1") },
                    ["priority"] = new JsonObject { ["usd_per_mtok"] = Rates("1.8", "0.2", "3.6") },
                },
            }
        );
        var (key, door) = await node.NewKeyAsync();
        await node.BudgetAsync("key", key, "1");
        using var response = await door.ChatAsync(Calls.Chat(name).With("max_tokens", 64).With("service_tier", asked));
        ((int)response.StatusCode).ShouldBe(200);
        response.Headers.Contains("x-portico-dropped-fields").ShouldBeFalse();
        var record = await node.RecordOfAsync(response);
        record.Text("usage", "class").ShouldBe(served);
        record
            .Number("cost_nano_usd")
            .ShouldBe(
                served switch
                {
                    "priority" => 12 * 1_800 + 8 * 200 + 10 * 3_600,
                    "flex" => 12 * 500 + 8 * 100 + 10 * 1_000,
                    _ => 12 * 1_000 + 8 * 100 + 10 * 2_000,
                }
            );
        var input = record.Number("counted_input_tokens");
        record.Number("held_nano_usd").ShouldBe(asked == "priority" ? input * 1_800 + 64 * 3_600 : input * 1_000 + 64 * 2_000);
    }
}
