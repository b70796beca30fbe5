using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>Budgets over what is not counted in tokens, on both engines: held for the worst case, settled to what is billed, written down with its units.</summary>
public sealed class UnitBudgetTests(PostgresServer postgres)
{
    const string Answer = """{"id":"1","results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1}}}""";

    async Task<Node> StartAsync(bool shared) =>
        (await Node.StartTogetherAsync(1, shared ? await postgres.CreateDatabaseAsync() : null)).Single();

    static async Task<HttpClient> KeyWithBudgetAsync(Node node, string usd)
    {
        var (key, door) = await node.NewKeyAsync();
        await node.BudgetAsync("key", key, usd);
        return door;
    }

    static async Task<string> SpentAsync(Node node, HttpResponseMessage response)
    {
        var key = (await node.RecordOfAsync(response)).Text("key_id");
        var budget = (await node.Admin.GetAsync("/api/budgets"))["items"]!.AsArray().Single(b => b!["meter"]!.Text("scope_id") == key)!;
        budget["counts"]![0]!.Number("held").ShouldBe(0);
        return NanoUsd.Format(budget["counts"]![0]!.Number("spent"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Concurrent_searches_never_go_over_a_budget_and_reports_know_them(bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, Answer));
        await node.ConnectAsync(upstream.Address, "ranker", priced: false);
        await node.PriceAsync("ranker", new JsonObject { ["usd_per_unit"] = new JsonObject { ["search"] = "0.002" } });
        using var door = await KeyWithBudgetAsync(node, "0.011"); // five and a half searches

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => door.AskAsync("/v2/rerank", Singles.Rerank("ranker", "q", "a", "b")))
        );
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(5);
        foreach (var refused in answers.Where(a => !a.IsSuccessStatusCode))
            await refused.ShouldBeRefusedAsync(429, "insufficient_quota");
        upstream.Calls.ShouldBe(5);
        var served = answers.First(a => a.IsSuccessStatusCode);
        (await SpentAsync(node, served)).ShouldBe("0.01");
        var record = await node.RecordOfAsync(served);
        record.Number("usage", "searches").ShouldBe(1);
        (record.Number("held_nano_usd"), record.Number("cost_nano_usd")).ShouldBe((2_000_000, 2_000_000));
        record["attempts"]![0]!.Number("usage", "searches").ShouldBe(1);

        // It waits for the records that are under way.
        (await node.Admin.GetAsync("/api/usage/check"))["agree"]!
            .GetValue<bool>()
            .ShouldBeTrue();
        var line = (await node.Admin.GetAsync("/api/usage?group_by=operation&operation=rerank&outcome=completed"))["lines"]!
            .AsArray()
            .ShouldHaveSingleItem()!;
        (line.Number("searches"), line.Number("cost_nano_usd")).ShouldBe((5, 10_000_000));
        var again = await node.Admin.GetAsync("/api/usage/recompute");
        again["agree"]!.GetValue<bool>().ShouldBeTrue(again.ToJsonString());
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_is_held_for_the_worst_case_and_settled_to_what_the_provider_bills(bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var upstream = await Upstream.StartAsync(AnswerEveryKindAsync);
        await node.ConnectAsync(upstream.Address, "any", priced: false);
        await node.PriceAsync(
            "any",
            new JsonObject
            {
                ["usd_per_mtok"] = new JsonObject
                {
                    ["input"] = "5",
                    ["image_input"] = "10",
                    ["image_output"] = "40",
                    ["output"] = "10",
                },
                ["usd_per_unit"] = new JsonObject { ["audio_minute"] = "0.006", ["million_characters"] = "15" },
            }
        );
        using var door = await KeyWithBudgetAsync(node, "10");

        // 50 tokens of text, 272 of the image: as reported. Held as if it were of the best quality.
        using var image = await door.AskAsync("/v1/images/generations", Singles.Image("any")).GoodAsync();
        var record = await node.RecordOfAsync(image);
        record.Number("cost_nano_usd").ShouldBe(50 * 5_000 + 272 * 40_000);
        record.Number("held_nano_usd").ShouldBeGreaterThan(6_240 * 40_000);
        record.Number("usage", "image_output").ShouldBe(272);

        // 9.5 s as reported; held for what 64 bytes of an unknown form can hold.
        using var audio = await door.AskAsync("/v1/audio/transcriptions", Singles.Audio("any", new byte[64 * 1024])).GoodAsync();
        record = await node.RecordOfAsync(audio);
        record.Number("cost_nano_usd").ShouldBe(950_000);
        record.Number("held_nano_usd").ShouldBeGreaterThan(8_000_000);

        // Nothing is reported: the characters that were given.
        using var speech = await door.AskAsync("/v1/audio/speech", Singles.Speech("any", "Hello")).GoodAsync();
        (await speech.Content.ReadAsByteArrayAsync()).ShouldBe([1, 2, 3]);
        record = await node.RecordOfAsync(speech);
        (record.Number("cost_nano_usd"), record.Number("held_nano_usd")).ShouldBe((75_000, 75_000));
        record.Text("usage", "source").ShouldBe("estimated");

        var sum = 50 * 5_000 + 272 * 40_000 + 950_000 + 75_000;
        (await SpentAsync(node, speech)).ShouldBe(NanoUsd.Format(sum));
        (await node.Admin.GetAsync("/api/usage/recompute"))["agree"]!.GetValue<bool>().ShouldBeTrue();
    }

    static Task AnswerEveryKindAsync(HttpContext http) =>
        http.Request.Path.Value switch
        {
            "/v1/images/generations" => Upstream.JsonAsync(
                http,
                200,
                """{"created":1,"data":[{"b64_json":"AA=="}],"usage":{"input_tokens":50,"output_tokens":272,"total_tokens":322,"input_tokens_details":{"text_tokens":50,"image_tokens":0}}}"""
            ),
            "/v1/audio/transcriptions" => Upstream.JsonAsync(http, 200, """{"text":"Hello","usage":{"type":"duration","seconds":9.5}}"""),
            _ => AudioAsync(http),
        };

    static Task AudioAsync(HttpContext http)
    {
        http.Response.ContentType = "audio/mpeg";
        return Upstream.WriteAsync(http, [1, 2, 3]);
    }

    [Fact]
    public async Task A_model_without_a_rate_for_the_kind_is_refused_where_money_counts_and_nobody_is_asked()
    {
        await using var node = await StartAsync(shared: false);
        await using var upstream = await Upstream.StartAsync(AnswerEveryKindAsync);
        await node.ConnectAsync(upstream.Address, "talker"); // tokens of text alone have a price
        using var door = await KeyWithBudgetAsync(node, "10");
        using var refused = await door.AskAsync("/v1/audio/speech", Singles.Speech("talker"));
        (await refused.ShouldBeRefusedAsync(403, "unpriced_model", "model")).Text("message").ShouldContain("talker");
        upstream.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("{}", "usd_per_mtok")]
    [InlineData("""{"usd_per_unit":{"search":"two"}}""", "usd_per_unit.search")]
    [InlineData("""{"usd_per_unit":{"image":{"hd":"-1"}}}""", "usd_per_unit.image.hd")]
    public async Task A_price_of_units_that_makes_no_sense_is_refused(string price, string param)
    {
        await using var node = await StartAsync(shared: false);
        var model = (await node.Admin.GetAsync("/api/models"))["items"]![0]!.Text("id");
        var body = JsonNode.Parse(price)!.AsObject().With("model_id", model);
        using var refused = await node.Admin.RawAsync(HttpMethod.Post, "/api/prices", body);
        await refused.ShouldBeProblemAsync(400, "invalid_request", param);
    }
}
