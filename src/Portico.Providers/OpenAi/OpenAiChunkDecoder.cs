using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;

namespace Portico.Providers.OpenAi;

/// <summary>Decodes chat completion chunks into events. Pure; used where another dialect, a guardrail or a count must read the content.</summary>
public static class OpenAiChunkDecoder
{
    const int MaxEventBytes = 64 * 1024 * 1024;

    /// <summary>Decodes whole SSE events; those that are not JSON objects (the terminator) give nothing.</summary>
    public static void DecodeFrames(ReadOnlySpan<byte> frames, List<ModelEvent> into)
    {
        var parser = new SseParser(MaxEventBytes);
        while (parser.TryRead(ref frames, out var e))
            if (e.Data.StartsWith("{"u8))
                Decode(e.Data, into);
        if (parser.Finish(out var last) && last.Data.StartsWith("{"u8))
            Decode(last.Data, into);
    }

    /// <summary>
    /// Decodes events in the plain framing (<c>data: {…}</c>, blank line, LF only), of which most differ from the one before in their text alone: those are one event, since where a provider cut the text
    /// of one read says nothing.
    /// </summary>
    /// <exception cref="JsonException">One is not JSON, or a member is not what the protocol has.</exception>
    internal static void DecodePlain(ReadOnlySpan<byte> run, List<ModelEvent> into)
    {
        var frame = default(OpenAiTextChunk.Frame);
        var said = ArrayPool<char>.Shared.Rent(run.Length);
        var length = 0;
        try
        {
            while (run.StartsWith("data: "u8) && run.IndexOf((byte)'\n') is var end and > 0)
            {
                var chunk = run[6..end];
                run = run[(end + 2)..];
                if (!chunk.StartsWith("{"u8))
                    continue;
                if (frame.TryRead(chunk, said.AsSpan(length), out var more))
                {
                    length += more;
                    continue;
                }
                AddText(said.AsSpan(0, length), frame.Choice, into);
                length = 0;
                if (!OpenAiTextChunk.TryDecode(chunk, into, ref frame))
                    Decode(chunk, "delta"u8, into);
            }
            AddText(said.AsSpan(0, length), frame.Choice, into);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(said);
        }
    }

    static void AddText(ReadOnlySpan<char> said, int choice, List<ModelEvent> into)
    {
        if (said.Length > 0)
            into.Add(
                new ModelEvent
                {
                    Kind = ModelEventKind.Text,
                    Choice = choice,
                    Text = said.ToString(),
                }
            );
    }

    /// <summary>Decodes one chunk.</summary>
    /// <exception cref="JsonException">It is not JSON, or a member is not what the protocol has.</exception>
    public static void Decode(ReadOnlySpan<byte> chunk, List<ModelEvent> into)
    {
        if (!OpenAiTextChunk.TryDecode(chunk, into))
            Decode(chunk, "delta"u8, into);
    }

    internal static void Decode(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member, List<ModelEvent> into)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("choices"u8, out var choices)
                || choices.ValueKind != JsonValueKind.Array
            )
                return;
            foreach (var choice in choices.EnumerateArray())
                DecodeChoice(choice, member, into);
        }
        catch (InvalidOperationException e)
        {
            // A choice that is no object, a number that is none, a text or a name that is not Unicode.
            throw new JsonException("A choice is not one of the protocol.", e);
        }
    }

    static void DecodeChoice(JsonElement choice, ReadOnlySpan<byte> member, List<ModelEvent> into)
    {
        var index = choice.TryGetProperty("index"u8, out var i) && i.TryGetInt32(out var n) ? n : 0;
        if (choice.TryGetProperty(member, out var delta) && delta.ValueKind == JsonValueKind.Object)
        {
            Add(delta, "reasoning_content"u8, ModelEventKind.Reasoning, index, into);
            Add(delta, "reasoning"u8, ModelEventKind.Reasoning, index, into);
            Add(delta, "content"u8, ModelEventKind.Text, index, into);
            Add(delta, "refusal"u8, ModelEventKind.Refusal, index, into);
            if (delta.TryGetProperty("tool_calls"u8, out var calls) && calls.ValueKind == JsonValueKind.Array)
                AddToolCalls(calls, index, into);
        }
        if (choice.TryGetProperty("finish_reason"u8, out var finish) && finish.ValueKind == JsonValueKind.String)
            into.Add(
                new ModelEvent
                {
                    Kind = ModelEventKind.Finish,
                    Choice = index,
                    Finish = OpenAiUsage.Finish(System.Text.Encoding.UTF8.GetBytes(finish.GetString()!)),
                }
            );
    }

    static void AddToolCalls(JsonElement calls, int choice, List<ModelEvent> into)
    {
        var position = 0;
        foreach (var call in calls.EnumerateArray())
        {
            // Whole answers carry no index: the position is one.
            var index = call.TryGetProperty("index"u8, out var i) && i.TryGetInt32(out var n) ? n : position;
            position++;
            call.TryGetProperty("function"u8, out var function);
            into.Add(
                new ModelEvent
                {
                    Kind = ModelEventKind.ToolCall,
                    Choice = choice,
                    ToolCall = new ToolCallDelta(index, Text(call, "id"u8), Text(function, "name"u8), Text(function, "arguments"u8)),
                }
            );
        }
    }

    static void Add(JsonElement delta, ReadOnlySpan<byte> name, ModelEventKind kind, int choice, List<ModelEvent> into)
    {
        if (Text(delta, name) is { Length: > 0 } text)
            into.Add(
                new ModelEvent
                {
                    Kind = kind,
                    Choice = choice,
                    Text = text,
                }
            );
    }

    static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>Decodes a whole chat completion into the events that a stream of it would have given.</summary>
public static class OpenAiAnswerDecoder
{
    /// <exception cref="JsonException">It is not JSON, or a member is not what the protocol has.</exception>
    public static void Decode(ReadOnlySpan<byte> answer, List<ModelEvent> into) => OpenAiChunkDecoder.Decode(answer, "message"u8, into);
}
