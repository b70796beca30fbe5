using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>
/// The other side of the Messages API (https://platform.claude.com/docs/en/api/messages): reads requests as the server does and writes its answers, whole
/// and streamed. Written from the documentation, apart from the code under test.
/// </summary>
static class AnthropicMirror
{
    public static ChatRequest Read(string body)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        var messages = new List<ChatMessage>();
        if (json["system"] is { } system)
            messages.Add(new ChatMessage { Role = ChatRole.System, Parts = [new TextPart((string)system!)] });
        foreach (var message in json["messages"]!.AsArray())
            messages.AddRange(Messages(message!));
        return new ChatRequest
        {
            Model = (string)json["model"]!,
            Messages = messages,
            MaxOutputTokens = (int)json["max_tokens"]!,
            Stream = (bool?)json["stream"] ?? false,
            IncludeUsage = (bool?)json["stream"] ?? false,
            Temperature = (double?)json["temperature"],
            TopP = (double?)json["top_p"],
            Stop = json["stop_sequences"]?.AsArray().Select(s => (string)s!).ToList() ?? [],
            Tools = json["tools"]?.AsArray().Select(t => Tool(t!)).ToList() ?? [],
            ToolChoice = Choice(json["tool_choice"]),
            ParallelToolCalls = (bool?)json["tool_choice"]?["disable_parallel_tool_use"] == true ? false : null,
            ResponseFormat = json["output_config"]?["format"]?["schema"] is { } schema
                ? new ResponseFormat(ResponseFormatKind.JsonSchema, "answer", ChatGen.Element(schema.ToJsonString()))
                : null,
        };
    }

    static IEnumerable<ChatMessage> Messages(JsonNode message)
    {
        var parts = new List<ContentPart>();
        var calls = new List<ToolCall>();
        foreach (var block in message["content"]!.AsArray())
            switch ((string)block!["type"]!)
            {
                case "text":
                    parts.Add(new TextPart((string)block["text"]!));
                    break;
                case "image" when (string)block["source"]!["type"]! == "url":
                    parts.Add(new ImagePart((string)block["source"]!["url"]!, null));
                    break;
                case "image":
                    parts.Add(new ImagePart($"data:{block["source"]!["media_type"]};base64,{block["source"]!["data"]}", null));
                    break;
                case "tool_use":
                    calls.Add(new ToolCall((string)block["id"]!, (string)block["name"]!, block["input"]!.ToJsonString()));
                    break;
                case "tool_result":
                    yield return new ChatMessage
                    {
                        Role = ChatRole.Tool,
                        ToolCallId = (string)block["tool_use_id"]!,
                        Parts = block["content"]!.AsArray().Select(c => (ContentPart)new TextPart((string)c!["text"]!)).ToList(),
                    };
                    break;
                case var other:
                    throw new ShouldAssertException($"A block of type '{other}' is not expected here.");
            }
        if (parts.Count + calls.Count > 0)
            yield return new ChatMessage
            {
                Role = (string)message["role"]! == "user" ? ChatRole.User : ChatRole.Assistant,
                Parts = parts,
                ToolCalls = calls,
            };
    }

    static ToolDefinition Tool(JsonNode tool) =>
        new(
            (string)tool["name"]!,
            (string?)tool["description"],
            ChatGen.Element(tool["input_schema"]!.ToJsonString()),
            (bool?)tool["strict"]
        );

    static ToolChoice? Choice(JsonNode? choice) =>
        (string?)choice?["type"] switch
        {
            null => null,
            "any" => new ToolChoice(ToolChoiceMode.Required),
            "none" => new ToolChoice(ToolChoiceMode.None),
            "tool" => new ToolChoice(ToolChoiceMode.Named, (string)choice!["name"]!),
            _ => new ToolChoice(ToolChoiceMode.Auto),
        };

    // ── Answers ──

    static string StopReason(FinishReason finish) =>
        finish switch
        {
            FinishReason.Length => "max_tokens",
            FinishReason.ToolCalls => "tool_use",
            _ => "end_turn",
        };

    static JsonObject Usage(Usage usage) =>
        new()
        {
            ["input_tokens"] = usage.Input,
            ["cache_read_input_tokens"] = usage.CacheRead,
            ["cache_creation_input_tokens"] = usage.CacheWrite,
            ["output_tokens"] = usage.Output + usage.Reasoning,
            ["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = usage.Reasoning },
        };

    static IEnumerable<(JsonObject Start, string Delta, string Member, string Text)> Blocks(WholeAnswer answer)
    {
        if (answer.Reasoning.Length > 0)
            yield return (new JsonObject { ["type"] = "thinking", ["thinking"] = "" }, "thinking_delta", "thinking", answer.Reasoning);
        if (answer.Text.Length > 0)
            yield return (new JsonObject { ["type"] = "text", ["text"] = "" }, "text_delta", "text", answer.Text);
        foreach (var call in answer.Calls)
            yield return (
                new JsonObject
                {
                    ["type"] = "tool_use",
                    ["id"] = call.Id,
                    ["name"] = call.Name,
                    ["input"] = new JsonObject(),
                },
                "input_json_delta",
                "partial_json",
                call.Arguments
            );
    }

    public static byte[] Whole(WholeAnswer answer)
    {
        var content = new JsonArray();
        foreach (var (start, _, member, text) in Blocks(answer))
        {
            if (member == "partial_json")
                start["input"] = JsonNode.Parse(text);
            else
                start[member] = text;
            content.Add(start);
        }
        return Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["id"] = "msg_1",
                ["type"] = "message",
                ["role"] = "assistant",
                ["model"] = "m",
                ["content"] = content,
                ["stop_reason"] = StopReason(answer.Finish),
                ["usage"] = Usage(answer.Usage),
            }.ToJsonString()
        );
    }

    /// <summary>The events of a stream: name and data.</summary>
    public static List<(string Name, string Data)> Stream(WholeAnswer answer)
    {
        var events = new List<(string, string)>();
        void Add(JsonObject data) => events.Add(((string)data["type"]!, data.ToJsonString()));
        var head = Usage(answer.Usage);
        head["output_tokens"] = 1;
        Add(
            new JsonObject
            {
                ["type"] = "message_start",
                ["message"] = new JsonObject
                {
                    ["id"] = "msg_1",
                    ["model"] = "m",
                    ["usage"] = head,
                },
            }
        );
        var index = 0;
        foreach (var (start, delta, member, text) in Blocks(answer))
        {
            Add(
                new JsonObject
                {
                    ["type"] = "content_block_start",
                    ["index"] = index,
                    ["content_block"] = start,
                }
            );
            Add(new JsonObject { ["type"] = "ping" });
            foreach (var piece in OpenAiChunkWriterTests.Pieces(text))
                Add(
                    new JsonObject
                    {
                        ["type"] = "content_block_delta",
                        ["index"] = index,
                        ["delta"] = new JsonObject { ["type"] = delta, [member] = piece },
                    }
                );
            Add(new JsonObject { ["type"] = "content_block_stop", ["index"] = index++ });
        }
        Add(
            new JsonObject
            {
                ["type"] = "message_delta",
                ["delta"] = new JsonObject { ["stop_reason"] = StopReason(answer.Finish) },
                ["usage"] = Usage(answer.Usage),
            }
        );
        Add(new JsonObject { ["type"] = "message_stop" });
        return events;
    }
}
