using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Turns the events of one streamed message into canonical ones, whatever the framing was. Pure but for its own state: open tool calls, usage, stop reason.
/// Unknown event, block and delta types are passed over, as the protocol asks (https://platform.claude.com/docs/en/build-with-claude/streaming).
/// </summary>
sealed class AnthropicDecoder
{
    readonly Dictionary<int, OpenTool> tools = [];
    AnthropicUsage usage;
    FinishReason finish;
    string? servedModel;

    /// <summary>The type of the event taken last.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Something behind the message's head was seen.</summary>
    public bool Begun { get; private set; }

    /// <summary>Model output was seen.</summary>
    public bool OutputSeen { get; private set; }

    /// <summary>The stop reason was seen: content and usage are final.</summary>
    public bool Stopped { get; private set; }

    /// <summary>The end of the message was seen.</summary>
    public bool Over { get; private set; }

    /// <summary>Usage reported so far. The head of a message names output tokens too, but they are only those that it begins with.</summary>
    public Usage Reported => Stopped ? usage.ToUsage() : usage.ToUsage() with { Output = 0, Reasoning = 0 };

    /// <summary>Takes one event.</summary>
    /// <param name="name">The SSE name, used when the data names no type.</param>
    /// <param name="data">The JSON document.</param>
    /// <param name="into">Receives what it means.</param>
    /// <returns>False when the event tells of an error; <paramref name="data"/> is its body.</returns>
    /// <exception cref="JsonException">It is not a JSON object, or a text in it is not valid.</exception>
    public bool Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, List<ModelEvent> into)
    {
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read() || document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("Not one JSON object.");
        try
        {
            var e = document.RootElement;
            Type = Text(e, "type"u8) ?? System.Text.Encoding.UTF8.GetString(name);
            Begun |= Type is not ("message_start" or "ping" or "error");
            switch (Type)
            {
                case "error":
                    return false;
                case "message_start":
                    TakeHead(Member(e, "message"u8));
                    break;
                case "content_block_start":
                    TakeBlock(Index(e), Member(e, "content_block"u8), into);
                    break;
                case "content_block_delta":
                    TakeDelta(Index(e), Member(e, "delta"u8), into);
                    break;
                case "content_block_stop":
                    CloseBlock(Index(e), into);
                    break;
                case "message_delta":
                    usage.Take(Member(e, "usage"u8));
                    TakeStop(Member(e, "delta"u8), into);
                    break;
                case "message_stop":
                    End(into);
                    break;
            }
            return true;
        }
        catch (InvalidOperationException e)
        {
            // A text that is not UTF-8 or holds half a surrogate pair.
            throw new JsonException("A text of the event is not valid.", e);
        }
    }

    /// <summary>
    /// Takes a piece of a block for a caller to whom it passes untouched: that it is JSON is all that matters of it. True when the event is one; it allocates
    /// nothing, and nearly all events of a stream are.
    /// </summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public bool TryPass(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (!name.SequenceEqual("content_block_delta"u8))
            return false;
        var reader = new Utf8JsonReader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read())
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals(name))
                    return false;
            }
        (Type, Begun, OutputSeen) = ("content_block_delta", true, true);
        return true;
    }

    /// <summary>Takes a whole message: the events that a stream of it would have given, the end included.</summary>
    public void TakeMessage(JsonElement message, List<ModelEvent> into)
    {
        TakeHead(message);
        if (Member(message, "content"u8) is { ValueKind: JsonValueKind.Array } content)
        {
            var index = 0;
            foreach (var block in content.EnumerateArray())
            {
                TakeBlock(index, block, into);
                CloseBlock(index++, into);
            }
        }
        TakeStop(message, into);
        End(into);
    }

    /// <summary>Ends the answer, once.</summary>
    public void End(List<ModelEvent> into)
    {
        if (Over)
            return;
        Over = true;
        var reason = Stopped ? finish : FinishReason.Other;
        into.Add(new ModelEvent { Kind = ModelEventKind.Finish, Finish = reason });
        into.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage.ToUsage(), reason, servedModel) });
    }

    void TakeHead(JsonElement message)
    {
        servedModel ??= Text(message, "model"u8);
        usage.Take(Member(message, "usage"u8));
    }

    void TakeBlock(int index, JsonElement block, List<ModelEvent> into)
    {
        switch (Text(block, "type"u8))
        {
            case "text":
                Add(ModelEventKind.Text, Text(block, "text"u8), into);
                break;
            case "thinking":
                Add(ModelEventKind.Reasoning, Text(block, "thinking"u8), into);
                Seal(Text(block, "signature"u8), into);
                break;
            case "redacted_thinking":
                if (Text(block, "data"u8) is not { Length: > 0 } data)
                    break;
                OutputSeen = true;
                into.Add(new ModelEvent { Kind = ModelEventKind.Reasoning, Sealed = data });
                break;
            case "tool_use":
                var input = Member(block, "input"u8);
                var tool = new OpenTool(tools.Count, input.ValueKind == JsonValueKind.Undefined ? "{}" : input.GetRawText());
                tools[index] = tool;
                OutputSeen = true;
                into.Add(ToolCall(tool, Text(block, "id"u8), Text(block, "name"u8), null));
                break;
        }
    }

    void TakeDelta(int index, JsonElement delta, List<ModelEvent> into)
    {
        switch (Text(delta, "type"u8))
        {
            case "text_delta":
                Add(ModelEventKind.Text, Text(delta, "text"u8), into);
                break;
            case "thinking_delta":
                Add(ModelEventKind.Reasoning, Text(delta, "thinking"u8), into);
                break;
            case "signature_delta":
                Seal(Text(delta, "signature"u8), into);
                break;
            // Tools that the provider runs itself send this delta too; their blocks are not open here.
            case "input_json_delta" when tools.TryGetValue(index, out var tool):
                if (Text(delta, "partial_json"u8) is not { Length: > 0 } json)
                    break;
                tool.HasArguments = true;
                into.Add(ToolCall(tool, null, null, json));
                break;
        }
    }

    void CloseBlock(int index, List<ModelEvent> into)
    {
        // Without fragments the input is the one of the block's start: arguments are always a JSON document.
        if (!tools.TryGetValue(index, out var tool) || tool.HasArguments)
            return;
        tool.HasArguments = true;
        into.Add(ToolCall(tool, null, null, tool.Input));
    }

    void TakeStop(JsonElement delta, List<ModelEvent> into)
    {
        if (Text(delta, "stop_reason"u8) is not { } reason)
            return;
        finish = AnthropicUsage.Finish(reason);
        Stopped = true;
        if (finish == FinishReason.ContentFilter)
            Add(ModelEventKind.Refusal, Text(Member(delta, "stop_details"u8), "explanation"u8), into);
    }

    void Add(ModelEventKind kind, string? text, List<ModelEvent> into)
    {
        if (string.IsNullOrEmpty(text))
            return;
        OutputSeen = true;
        into.Add(new ModelEvent { Kind = kind, Text = text });
    }

    static void Seal(string? signature, List<ModelEvent> into)
    {
        if (!string.IsNullOrEmpty(signature))
            into.Add(new ModelEvent { Kind = ModelEventKind.Reasoning, Signature = signature });
    }

    static ModelEvent ToolCall(OpenTool tool, string? id, string? name, string? arguments) =>
        new() { Kind = ModelEventKind.ToolCall, ToolCall = new ToolCallDelta(tool.Number, id, name, arguments) };

    static int Index(JsonElement e) =>
        e.TryGetProperty("index"u8, out var i) && i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out var n) ? n : -1;

    static JsonElement Member(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    internal static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A tool call that is being written; tool calls are numbered on their own, apart from blocks of text and thinking.</summary>
    sealed class OpenTool(int number, string input)
    {
        public int Number => number;
        public string Input => input;
        public bool HasArguments { get; set; }
    }
}
