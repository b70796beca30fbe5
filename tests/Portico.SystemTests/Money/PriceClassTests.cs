using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>Classes of service through the door: the dearest that may serve is held, the one that the answer names is billed and recorded.</summary>
public sealed class PriceClassTests(PostgresServer postgres)
{
    const string Usage = """{"prompt_tokens":11,"completion_tokens":4,"total_tokens":15}""";

    /// <summary>Input and output in nano-USD a token.</summary>
    static readonly (long In, long Out) Standard = (2_000, 8_000);
    static readonly (long In, long Out) Flex = (1_000, 4_000);
    static readonly (long In, long Out) Priority = (3_500, 14_000);

    static long Cost((long In, long Out) rates) => 11 * rates.In + 4 * rates.Out;

    async Task<Node> StartAsync(bool shared) =>
        (await Node.StartTogetherAsync(1, shared ? await postgres.CreateDatabaseAsync() : null)).Single();

    static Task PriceAsync(Node node, string model) =>
        node.PriceAsync(
            model,
            new JsonObject
            {
                ["usd_per_mtok"] = new JsonObject { ["input"] = "2", ["output"] = "8" },
                ["classes"] = new JsonObject
                {
                    ["flex"] = new JsonObject
                    {
                        ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "4" },
                    },
                    ["priority"] = new JsonObject
                    {
                        ["usd_per_mtok"] = new JsonObject { ["input"] = "3.5", ["output"] = "14" },
                    },
                },
            }
        );

    static JsonObject Ask(string model, string? tier, bool stream = false)
    {
        var call = Calls.Chat(model, "Count me in", stream).With("max_tokens", 20);
        return tier is null ? call : call.With("service_tier", tier);
    }

    static string Whole(string? told) =>
        $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1",{{{(told is null ? "" : $"\"service_tier\":\"{told}\",")}}}"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{{{Usage}}}}""";

    static string Note(JsonNode record) =>
        string.Join(
            " | ",
            record["trail"]!.AsArray().Select(t => t!.Text("fact")).Where(f => f.Contains("served at the class", StringComparison.Ordinal))
        );

    static async Task<(JsonNode Record, long Input)> CallAsync(Node node, HttpClient door, JsonObject call)
    {
        using var response = await door.ChatAsync(call);
        await response.Content.LoadIntoBufferAsync();
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        var record = await node.RecordOfAsync(response);
        return (record, record.Number("counted_input_tokens"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_dearest_class_that_may_serve_is_held_and_the_one_that_served_is_billed(bool shared)
    {
        await using var node = await StartAsync(shared);
        string? told = null;
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, Whole(told)));
        await node.ConnectAsync(upstream.Address, "tiers", priced: false);
        await PriceAsync(node, "tiers");
        var (key, door) = await node.NewKeyAsync();
        var budget = await node.BudgetAsync("key", key, "1");
        var spent = 0L;
        foreach (
            var (asked, answered, held, cost, said) in new (string?, string?, (long In, long Out), (long In, long Out), string?)[]
            {
                // Without a word, and by auto, the project's setting decides: the answer says what it was.
                (null, null, Priority, Standard, null),
                (null, "priority", Priority, Priority, "priority"),
                ("auto", "default", Priority, Standard, null),
                ("auto", "priority", Priority, Priority, "priority"),
                ("default", "default", Standard, Standard, null),
                ("flex", "flex", Standard, Flex, "flex"),
                ("flex", "default", Standard, Standard, null),
                ("priority", "priority", Priority, Priority, "priority"),
                // More than what was set aside for it: it is served as standard.
                ("priority", "default", Priority, Standard, null),
                ("scale", "scale", Priority, Standard, null),
            }
        )
        {
            told = answered;
            var (record, input) = await CallAsync(node, door, Ask("tiers", asked));
            var what = $"asked {asked ?? "nothing"}, answered {answered ?? "nothing"}";
            record.Number("held_nano_usd").ShouldBe(input * held.In + 20 * held.Out, what);
            record.Number("cost_nano_usd").ShouldBe(Cost(cost), what);
            record.Number("cost_nano_usd").ShouldBeLessThanOrEqualTo(record.Number("held_nano_usd"), what);
            record.Text("usage", "class").ShouldBe(said ?? "standard", what);
            Note(record).ShouldBe(said is null ? "" : $"served at the class {said}", what);
            spent += Cost(cost);
        }
        (await node.BudgetAsync(budget))!["counts"]![0]!.Number("spent").ShouldBe(spent);
        (await node.HeldAsync()).ShouldBe(0);
        // Calculated again from what is recorded, each call costs the same: the class is part of it.
        var again = await node.Admin.GetAsync("/api/usage/recompute");
        again["agree"]!.GetValue<bool>().ShouldBeTrue(again.ToJsonString());
        (await node.Admin.GetAsync("/api/usage/check"))["agree"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_class_without_rates_is_billed_at_the_standard_ones_and_the_record_says_so()
    {
        await using var node = await StartAsync(shared: false);
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, Whole("priority")));
        await node.ConnectAsync(upstream.Address, "plain", priced: false);
        await node.PriceAsync(
            "plain",
            new JsonObject
            {
                ["usd_per_mtok"] = new JsonObject { ["input"] = "2", ["output"] = "8" },
            }
        );
        var (record, _) = await CallAsync(node, node.Door, Ask("plain", "priority"));
        record.Number("cost_nano_usd").ShouldBe(Cost(Standard));
        record.Text("usage", "class").ShouldBe("priority");
        Note(record).ShouldBe("served at the class priority, for which the price has no rates: billed at the standard ones");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_says_its_class_also_when_it_breaks_off(bool whole)
    {
        await using var node = await StartAsync(shared: false);
        static string Tiered(string chunk) =>
            Upstream.Frame(chunk.Replace("\"created\":1", "\"service_tier\":\"priority\",\"created\":1", StringComparison.Ordinal));
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Tiered(Upstream.RoleChunk));
            await Upstream.WriteAsync(http, Tiered(Upstream.Chunk("Hi")));
            if (!whole)
                return;
            // The usage chunk of some services repeats less than the others.
            await Upstream.WriteAsync(
                http,
                Tiered(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk(Usage)) + Upstream.Frame("[DONE]")
            );
        });
        await node.ConnectAsync(upstream.Address, "tiers", priced: false);
        await PriceAsync(node, "tiers");
        using var response = await node.Door.ChatAsync(Ask("tiers", null, stream: true));
        await response.Content.ReadAsStringAsync();
        var record = await node.RecordOfAsync(response);
        record.Text("usage", "class").ShouldBe("priority");
        var expected = whole
            ? Cost(Priority)
            : record.Number("counted_input_tokens") * Priority.In + record.Number("usage", "output") * Priority.Out;
        record.Number("cost_nano_usd").ShouldBe(expected);
    }

    [Fact]
    public async Task The_class_that_a_stream_tells_last_is_billed()
    {
        await using var node = await StartAsync(shared: false);
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            static string Tiered(string chunk, string tier) =>
                Upstream.Frame(chunk.Replace("\"created\":1", $"\"service_tier\":\"{tier}\",\"created\":1", StringComparison.Ordinal));
            await Upstream.BeginStreamAsync(http, Tiered(Upstream.RoleChunk, "priority"));
            await Upstream.WriteAsync(http, Tiered(Upstream.Chunk("Hi"), "priority") + Tiered(Upstream.StopChunk, "priority"));
            await Upstream.WriteAsync(http, Tiered(Upstream.UsageChunk(Usage), "default") + Upstream.Frame("[DONE]"));
        });
        await node.ConnectAsync(upstream.Address, "tiers", priced: false);
        await PriceAsync(node, "tiers");
        using var response = await node.Door.ChatAsync(Ask("tiers", "priority", stream: true));
        await response.Content.ReadAsStringAsync();
        var record = await node.RecordOfAsync(response);
        (record.Text("usage", "class"), record.Number("cost_nano_usd")).ShouldBe(("standard", Cost(Standard)));
    }

    [Fact]
    public async Task Explain_tells_the_worst_case_of_the_class_that_would_be_asked_for()
    {
        await using var node = await StartAsync(shared: false);
        await using var upstream = await Upstream.StartAsync();
        await node.ConnectAsync(upstream.Address, "tiers", priced: false);
        await PriceAsync(node, "tiers");
        async Task<string> WorstAsync(string? tier)
        {
            var body = new JsonObject
            {
                ["key_id"] = node.KeyId,
                ["model"] = "tiers",
                ["input_tokens"] = 100,
                ["max_output_tokens"] = 10,
                ["service_tier"] = tier,
            };
            var told = await node.Admin.PostAsync("/api/explain", body);
            return told["deployments"]![0]!.Text("worst_case_usd");
        }
        (await WorstAsync("default")).ShouldBe(NanoUsd.Format(100 * Standard.In + 10 * Standard.Out));
        (await WorstAsync("flex")).ShouldBe(NanoUsd.Format(100 * Standard.In + 10 * Standard.Out));
        (await WorstAsync(null)).ShouldBe(NanoUsd.Format(100 * Priority.In + 10 * Priority.Out));
    }
}
