using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Messages;

/// <summary>Anthropic's form in front, another behind: what both can say arrives, what cannot is named or refused.</summary>
public sealed class AcrossFamiliesTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Delta(string delta, string? finish = null) =>
        Upstream.Frame(
            $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}"""
        );

    async Task<(HttpResponseMessage Response, List<JsonObject> Events, Upstream Upstream)> StreamAsync(
        string frames,
        JsonObject? more = null,
        string usage = Upstream.DefaultUsage
    )
    {
        var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(http, frames + Upstream.Frame(Upstream.UsageChunk(usage)) + Upstream.Frame("[DONE]"))
        );
        var model = await node.ConnectOpenAiAsync(upstream);
        var body = MessagesCalls.Ask(model, stream: true);
        foreach (var (name, value) in more ?? [])
            body[name] = value?.DeepClone();
        using var door = node.AsAnthropic();
        var response = await door.MessageAsync(body);
        return (response, await response.MessageEventsAsync(), upstream);
    }

    [Theory]
    [InlineData("sim/echo")]
    [InlineData("sim/fixed")]
    public async Task The_simulated_provider_answers_plain_and_streamed_the_same(string model)
    {
        using var door = node.AsAnthropic();
        using var plain = await door.MessageAsync(MessagesCalls.Ask(model));
        var message = await plain.JsonAsync();
        using var streamed = await door.MessageAsync(MessagesCalls.Ask(model, stream: true));
        var events = await streamed.MessageEventsAsync();
        MessagesCalls.Said(events).ShouldBe(message["content"]![0]!.Text("text"));
        message.Text("stop_reason").ShouldBe("end_turn");
        message.Text("model").ShouldBe(model);
        var end = events[^2];
        end.Number("usage", "output_tokens").ShouldBe(message.Number("usage", "output_tokens"));
        end.Number("usage", "input_tokens").ShouldBe(message.Number("usage", "input_tokens"));
        var record = await node.RecordOfAsync(streamed);
        record.Number("usage", "output").ShouldBe(end.Number("usage", "output_tokens"));
        plain.Header("x-portico-cost-usd").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_plain_answer_of_openai_becomes_a_message_and_its_usage_disjoint()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.WholeAsync(
                http,
                usage: """{"prompt_tokens":110,"completion_tokens":9,"total_tokens":119,"prompt_tokens_details":{"cached_tokens":100},"completion_tokens_details":{"reasoning_tokens":4}}"""
            )
        );
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(await node.ConnectOpenAiAsync(upstream)).With("system", "Be kind."));
        var message = await response.JsonAsync();
        message["content"]![0]!.Text("text").ShouldBe("four words of text");
        message.Text("id").ShouldBe("msg_" + response.CallId()["call_".Length..]);
        var usage = message["usage"]!;
        (usage.Number("input_tokens"), usage.Number("cache_read_input_tokens"), usage.Number("output_tokens")).ShouldBe((10, 100, 9));
        usage.Number("output_tokens_details", "thinking_tokens").ShouldBe(4);
        var sent = JsonNode.Parse(upstream.Bodies.Single())!;
        sent["messages"]![0]!.Text("role").ShouldBe("system");
        sent.Number("max_completion_tokens").ShouldBe(512);
    }

    [Fact]
    public async Task A_stream_of_openai_becomes_named_events_with_the_usage_at_the_end()
    {
        var (response, events, upstream) = await StreamAsync(
            Delta("""{"role":"assistant","content":""}""")
                + Delta("""{"content":"Zür"}""")
                + Delta("""{"content":"ich 🚲"}""")
                + Delta("{}", "stop")
        );
        await using var _ = upstream;
        events
            .Select(e => e.Text("type"))
            .ShouldBe([
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop",
            ]);
        MessagesCalls.Said(events).ShouldBe("Zürich 🚲");
        (events[^2].Number("usage", "input_tokens"), events[^2].Number("usage", "output_tokens")).ShouldBe((11, 4));
        events[0].Number("message", "usage", "input_tokens").ShouldBeGreaterThan(0);
        response.Header("x-accel-buffering").ShouldBe("no");
        upstream.Bodies[0].ShouldContain("\"include_usage\":true");
    }

    [Fact]
    public async Task Parallel_tool_calls_that_come_interleaved_become_blocks_one_after_the_other()
    {
        var (_, events, upstream) = await StreamAsync(
            Delta(
                """{"role":"assistant","tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}},{"index":1,"id":"call_b","type":"function","function":{"name":"clock","arguments":""}}]}"""
            )
                + Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}""")
                + Delta("""{"tool_calls":[{"index":1,"function":{"arguments":"{\"zone\":"}}]}""")
                + Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"\"Bern\"}"}},{"index":1,"function":{"arguments":"1}"}}]}""")
                + Delta("{}", "tool_calls"),
            new JsonObject
            {
                ["tools"] = JsonNode.Parse(
                    """[{"name":"weather","input_schema":{"type":"object"}},{"name":"clock","input_schema":{"type":"object"}}]"""
                ),
                ["tool_choice"] = JsonNode.Parse("""{"type":"any"}"""),
            }
        );
        await using var __ = upstream;
        var starts = events.Where(e => e.Text("type") == "content_block_start").ToList();
        starts.Select(s => s.Text("content_block", "id")).ShouldBe(["call_a", "call_b"]);
        starts.Select(s => s.Number("index")).ShouldBe([0, 1]);
        MessagesCalls.Said(events.Where(e => e["index"]?.GetValue<int>() == 0), "partial_json").ShouldBe("{\"city\":\"Bern\"}");
        MessagesCalls.Said(events.Where(e => e["index"]?.GetValue<int>() == 1), "partial_json").ShouldBe("{\"zone\":1}");
        events[^2].Text("delta", "stop_reason").ShouldBe("tool_use");
        var sent = JsonNode.Parse(upstream.Bodies[0])!;
        sent.Text("tool_choice").ShouldBe("required");
        sent["tools"]![1]!.Text("function", "name").ShouldBe("clock");
    }

    [Fact]
    public async Task Thinking_of_a_compatible_server_becomes_thinking_and_is_left_out_when_it_comes_back()
    {
        var (_, events, upstream) = await StreamAsync(
            Delta("""{"role":"assistant","reasoning_content":"Let me "}""")
                + Delta("""{"reasoning_content":"see."}""")
                + Delta("""{"content":"Yes"}""")
                + Delta("{}", "stop")
        );
        await using var _ = upstream;
        events[1].Text("content_block", "type").ShouldBe("thinking");
        MessagesCalls.Said(events, "thinking").ShouldBe("Let me see.");
        MessagesCalls.Said(events).ShouldBe("Yes");
        events.Count(e => e["delta"]?["type"]?.GetValue<string>() == "signature_delta").ShouldBe(1);

        upstream.Answer = http => Upstream.WholeAsync(http);
        using var door = node.AsAnthropic();
        using var next = await door.MessageAsync(
            MessagesCalls
                .Ask(await node.ConnectOpenAiAsync(upstream))
                .With(
                    "messages",
                    JsonNode.Parse(
                        """[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"Let me see.","signature":""},{"type":"text","text":"Yes"}]},{"role":"user","content":"Sure?"}]"""
                    )
                )
                .With("top_k", 3)
        );
        ((int)next.StatusCode).ShouldBe(200);
        next.Header("x-portico-dropped-fields").ShouldBe("messages.thinking,top_k");
        upstream.Bodies[^1].ShouldNotContain("Let me see.");
    }

    [Fact]
    public async Task Images_reach_openai_and_those_that_tools_show_follow_as_the_users()
    {
        await using var upstream = await Upstream.StartAsync();
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(
            MessagesCalls
                .Ask(await node.ConnectOpenAiAsync(upstream))
                .With(
                    "messages",
                    JsonNode.Parse(
                        """
                        [{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"text","text":"What is it?"}]},
                         {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"zoom","input":{}},{"type":"tool_use","id":"b","name":"zoom","input":{}}]},
                         {"role":"user","content":[
                          {"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"url","url":"https://example.org/z.png"}}]},
                          {"type":"tool_result","tool_use_id":"b","content":"nothing"},
                          {"type":"text","text":"And?"}]}]
                        """
                    )
                )
        );
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        var messages = JsonNode.Parse(upstream.Bodies[0])!["messages"]!.AsArray();
        messages.Select(m => m!.Text("role")).ShouldBe(["user", "assistant", "tool", "tool", "user", "user"]);
        messages[0]!["content"]![0]!.Text("image_url", "url").ShouldBe("data:image/png;base64,iVBORw0KGgo=");
        messages[3]!.Text("content").ShouldBe("nothing");
        messages[4]!["content"]![1]!.Text("image_url", "url").ShouldBe("https://example.org/z.png");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_route_falls_back_from_anthropic_to_another_family_and_the_caller_sees_one_form(bool stream)
    {
        await using var first = await Upstream.StartAsync(http =>
            AnthropicUpstream.ErrorAsync(http, 529, "overloaded_error", "Overloaded")
        );
        await using var second = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http)));
        var name = "f-" + Guid.NewGuid().ToString("N")[..8];
        var deployments = new[]
        {
            await node.ConnectAsync(first.Address, name, family: "anthropic"),
            await node.ConnectAsync(second.Address, name),
        };
        await node.RouteAsync("r-" + name, deployments, new JsonObject { ["retries"] = 0 });
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask("r-" + name, stream: stream));
        var said = stream
            ? MessagesCalls.Said(await response.MessageEventsAsync())
            : (await response.JsonAsync())["content"]![0]!.Text("text");
        said.ShouldBe("four words of text");
        response.Header("x-portico-attempts").ShouldBe("2");
    }

    [Fact]
    public async Task A_refusal_of_the_model_is_a_refusal()
    {
        var (_, events, upstream) = await StreamAsync(Delta("""{"role":"assistant","refusal":"I will not."}""") + Delta("{}", "stop"));
        await using var _ = upstream;
        MessagesCalls.Said(events).ShouldBe("I will not.");
        events[^2].Text("delta", "stop_reason").ShouldBe("refusal");
    }

    [Fact]
    public async Task A_block_that_only_anthropic_knows_is_refused_before_anything_is_sent()
    {
        await using var upstream = await Upstream.StartAsync();
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(
            MessagesCalls
                .Ask(await node.ConnectOpenAiAsync(upstream))
                .With("messages", JsonNode.Parse("""[{"role":"user","content":[{"type":"container_upload","file_id":"f"}]}]"""))
        );
        var error = await response.ShouldBeMessagesErrorAsync(400, "invalid_request_error");
        error.Text("code").ShouldBe("unsupported_by_model");
        error.Text("message").ShouldContain("container_upload");
        upstream.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"choices":[1]}""")]
    [InlineData("""{"choices":[{"index":"first","message":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"\ud800"}}]}""")]
    public async Task A_plain_answer_that_is_no_completion_is_malformed_and_not_our_fault(string answer)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, answer));
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(await node.ConnectOpenAiAsync(upstream)));
        (await response.ShouldBeMessagesErrorAsync(502, "api_error")).Text("code").ShouldBe("upstream_malformed");
    }

    [Theory]
    [InlineData("cut", "api_error")]
    [InlineData("error", "api_error")]
    [InlineData("malformed", "api_error")]
    public async Task A_stream_that_breaks_behind_its_first_output_ends_in_an_error_event(string how, string type)
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Delta("""{"role":"assistant","content":"one two"}""")
                    + how switch
                    {
                        "error" => Upstream.Frame(
                            """{"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}"""
                        ),
                        "malformed" => "data: <html>\n\n",
                        _ => "",
                    }
            )
        );
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(MessagesCalls.Ask(await node.ConnectOpenAiAsync(upstream), stream: true));
        var events = await response.MessageEventsAsync();
        MessagesCalls.Said(events).ShouldBe("one two");
        events[^1].Text("type").ShouldBe("error");
        events[^1].Text("error", "type").ShouldBe(type);
        events.ShouldNotContain(e => e.Text("type") == "message_stop" || e.Text("type") == "message_delta");
        (await node.RecordOfAsync(response)).Text("outcome").ShouldBe("failed");
    }
}
