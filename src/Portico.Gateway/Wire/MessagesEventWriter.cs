using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Writes decoded events as a stream of the Messages API (https://platform.claude.com/docs/en/build-with-claude/streaming). A state machine that cannot emit
/// an illegal sequence, whatever it is given: one message_start and first, one block open at a time and numbered without a gap, thinking sealed before its
/// block ends, then message_delta and message_stop, once. Tool calls may come interleaved where the protocol has them one after the other: the one that is
/// open goes on as it comes, the others wait until its input is a whole object.
/// </summary>
sealed class MessagesEventWriter(ModelCall call) : IEventWriter
{
    readonly MessagesBlocks blocks = new();
    Utf8JsonWriter? writer;
    int open = -1; // the block being written
    bool started;
    bool ended;

    /// <param name="target">Receives whole SSE events.</param>
    /// <param name="e">What the provider said.</param>
    /// <param name="usage">What the call has used; known with the end.</param>
    public void Write(IBufferWriter<byte> target, in ModelEvent e, in Usage usage)
    {
        if (ended || e.Kind == ModelEventKind.Frame)
            return;
        if (!started)
            Start(target);
        var taken = blocks.Take(e);
        if (taken is { } added)
            Add(target, added.Block, added.Fragment);
        if (e.Kind == ModelEventKind.Completed)
            End(target, usage);
    }

    void Add(IBufferWriter<byte> target, MessagesBlock block, string? fragment)
    {
        if (open < 0)
            Open(target, 0);
        if (ReferenceEquals(blocks.All[open], block))
            Delta(target, block, fragment);
        else
            block.Text.Append(fragment);
        while (open + 1 < blocks.All.Count && blocks.All[open].IsComplete)
            Next(target);
    }

    void Next(IBufferWriter<byte> target)
    {
        Close(target);
        Open(target, open + 1);
    }

    void Start(IBufferWriter<byte> target)
    {
        started = true;
        var json = Begin(target, "message_start"u8);
        json.WriteStartObject("message"u8);
        json.WriteString("id"u8, MessagesNames.MessageId(call));
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, call.RequestedModel);
        json.WriteStartArray("content"u8);
        json.WriteEndArray();
        json.WriteNull("stop_reason"u8);
        json.WriteNull("stop_sequence"u8);
        // As counted before the call: what the provider counted is told with the end.
        MessagesNames.WriteUsage(json, new Usage { Input = call.Context.Record.CountedInputTokens });
        json.WriteEndObject();
        Finish(target, json);
    }

    void Open(IBufferWriter<byte> target, int index)
    {
        open = index;
        var block = blocks.All[index];
        var json = Begin(target, "content_block_start"u8);
        json.WriteNumber("index"u8, index);
        json.WriteStartObject("content_block"u8);
        switch (block.Kind)
        {
            case MessagesBlockKind.Text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, ""u8);
                break;
            case MessagesBlockKind.Thinking:
                json.WriteString("type"u8, "thinking"u8);
                json.WriteString("thinking"u8, ""u8);
                json.WriteString("signature"u8, ""u8);
                break;
            case MessagesBlockKind.RedactedThinking:
                json.WriteString("type"u8, "redacted_thinking"u8);
                json.WriteString("data"u8, block.Sealed);
                break;
            default:
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, block.Id is { Length: > 0 } own ? own : MessagesNames.ToolId(call, block.ToolIndex));
                json.WriteString("name"u8, block.Name ?? "");
                json.WriteStartObject("input"u8);
                json.WriteEndObject();
                break;
        }
        json.WriteEndObject();
        Finish(target, json);
        if (block.Text.Length == 0)
            return;
        Delta(target, block, block.Text.ToString());
        block.Text.Clear();
    }

    void Delta(IBufferWriter<byte> target, MessagesBlock block, string? fragment)
    {
        if (string.IsNullOrEmpty(fragment))
            return;
        switch (block.Kind)
        {
            case MessagesBlockKind.Text:
                Delta(target, "text_delta"u8, "text"u8, fragment);
                break;
            case MessagesBlockKind.Thinking:
                Delta(target, "thinking_delta"u8, "thinking"u8, fragment);
                break;
            default:
                Delta(target, "input_json_delta"u8, "partial_json"u8, fragment);
                break;
        }
    }

    void Delta(IBufferWriter<byte> target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, string text)
    {
        var json = Begin(target, "content_block_delta"u8);
        json.WriteNumber("index"u8, open);
        json.WriteStartObject("delta"u8);
        json.WriteString("type"u8, type);
        json.WriteString(member, text);
        json.WriteEndObject();
        Finish(target, json);
    }

    void Close(IBufferWriter<byte> target)
    {
        var block = blocks.All[open];
        // The seal stands before the end of every thinking block; that of another model is empty.
        if (block.Kind == MessagesBlockKind.Thinking)
            Delta(target, "signature_delta"u8, "signature"u8, block.Signature ?? "");
        var json = Begin(target, "content_block_stop"u8);
        json.WriteNumber("index"u8, open);
        Finish(target, json);
    }

    void End(IBufferWriter<byte> target, in Usage usage)
    {
        ended = true;
        if (open >= 0)
        {
            while (open + 1 < blocks.All.Count)
                Next(target);
            Close(target);
        }
        var json = Begin(target, "message_delta"u8);
        json.WriteStartObject("delta"u8);
        json.WriteString("stop_reason"u8, blocks.StopReason);
        json.WriteNull("stop_sequence"u8);
        json.WriteEndObject();
        MessagesNames.WriteUsage(json, usage);
        Finish(target, json);
        Finish(target, Begin(target, "message_stop"u8));
    }

    // One writer for all events: an event allocates nothing.
    Utf8JsonWriter Begin(IBufferWriter<byte> target, ReadOnlySpan<byte> type)
    {
        target.Write("event: "u8);
        target.Write(type);
        target.Write("\ndata: "u8);
        writer ??= new Utf8JsonWriter(target, Json.Readable);
        writer.Reset(target);
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        return writer;
    }

    static void Finish(IBufferWriter<byte> target, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        target.Write("\n\n"u8);
    }

    public void Dispose() => writer?.Dispose();
}
