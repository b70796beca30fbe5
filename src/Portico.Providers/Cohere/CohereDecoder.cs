using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Cohere;

/// <summary>
/// Turns events of a stream (https://docs.cohere.com/docs/streaming) or a whole answer into canonical ones. Pure but for its own state. Events and parts
/// that this version does not know, citations among them, are passed over.
/// </summary>
sealed class CohereDecoder
{
    readonly Dictionary<int, Open> calls = [];
    Usage usage;
    FinishReason finish;

    /// <summary>The end of the message was seen.</summary>
    public bool Over { get; private set; }

    public Usage Reported => usage;

    /// <summary>Takes one event.</summary>
    /// <exception cref="JsonException">It is not a JSON object of the protocol.</exception>
    /// <exception cref="UpstreamException">The provider gave the answer up.</exception>
    public void Take(ReadOnlySpan<byte> data, List<ModelEvent> into)
    {
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var e = document.RootElement;
        if (reader.Read() || e.ValueKind != JsonValueKind.Object)
            throw new JsonException("Not one JSON object.");
        try
        {
            var message = Member(Member(e, "delta"u8), "message"u8);
            switch (Text(e, "type"u8))
            {
                case "content-start" or "content-delta":
                    TakeContent(Member(message, "content"u8), into);
                    break;
                case "tool-plan-delta":
                    Add(ModelEventKind.Reasoning, Text(message, "tool_plan"u8), into);
                    break;
                case "tool-call-start":
                    TakeCall(Index(e), Member(message, "tool_calls"u8), into);
                    break;
                case "tool-call-delta" when calls.TryGetValue(Index(e), out var open):
                    TakeArguments(open, Text(Member(Member(message, "tool_calls"u8), "function"u8), "arguments"u8), into);
                    break;
                case "tool-call-end" when calls.TryGetValue(Index(e), out var open):
                    Close(open, into);
                    break;
                case "message-end":
                    TakeEnd(Member(e, "delta"u8), into);
                    break;
            }
        }
        catch (InvalidOperationException broken)
        {
            throw new JsonException("A text of the event is not valid.", broken);
        }
    }

    /// <summary>Takes a whole answer: the events that a stream of it would have given, the end included.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="UpstreamException">The provider gave the answer up.</exception>
    public void TakeAnswer(JsonElement answer, List<ModelEvent> into)
    {
        var message = Member(answer, "message"u8);
        if (message.ValueKind != JsonValueKind.Object || Text(answer, "finish_reason"u8) is null)
            throw new JsonException("Not an answer of the chat API.");
        Add(ModelEventKind.Reasoning, Text(message, "tool_plan"u8), into);
        if (Member(message, "content"u8) is { ValueKind: JsonValueKind.Array } content)
            foreach (var part in content.EnumerateArray())
                TakeContent(part, into);
        if (Member(message, "tool_calls"u8) is { ValueKind: JsonValueKind.Array } tools)
        {
            var index = 0;
            foreach (var call in tools.EnumerateArray())
            {
                TakeCall(index, call, into);
                Close(calls[index++], into);
            }
        }
        TakeEnd(answer, into);
    }

    void TakeContent(JsonElement content, List<ModelEvent> into)
    {
        Add(ModelEventKind.Reasoning, Text(content, "thinking"u8), into);
        Add(ModelEventKind.Text, Text(content, "text"u8), into);
    }

    void TakeCall(int index, JsonElement call, List<ModelEvent> into)
    {
        var function = Member(call, "function"u8);
        var name = Text(function, "name"u8) ?? throw new JsonException("A call of a function without its name.");
        var open = calls[index] = new Open(calls.Count);
        into.Add(Call(open, Text(call, "id"u8), name, null));
        TakeArguments(open, Text(function, "arguments"u8), into);
    }

    static void TakeArguments(Open open, string? arguments, List<ModelEvent> into)
    {
        if (string.IsNullOrEmpty(arguments))
            return;
        open.HasArguments = true;
        into.Add(Call(open, null, null, arguments));
    }

    /// <summary>Arguments are always a JSON document: none are an empty object.</summary>
    static void Close(Open open, List<ModelEvent> into)
    {
        if (!open.HasArguments)
            TakeArguments(open, "{}", into);
    }

    void TakeEnd(JsonElement end, List<ModelEvent> into)
    {
        if (Over)
            return;
        usage = UsageOf(Member(end, "usage"u8));
        var reason = Text(end, "finish_reason"u8) ?? "";
        if (reason is "ERROR" or "TIMEOUT" or "ERROR_TOXIC" or "ERROR_LIMIT")
            throw new UpstreamException(
                reason == "TIMEOUT" ? ErrorTable.UpstreamTimeout : ErrorTable.UpstreamFailed,
                Fault.Upstream,
                $"Cohere gave the answer up ({reason})."
            );
        finish = reason switch
        {
            "COMPLETE" or "STOP_SEQUENCE" => FinishReason.Stop,
            "MAX_TOKENS" => FinishReason.Length,
            "TOOL_CALL" => FinishReason.ToolCalls,
            _ => FinishReason.Other,
        };
        Over = true;
        into.Add(new ModelEvent { Kind = ModelEventKind.Finish, Finish = finish });
        into.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, null) });
    }

    /// <summary>
    /// What is billed, which is less than what is read: Cohere does not bill its own frame around a prompt. Cached tokens are told beside and stand inside.
    /// (https://docs.cohere.com/reference/chat#response.body.usage).
    /// </summary>
    public static Usage UsageOf(JsonElement usage)
    {
        var billed = Member(usage, "billed_units"u8);
        var tokens = billed.ValueKind == JsonValueKind.Object ? billed : Member(usage, "tokens"u8);
        if (tokens.ValueKind != JsonValueKind.Object)
            return default;
        var input = Count(tokens, "input_tokens"u8);
        var cached = Math.Min(input, Count(usage, "cached_tokens"u8));
        return new Usage
        {
            Input = input - cached,
            CacheRead = cached,
            Output = Count(tokens, "output_tokens"u8),
            Source = UsageSource.Reported,
        };
    }

    // Cohere writes counts as 8.0 too.
    internal static long Count(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number)
        && number is >= 0 and <= int.MaxValue
            ? (long)number
            : 0;

    static ModelEvent Call(Open open, string? id, string? name, string? arguments) =>
        new() { Kind = ModelEventKind.ToolCall, ToolCall = new ToolCallDelta(open.Number, id, name, arguments) };

    static void Add(ModelEventKind kind, string? text, List<ModelEvent> into)
    {
        if (!string.IsNullOrEmpty(text))
            into.Add(new ModelEvent { Kind = kind, Text = text });
    }

    static int Index(JsonElement e) => Member(e, "index"u8) is { ValueKind: JsonValueKind.Number } i && i.TryGetInt32(out var n) ? n : -1;

    internal static JsonElement Member(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    internal static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    sealed class Open(int number)
    {
        public int Number => number;
        public bool HasArguments { get; set; }
    }
}
