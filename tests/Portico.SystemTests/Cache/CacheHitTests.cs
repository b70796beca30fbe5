using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cache;

/// <summary>A hit costs nothing and says so, is open to whoever might have asked, and is never something that went wrong.</summary>
public sealed class CacheHitTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const long Cost = 11 * Connecting.InputNano + 4 * Connecting.OutputNano;

    readonly Node node = shared.Node;

    [Fact]
    public async Task A_hit_costs_nothing_and_is_recorded_as_saved()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        var (key, client) = await node.NewKeyAsync();
        using var _ = client;
        var budget = await node.BudgetAsync("key", key, "1");
        var tokens = await node.LimitAsync("key", key, "tokens", 1_000_000, "total");
        var requests = await node.LimitAsync("key", key, "requests", 10, "total");
        using var miss = await route.CallAsync(door: client);
        miss.Header("x-portico-cost-usd").ShouldBe("0.000019");
        miss.Header("x-portico-attempts").ShouldBe("1");
        using var hit = await route.CallAsync(door: client);
        hit.Header("x-portico-cost-usd").ShouldBe("0.00");
        hit.Header("x-portico-attempts").ShouldBe("0");
        hit.Header("x-portico-model").ShouldBe(route.Model);

        var (first, second) = (await node.RecordOfAsync(miss), await node.RecordOfAsync(hit));
        first.Text("cache").ShouldBe("miss");
        first.Number("saved_nano_usd").ShouldBe(0);
        second.Text("cache").ShouldBe("hit");
        second.Number("saved_nano_usd").ShouldBe(Cost);
        (second.Number("cost_nano_usd"), second.Number("held_nano_usd")).ShouldBe((0, 0));
        second["attempts"]!.AsArray().ShouldBeEmpty();
        second["usage"]!.Number("total").ShouldBe(0);
        foreach (var who in new[] { "model", "provider", "provider_family", "connection_id", "deployment_id", "finish", "served_model" })
            second.Text(who).ShouldBe(first.Text(who));
        second["trail"]!.AsArray().ShouldContain(t => t!.Text("stage") == "serve_from_cache" && t!.Text("fact") == "hit");
        // Only the request itself counts.
        (await node.CountAsync(budget)).ShouldBe((Cost, 0));
        (await node.CountAsync(tokens)).ShouldBe((15, 0));
        (await node.CountAsync(requests)).ShouldBe((2, 0));
        (await node.Admin.GetAsync("/api/usage/check"))["agree"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_hit_saves_is_counted_where_the_provider_told_no_usage()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        route.Answer(http => Upstream.WholeAsync(http, usage: null));
        using var miss = await route.CallAsync();
        using var hit = await route.CallAsync();
        var cost = (await node.RecordOfAsync(miss)).Number("cost_nano_usd");
        cost.ShouldBeGreaterThan(0);
        (await node.RecordOfAsync(hit)).Number("saved_nano_usd").ShouldBe(cost);
    }

    [Fact]
    public async Task A_hit_is_served_on_a_budget_that_is_spent_and_not_past_a_limit_on_requests()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        var (key, client) = await node.NewKeyAsync();
        using var _ = client;
        await node.BudgetAsync("key", key, "0");
        await node.LimitAsync("key", key, "requests", 1, "total");
        (await route.AskAsync(door: client)).State.ShouldBe("hit");
        using var second = await route.CallAsync(door: client);
        ((int)second.StatusCode).ShouldBe(429);
    }

    [Fact]
    public async Task A_whole_answer_is_served_again_byte_for_byte()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        const string odd =
            """{ "id":"c9","choices":[{"index":0,"message":{"role":"assistant","content":"Zürich 🚲"},"finish_reason":"stop"}],"x_new":[1.50] }""";
        route.Answer(http => Upstream.JsonAsync(http, 200, odd));
        foreach (var state in new[] { "miss", "hit" })
            using (var response = await route.CallAsync())
            {
                response.Header("x-portico-cache").ShouldBe(state);
                (await response.Content.ReadAsStringAsync()).ShouldBe(odd);
            }
    }

    [Fact]
    public async Task A_stream_is_served_again_as_the_same_stream()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        var seen = new List<string>();
        foreach (var state in new[] { "miss", "hit" })
            using (var response = await route.CallAsync("""{"stream":true,"stream_options":{"include_usage":true}}"""))
            {
                response.Header("x-portico-cache").ShouldBe(state);
                response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
                response.Header("cache-control").ShouldBe("no-cache");
                response.Header("x-portico-cost-usd").ShouldBeNull();
                seen.Add(await response.Content.ReadAsStringAsync());
            }
        seen[1].ShouldBe(seen[0]);
        seen[1].ShouldEndWith("data: [DONE]\n\n");
        seen[1].ShouldContain("\"usage\":{\"prompt_tokens\":11");
        route.Upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Embeddings_are_served_again_too()
    {
        var name = "ce-" + Guid.NewGuid().ToString("N")[..8];
        await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = name,
                ["targets"] = new JsonArray(new JsonObject { ["model"] = "sim/embeddings" }),
                ["cache_seconds"] = 60,
            }
        );
        async Task<(string?, string)> EmbedAsync(string input)
        {
            using var content = new StringContent(
                new JsonObject { ["model"] = name, ["input"] = input }.ToJsonString(),
                System.Text.Encoding.UTF8,
                "application/json"
            );
            using var response = await node.Door.PostAsync("/v1/embeddings", content);
            return (response.Header("x-portico-cache"), await response.Content.ReadAsStringAsync());
        }
        var first = await EmbedAsync("one");
        first.Item1.ShouldBe("miss");
        (await EmbedAsync("one")).ShouldBe(("hit", first.Item2));
        (await EmbedAsync("two")).Item1.ShouldBe("miss");
    }

    [Fact]
    public async Task A_key_that_may_not_use_the_route_gets_no_hit()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        var (key, client) = await node.NewKeyAsync();
        using var _ = client;
        await route.AskAsync(door: client);
        await node.Admin.PatchAsync($"/api/keys/{key}", new JsonObject { ["allowed_routes"] = new JsonArray("sim/*") });
        using (var refused = await route.CallAsync(door: client))
            await refused.ShouldBeRefusedAsync(404, "model_not_found");
        await node.Admin.PatchAsync($"/api/keys/{key}", new JsonObject { ["allowed_routes"] = new JsonArray(route.Name) });
        (await route.AskAsync(door: client)).State.ShouldBe("hit");
        await node.Admin.PostAsync($"/api/keys/{key}/revoke");
        using var revoked = await route.CallAsync(door: client);
        await revoked.ShouldBeRefusedAsync(401, "invalid_api_key");
    }

    [Fact]
    public async Task A_route_that_is_switched_off_serves_no_hit()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        await route.ChangeAsync(new JsonObject { ["disabled"] = true });
        using var refused = await route.CallAsync();
        await refused.ShouldBeRefusedAsync(404, "model_not_found");
    }

    static string Finished(string finish) =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{"role":"assistant","content":"cut"},"finish_reason":"{{finish}}"}],"usage":{{Upstream.DefaultUsage}}}""";

    public static TheoryData<string, string?> GoneWrong =>
        new()
        {
            { "status 500", null },
            { "status 400", null },
            { "not json", null },
            { "filtered", null },
            { "cut at our cap", null },
            { "broken stream", """{"stream":true}""" },
            { "error in stream", """{"stream":true}""" },
            { "stream without end", """{"stream":true}""" },
        };

    static Func<HttpContext, Task> Wrong(string how) =>
        how switch
        {
            "status 500" => http => Upstream.ErrorAsync(http, 500),
            "status 400" => http => Upstream.ErrorAsync(http, 400, type: "invalid_request_error"),
            "not json" => http => Upstream.JsonAsync(http, 200, "<html>"),
            "filtered" => http => Upstream.JsonAsync(http, 200, Finished("content_filter")),
            "cut at our cap" => http => Upstream.JsonAsync(http, 200, Finished("length")),
            "broken stream" => async http =>
            {
                await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("half")));
                http.Abort();
            },
            "error in stream" => http =>
                Upstream.BeginStreamAsync(
                    http,
                    Upstream.Frame(Upstream.Chunk("half")) + Upstream.Frame("""{"error":{"message":"It broke","type":"server_error"}}""")
                ),
            _ => http => Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("half"))),
        };

    [Theory]
    [MemberData(nameof(GoneWrong))]
    public async Task What_went_wrong_is_never_served_again(string how, string? more)
    {
        await using var route = await CachedRoute.OpenAsync(node);
        var good = route.Upstream.Answer;
        route.Answer(Wrong(how));
        using (var wrong = await route.CallAsync(more))
            await wrong.Content.ReadAsStringAsync();
        route.Answer(good);
        (await route.AskAsync(more)).ShouldBe(("miss", "answer number 2"));
    }

    [Fact]
    public async Task An_answer_cut_at_the_cap_that_the_caller_asked_for_is_the_answer()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        route.Answer(http => Upstream.JsonAsync(http, 200, Finished("length")));
        const string more = """{"max_tokens":4}""";
        (await route.AskAsync(more)).State.ShouldBe("miss");
        (await route.AskAsync(more)).State.ShouldBe("hit");
    }

    [Fact]
    public async Task A_stream_that_its_caller_left_is_not_kept()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        var good = route.Upstream.Answer;
        route.Answer(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk("half")));
            await Upstream.HangAsync(http);
        });
        using (var response = await route.CallAsync("""{"stream":true}"""))
        {
            var stream = await response.Content.ReadAsStreamAsync();
            (await stream.ReadAsync(new byte[16])).ShouldBeGreaterThan(0);
        }
        await route.Upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(20));
        route.Answer(good);
        (await route.AskAsync("""{"stream":true}""")).ShouldBe(("miss", "answer number 2"));
    }

    [Fact]
    public async Task An_answer_over_the_bound_of_an_entry_is_not_kept()
    {
        await using var own = await Node.StartAsync(("Gateway:CacheEntryKib", "8"));
        await using var route = await CachedRoute.OpenAsync(own);
        route.Answer(http => Upstream.WholeAsync(http, new string('x', 9_000)));
        (await route.AskAsync()).State.ShouldBe("miss");
        (await route.AskAsync()).State.ShouldBe("miss");
        route.Answer(http => Upstream.WholeAsync(http, new string('x', 6_000)));
        (await route.AskAsync()).State.ShouldBe("miss");
        (await route.AskAsync()).State.ShouldBe("hit");
    }

    /// <summary>What the provider had no word for is told with a hit as it was told with the answer.</summary>
    [Fact]
    public async Task Fields_that_were_left_out_are_named_again()
    {
        await using var anthropic = await Upstream.StartAsync(http =>
            Upstream.JsonAsync(
                http,
                200,
                """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":2}}"""
            )
        );
        var name = "ca-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(
            anthropic.Address,
            name + "-model",
            family: "anthropic",
            upstreamModel: "claude-sonnet-4-6"
        );
        await node.RouteAsync(name, [deployment], new JsonObject { ["cache_seconds"] = 60 });
        foreach (var state in new[] { "miss", "hit" })
            using (var response = await node.Door.ChatAsync(Calls.Chat(name).With("seed", 7)))
            {
                response.Header("x-portico-cache").ShouldBe(state, await response.Content.ReadAsStringAsync());
                response.Header("x-portico-dropped-fields").ShouldBe("seed");
                (await response.JsonAsync())["choices"]![0]!["message"]!.Text("content").ShouldBe("Hi");
            }
    }
}
