using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>The Responses API over providers that know chat completions alone, or another protocol: plain and streamed.</summary>
public sealed class ResponseCallTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<string> ModelAsync(Upstream upstream)
    {
        var model = "r-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, idleMs: 60_000);
        return model;
    }

    const string Usage =
        """{"prompt_tokens":11,"completion_tokens":9,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":5}}""";

    static string Choice(string message, string finish = "stop") =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}],"usage":"""
        + Usage
        + "}";

    static string Delta(string delta, string? finish = null) =>
        Upstream.Frame(
            $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}"""
        );

    [Fact]
    public async Task A_plain_answer_has_the_shape_of_the_api_and_is_recorded()
    {
        await using var upstream = await Upstream.StartAsync();
        var model = await ModelAsync(upstream);
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls
                .Ask(model)
                .With("instructions", "Be brief.")
                .With("metadata", new JsonObject { ["case"] = "7" })
                .With("store", false)
        );
        var response = await answer.GoodAsync();
        response.Text("object").ShouldBe("response");
        response.Text("status").ShouldBe("completed");
        response.Text("model").ShouldBe(model);
        response.Text("instructions").ShouldBe("Be brief.");
        response.Text("metadata", "case").ShouldBe("7");
        response.OutputText().ShouldBe("four words of text");
        response.Number("usage", "input_tokens").ShouldBe(11);
        response.Number("usage", "output_tokens").ShouldBe(4);
        response.Number("usage", "input_tokens_details", "cached_tokens").ShouldBe(0);
        response.Number("usage", "output_tokens_details", "reasoning_tokens").ShouldBe(0);
        var sent = JsonNode.Parse(upstream.Bodies.Single())!;
        sent["messages"]!
            .ToJsonString()
            .ShouldBe("""[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello, Portico"}]""");
        sent["metadata"].ShouldBeNull();
        var record = await node.RecordOfAsync(answer);
        record.Text("wire").ShouldBe("openai-responses");
        record.Text("outcome").ShouldBe("completed");
        record.Number("cost_nano_usd").ShouldBe(11 * Connecting.InputNano + 4 * Connecting.OutputNano);
        answer.Header("x-portico-cost-usd").ShouldBe(NanoUsd.Format(record.Number("cost_nano_usd")));
        response.Text("id")[5..].ShouldBe(answer.CallId()[5..]);
    }

    [Fact]
    public async Task A_stream_has_its_events_in_order()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodStreamAsync(http, "two words"));
        var model = await ModelAsync(upstream);
        using var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(model).With("stream", true).With("store", false));
        var events = await answer.ResponseEventsAsync();
        events
            .Types()
            .ShouldBe(
                """
                created
                in_progress
                output_item.added
                content_part.added
                output_text.delta
                output_text.delta
                output_text.done
                content_part.done
                output_item.done
                completed
                """
            );
        events[^1]["response"]!.OutputText().ShouldBe("two words");
        events[^1].Number("response", "usage", "total_tokens").ShouldBe(15);
        (await node.RecordOfAsync(answer)).Text("outcome").ShouldBe("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tools_are_called_in_parallel_and_take_their_results(bool stream)
    {
        const string Deltas =
            """[{"index":0,"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}},{"index":1,"id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":"}}]""";
        await using var upstream = await Upstream.StartAsync(http =>
            stream
                ? Upstream.BeginStreamAsync(
                    http,
                    Delta("""{"role":"assistant","content":null}""")
                        + Delta($$"""{"tool_calls":{{Deltas}}}""")
                        + Delta("""{"tool_calls":[{"index":1,"function":{"arguments":"\"Rome\"}"}}]}""")
                        + Delta("{}", "tool_calls")
                        + Upstream.Frame(Upstream.UsageChunk())
                        + Upstream.Frame("[DONE]")
                )
                : Upstream.JsonAsync(
                    http,
                    200,
                    Choice(
                        """{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}},{"id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]}""",
                        "tool_calls"
                    )
                )
        );
        var model = await ModelAsync(upstream);
        var tools = JsonNode.Parse(
            """[{"type":"function","name":"get_weather","strict":true,"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}]"""
        );
        var ask = ResponseCalls.Ask(model).With("tools", tools).With("stream", stream).With("store", false);
        using var answer = await node.Door.ResponseAsync(ask);
        var response = stream ? (await answer.ResponseEventsAsync())[^1]["response"]! : await answer.GoodAsync();
        response.Text("status").ShouldBe("completed");
        var calls = response["output"]!.AsArray();
        calls
            .Select(c => string.Join(' ', new[] { "type", "call_id", "name", "arguments", "status" }.Select(n => c!.Text(n))))
            .ShouldBe([
                "function_call call_a get_weather {\"city\":\"Oslo\"} completed",
                "function_call call_b get_weather {\"city\":\"Rome\"} completed",
            ]);
        upstream.Answer = http => Upstream.WholeAsync(http);
        var input = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Weather?" });
        foreach (var call in calls)
            input.Add(call!.DeepClone());
        foreach (var call in calls)
            input.Add(
                new JsonObject
                {
                    ["type"] = "function_call_output",
                    ["call_id"] = call!.Text("call_id"),
                    ["output"] = "rain",
                }
            );
        (await node.Door.RespondAsync(ResponseCalls.Ask(model, input).With("tools", tools!.DeepClone()).With("store", false)))
            .OutputText()
            .ShouldBe("four words of text");
        JsonNode.Parse(upstream.Bodies[^1])!["messages"]!
            .AsArray()
            .Select(m => m!.Text("role"))
            .ShouldBe(["user", "assistant", "tool", "tool"]);
    }

    [Fact]
    public async Task Images_schema_and_effort_reach_the_provider()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.WholeAsync(http, "{\"city\":\"Oslo\"}"));
        var model = await ModelAsync(upstream);
        var input = JsonNode.Parse(
            """[{"role":"user","content":[{"type":"input_text","text":"Where?"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}]}]"""
        );
        var response = await node.Door.RespondAsync(
            ResponseCalls
                .Ask(model, input)
                .With("store", false)
                .With("reasoning", new JsonObject { ["effort"] = "low" })
                .With("max_output_tokens", 50)
                .With(
                    "text",
                    JsonNode.Parse(
                        """{"format":{"type":"json_schema","name":"place","schema":{"type":"object","properties":{"city":{"type":"string"}}},"strict":true}}"""
                    )
                )
        );
        JsonNode.Parse(response.OutputText())!.Text("city").ShouldBe("Oslo");
        var sent = JsonNode.Parse(upstream.Bodies.Single())!;
        sent["messages"]![0]!["content"]![1]!["image_url"]!
            .ToJsonString()
            .ShouldBe("""{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}""");
        sent.Text("response_format", "json_schema", "name").ShouldBe("place");
        sent.Text("reasoning_effort").ShouldBe("low");
        sent.Number("max_completion_tokens").ShouldBe(50);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reasoning_is_an_item_before_the_message_and_its_tokens_are_told(bool stream)
    {
        const string Message = """{"role":"assistant","reasoning_content":"Thinking it over.","content":"Yes."}""";
        await using var upstream = await Upstream.StartAsync(http =>
            stream
                ? Upstream.BeginStreamAsync(
                    http,
                    Delta("""{"role":"assistant","reasoning_content":"Thinking "}""")
                        + Delta("""{"reasoning_content":"it over."}""")
                        + Delta("""{"content":"Yes."}""")
                        + Delta("{}", "stop")
                        + Upstream.Frame(Upstream.UsageChunk(Usage))
                        + Upstream.Frame("[DONE]")
                )
                : Upstream.JsonAsync(http, 200, Choice(Message))
        );
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls.Ask(await ModelAsync(upstream)).With("stream", stream).With("store", false)
        );
        var response = stream ? (await answer.ResponseEventsAsync())[^1]["response"]! : await answer.GoodAsync();
        response["output"]!.AsArray().Select(i => i!.Text("type")).ShouldBe(["reasoning", "message"]);
        response["output"]![0]!["summary"]![0]!.Text("text").ShouldBe("Thinking it over.");
        response.OutputText().ShouldBe("Yes.");
        response["usage"]!
            .ToJsonString()
            .ShouldBe(
                """{"input_tokens":11,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":0},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":20}"""
            );
    }

    [Fact]
    public async Task A_refusal_is_a_part_of_its_own()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.JsonAsync(http, 200, Choice("""{"role":"assistant","content":null,"refusal":"I will not."}"""))
        );
        var response = await node.Door.RespondAsync(ResponseCalls.Ask(await ModelAsync(upstream)).With("store", false));
        var part = response["output"]![0]!["content"]!.AsArray().ShouldHaveSingleItem()!;
        part.Text("type").ShouldBe("refusal");
        part.Text("refusal").ShouldBe("I will not.");
    }

    [Theory]
    [InlineData("length", "max_output_tokens")]
    [InlineData("content_filter", "content_filter")]
    public async Task An_answer_that_was_cut_is_incomplete_and_says_why(string finish, string reason)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Delta("""{"role":"assistant","content":"Once"}""")
                    + Delta("{}", finish)
                    + Upstream.Frame(Upstream.UsageChunk())
                    + Upstream.Frame("[DONE]")
            )
        );
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls.Ask(await ModelAsync(upstream)).With("stream", true).With("store", false)
        );
        var last = (await answer.ResponseEventsAsync())[^1];
        last.Text("type").ShouldBe("response.incomplete");
        last.Text("response", "status").ShouldBe("incomplete");
        last.Text("response", "incomplete_details", "reason").ShouldBe(reason);
        last["response"]!["output"]![0]!.Text("status").ShouldBe("incomplete");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_before_the_first_output_is_an_http_error(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, 400, "No such voice", "invalid_request_error", "bad_voice")
        );
        using var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(await ModelAsync(upstream)).With("stream", stream));
        var error = await answer.ShouldBeRefusedAsync(400, "bad_voice");
        error.Text("message").ShouldContain("No such voice");
    }

    [Fact]
    public async Task A_failure_behind_output_is_an_error_event_and_the_end_that_says_failed()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Delta("""{"role":"assistant","content":"Once"}""")
                    + Upstream.Frame("""{"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}""")
            )
        );
        using var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(await ModelAsync(upstream)).With("stream", true));
        var events = await answer.ResponseEventsAsync();
        events[^2].Text("type").ShouldBe("error");
        events[^2].Text("code").ShouldBe("upstream_failed");
        events[^2].Text("error", "code").ShouldBe("upstream_failed");
        events[^1].Text("type").ShouldBe("response.failed");
        events[^1].Text("response", "error", "code").ShouldBe("upstream_failed");
        var record = await node.RecordOfAsync(answer);
        record.Text("outcome").ShouldBe("failed");
        record.Text("usage", "source").ShouldBe("estimated");
        // What the caller was told of can be read again.
        (await node.Door.KeptAsync(events[^1].Text("response", "id")))
            .Text("status")
            .ShouldBe("failed");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_the_provider_and_nothing_is_kept()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Delta("""{"role":"assistant","content":"Once"}"""));
            await Upstream.HangAsync(http);
        });
        var model = await ModelAsync(upstream);
        using var leaving = new CancellationTokenSource();
        var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(model).With("stream", true), leaving.Token);
        var call = answer.CallId();
        answer.Dispose();
        await leaving.CancelAsync();
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        JsonNode? record = null;
        await Eventually.IsTrueAsync(async () =>
        {
            using var found = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{call}");
            record = found.IsSuccessStatusCode ? await found.JsonAsync() : null;
            return record is not null;
        });
        record!.Text("outcome").ShouldBe("abandoned");
        using var kept = await node.Door.GetAsync(new Uri($"/v1/responses/resp_{call[5..]}", UriKind.Relative));
        await kept.ShouldBeRefusedAsync(404, "not_found");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_no_provider_can_be_told_is_named_in_a_header()
    {
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo").With("max_tool_calls", 3).With("a_new_member", true).With("store", false)
        );
        (await answer.GoodAsync()).OutputText().ShouldBe("Hello, Portico");
        answer.Header("x-portico-dropped-fields").ShouldBe("max_tool_calls,a_new_member");
    }

    [Fact]
    public async Task Mistakes_are_told_in_openais_shape()
    {
        using var unknown = await node.Door.ResponseAsync(ResponseCalls.Ask("no/such-model"));
        await unknown.ShouldBeRefusedAsync(404, "model_not_found", "model");
        using var hosted = await node.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo").With("tools", new JsonArray(new JsonObject { ["type"] = "web_search" }))
        );
        await hosted.ShouldBeRefusedAsync(400, "unsupported_by_model", "tools[0].type");
        using var keyless = node.Client(null);
        using var stranger = await keyless.ResponseAsync(ResponseCalls.Ask("sim/echo"));
        await stranger.ShouldBeRefusedAsync(401, "invalid_api_key");
        using var wrong = await node.Door.GetAsync(new Uri("/v1/responses", UriKind.Relative));
        await wrong.ShouldBeRefusedAsync(405, "method_not_allowed");
        wrong.Content.Headers.Allow.ShouldBe(["POST"]);
        using var page = await node.Door.ResponseAsync(new JsonObject(), path: "/v1/responses/resp_x/input_items");
        await page.ShouldBeRefusedAsync(405, "method_not_allowed");
    }
}
