using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Messages;

/// <summary>Anthropic's form in front and behind: bytes pass untouched but for the model's name, and money and records know what passed.</summary>
public sealed class PassThroughTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>Spaces, an order and members of the caller's own.</summary>
    static string Spelled(string model, bool stream) =>
        $$$"""{ "x_new" : {"a":[1.50, null]}, "max_tokens":512,"stream":{{{(stream ? "true" : "false")}}},"model" :"{{{model}}}","tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":[{"type":"text","text":"Zürich \u00e9 \/","cache_control":{"type":"ephemeral","ttl":"1h"}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"c2VhbA=="},{"type":"server_tool_use","id":"s1","name":"web_search","input":{"q":1.0}}]},{"role":"user","content":"go on"}]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_body_goes_on_byte_for_byte_with_the_models_own_name(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(Spelled(model, stream));
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        upstream
            .Bodies.Single()
            .ShouldBe(Spelled(model, stream).Replace($"\"{model}\"", "\"claude-sonnet-4-6\"", StringComparison.Ordinal));
        response.Header("x-portico-dropped-fields").ShouldBeNull();
    }

    [Fact]
    public async Task A_plain_answer_comes_back_byte_for_byte_and_is_billed_in_disjoint_parts()
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(model));
        (await response.Content.ReadAsStringAsync()).ShouldBe(AnthropicUpstream.Message);
        response.Header("request-id").ShouldBe(response.CallId());
        response.Header("x-portico-model").ShouldBe(model);
        response.Header("openai-processing-ms").ShouldBeNull();
        var record = await node.RecordOfAsync(response);
        record.Text("wire").ShouldBe("anthropic-messages");
        record.Text("operation").ShouldBe("chat");
        record.Text("served_model").ShouldBe("claude-up");
        record.Text("upstream_request_id").ShouldBe("req_up");
        UsageShouldBeDisjoint(record);
    }

    static void UsageShouldBeDisjoint(JsonNode record)
    {
        var usage = record["usage"]!;
        usage.Text("source").ShouldBe("reported");
        (
            usage.Number("input"),
            usage.Number("cache_read"),
            usage.Number("cache_write"),
            usage.Number("cache_write_long"),
            usage.Number("output")
        ).ShouldBe((5, 100, 10, 20, 7));
    }

    [Fact]
    public async Task A_stream_comes_back_byte_for_byte()
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(model, stream: true));
        (await response.Content.ReadAsStringAsync()).ShouldBe(string.Concat(AnthropicUpstream.Events));
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("completed");
        UsageShouldBeDisjoint(record);
    }

    [Fact]
    public async Task Switches_of_the_caller_reach_anthropic_and_nobody_else()
    {
        string? beta = null;
        string? key = null;
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            (beta, key) = (http.Request.Headers["anthropic-beta"], http.Request.Headers["x-api-key"]);
            if (http.Request.Path == "/v1/messages")
                await AnthropicUpstream.GoodAsync(http);
            else
                await Upstream.GoodAsync(http, stream: false);
        });
        using var door = node.AsAnthropic();
        var model = await node.ConnectAnthropicAsync(upstream);
        (await door.MessageAsync(MessagesCalls.Ask(model), default, ("anthropic-beta", "a-2025-01-01,b-2025-02-02"))).Dispose();
        beta.ShouldBe("a-2025-01-01,b-2025-02-02");
        key.ShouldBe("sk-upstream-canary-credential");
        var other = await node.ConnectOpenAiAsync(upstream);
        (await door.MessageAsync(MessagesCalls.Ask(other), default, ("anthropic-beta", "a-2025-01-01"))).Dispose();
        upstream.Calls.ShouldBe(2);
        beta.ShouldBeNull();
    }

    [Theory]
    [InlineData(400, "invalid_request_error", 400, "invalid_request_error", "false")]
    [InlineData(413, "request_too_large", 413, "request_too_large", "false")]
    [InlineData(401, "authentication_error", 502, "api_error", null)]
    [InlineData(429, "rate_limit_error", 429, "rate_limit_error", null)]
    [InlineData(500, "api_error", 502, "api_error", null)]
    [InlineData(529, "overloaded_error", 529, "overloaded_error", null)]
    public async Task An_error_of_the_provider_is_told_in_the_callers_shape(
        int status,
        string type,
        int told,
        string toldType,
        string? retry
    )
    {
        await using var upstream = await Upstream.StartAsync(http =>
            AnthropicUpstream.ErrorAsync(http, status, type, "The provider says no")
        );
        var model = await node.ConnectAnthropicAsync(upstream, new JsonObject { ["retries"] = 0 });
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(model));
        var error = await response.ShouldBeMessagesErrorAsync(told, toldType);
        error.Text("message").ShouldContain("The provider says no");
        if (retry is not null)
            response.Header("x-should-retry").ShouldBe(retry);
    }

    [Fact]
    public async Task A_failure_behind_the_first_output_is_an_error_event_and_no_end()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                string.Concat(AnthropicUpstream.Events[..9])
                    + AnthropicUpstream.Event("error", """{"error":{"type":"overloaded_error","message":"Too much at once"}}""")
            )
        );
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(model, stream: true));
        var events = await response.MessageEventsAsync();
        events.ShouldNotContain(e => e.Text("type") == "message_stop");
        events[^1].Text("type").ShouldBe("error");
        events[^1].Text("error", "type").ShouldBe("overloaded_error");
        events[^1].Text("request_id").ShouldBe(response.CallId());
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("failed");
        // The input was reported, the output counted as received.
        record.Text("usage", "source").ShouldBe("estimated");
        record.Number("usage", "cache_read").ShouldBe(100);
        record.Number("usage", "output").ShouldBeGreaterThan(2);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_error_before_the_first_output_of_a_stream_is_a_status()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                AnthropicUpstream.Events[0]
                    + AnthropicUpstream.Event("error", """{"error":{"type":"overloaded_error","message":"Too much at once"}}""")
            )
        );
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(model, stream: true));
        await response.ShouldBeMessagesErrorAsync(529, "overloaded_error");
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_the_provider_and_pays_for_what_it_got()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, string.Concat(AnthropicUpstream.Events[..8]));
            await Upstream.HangAsync(http);
        });
        var model = await node.ConnectAnthropicAsync(upstream);
        using var door = node.AsAnthropic();
        using var leaving = new CancellationTokenSource();
        var response = await door.MessageAsync(MessagesCalls.Ask(model, stream: true), leaving.Token);
        var stream = await response.Content.ReadAsStreamAsync(leaving.Token);
        (await stream.ReadAsync(new byte[64], leaving.Token)).ShouldBeGreaterThan(0);
        response.Dispose();
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        JsonNode record = null!;
        await Eventually.IsTrueAsync(async () =>
        {
            using var found = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{response.CallId()}");
            if (!found.IsSuccessStatusCode)
                return false;
            record = await found.JsonAsync();
            return true;
        });
        record.Text("outcome").ShouldBe("abandoned");
        record.Number("usage", "output").ShouldBeGreaterThan(1);
        record.Number("usage", "cache_read").ShouldBe(100);
        await Eventually.IsTrueAsync(async () => await node.HeldAsync() == 0);
    }

    [Fact]
    public async Task A_message_that_was_cached_is_given_again_byte_for_byte()
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var model = await node.ConnectAnthropicAsync(upstream, new JsonObject { ["cache_seconds"] = 60 });
        using var door = node.AsAnthropic();
        async Task<(string? State, string Text)> AskAsync(bool stream, params (string, string)[] headers)
        {
            using var response = await door.MessageAsync(MessagesCalls.Ask(model, stream: stream), default, headers);
            return (response.Header("x-portico-cache"), await response.Content.ReadAsStringAsync());
        }

        (await AskAsync(false)).ShouldBe(("miss", AnthropicUpstream.Message));
        (await AskAsync(false)).ShouldBe(("hit", AnthropicUpstream.Message));
        (await AskAsync(true)).ShouldBe(("miss", string.Concat(AnthropicUpstream.Events)));
        (await AskAsync(true)).ShouldBe(("hit", string.Concat(AnthropicUpstream.Events)));
        // A switch of the caller changes what is answered.
        (await AskAsync(false, ("anthropic-beta", "x-2025-01-01"))).State.ShouldBe("miss");
        (await AskAsync(false, ("anthropic-beta", "x-2025-01-01"))).State.ShouldBe("hit");
        upstream.Calls.ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_kept_in_its_own_form_streamed_or_not(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var model = await node.ConnectAnthropicAsync(upstream, new JsonObject { ["keep_contents"] = true });
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(model, stream: stream));
        await response.Content.ReadAsStringAsync();
        await node.RevealAsync();
        JsonNode contents = null!;
        await Eventually.IsTrueAsync(async () =>
        {
            using var found = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{response.CallId()}/contents");
            if (!found.IsSuccessStatusCode)
                return false;
            contents = await found.JsonAsync();
            return true;
        });
        var answer = contents["answer"]!["text"]!;
        answer.Text("type").ShouldBe("message");
        answer["content"]!.AsArray().Last()!.Text("text").ShouldBe("four words of text");
        if (stream)
            answer["content"]![0]!.Text("signature").ShouldBe("c2VhbA==");
        contents["prompt"]!["text"]!["messages"]![0]!.Text("content").ShouldBe("Hello, Portico");
    }
}
