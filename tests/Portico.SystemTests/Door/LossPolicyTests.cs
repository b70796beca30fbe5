using System.Text.Json.Nodes;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What a provider of another dialect has no word for: left out and named, or refused by the route before anybody is called.</summary>
public sealed class LossPolicyTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Well"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2,"output_tokens":1}}""";

    readonly Node node = shared.Node;
    readonly string route = "loss-" + Guid.NewGuid().ToString("N")[..8];

    async Task<Upstream> RouteAsync(string? losses, params string[] families)
    {
        var upstream = await Upstream.StartAsync(http =>
            http.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal)
                ? Upstream.JsonAsync(http, 200, Message)
                : Upstream.WholeAsync(http)
        );
        var deployments = new List<string>();
        foreach (var family in families)
            deployments.Add(await node.ConnectAsync(upstream.Address, $"{route}-{family}", family: family));
        await node.RouteAsync(route, [.. deployments], losses is null ? [] : new JsonObject { ["losses"] = losses });
        return upstream;
    }

    JsonObject Chat() => Calls.Chat(route).With("max_tokens", 10).With("seed", 7).With("x_of_tomorrow", true);

    [Theory]
    [InlineData(null)]
    [InlineData("drop")]
    public async Task By_default_it_is_left_out_and_named(string? losses)
    {
        await using var upstream = await RouteAsync(losses, "anthropic");
        using var response = await node.Door.ChatAsync(Chat());
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-dropped-fields").ShouldBe("x_of_tomorrow,seed");
    }

    [Fact]
    public async Task A_route_may_refuse_it_in_the_callers_dialect_and_nobody_is_called()
    {
        await using var upstream = await RouteAsync("refuse", "anthropic");
        using var chat = await node.Door.ChatAsync(Chat());
        var error = await chat.ShouldBeRefusedAsync(400, "unsupported_by_model", "x_of_tomorrow");
        error.Text("message").ShouldContain("'x_of_tomorrow', 'seed'");
        using var response = await node.Door.ResponseAsync(ResponseCalls.Ask(route).With("max_tool_calls", 3));
        await response.ShouldBeRefusedAsync(400, "unsupported_by_model", "max_tool_calls");
        upstream.Calls.ShouldBe(0);
        // What is not lost is served: the fields of the provider's own dialect, and calls without others.
        using var message = await node.AsAnthropic().MessageAsync(MessagesCalls.Ask(route).With("x_of_tomorrow", true));
        ((int)message.StatusCode).ShouldBe(200);
        upstream.Bodies.Single().ShouldContain("x_of_tomorrow");
        using var plain = await node.Door.ChatAsync(Calls.Chat(route).With("max_tokens", 10));
        ((int)plain.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_message_that_an_OpenAI_form_cannot_carry_is_refused_as_Anthropic_does()
    {
        await using var upstream = await RouteAsync("refuse", "openai");
        using var message = await node.AsAnthropic().MessageAsync(MessagesCalls.Ask(route).With("top_k", 5).With("container", "c1"));
        ((int)message.StatusCode).ShouldBe(400);
        var error = await message.JsonAsync();
        error.Text("error", "type").ShouldBe("invalid_request_error");
        error.Text("error", "message").ShouldContain("'container', 'top_k'");
        upstream.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task The_next_target_is_called_where_it_carries_everything()
    {
        await using var upstream = await RouteAsync("refuse", "anthropic", "openai");
        using var response = await node.Door.ChatAsync(Chat());
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-attempts").ShouldBe("2");
        response.Headers.Contains("x-portico-dropped-fields").ShouldBeFalse();
        upstream.Bodies.Single().ShouldContain("x_of_tomorrow");
    }

    /// <summary>Members inside of what is known are lost as easily as those beside it.</summary>
    [Fact]
    public async Task Members_inside_of_known_ones_are_named_too()
    {
        await using var upstream = await RouteAsync(null, "anthropic");
        var chat = JsonNode.Parse(
            $$$"""
            {"model":"{{{route}}}","max_tokens":10,"stream_options":{"x1":1},"response_format":{"type":"text","x2":1},"tool_choice":{"type":"function","function":{"name":"f"},"x3":1},
             "tools":[{"type":"function","x4":1,"function":{"name":"f","parameters":{"type":"object"},"x5":1}}],
             "messages":[{"role":"user","x6":1,"content":[{"type":"text","text":"Hi","x7":1},{"type":"image_url","image_url":{"url":"https://example.org/a.png","x8":1}}]},
              {"role":"assistant","tool_calls":[{"id":"c1","type":"function","x9":1,"function":{"name":"f","arguments":"{}","x10":1}}]},{"role":"tool","tool_call_id":"c1","content":"ok"}]}
            """
        )!;
        using var response = await node.Door.ChatAsync(chat.AsObject());
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        response
            .Header("x-portico-dropped-fields")!
            .Split(',')
            .ShouldBe(
                [
                    "stream_options.x1",
                    "response_format.x2",
                    "tool_choice.x3",
                    "tools.x4",
                    "tools.function.x5",
                    "messages.x6",
                    "messages.content.x7",
                    "messages.content.image_url.x8",
                    "messages.tool_calls.x9",
                    "messages.tool_calls.function.x10",
                ],
                ignoreOrder: true
            );

        var asked = JsonNode.Parse(
            $$$"""
            {"model":"{{{route}}}","max_output_tokens":10,"stream_options":{"x1":1},"text":{"x2":1,"format":{"type":"text","x3":1}},"tool_choice":{"type":"function","name":"f","x4":1},
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"x5":1}],"reasoning":{"x6":1},
             "input":[{"role":"user","x7":1,"content":[{"type":"input_text","text":"Hi","x8":1}]}]}
            """
        )!;
        using var answered = await node.Door.ResponseAsync(asked.AsObject());
        ((int)answered.StatusCode).ShouldBe(200, await answered.Content.ReadAsStringAsync());
        answered
            .Header("x-portico-dropped-fields")!
            .Split(',')
            .ShouldBe(
                [
                    "stream_options.x1",
                    "text.x2",
                    "text.format.x3",
                    "tool_choice.x4",
                    "tools.x5",
                    "reasoning.x6",
                    "input.x7",
                    "input.content.x8",
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task Members_inside_of_known_ones_of_a_message_are_named_too()
    {
        await using var upstream = await RouteAsync(null, "openai");
        var body = JsonNode.Parse(
            $$$"""
            {"model":"{{{route}}}","max_tokens":10,"system":[{"type":"text","text":"S","x1":1}],"tool_choice":{"type":"auto","x2":1},"metadata":{"x3":"1"},"output_config":{"x4":1},
             "thinking":{"type":"disabled","x5":1},"tools":[{"name":"f","input_schema":{"type":"object"},"x6":1}],
             "messages":[{"role":"user","x7":1,"content":[{"type":"text","text":"Hi","x8":1},{"type":"image","source":{"type":"url","url":"https://example.org/a.png","x9":1}}]}]}
            """
        )!;
        using var response = await node.AsAnthropic().MessageAsync(body.AsObject());
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        response
            .Header("x-portico-dropped-fields")!
            .Split(',')
            .ShouldBe(
                [
                    "messages.x1",
                    "tool_choice.x2",
                    "metadata.x3",
                    "output_config.x4",
                    "thinking.x5",
                    "thinking",
                    "tools.x6",
                    "messages.x7",
                    "messages.x8",
                    "messages.source.x9",
                ],
                ignoreOrder: true
            );
    }
}
