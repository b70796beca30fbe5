using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Turns the events of ConverseStream, or the whole answer of Converse, into canonical ones. Pure but for its own state: open tool calls, usage, stop reason.
/// Event, block and delta types that it does not know are passed over (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html).
/// </summary>
sealed class BedrockDecoder
{
    /// <summary>Tool calls of one answer; more is not an answer.</summary>
    const int MaxTools = 1_024;

    readonly Dictionary<int, OpenTool> tools = [];
    Usage usage;
    FinishReason finish;
    string? servedModel;
    bool usageSeen;

    /// <summary>The stop reason was seen: the content is whole.</summary>
    public bool Stopped { get; private set; }

    /// <summary>The end of the answer was given.</summary>
    public bool Over { get; private set; }

    public Usage Reported => usage;

    /// <summary>Takes one event of a stream.</summary>
    /// <exception cref="JsonException">It is not a JSON object, or a text in it is not valid.</exception>
    public void Take(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, List<ModelEvent> into)
    {
        try
        {
            if (type.SequenceEqual("contentBlockDelta"u8))
                TakeDelta(BedrockDelta.Read(payload), into);
            else
                TakeRare(type, payload, into);
        }
        catch (InvalidOperationException e)
        {
            // A text that is not UTF-8 or holds half a surrogate pair.
            throw new JsonException("A text of the event is not valid.", e);
        }
        if (Stopped && usageSeen)
            End(into);
    }

    void TakeRare(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, List<ModelEvent> into)
    {
        var reader = new Utf8JsonReader(payload);
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read() || document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("Not one JSON object.");
        var e = document.RootElement;
        if (type.SequenceEqual("contentBlockStart"u8))
            BeginTool(Index(e), BedrockJson.Member(BedrockJson.Member(e, "start"u8), "toolUse"u8), into);
        else if (type.SequenceEqual("contentBlockStop"u8))
            CloseTool(Index(e), into);
        else if (type.SequenceEqual("messageStop"u8))
            TakeStop(e);
        else if (type.SequenceEqual("metadata"u8))
            TakeMetadata(e);
    }

    void TakeDelta(BedrockDelta delta, List<ModelEvent> into)
    {
        if (!string.IsNullOrEmpty(delta.Text))
            into.Add(new ModelEvent { Kind = ModelEventKind.Text, Text = delta.Text });
        if (!string.IsNullOrEmpty(delta.Reasoning))
            into.Add(new ModelEvent { Kind = ModelEventKind.Reasoning, Text = delta.Reasoning });
        if (!string.IsNullOrEmpty(delta.Signature))
            into.Add(new ModelEvent { Kind = ModelEventKind.Reasoning, Signature = delta.Signature });
        if (!string.IsNullOrEmpty(delta.Sealed))
            into.Add(new ModelEvent { Kind = ModelEventKind.Reasoning, Sealed = delta.Sealed });
        // Tools that Bedrock runs itself send this delta too; their blocks are not open here.
        if (!string.IsNullOrEmpty(delta.ToolInput) && tools.TryGetValue(delta.Index, out var tool))
        {
            tool.HasArguments = true;
            into.Add(Tool(tool, null, null, delta.ToolInput));
        }
    }

    void BeginTool(int index, JsonElement tool, List<ModelEvent> into)
    {
        if (BedrockJson.Text(tool, "name"u8) is not { } name || BedrockJson.Text(tool, "type"u8) == "server_tool_use")
            return;
        if (tools.Count == MaxTools)
            throw new JsonException($"An answer with more than {MaxTools} tool calls.");
        var opened = new OpenTool(tools.Count);
        if (!tools.TryAdd(index, opened))
            throw new JsonException("Two content blocks have the same index.");
        into.Add(Tool(opened, BedrockJson.Text(tool, "toolUseId"u8), name, null));
    }

    void CloseTool(int index, List<ModelEvent> into)
    {
        // Arguments are always a JSON document: a tool without any has an empty object.
        if (!tools.TryGetValue(index, out var tool) || tool.HasArguments)
            return;
        tool.HasArguments = true;
        into.Add(Tool(tool, null, null, "{}"));
    }

    void TakeStop(JsonElement e)
    {
        if (BedrockJson.Text(e, "stopReason"u8) is not { } reason)
            return;
        finish = BedrockUsage.Finish(reason);
        Stopped = true;
    }

    void TakeMetadata(JsonElement e)
    {
        usage = BedrockUsage.Of(e);
        usageSeen = true;
        servedModel = BedrockJson.Text(BedrockJson.Member(BedrockJson.Member(e, "trace"u8), "promptRouter"u8), "invokedModelId"u8);
    }

    /// <summary>Takes a whole answer: the events that a stream of it would have given, the end included.</summary>
    /// <returns>False when this is not an answer of Converse.</returns>
    public bool TakeWhole(JsonElement answer, List<ModelEvent> into)
    {
        var content = BedrockJson.Member(BedrockJson.Member(BedrockJson.Member(answer, "output"u8), "message"u8), "content"u8);
        TakeStop(answer);
        if (!Stopped || content.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
            return false;
        var index = 0;
        if (content.ValueKind == JsonValueKind.Array)
            foreach (var block in content.EnumerateArray())
                TakeBlock(index++, block, into);
        TakeMetadata(answer);
        End(into);
        return true;
    }

    void TakeBlock(int index, JsonElement block, List<ModelEvent> into)
    {
        var reasoning = BedrockJson.Member(block, "reasoningContent"u8);
        var thought = BedrockJson.Member(reasoning, "reasoningText"u8);
        var use = BedrockJson.Member(block, "toolUse"u8);
        TakeDelta(
            new BedrockDelta
            {
                Index = index,
                Text = BedrockJson.Text(block, "text"u8),
                Reasoning = BedrockJson.Text(thought, "text"u8),
                Signature = BedrockJson.Text(thought, "signature"u8),
                Sealed = BedrockJson.Text(reasoning, "redactedContent"u8),
            },
            into
        );
        if (BedrockJson.Member(BedrockJson.Member(block, "citationsContent"u8), "content"u8) is { ValueKind: JsonValueKind.Array } cited)
            foreach (var piece in cited.EnumerateArray())
                TakeDelta(new BedrockDelta { Index = index, Text = BedrockJson.Text(piece, "text"u8) }, into);
        BeginTool(index, use, into);
        var input = BedrockJson.Member(use, "input"u8);
        if (input.ValueKind != JsonValueKind.Undefined)
            TakeDelta(new BedrockDelta { Index = index, ToolInput = input.GetRawText() }, into);
        CloseTool(index, into);
    }

    /// <summary>Ends the answer, once.</summary>
    public void End(List<ModelEvent> into)
    {
        if (Over)
            return;
        Over = true;
        into.Add(new ModelEvent { Kind = ModelEventKind.Finish, Finish = finish });
        into.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, servedModel) });
    }

    static ModelEvent Tool(OpenTool tool, string? id, string? name, string? arguments) =>
        new() { Kind = ModelEventKind.ToolCall, ToolCall = new ToolCallDelta(tool.Number, id, name, arguments) };

    static int Index(JsonElement e) =>
        BedrockJson.Member(e, "contentBlockIndex"u8) is { ValueKind: JsonValueKind.Number } i && i.TryGetInt32(out var n) ? n : -1;

    /// <summary>A tool call that is being written; tool calls are numbered on their own, apart from blocks of text and thinking.</summary>
    sealed class OpenTool(int number)
    {
        public int Number => number;
        public bool HasArguments { get; set; }
    }
}
