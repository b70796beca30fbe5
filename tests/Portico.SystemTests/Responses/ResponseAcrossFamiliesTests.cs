using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Responses of a provider of another protocol: what it thought and sealed comes back to it with the results of its tools.</summary>
public sealed class ResponseAcrossFamiliesTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    const string Thought =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"thinking","thinking":"A call is needed.","signature":"c2VhbA=="},{"type":"redacted_thinking","data":"aGlkZGVu"},{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Oslo"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":20,"cache_read_input_tokens":5,"cache_creation_input_tokens":7,"output_tokens":9}}""";

    const string Done =
        """{"id":"msg_2","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"text","text":"It rains."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":30,"output_tokens":3}}""";

    static JsonArray Tools =>
        JsonNode
            .Parse("""[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]""")!
            .AsArray();

    static Task AnswerAsync(HttpContext http) =>
        Upstream.JsonAsync(http, 200, Upstream.BodyOf(http).Contains("tool_result", StringComparison.Ordinal) ? Done : Thought);

    async Task<string> ModelAsync(Upstream upstream)
    {
        var model = "c-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, family: "anthropic", upstreamModel: "claude-sonnet-4-6");
        return model;
    }

    static void ShouldHaveComeBack(string body)
    {
        var messages = JsonNode.Parse(body)!["messages"]!.AsArray();
        messages.Select(m => m!.Text("role")).ShouldBe(["user", "assistant", "user"]);
        messages[1]!["content"]!
            .ToJsonString()
            .ShouldBe(
                """[{"type":"thinking","thinking":"A call is needed.","signature":"c2VhbA=="},{"type":"redacted_thinking","data":"aGlkZGVu"},{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Oslo"}}]"""
            );
        messages[2]!["content"]![0]!.Text("tool_use_id").ShouldBe("toolu_1");
    }

    [Fact]
    public async Task Sealed_thinking_is_kept_with_the_conversation_and_goes_back_to_its_provider()
    {
        await using var upstream = await Upstream.StartAsync(AnswerAsync);
        var model = await ModelAsync(upstream);
        var first = await node.Door.RespondAsync(ResponseCalls.Ask(model, "Weather?").With("tools", Tools));
        first["output"]!.AsArray().Select(i => i!.Text("type")).ShouldBe(["reasoning", "reasoning", "message", "function_call"]);
        first.ToJsonString().ShouldNotContain("encrypted_content", Case.Sensitive, "the caller did not ask for it");
        first["usage"]!
            .ToJsonString()
            .ShouldBe(
                """{"input_tokens":32,"input_tokens_details":{"cached_tokens":5,"cache_write_tokens":7},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":41}"""
            );
        var id = first.Text("id");
        (await node.Door.KeptAsync(id)).ToJsonString().ShouldBe(first.ToJsonString());
        var told = await node.Door.KeptAsync(id + "?include[]=reasoning.encrypted_content");
        told["output"]!.AsArray().Take(2).Select(i => i!.Text("encrypted_content")).ShouldBe(["signature:c2VhbA==", "sealed:aGlkZGVu"]);
        var result = new JsonArray(
            new JsonObject
            {
                ["type"] = "function_call_output",
                ["call_id"] = "toolu_1",
                ["output"] = "rain",
            }
        );
        var second = await node.Door.RespondAsync(
            ResponseCalls.Ask(model, result).With("tools", Tools).With("previous_response_id", first.Text("id"))
        );
        second.OutputText().ShouldBe("It rains.");
        ShouldHaveComeBack(upstream.Bodies[^1]);
    }

    [Fact]
    public async Task A_caller_that_keeps_its_conversation_sends_sealed_thinking_back_itself()
    {
        await using var upstream = await Upstream.StartAsync(AnswerAsync);
        var model = await ModelAsync(upstream);
        var first = await node.Door.RespondAsync(
            ResponseCalls
                .Ask(model, "Weather?")
                .With("tools", Tools)
                .With("store", false)
                .With("include", new JsonArray("reasoning.encrypted_content"))
        );
        var input = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Weather?" });
        foreach (var item in first["output"]!.AsArray())
            input.Add(item!.DeepClone());
        input.Add(
            new JsonObject
            {
                ["type"] = "function_call_output",
                ["call_id"] = "toolu_1",
                ["output"] = "rain",
            }
        );
        (await node.Door.RespondAsync(ResponseCalls.Ask(model, input).With("tools", Tools).With("store", false)))
            .OutputText()
            .ShouldBe("It rains.");
        ShouldHaveComeBack(upstream.Bodies[^1]);
    }
}
