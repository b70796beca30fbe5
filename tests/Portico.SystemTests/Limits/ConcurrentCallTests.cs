using Portico.SystemTests.Support;

namespace Portico.SystemTests.Limits;

/// <summary>Calls at once: a place is held for as long as the call lives, a stream to its last byte, and given back whatever the end.</summary>
public sealed class ConcurrentCallTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<string> ModelAsync(Upstream upstream)
    {
        var model = "q-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return model;
    }

    /// <summary>An upstream whose streams stay open until they are let go.</summary>
    static async Task<(Upstream Upstream, TaskCompletionSource Go)> HeldAsync()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk("begun")));
            await go.Task.WaitAsync(http.RequestAborted);
            await Upstream.WriteAsync(
                http,
                Upstream.Frame(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
            );
        });
        return (upstream, go);
    }

    [Theory]
    [InlineData("organisation")]
    [InlineData("workspace")]
    [InlineData("use_case")]
    [InlineData("person")]
    [InlineData("key")]
    [InlineData("route")]
    public async Task A_stream_holds_its_place_to_its_end_and_the_refusal_names_the_limit(string scope)
    {
        var (upstream, go) = await HeldAsync();
        await using var _ = upstream;
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        var limit = await node.LimitAsync(scope, estate.IdOf(scope, model), "concurrent_calls", 2);
        using var one = await estate.Door.ChatAsync(model, stream: true);
        using var two = await estate.Door.ChatAsync(model, stream: true);
        (await node.CountAsync(limit)).ShouldBe((0, 2));
        using (var refused = await estate.Door.ChatAsync(model, stream: true))
        {
            var error = await refused.ShouldBeRefusedAsync(429, "rate_limit_exceeded");
            error
                .Text("message")
                .ShouldBe(
                    $"The {scope.Replace('_', ' ')} {estate.IdOf(scope, model)} has 2 calls under way and may have 2 at once. Wait for one to end."
                );
            var details = error["details"]!;
            details.Text("meter").ShouldBe(limit);
            details.Text("unit").ShouldBe("concurrent_calls");
            (details.Number("limit"), details.Number("held"), details.Number("spent")).ShouldBe((2, 2, 0));
            refused.Header("retry-after").ShouldBe("1");
            refused.Header("retry-after-ms").ShouldBe("1000");
            refused.Header("x-should-retry").ShouldBeNull();
        }
        upstream.Calls.ShouldBe(2);
        go.SetResult();
        (await one.EventsAsync())[^1].ShouldBe("[DONE]");
        (await two.EventsAsync())[^1].ShouldBe("[DONE]");
        // The place is free before the caller has the last byte.
        (await node.CountAsync(limit)).ShouldBe((0, 0));
        using var next = await estate.Door.ChatAsync(model, stream: true);
        ((int)next.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_caller_that_leaves_frees_its_place()
    {
        var (upstream, _) = await HeldAsync();
        await using var _2 = upstream;
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        var limit = await node.LimitAsync("key", estate.Key, "concurrent_calls", 1);
        for (var i = 0; i < 3; i++)
        {
            var left = await estate.Door.ChatAsync(model, stream: true);
            ((int)left.StatusCode).ShouldBe(200);
            left.Dispose();
            await Eventually.IsTrueAsync(async () => await node.CountAsync(limit) == (0, 0));
        }
        upstream.Calls.ShouldBe(3);
    }

    [Fact]
    public async Task A_caller_that_is_cut_off_frees_its_place()
    {
        var (upstream, _) = await HeldAsync();
        await using var _2 = upstream;
        using var estate = await Estate.MakeAsync(node);
        var (key, secret) = await SecretAsync(estate);
        var model = await ModelAsync(upstream);
        var limit = await node.LimitAsync("key", key, "concurrent_calls", 1);
        using var raw = await RawConnection.OpenAsync(node.Address);
        var body = Calls.Chat(model, stream: true).ToJsonString();
        await raw.SendAsync(RawConnection.ChatHead(secret, System.Text.Encoding.UTF8.GetByteCount(body)) + body);
        await raw.ReadUntilAsync("begun");
        (await node.CountAsync(limit)).ShouldBe((0, 1));
        raw.Reset();
        await Eventually.IsTrueAsync(async () => await node.CountAsync(limit) == (0, 0));
    }

    async Task<(string Key, string Secret)> SecretAsync(Estate estate)
    {
        var made = await node.Admin.PostAsync(
            "/api/keys",
            new System.Text.Json.Nodes.JsonObject { ["name"] = "raw", ["use_case_id"] = estate.UseCase }
        );
        return (made.Text("key", "id"), made.Text("secret"));
    }

    [Theory]
    [InlineData("sim/fail-503")]
    [InlineData("sim/malformed")]
    [InlineData("sim/cut-after-10")]
    [InlineData("sim/error-after-10")]
    [InlineData("no-such-model")]
    public async Task A_call_that_fails_or_is_refused_frees_its_place(string model)
    {
        using var estate = await Estate.MakeAsync(node);
        var limit = await node.LimitAsync("key", estate.Key, "concurrent_calls", 1);
        for (var i = 0; i < 2; i++)
            using (var response = await estate.Door.ChatAsync(Calls.Chat(model, Conversation.Words, stream: true)))
            {
                (await response.Content.ReadAsStringAsync()).ShouldNotContain("rate_limit_exceeded");
                (await node.CountAsync(limit)).ShouldBe((0, 0));
            }
    }

    [Fact]
    public async Task Calls_at_once_are_told_in_no_header_of_requests()
    {
        using var estate = await Estate.MakeAsync(node);
        await node.LimitAsync("key", estate.Key, "concurrent_calls", 3);
        using var response = await estate.Door.ChatAsync("sim/echo");
        response.Header("x-ratelimit-limit-requests").ShouldBeNull();
    }
}
