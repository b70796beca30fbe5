using System.Buffers;
using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>
/// Prints events of a Responses stream: the type on the event line and inside, numbered without a gap. Without a target nothing is printed, and the writer
/// of the events need not know.
/// </summary>
/// <param name="target">Receives the events.</param>
/// <param name="first">The number of the first one.</param>
sealed class ResponsesEvents(IBufferWriter<byte>? target, long first = 0) : IDisposable
{
    Utf8JsonWriter? json;
    long sequence = first;

    /// <summary>The number of the next event.</summary>
    public long Next => sequence;

    /// <summary>Begins an event; null when nothing is printed. What is returned stands inside the event's object.</summary>
    public Utf8JsonWriter? Begin(ReadOnlySpan<byte> type)
    {
        if (target is null)
            return null;
        target.Write("event: "u8);
        target.Write(type);
        target.Write("\ndata: "u8);
        if (json is null)
            json = new Utf8JsonWriter(target, Json.Readable);
        else
            json.Reset();
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteNumber("sequence_number"u8, sequence++);
        return json;
    }

    public void End()
    {
        json!.WriteEndObject();
        json.Flush();
        target!.Write("\n\n"u8);
    }

    /// <summary>The error in both shapes in use: flat, as the reference has it, and nested, as it is sent and as SDKs look for it.</summary>
    public void Error(PorticoException e)
    {
        var (code, message) = ResponsesObject.ErrorOf(e);
        Error(e.Kind.Type, code, message, e.Param);
    }

    public void Error(string type, string code, string message, string? param)
    {
        if (Begin("error"u8) is not { } json)
            return;
        Write(json, code, message, param);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, type);
        Write(json, code, message, param);
        json.WriteEndObject();
        End();
    }

    static void Write(Utf8JsonWriter json, string code, string message, string? param)
    {
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteString("param"u8, param);
    }

    /// <summary>An event about an item that carries the item whole.</summary>
    public void Item(ReadOnlySpan<byte> type, ResponsesItem item, bool withSeal)
    {
        if (Begin(type) is not { } json)
            return;
        json.WriteNumber("output_index"u8, item.Index);
        json.WritePropertyName("item"u8);
        item.Write(json, withSeal);
        End();
    }

    /// <summary>Begins an event about a part of a message (content_index) or of reasoning (summary_index).</summary>
    public Utf8JsonWriter? BeginPart(ReadOnlySpan<byte> type, ResponsesItem item)
    {
        if (BeginOf(type, item) is not { } json)
            return null;
        var at = item.Parts.Count - 1;
        if (item.Kind == ResponsesItemKind.Reasoning)
            json.WriteNumber("summary_index"u8, at);
        else
            json.WriteNumber("content_index"u8, at);
        return json;
    }

    public Utf8JsonWriter? BeginOf(ReadOnlySpan<byte> type, ResponsesItem item)
    {
        if (Begin(type) is not { } json)
            return null;
        json.WriteString("item_id"u8, item.Id);
        json.WriteNumber("output_index"u8, item.Index);
        return json;
    }

    public static void NoLogprobs(Utf8JsonWriter json)
    {
        json.WriteStartArray("logprobs"u8);
        json.WriteEndArray();
    }

    public void Dispose() => json?.Dispose();
}
