using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>Another try, another deployment, and when not: within the bounds of the route and the caller's own deadline, before the first output only.</summary>
public sealed class FailoverTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>A route of one model over these upstreams, in this order.</summary>
    async Task<string> RouteAsync(JsonObject? more, params Upstream[] upstreams)
    {
        var name = "f-" + Guid.NewGuid().ToString("N")[..8];
        var deployments = new List<string>();
        foreach (var upstream in upstreams)
            deployments.Add(await node.ConnectAsync(upstream.Address, name + "-model", firstByteMs: 400, idleMs: 400));
        await node.RouteAsync(name, deployments, more);
        return name;
    }

    static JsonObject Tries(int retries, int maxAttempts = 4) => new() { ["retries"] = retries, ["max_attempts"] = maxAttempts };

    public static TheoryData<string, string> Faults =>
        new()
        {
            { "status 500", "upstream" },
            { "status 401", "credential" },
            { "status 404", "model" },
            { "status 429", "rate_limit" },
            { "status 529", "upstream" },
            { "hang", "upstream" },
            { "close", "upstream" },
            { "error event", "upstream" },
            { "empty stream", "upstream" },
        };

    static Func<HttpContext, Task> Failing(string how) =>
        how switch
        {
            "hang" => Upstream.HangAsync,
            "close" => http =>
            {
                http.Abort();
                return Task.CompletedTask;
            },
            "error event" => http =>
                Upstream.BeginStreamAsync(http, Upstream.Frame("""{"error":{"message":"It broke","type":"server_error"}}""")),
            "empty stream" => http => Upstream.BeginStreamAsync(http),
            _ => http => Upstream.ErrorAsync(http, int.Parse(how[7..])),
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_next_deployment_serves_when_the_first_one_fails_before_its_output(string how, string fault)
    {
        await using var bad = await Upstream.StartAsync(Failing(how));
        await using var good = await Upstream.StartAsync(http => Upstream.GoodStreamAsync(http));
        var route = await RouteAsync(Tries(retries: 0), bad, good);
        using var response = await node.Door.ChatAsync(route, stream: true);
        ((int)response.StatusCode).ShouldBe(200);
        var events = await response.EventsAsync();
        Calls.Said(events).ShouldBe("four words of text");
        events[^1].ShouldBe("[DONE]");
        bad.Calls.ShouldBe(1);
        response.Header("x-portico-attempts").ShouldBe("2");
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("completed");
        var attempts = record["attempts"]!.AsArray();
        attempts.Select(a => a!.Text("outcome")).ShouldBe(["failed", "completed"]);
        attempts.Select(a => a!.Number("number")).ShouldBe([1, 2]);
        attempts[0]!.Text("fault").ShouldBe(fault);
        attempts[1]!.Text("deployment_id").ShouldBe(record.Text("deployment_id"));
        record["trail"]!.AsArray().ShouldContain(t => t!.Text("stage") == "failover" && t!.Text("fact").StartsWith("attempt 1 at"));
        record.Number("cost_nano_usd").ShouldBe(attempts.Sum(a => a!.Number("cost_nano_usd")));
        record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task No_other_deployment_is_asked_behind_the_first_output()
    {
        await using var bad = await Upstream.StartAsync(http => Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.Chunk("half an"))));
        await using var good = await Upstream.StartAsync(http => Upstream.GoodStreamAsync(http));
        var route = await RouteAsync(Tries(retries: 3), bad, good);
        using var response = await node.Door.ChatAsync(route, stream: true);
        var events = await response.EventsAsync();
        events.ShouldNotContain("[DONE]");
        events[^1].ShouldContain("upstream_cut");
        (bad.Calls, good.Calls).ShouldBe((1, 0));
    }

    [Fact]
    public async Task The_callers_own_mistake_is_not_tried_elsewhere()
    {
        await using var bad = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 422, "No such voice", "invalid_request_error"));
        await using var good = await Upstream.StartAsync();
        var route = await RouteAsync(Tries(retries: 3), bad, good);
        using var response = await node.Door.ChatAsync(route);
        ((int)response.StatusCode).ShouldBe(400);
        (bad.Calls, good.Calls).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_passing_fault_is_tried_again_at_the_same_deployment()
    {
        await using var upstream = await Upstream.StartAsync();
        upstream.Answer = http => upstream.Calls <= 2 ? Upstream.ErrorAsync(http, 500) : Upstream.WholeAsync(http);
        var route = await RouteAsync(Tries(retries: 2), upstream);
        using var response = await node.Door.ChatAsync(route);
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-attempts").ShouldBe("3");
        (await node.RecordOfAsync(response))["attempts"]!.AsArray().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(0, 9, 2)]
    [InlineData(1, 9, 4)]
    [InlineData(3, 5, 5)]
    [InlineData(5, 1, 1)]
    public async Task Tries_are_bounded_at_each_deployment_and_in_all(int retries, int maxAttempts, int expected)
    {
        await using var one = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        await using var two = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        var route = await RouteAsync(Tries(retries, maxAttempts), one, two);
        using var response = await node.Door.ChatAsync(route);
        await response.ShouldBeRefusedAsync(502, "upstream_failed");
        (one.Calls + two.Calls).ShouldBe(expected);
        (await node.RecordOfAsync(response))["attempts"]!.AsArray().Count.ShouldBe(expected);
    }

    static Func<HttpContext, Task> BusyFor(int ms) =>
        http =>
        {
            http.Response.Headers["retry-after-ms"] = ms.ToString();
            return Upstream.ErrorAsync(http, 503);
        };

    [Fact]
    public async Task The_wait_that_a_provider_asks_for_is_kept()
    {
        await using var upstream = await Upstream.StartAsync();
        upstream.Answer = http => upstream.Calls == 1 ? BusyFor(400)(http) : Upstream.WholeAsync(http);
        var route = await RouteAsync(Tries(retries: 1), upstream);
        var begun = Stopwatch.GetTimestamp();
        using var response = await node.Door.ChatAsync(Calls.Chat(route), default, ("x-portico-timeout-ms", "20000"));
        ((int)response.StatusCode).ShouldBe(200);
        Stopwatch.GetElapsedTime(begun).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(390));
    }

    [Fact]
    public async Task A_wait_beyond_the_callers_deadline_is_not_begun()
    {
        await using var upstream = await Upstream.StartAsync(BusyFor(5_000));
        var route = await RouteAsync(Tries(retries: 3), upstream);
        var begun = Stopwatch.GetTimestamp();
        using var response = await node.Door.ChatAsync(Calls.Chat(route), default, ("x-portico-timeout-ms", "3000"));
        await response.ShouldBeRefusedAsync(503, "upstream_overloaded");
        response.Header("retry-after-ms").ShouldBe("5000");
        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_wait_beyond_all_patience_is_left_to_the_caller()
    {
        await using var upstream = await Upstream.StartAsync(BusyFor(3_600_000));
        var route = await RouteAsync(Tries(retries: 3), upstream);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var response = await node.Door.ChatAsync(Calls.Chat(route), bound.Token);
        // An SDK would sleep for as long as the header says: a long wait stands in the body.
        (await response.ShouldBeRefusedAsync(503, "upstream_overloaded"))
            .Number("details", "retry_after_seconds")
            .ShouldBe(3_600);
        response.Header("retry-after").ShouldBeNull();
        response.Header("x-should-retry").ShouldBe("false");
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task The_callers_deadline_ends_the_call_whatever_is_left_to_try()
    {
        await using var one = await Upstream.StartAsync(Upstream.HangAsync);
        await using var two = await Upstream.StartAsync(Upstream.HangAsync);
        var route = await RouteAsync(Tries(retries: 5, maxAttempts: 20), one, two);
        var begun = Stopwatch.GetTimestamp();
        using var response = await node.Door.ChatAsync(Calls.Chat(route), default, ("x-portico-timeout-ms", "200"));
        var error = await response.ShouldBeRefusedAsync(504, "upstream_timeout");
        error.Text("message").ShouldContain("200 ms");
        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        (one.Calls + two.Calls).ShouldBe(1);
    }

    [Fact]
    public async Task Deadlines_of_impatient_callers_do_not_bench_a_deployment()
    {
        await using var upstream = await Upstream.StartAsync(Upstream.HangAsync);
        var route = await RouteAsync(Tries(retries: 0), upstream);
        for (var i = 0; i < 7; i++)
            using (var response = await node.Door.ChatAsync(Calls.Chat(route), default, ("x-portico-timeout-ms", "60")))
                await response.ShouldBeRefusedAsync(504, "upstream_timeout");
        upstream.Answer = http => Upstream.WholeAsync(http);
        using var patient = await node.Door.ChatAsync(route);
        ((int)patient.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Mistakes_of_callers_never_open_the_breaker()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 400, "Bad voice", "invalid_request_error"));
        var route = await RouteAsync(Tries(retries: 0), upstream);
        for (var i = 0; i < 8; i++)
            using (await node.Door.ChatAsync(route)) { }
        upstream.Calls.ShouldBe(8);
        (await BreakerAsync(route)).State.ShouldBe("closed");
    }

    [Fact]
    public async Task The_breaker_opens_after_five_failures_and_one_probe_closes_it()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        var route = await RouteAsync(Tries(retries: 0), upstream);
        await FailAsync(route, 5);
        (await BreakerAsync(route)).State.ShouldBe("open");
        using (var refused = await node.Door.ChatAsync(route))
        {
            await refused.ShouldBeRefusedAsync(503, "no_deployment_available");
            int.Parse(refused.Header("retry-after")!).ShouldBeInRange(1, 5);
        }
        upstream.Calls.ShouldBe(5);

        // A failed probe keeps it open for twice as long, and is one call however many ask.
        node.Time.Advance(TimeSpan.FromSeconds(5.1));
        (await BreakerAsync(route)).State.ShouldBe("half_open");
        await FailAsync(route, 3);
        upstream.Calls.ShouldBe(6);
        ((await BreakerAsync(route)).Until!.Value - node.Time.GetUtcNow()).TotalSeconds.ShouldBeInRange(7, 10);

        upstream.Answer = http => Upstream.WholeAsync(http);
        node.Time.Advance(TimeSpan.FromSeconds(10.1));
        using var probe = await node.Door.ChatAsync(route);
        ((int)probe.StatusCode).ShouldBe(200);
        (await BreakerAsync(route)).State.ShouldBe("closed");
    }

    /// <summary>A provider that fails twenty calls under way has failed once, not twenty times: it is asked again soon.</summary>
    [Fact]
    public async Task Many_failures_at_once_open_the_breaker_once()
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await Upstream.StartAsync();
        upstream.Answer = async http =>
        {
            if (upstream.Calls == 20)
                all.SetResult();
            await all.Task;
            await Upstream.ErrorAsync(http, 500);
        };
        var name = "f-" + Guid.NewGuid().ToString("N")[..8];
        await node.RouteAsync(name, [await node.ConnectAsync(upstream.Address, name + "-model")], Tries(retries: 0));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await node.Door.ChatAsync(name)).Dispose()));
        var (state, until) = await BreakerAsync(name);
        state.ShouldBe("open");
        (until!.Value - node.Time.GetUtcNow()).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    async Task FailAsync(string route, int times)
    {
        for (var i = 0; i < times; i++)
            using (var response = await node.Door.ChatAsync(route))
                ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(500);
    }

    async Task<(string State, DateTimeOffset? Until)> BreakerAsync(string route)
    {
        var explained = await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = node.KeyId, ["model"] = route });
        var deployment = explained["deployments"]!.AsArray().ShouldHaveSingleItem()!;
        return (deployment.Text("breaker"), deployment["unavailable_until"]?.GetValue<DateTimeOffset>());
    }
}
