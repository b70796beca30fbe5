using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>Where calls go, by the strategy of their route.</summary>
public sealed class RoutingTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>A route with a model of its own for each upstream.</summary>
    async Task<(string Route, List<string> Models)> RouteAsync(JsonObject policy, params Upstream[] upstreams)
    {
        var name = "s-" + Guid.NewGuid().ToString("N")[..8];
        var (deployments, models) = (new List<string>(), new List<string>());
        foreach (var upstream in upstreams)
        {
            models.Add($"{name}-{models.Count}");
            deployments.Add(await node.ConnectAsync(upstream.Address, models[^1]));
        }
        await node.RouteAsync(name, deployments, policy);
        return (name, models);
    }

    static JsonObject By(string strategy, bool affinity = false) =>
        new()
        {
            ["strategy"] = strategy,
            ["session_affinity"] = affinity,
            ["retries"] = 0,
        };

    async Task<string?> ServedByAsync(string route, string? session = null)
    {
        using var response = session is null
            ? await node.Door.ChatAsync(route)
            : await node.Door.ChatAsync(Calls.Chat(route), default, ("x-portico-session", session));
        ((int)response.StatusCode).ShouldBe(200);
        return response.Header("x-portico-model");
    }

    [Fact]
    public async Task In_order_the_first_serves_and_the_next_only_when_it_fails()
    {
        await using var one = await Upstream.StartAsync();
        await using var two = await Upstream.StartAsync();
        var (route, models) = await RouteAsync(By("ordered"), one, two);
        for (var i = 0; i < 5; i++)
            (await ServedByAsync(route)).ShouldBe(models[0]);
        one.Answer = http => Upstream.ErrorAsync(http, 500);
        (await ServedByAsync(route)).ShouldBe(models[1]);
        (one.Calls, two.Calls).ShouldBe((6, 1));
    }

    [Fact]
    public async Task By_weight_both_serve()
    {
        await using var one = await Upstream.StartAsync();
        await using var two = await Upstream.StartAsync();
        var name = "s-" + Guid.NewGuid().ToString("N")[..8];
        var targets = new JsonArray();
        foreach (var (upstream, weight) in new[] { (one, 3), (two, 1) })
            targets.Add(
                new JsonObject
                {
                    ["deployment"] = await node.ConnectAsync(upstream.Address, $"{name}-{weight}"),
                    ["model"] = null,
                    ["weight"] = weight,
                }
            );
        await node.Admin.PostAsync("/api/routes", By("weighted").With("name", name).With("targets", targets));
        for (var i = 0; i < 200; i++)
            await ServedByAsync(name);
        // Six standard deviations around 150.
        one.Calls.ShouldBeInRange(113, 187);
        (one.Calls + two.Calls).ShouldBe(200);
    }

    [Fact]
    public async Task Least_latency_goes_to_the_quicker_one_once_both_are_known()
    {
        await using var slow = await Upstream.StartAsync(async http =>
        {
            await Task.Delay(150, http.RequestAborted);
            await Upstream.WholeAsync(http);
        });
        await using var quick = await Upstream.StartAsync();
        var (route, models) = await RouteAsync(By("least_latency"), slow, quick);
        var first = new[] { await ServedByAsync(route), await ServedByAsync(route) };
        first.ShouldBe(models, ignoreOrder: true);
        for (var i = 0; i < 5; i++)
            (await ServedByAsync(route)).ShouldBe(models[1]);
        slow.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Least_cost_goes_to_the_cheaper_one_for_the_tokens_of_the_call()
    {
        await using var one = await Upstream.StartAsync();
        await using var two = await Upstream.StartAsync();
        var (route, models) = await RouteAsync(By("least_cost"), one, two);
        // Dear input and cheap output against the reverse.
        foreach (var (model, input, output) in new[] { (models[0], "10", "1"), (models[1], "1", "10") })
        {
            var id = (await node.Admin.GetAsync("/api/models?limit=1000"))["items"]!
                .AsArray()
                .Single(m => m!.Text("name") == model)!
                .Text("id");
            await node.Admin.PostAsync(
                "/api/prices",
                new JsonObject
                {
                    ["model_id"] = id,
                    ["usd_per_mtok"] = new JsonObject { ["input"] = input, ["output"] = output },
                }
            );
        }
        async Task<string?> AskAsync(string prompt, int cap)
        {
            using var response = await node.Door.ChatAsync(Calls.Chat(route, prompt).With("max_tokens", cap));
            return response.Header("x-portico-model");
        }
        (await AskAsync("Hi", 2_000)).ShouldBe(models[0]);
        (await AskAsync(string.Join(' ', Enumerable.Repeat(Conversation.Words, 10)), 5)).ShouldBe(models[1]);
    }

    [Fact]
    public async Task Least_busy_goes_where_no_call_is_under_way()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task HoldAsync(HttpContext http)
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("begun")));
            await go.Task.WaitAsync(http.RequestAborted);
            await Upstream.WriteAsync(http, Upstream.Frame(Upstream.StopChunk) + Upstream.Frame("[DONE]"));
        }
        await using var one = await Upstream.StartAsync(HoldAsync);
        await using var two = await Upstream.StartAsync(HoldAsync);
        var (route, models) = await RouteAsync(By("least_busy"), one, two);
        var responses = new List<HttpResponseMessage>();
        for (var i = 0; i < 6; i++)
            responses.Add(await node.Door.ChatAsync(route, stream: true));
        (one.Calls, two.Calls).ShouldBe((3, 3));
        responses.Select(r => r.Header("x-portico-model")).ShouldBe([models[0], models[1], models[0], models[1], models[0], models[1]]);
        go.SetResult();
        foreach (var response in responses)
        {
            (await response.EventsAsync())[^1].ShouldBe("[DONE]");
            response.Dispose();
        }
        // All have ended: the first one is as idle as the second.
        using var next = await node.Door.ChatAsync(route, stream: true);
        next.Header("x-portico-model").ShouldBe(models[0]);
    }

    [Fact]
    public async Task A_session_stays_where_it_is_moves_while_that_fails_and_comes_back()
    {
        await using var one = await Upstream.StartAsync();
        await using var two = await Upstream.StartAsync();
        await using var three = await Upstream.StartAsync();
        var upstreams = new[] { one, two, three };
        var (route, models) = await RouteAsync(By("weighted", affinity: true), upstreams);
        var home = await ServedByAsync(route, "ada");
        for (var i = 0; i < 10; i++)
            (await ServedByAsync(route, "ada")).ShouldBe(home);
        var homes = new HashSet<string?>();
        for (var i = 0; i < 40; i++)
            homes.Add(await ServedByAsync(route, $"visitor {i}"));
        homes.Count.ShouldBe(3);

        var upstream = upstreams[models.IndexOf(home!)];
        upstream.Answer = http => Upstream.ErrorAsync(http, 500);
        (await ServedByAsync(route, "ada")).ShouldNotBe(home);
        upstream.Answer = http => Upstream.WholeAsync(http);
        (await ServedByAsync(route, "ada")).ShouldBe(home);
    }

    /// <summary>The deployment of a stream that has begun is well: nobody waits for the stream's end.</summary>
    [Fact]
    public async Task A_long_stream_that_probes_a_deployment_does_not_keep_others_out()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        var (route, _) = await RouteAsync(By("ordered"), upstream);
        for (var i = 0; i < 5; i++)
            (await node.Door.ChatAsync(route)).Dispose();
        using (var refused = await node.Door.ChatAsync(route))
            await refused.ShouldBeRefusedAsync(503, "no_deployment_available");
        node.Time.Advance(TimeSpan.FromSeconds(6));
        upstream.Answer = async http =>
        {
            if (!Upstream.WantsStream(http))
            {
                await Upstream.WholeAsync(http);
                return;
            }
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("begun")));
            await Upstream.HangAsync(http);
        };
        using var probe = await node.Door.ChatAsync(route, stream: true);
        ((int)probe.StatusCode).ShouldBe(200);
        using var other = await node.Door.ChatAsync(route);
        ((int)other.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_limit_of_one_provider_sends_calls_to_the_other_for_as_long_as_it_asked()
    {
        await using var one = await Upstream.StartAsync(http =>
        {
            http.Response.Headers.RetryAfter = "30";
            return Upstream.ErrorAsync(http, 429, type: "rate_limit_error");
        });
        await using var two = await Upstream.StartAsync();
        var (route, models) = await RouteAsync(By("ordered"), one, two);
        for (var i = 0; i < 4; i++)
            (await ServedByAsync(route)).ShouldBe(models[1]);
        one.Calls.ShouldBe(1);
        one.Answer = http => Upstream.WholeAsync(http);
        node.Time.Advance(TimeSpan.FromSeconds(29));
        (await ServedByAsync(route)).ShouldBe(models[1]);
        node.Time.Advance(TimeSpan.FromSeconds(2));
        (await ServedByAsync(route)).ShouldBe(models[0]);
    }

    /// <summary>A model called by its own name goes to all its deployments by their weights.</summary>
    [Fact]
    public async Task A_model_is_its_own_route_over_its_deployments()
    {
        await using var one = await Upstream.StartAsync();
        await using var two = await Upstream.StartAsync();
        var model = "s-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(one.Address, model);
        await node.ConnectAsync(two.Address, model);
        for (var i = 0; i < 60; i++)
            await ServedByAsync(model);
        (one.Calls + two.Calls).ShouldBe(60);
        one.Calls.ShouldBeInRange(7, 53);
    }
}
