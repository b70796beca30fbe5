using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What a model says and what it calls tools with are channels of their own, in answers and in earlier turns; the word output is both.</summary>
public sealed class ArgumentsChannelTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    const string Card = "4111 1111 1111 1111";
    const string Said = "Paying with " + Card;
    const string Called = """{"card":"4111 1111 1111 1111","cents":1250}""";
    const string Masked = """{"card":"1111 1111 1111 1111","cents":1250}""";
    const string TakenOut = "Paying with [redacted:cards]";

    static string Rule(string channel) => $"guardrails:\n  cards:\n    detect: [pii.card]\n    channels: [{channel}]\n    action: redact\n";

    static JsonNode Message() =>
        new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = Said,
            ["tool_calls"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = 0,
                    ["id"] = "t1",
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = "pay", ["arguments"] = Called },
                }
            ),
        };

    static async Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext http)
    {
        var isStream = Upstream.WantsStream(http);
        var choice = new JsonObject
        {
            ["index"] = 0,
            [isStream ? "delta" : "message"] = Message(),
            ["finish_reason"] = "tool_calls",
        };
        var body = new JsonObject
        {
            ["id"] = "c1",
            ["object"] = isStream ? "chat.completion.chunk" : "chat.completion",
            ["created"] = 1,
            ["model"] = "up-1",
            ["choices"] = new JsonArray(choice),
        };
        if (!isStream)
        {
            body["usage"] = JsonNode.Parse(Upstream.DefaultUsage);
            await Upstream.JsonAsync(http, 200, body.ToJsonString());
            return;
        }
        await Upstream.BeginStreamAsync(http);
        await Upstream.WriteAsync(
            http,
            Upstream.Frame(body.ToJsonString()) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
        );
    }

    [Theory]
    [InlineData("arguments", false, true, false)]
    [InlineData("arguments", false, true, true)]
    [InlineData("answer", true, false, false)]
    [InlineData("answer", true, false, true)]
    [InlineData("output", true, true, false)]
    [InlineData("output", true, true, true)]
    [InlineData("user", false, false, false)]
    public async Task A_rule_looks_at_what_a_model_says_or_at_what_it_calls_tools_with(
        string channel,
        bool ofText,
        bool ofArguments,
        bool stream
    )
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule(channel));
        await using var upstream = await Upstream.StartAsync(AnswerAsync);
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        var (text, arguments) = (ofText ? TakenOut : Said, ofArguments ? Masked : Called);
        var body = new JsonObject
        {
            ["model"] = model,
            ["stream"] = stream,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = "Pay it" },
                Message(),
                new JsonObject
                {
                    ["role"] = "tool",
                    ["tool_call_id"] = "t1",
                    ["content"] = "declined",
                },
                new JsonObject { ["role"] = "user", ["content"] = "Again" }
            ),
        };
        using var answer = await house.Door.ChatAsync(body);

        // Earlier turns, as the provider got them.
        var sent = JsonNode.Parse(upstream.Bodies.ShouldHaveSingleItem())!["messages"]![1]!;
        sent.Text("content").ShouldBe(text);
        sent["tool_calls"]![0]!["function"]!.Text("arguments").ShouldBe(arguments);

        // The answer, as the caller got it.
        IReadOnlyList<JsonNode> came = stream
            ? [.. (await answer.EventsAsync()).Where(e => e != "[DONE]").Select(e => JsonNode.Parse(e)!)]
            : [await answer.JsonAsync()];
        var messages = came.Where(c => c["choices"]!.AsArray().Count > 0)
            .Select(c => c["choices"]![0]![stream ? "delta" : "message"]!)
            .ToList();
        string.Concat(messages.Select(m => m["content"]?.GetValue<string>())).ShouldBe(text);
        string.Concat(messages.Select(m => m["tool_calls"]?[0]?["function"]?["arguments"]?.GetValue<string>())).ShouldBe(arguments);

        var findings = (await node.RecordOfAsync(answer))["findings"]?.AsArray() ?? [];
        findings
            .Select(f => (f!.Text("channel"), f!.Text("where")))
            .ShouldBe(
                [
                    .. ofText ? new[] { ("output", "messages[1]"), ("output", "choices[0].message") } : [],
                    .. ofArguments ? new[] { ("arguments", "messages[1].tool_calls[0]"), ("arguments", "choices[0].tool_calls[0]") } : [],
                ],
                ignoreOrder: true
            );
    }

    [Theory]
    [InlineData("arguments", "refused")]
    [InlineData("output", "passes")]
    [InlineData("answer", "passes")]
    public async Task A_text_is_tried_in_its_channel(string channel, string outcome)
    {
        var tried = await node.Admin.PostAsync(
            "/api/guardrails/scan",
            new JsonObject
            {
                ["text"] = Called,
                ["channel"] = channel,
                ["policy"] = Rule("arguments").Replace("redact", "block", StringComparison.Ordinal),
            }
        );
        tried.Text("outcome").ShouldBe(outcome);
    }
}
