using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Messages;

/// <summary>Anthropic behind, where its own bytes cannot be used: a caller of another form, and a conversation that a stage has changed.</summary>
public sealed class AnthropicBehindTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task A_caller_of_openais_form_has_marks_of_the_cache_and_thinking_of_anthropic()
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var model = await node.ConnectAnthropicAsync(upstream);
        using var response = await node.Door.ChatAsync(
            JsonNode
                .Parse(
                    $$$"""
                    {"model":"{{{model}}}","stream":true,"messages":[
                     {"role":"system","content":[{"type":"text","text":"Rules","cache_control":{"type":"ephemeral"}}]},
                     {"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}
                    """
                )!
                .AsObject()
        );
        var events = await response.EventsAsync();
        Calls.Said(events).ShouldBe("four words of text");
        events.ShouldContain(e => e.Contains("\"reasoning_content\":\"Hm.\"", StringComparison.Ordinal));
        events.ShouldNotContain(e => e.Contains("\"reasoning_content\":null", StringComparison.Ordinal));
        var sent = JsonNode.Parse(upstream.Bodies[0])!;
        sent["system"]![0]!["cache_control"]!.ToJsonString().ShouldBe("""{"type":"ephemeral"}""");
        sent["messages"]![0]!["content"]![0]!["cache_control"]!.ToJsonString().ShouldBe("""{"type":"ephemeral","ttl":"1h"}""");
    }

    /// <summary>The messages of the body are not those of the canonical form one for one: it is written anew, and nothing of it is lost in silence.</summary>
    [Fact]
    public async Task A_conversation_that_is_too_long_is_shortened_for_anthropic_too()
    {
        await using var upstream = await Upstream.StartAsync(AnthropicUpstream.GoodAsync);
        var name = "gpt-4o-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(
            upstream.Address,
            name,
            contextTokens: 200,
            family: "anthropic",
            upstreamModel: "claude-sonnet-4-6"
        );
        await node.RouteAsync("r-" + name, [deployment], new JsonObject { ["context"] = "drop_oldest" });
        var body = MessagesCalls
            .Ask("r-" + name)
            .With("max_tokens", 20)
            .With("system", "Rules")
            .With("x_new", 1)
            .With(
                "messages",
                new JsonArray(
                    new JsonObject { ["role"] = "user", ["content"] = string.Join(' ', Enumerable.Repeat("word", 300)) },
                    new JsonObject { ["role"] = "assistant", ["content"] = "Long." },
                    JsonNode.Parse("""{"role":"user","content":[{"type":"text","text":"Now?","cache_control":{"type":"ephemeral"}}]}""")
                )
            );
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(body);
        (await response.Content.ReadAsStringAsync()).ShouldBe(AnthropicUpstream.Message);
        response.Header("x-portico-context").ShouldBe("dropped 2 oldest messages");
        JsonNode
            .Parse(upstream.Bodies[0])!
            .ToJsonString()
            .ShouldBe(
                """{"model":"claude-sonnet-4-6","max_tokens":20,"system":"Rules","messages":[{"role":"user","content":[{"type":"text","text":"Now?","cache_control":{"type":"ephemeral"}}]}],"x_new":1}"""
            );
    }
}
