using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Limits;

/// <summary>Requests and tokens in a window: held, refused with the limit's name, told in OpenAI's headers.</summary>
public sealed class RateLimitTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>A model of its own, called by its name, over a good upstream.</summary>
    async Task<string> ModelAsync(Upstream upstream)
    {
        var model = "l-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return model;
    }

    public static TheoryData<string> Scopes => ["organisation", "workspace", "use_case", "person", "key", "route", "model"];

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task A_limit_on_requests_refuses_the_call_behind_it_and_names_itself(string scope)
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        node.Time.ToTheStartOfAMinute();
        var limit = await node.LimitAsync(scope, estate.IdOf(scope, model), "requests", 2);
        foreach (var left in new[] { "1", "0" })
            using (var good = await estate.Door.ChatAsync(model))
            {
                ((int)good.StatusCode).ShouldBe(200);
                good.Header("x-ratelimit-limit-requests").ShouldBe("2");
                good.Header("x-ratelimit-remaining-requests").ShouldBe(left);
                Seconds(good.Header("x-ratelimit-reset-requests")).ShouldBeInRange(40, 57);
                good.Header("x-ratelimit-limit-tokens").ShouldBeNull();
            }
        using var refused = await estate.Door.ChatAsync(model);
        var error = await refused.ShouldBeRefusedAsync(429, "rate_limit_exceeded");
        error.Text("type").ShouldBe("rate_limit_error");
        error
            .Text("message")
            .ShouldBe(
                $"The limit of {scope.Replace('_', ' ')} {estate.IdOf(scope, model)} is reached: 2 requests a minute, used 2, held 0, this call needs 1. It resets at {error.Text("details", "resets_at")}."
            );
        var details = error["details"]!;
        details.Text("meter").ShouldBe(limit);
        details.Text("scope").ShouldBe(scope);
        details.Text("unit").ShouldBe("requests");
        details.Text("window").ShouldBe("minute");
        (details.Number("limit"), details.Number("spent"), details.Number("held"), details.Number("requested")).ShouldBe((2, 2, 0, 1));
        // The answer to a refusal tells how the limit stands, and when to come back.
        refused.Header("x-ratelimit-remaining-requests").ShouldBe("0");
        var wait = long.Parse(refused.Header("retry-after-ms")!, CultureInfo.InvariantCulture);
        wait.ShouldBeInRange(40_000, 57_000);
        refused.Header("retry-after").ShouldBe(((wait + 999) / 1000).ToString(CultureInfo.InvariantCulture));
        refused.Header("x-should-retry").ShouldBeNull();
        upstream.Calls.ShouldBe(2);

        node.Time.Advance(TimeSpan.FromMinutes(1));
        using var next = await estate.Door.ChatAsync(model);
        ((int)next.StatusCode).ShouldBe(200);
        next.Header("x-ratelimit-remaining-requests").ShouldBe("1");
    }

    static int Seconds(string? text) => int.Parse(text.ShouldNotBeNull().TrimEnd('s'), CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task A_limit_on_tokens_holds_the_worst_case_and_counts_what_was_used(string scope)
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        node.Time.ToTheStartOfAMinute();
        var limit = await node.LimitAsync(scope, estate.IdOf(scope, model), "tokens", 200);
        var asked = Calls.Chat(model).With("max_tokens", 100);
        using (var good = await estate.Door.ChatAsync(asked))
        {
            ((int)good.StatusCode).ShouldBe(200);
            good.Header("x-ratelimit-limit-tokens").ShouldBe("200");
            // Told, as OpenAI tells it, while the worst case is held: the input and the cap of 100.
            long.Parse(good.Header("x-ratelimit-remaining-tokens")!, CultureInfo.InvariantCulture).ShouldBeInRange(80, 95);
        }
        (await node.CountAsync(limit)).ShouldBe((15, 0));
        using var refused = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 188));
        var error = await refused.ShouldBeRefusedAsync(429, "rate_limit_exceeded");
        error["details"]!.Text("unit").ShouldBe("tokens");
        error["details"]!.Number("spent").ShouldBe(15);
        error["details"]!.Number("requested").ShouldBeInRange(188 + 5, 200);
        refused.Header("retry-after").ShouldNotBeNull();
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_tells_the_limit_with_its_worst_case_held()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodStreamAsync(http));
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        var limit = await node.LimitAsync("key", estate.Key, "tokens", 1_000, "hour");
        using var response = await estate.Door.ChatAsync(Calls.Chat(model, stream: true).With("max_tokens", 100));
        long.Parse(response.Header("x-ratelimit-remaining-tokens")!).ShouldBeInRange(880, 985);
        (await response.EventsAsync())[^1].ShouldBe("[DONE]");
        (await node.CountAsync(limit)).ShouldBe((15, 0));
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    public async Task Long_waits_are_told_as_openai_tells_them(string window)
    {
        using var estate = await Estate.MakeAsync(node);
        await node.LimitAsync("key", estate.Key, "requests", 5, window);
        using var response = await estate.Door.ChatAsync("sim/echo");
        response.Header("x-ratelimit-reset-requests").ShouldNotBeNull().ShouldMatch(@"^(([1-9]\d*h)?[1-5]?\dm)?[1-5]?\ds$");
    }

    [Fact]
    public async Task The_tightest_of_several_limits_is_told()
    {
        using var estate = await Estate.MakeAsync(node);
        await node.LimitAsync("organisation", estate.Organisation, "requests", 100, "total");
        await node.LimitAsync("workspace", estate.Workspace, "requests", 3, "total");
        await node.LimitAsync("key", estate.Key, "requests", 50, "total");
        await node.LimitAsync("key", estate.Key, "requests", 1, "total", new JsonObject { ["shadow_only"] = true });
        await node.LimitAsync("model", "sim/echo", "requests", 1_000_000, "total");
        using var response = await estate.Door.ChatAsync("sim/echo");
        response.Header("x-ratelimit-limit-requests").ShouldBe("3");
        response.Header("x-ratelimit-remaining-requests").ShouldBe("2");
        // What never resets has no time of reset.
        response.Header("x-ratelimit-reset-requests").ShouldBeNull();
    }

    [Fact]
    public async Task A_limit_over_every_key_counts_each_by_itself()
    {
        using var estate = await Estate.MakeAsync(node);
        using var other = await estate.AnotherKeyAsync();
        var limit = await node.LimitAsync("key", "*", "requests", 1, "day");
        try
        {
            using (var first = await estate.Door.ChatAsync("sim/echo"))
                ((int)first.StatusCode).ShouldBe(200);
            using (var second = await estate.Door.ChatAsync("sim/echo"))
                (await second.ShouldBeRefusedAsync(429, "rate_limit_exceeded"))["details"]!.Text("scope_id").ShouldBe(estate.Key);
            using var fresh = await other.ChatAsync("sim/echo");
            ((int)fresh.StatusCode).ShouldBe(200);
        }
        finally
        {
            await node.RemoveAsync(limit);
        }
    }

    /// <summary>A client that sleeps for retry-after and tries again would do so in vain.</summary>
    [Theory]
    [InlineData("minute", 100, true)]
    [InlineData("total", 100, true)]
    [InlineData("total", 5_000, false)]
    public async Task Who_could_never_get_through_is_told_not_to_try_again(string window, long limit, bool tooLarge)
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        await node.LimitAsync("key", estate.Key, "tokens", limit, window);
        if (!tooLarge)
        {
            upstream.Answer = http =>
                Upstream.WholeAsync(http, usage: """{"prompt_tokens":11,"completion_tokens":4950,"total_tokens":4961}""");
            using var first = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 4_960));
            ((int)first.StatusCode).ShouldBe(200);
        }
        using var refused = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 2_000));
        var error = await refused.ShouldBeRefusedAsync(429, "rate_limit_exceeded");
        refused.Header("x-should-retry").ShouldBe("false");
        refused.Header("retry-after").ShouldBeNull();
        refused.Header("retry-after-ms").ShouldBeNull();
        error.Text("message").ShouldEndWith(tooLarge ? "shorten the input or lower the output cap." : "ask for more.");
    }

    [Fact]
    public async Task A_refused_call_costs_no_request_of_another_limit()
    {
        using var estate = await Estate.MakeAsync(node);
        var wide = await node.LimitAsync("workspace", estate.Workspace, "requests", 10, "total");
        await node.LimitAsync("key", estate.Key, "requests", 1, "total");
        for (var i = 0; i < 3; i++)
            (await estate.Door.ChatAsync("sim/echo")).Dispose();
        (await node.CountAsync(wide)).ShouldBe((1, 0));
    }

    /// <summary>Behind the limit on requests a call may still be refused: it was a request.</summary>
    [Fact]
    public async Task A_call_that_is_refused_later_was_a_request()
    {
        using var estate = await Estate.MakeAsync(node);
        var requests = await node.LimitAsync("key", estate.Key, "requests", 10, "total");
        using (var unknown = await estate.Door.ChatAsync("no-such-model"))
            await unknown.ShouldBeRefusedAsync(404, "model_not_found");
        (await node.CountAsync(requests)).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Many_callers_at_once_get_exactly_what_the_limit_allows()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        var limit = await node.LimitAsync("workspace", estate.Workspace, "requests", 25, "day");
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 120)
                .Select(async _ =>
                {
                    using var response = await estate.Door.ChatAsync(model);
                    return (int)response.StatusCode;
                })
        );
        statuses.Count(s => s == 200).ShouldBe(25);
        statuses.Count(s => s == 429).ShouldBe(95);
        upstream.Calls.ShouldBe(25);
        (await node.CountAsync(limit)).ShouldBe((25, 0));
    }

    [Fact]
    public async Task A_limit_that_only_watches_refuses_nobody()
    {
        using var estate = await Estate.MakeAsync(node);
        var limit = await node.LimitAsync("key", estate.Key, "requests", 1, "total", new JsonObject { ["shadow_only"] = true });
        for (var i = 0; i < 3; i++)
            using (var response = await estate.Door.ChatAsync("sim/echo"))
                ((int)response.StatusCode).ShouldBe(200);
        (await node.CountAsync(limit)).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Calls_at_once_of_a_model_are_not_taken_as_a_limit()
    {
        using var response = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/limits",
            new JsonObject
            {
                ["scope"] = "model",
                ["scope_id"] = "sim/echo",
                ["unit"] = "concurrent_calls",
                ["window"] = "total",
                ["limit"] = 5,
            }
        );
        await response.ShouldBeProblemAsync(400, "invalid_request", "scope");
    }
}
