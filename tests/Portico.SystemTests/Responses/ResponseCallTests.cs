using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>The Responses API over providers that know chat completions alone, or another protocol: plain and streamed.</summary>
public sealed class ResponseCallTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task A_plain_answer_has_the_shape_of_the_api_and_is_recorded()
    {
        await using var upstream = await Upstream.StartAsync();
        var model = await node.ModelAsync(upstream);
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
        var model = await node.ModelAsync(upstream);
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
                    Answers.Delta("""{"role":"assistant","content":null}""")
                        + Answers.Delta($$"""{"tool_calls":{{Deltas}}}""")
                        + Answers.Delta("""{"tool_calls":[{"index":1,"function":{"arguments":"\"Rome\"}"}}]}""")
                        + Answers.Delta("{}", "tool_calls")
                        + Upstream.Frame(Upstream.UsageChunk())
                        + Upstream.Frame("[DONE]")
                )
                : Upstream.JsonAsync(
                    http,
                    200,
                    Answers.Choice(
                        """{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}},{"id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]}""",
                        "tool_calls"
                    )
                )
        );
        var model = await node.ModelAsync(upstream);
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
        var model = await node.ModelAsync(upstream);
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
                    Answers.Delta("""{"role":"assistant","reasoning_content":"Thinking "}""")
                        + Answers.Delta("""{"reasoning_content":"it over."}""")
                        + Answers.Delta("""{"content":"Yes."}""")
                        + Answers.Delta("{}", "stop")
                        + Upstream.Frame(Upstream.UsageChunk(Answers.Usage))
                        + Upstream.Frame("[DONE]")
                )
                : Upstream.JsonAsync(http, 200, Answers.Choice(Message))
        );
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls.Ask(await node.ModelAsync(upstream)).With("stream", stream).With("store", false)
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
            Upstream.JsonAsync(http, 200, Answers.Choice("""{"role":"assistant","content":null,"refusal":"I will not."}"""))
        );
        var response = await node.Door.RespondAsync(ResponseCalls.Ask(await node.ModelAsync(upstream)).With("store", false));
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
                Answers.Delta("""{"role":"assistant","content":"Once"}""")
                    + Answers.Delta("{}", finish)
                    + Upstream.Frame(Upstream.UsageChunk())
                    + Upstream.Frame("[DONE]")
            )
        );
        using var answer = await node.Door.ResponseAsync(
            ResponseCalls.Ask(await node.ModelAsync(upstream)).With("stream", true).With("store", false)
        );
        var last = (await answer.ResponseEventsAsync())[^1];
        last.Text("type").ShouldBe("response.incomplete");
        last.Text("response", "status").ShouldBe("incomplete");
        last.Text("response", "incomplete_details", "reason").ShouldBe(reason);
        last["response"]!["output"]![0]!.Text("status").ShouldBe("incomplete");
    }
}
