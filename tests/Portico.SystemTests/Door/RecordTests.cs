using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>The record of a call: who, what for, what served it, what it cost, how long each part took, and what was decided on the way.</summary>
public sealed class RecordTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_good_call_is_recorded_whole(bool stream)
    {
        using var response = await node.Door.ChatAsync(Calls.Chat("sim/echo", "Hello there", stream).With("user", "end-user-7"));
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsStringAsync();
        var record = await node.RecordOfAsync(response);

        (record.Text("organisation_id"), record.Text("workspace_id"), record.Text("use_case_id"), record.Text("key_id")).ShouldBe(
            (node.OrganisationId, node.WorkspaceId, node.UseCaseId, node.KeyId)
        );
        record.Text("end_user").ShouldBe("end-user-7");
        (record.Text("operation"), record.Text("wire"), record["stream"]!.GetValue<bool>()).ShouldBe(("chat", "openai-chat", stream));
        foreach (var name in new[] { "requested_model", "route", "model", "served_model" })
            record.Text(name).ShouldBe("sim/echo", name);
        foreach (var name in new[] { "node_id", "provider", "provider_family", "connection_id", "deployment_id", "price_id" })
            record.Text(name).ShouldNotBeEmpty(name);
        (record.Text("outcome"), record.Number("status"), record.Text("finish"), record.Text("cache")).ShouldBe(
            ("completed", 200, "stop", "off")
        );

        var usage = record["usage"]!;
        (usage.Text("source"), usage.Number("input") > 0, usage.Number("output") > 0).ShouldBe(("reported", true, true));
        // The simulated price is 1 and 2 USD per million tokens.
        record.Number("cost_nano_usd").ShouldBe(usage.Number("total_input") * 1_000 + usage.Number("total_output") * 2_000);
        record.Number("price_version").ShouldBe(1);
        record.Number("held_nano_usd").ShouldBeGreaterThan(record.Number("cost_nano_usd"));
        record["settlements"]!.AsArray().Select(s => s!.Number("amount")).ShouldAllBe(a => a == record.Number("cost_nano_usd"));
        record["settlements"]!.AsArray().Count.ShouldBe(3);

        var (overhead, first, duration) = (record.Number("overhead_us"), record.Number("first_output_us"), record.Number("duration_us"));
        overhead.ShouldBeInRange(1, first);
        first.ShouldBeLessThanOrEqualTo(duration);
        var attempt = record["attempts"]!.AsArray().ShouldHaveSingleItem()!;
        (attempt.Number("number"), attempt.Text("outcome"), attempt.Number("status")).ShouldBe((1, "completed", 200));
        attempt.Number("cost_nano_usd").ShouldBe(record.Number("cost_nano_usd"));
        attempt.Number("duration_us").ShouldBeLessThanOrEqualTo(duration);
        attempt.Number("first_output_us").ShouldBeInRange(1, attempt.Number("duration_us"));

        var trail = record["trail"]!.AsArray();
        trail.Select(t => t!.Text("stage")).ShouldBe(["resolve_route", "hold_budget"]);
        trail[0]!.Text("fact").ShouldBe("model sim/echo: 1 deployment, weighted");
        trail.Select(t => t!.Number("at_us")).ShouldBeInOrder();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_times_of_an_attempt_are_counted_from_its_own_start(bool stream)
    {
        await using var own = await Node.StartAsync();
        await using var slow = await Upstream.StartAsync(async http =>
        {
            await Task.Delay(150, http.RequestAborted);
            await Upstream.ErrorAsync(http, 500);
        });
        await using var good = await Upstream.StartAsync(http => Upstream.GoodAsync(http, stream));
        var first = await own.ConnectAsync(slow.Address, "slow");
        var second = await own.ConnectAsync(good.Address, "good");
        await own.RouteAsync("both", [first, second], new JsonObject { ["retries"] = 0 });
        using var response = await own.Door.ChatAsync("both", stream);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsStringAsync();

        var attempts = (await own.RecordOfAsync(response))["attempts"]!.AsArray();

        attempts.Select(a => a!.Text("outcome")).ShouldBe(["failed", "completed"]);
        response.Header("x-portico-attempts").ShouldBe("2");
        attempts[0]!.Number("first_output_us").ShouldBe(0);
        attempts[1]!.Number("first_output_us").ShouldBeInRange(1, attempts[1]!.Number("duration_us"));
    }

    [Fact]
    public async Task A_refusal_says_in_its_trail_which_meter_refused()
    {
        var (key, client) = await node.NewKeyAsync();
        var limit = await node.Admin.PostAsync(
            "/api/limits",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["unit"] = "requests",
                ["window"] = "total",
                ["limit"] = 0,
            }
        );
        using var response = await client.ChatAsync("sim/echo");
        await response.ShouldBeRefusedAsync(429, "rate_limit_exceeded");
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("refused");
        record["attempts"]!.AsArray().ShouldBeEmpty();
        var fact = record["trail"]!.AsArray().ShouldHaveSingleItem()!;
        (fact.Text("stage"), fact.Text("fact")).ShouldBe(("limit_requests", $"refused by {limit.Text("id")}"));
    }

    [Fact]
    public async Task Contents_are_kept_where_the_key_says_so_and_nowhere_else()
    {
        var (_, keeper) = await node.NewKeyAsync(new JsonObject { ["keep_content"] = true });
        using var kept = await keeper.ChatAsync("sim/echo");
        using var plain = await node.Door.ChatAsync("sim/echo");

        await node.RevealAsync();
        var contents = await node.Admin.GetAsync($"/api/calls/{kept.CallId()}/contents");
        contents["prompt"]!["text"]!["messages"]![0]!.Text("content").ShouldBe("Hello, Portico");
        using var none = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{plain.CallId()}/contents");
        await none.ShouldBeProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Every_header_of_ours_that_the_guide_names_is_sent_where_it_says()
    {
        var route = await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = "cached-" + Guid.NewGuid().ToString("N")[..8],
                ["targets"] = new JsonArray(new JsonObject { ["deployment"] = null, ["model"] = "sim/echo" }),
                ["cache_seconds"] = 60,
            }
        );
        using var miss = await node.Door.ChatAsync(route.Text("name"));
        using var hit = await node.Door.ChatAsync(route.Text("name"));
        using var bypass = await node.Door.ChatAsync(Calls.Chat(route.Text("name")), headers: ("x-portico-cache", "off"));
        using var stream = await node.Door.ChatAsync("sim/echo", stream: true);

        foreach (var answer in new[] { miss, hit, bypass, stream })
        {
            answer.CallId().ShouldStartWith("call_");
            answer.Header("x-portico-model").ShouldBe("sim/echo");
            answer.Header("x-portico-provider").ShouldBe("sim");
            answer.Header("x-portico-attempts").ShouldBe(ReferenceEquals(answer, hit) ? "0" : "1");
            int.Parse(answer.Header("openai-processing-ms")!, System.Globalization.CultureInfo.InvariantCulture)
                .ShouldBeGreaterThanOrEqualTo(0);
        }
        (
            miss.Header("x-portico-cache"),
            hit.Header("x-portico-cache"),
            bypass.Header("x-portico-cache"),
            stream.Header("x-portico-cache")
        ).ShouldBe(("miss", "hit", "bypass", null));
        decimal.Parse(miss.Header("x-portico-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        hit.Header("x-portico-cost-usd").ShouldBe("0.00");
        stream.Header("x-portico-cost-usd").ShouldBeNull();
    }
}
