using System.Text.Json.Nodes;
using OpenAI.Chat;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Sdk;

/// <summary>Tools with the official .NET SDK: called, in parallel, streamed, and their results taken back.</summary>
public sealed class SdkToolTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly ChatClient chat = new SdkClient(shared.Node).OpenAi.GetChatClient("sim/tool-call");

    static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather",
        "The weather at a place",
        BinaryData.FromString(
            """{"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["c","f"]}},"required":["city","unit"],"additionalProperties":false}"""
        ),
        functionSchemaIsStrict: true
    );

    static readonly ChatTool Clock = ChatTool.CreateFunctionTool(
        "get_time",
        functionParameters: BinaryData.FromString("""{"type":"object","properties":{"zone":{"type":"string"}}}""")
    );

    static ChatCompletionOptions Both(ChatToolChoice? choice = null, bool? parallel = null) =>
        new()
        {
            Tools = { Weather, Clock },
            ToolChoice = choice,
            AllowParallelToolCalls = parallel,
        };

    [Fact]
    public async Task A_tool_is_called_with_arguments_that_fit_its_schema()
    {
        ChatCompletion answer = await chat.CompleteChatAsync(
            [new UserChatMessage("Weather in Oslo?")],
            new ChatCompletionOptions { Tools = { Weather } }
        );
        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        answer.Content.ShouldBeEmpty();
        var call = answer.ToolCalls.ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("get_weather");
        JsonNode.Parse(call.FunctionArguments)!.ToJsonString().ShouldBe("""{"city":"simulated","unit":"c"}""");
    }

    [Fact]
    public async Task Tools_are_called_in_parallel_and_their_results_are_taken_back()
    {
        List<ChatMessage> messages = [new UserChatMessage("Weather and time in Oslo?")];
        ChatCompletion first = await chat.CompleteChatAsync(messages, Both());
        first.ToolCalls.Select(c => c.FunctionName).ShouldBe(["get_weather", "get_time"]);
        first.ToolCalls.Select(c => c.Id).ShouldBeUnique();
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new ToolChatMessage(first.ToolCalls[0].Id, "rain"));
        messages.Add(new ToolChatMessage(first.ToolCalls[1].Id, "noon"));
        ChatCompletion second = await chat.CompleteChatAsync(messages, Both());
        second.FinishReason.ShouldBe(ChatFinishReason.Stop);
        second.Content[0].Text.ShouldBe("The tool answered: noon");
    }

    [Fact]
    public async Task The_choice_of_tools_is_honoured()
    {
        async Task<string[]> CalledAsync(ChatCompletionOptions options) =>
            ((ChatCompletion)await chat.CompleteChatAsync([new UserChatMessage("Well?")], options))
                .ToolCalls.Select(c => c.FunctionName)
                .ToArray();
        (await CalledAsync(Both(parallel: false))).Length.ShouldBe(1);
        (await CalledAsync(Both(ChatToolChoice.CreateFunctionChoice("get_time")))).ShouldBe(["get_time"]);
        (await CalledAsync(Both(ChatToolChoice.CreateNoneChoice()))).ShouldBeEmpty();
        (await CalledAsync(Both(ChatToolChoice.CreateRequiredChoice()))).ShouldNotBeEmpty();
        (await CalledAsync(Both(ChatToolChoice.CreateAutoChoice()))).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Streamed_tool_calls_fold_by_index()
    {
        var calls = new SortedDictionary<int, (string Id, string Name, string Arguments)>();
        ChatFinishReason? finish = null;
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Both?")], Both()))
        {
            finish = update.FinishReason ?? finish;
            foreach (var part in update.ToolCallUpdates)
            {
                var (id, name, arguments) = calls.GetValueOrDefault(part.Index, ("", "", ""));
                calls[part.Index] = (id + part.ToolCallId, name + part.FunctionName, arguments + part.FunctionArgumentsUpdate);
            }
        }
        finish.ShouldBe(ChatFinishReason.ToolCalls);
        calls.Values.Select(c => c.Name).ShouldBe(["get_weather", "get_time"]);
        calls.Values.Select(c => c.Id).ShouldBeUnique();
        JsonNode.Parse(calls[0].Arguments)!.ToJsonString().ShouldBe("""{"city":"simulated","unit":"c"}""");
        JsonNode.Parse(calls[1].Arguments).ShouldBeOfType<JsonObject>();
    }
}
