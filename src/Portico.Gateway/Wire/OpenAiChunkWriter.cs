using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Writes decoded events as chat completion chunks. A state machine that cannot emit an illegal sequence, whatever it is given: the role once for each
/// choice and first, id and name of a tool call with its first fragment only, one finish reason a choice and nothing behind it, usage and the terminator
/// last and once.
/// </summary>
sealed class OpenAiChunkWriter(ModelCall call) : IEventWriter
{
    /// <summary>What was written of a choice.</summary>
    sealed class Choice
    {
        public bool Finished;

        /// <summary>Tool calls whose first fragment was written.</summary>
        public readonly HashSet<int> Calls = [];
    }

    readonly string id = "chatcmpl-" + call.Context.Record.Id.ToString()["call_".Length..];
    readonly long created = call.Context.Record.StartedAtUs / 1_000_000;
    readonly SortedDictionary<int, Choice> choices = [];
    Utf8JsonWriter? writer;
    bool ended;

    public void Write(IBufferWriter<byte> target, in ModelEvent e, in Usage usage)
    {
        // A seal has no word here.
        if (ended || e.Kind == ModelEventKind.Frame || (e.Kind == ModelEventKind.Reasoning && e.Text is null))
            return;
        if (e.Kind == ModelEventKind.Completed)
        {
            WriteEnd(target, e.Completion!, usage);
            return;
        }
        var isFirst = !choices.TryGetValue(e.Choice, out var choice);
        choice ??= choices[e.Choice] = new Choice();
        if (choice.Finished)
            return;
        choice.Finished = e.Kind == ModelEventKind.Finish;
        target.Write("data: "u8);
        var json = Begin(target);
        Head(json);
        WriteChoice(json, e, choice, isFirst);
        if (call.Chat!.IncludeUsage)
            json.WriteNull("usage"u8);
        json.WriteEndObject();
        json.Flush();
        target.Write("\n\n"u8);
    }

    /// <summary>The writer, for one document in <paramref name="target"/>.</summary>
    Utf8JsonWriter Begin(IBufferWriter<byte> target)
    {
        writer ??= new Utf8JsonWriter(target, Json.Readable);
        writer.Reset(target);
        return writer;
    }

    public void Dispose() => writer?.Dispose();

    static void WriteChoice(Utf8JsonWriter json, in ModelEvent e, Choice choice, bool isFirst)
    {
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, e.Choice);
        json.WriteStartObject("delta"u8);
        if (isFirst)
            json.WriteString("role"u8, "assistant"u8);
        switch (e.Kind)
        {
            case ModelEventKind.Text:
                json.WriteString("content"u8, e.Text);
                break;
            case ModelEventKind.Reasoning:
                json.WriteString("reasoning_content"u8, e.Text);
                break;
            case ModelEventKind.Refusal:
                json.WriteString("refusal"u8, e.Text);
                break;
            case ModelEventKind.ToolCall:
                WriteToolCall(json, e.ToolCall!, choice.Calls.Add(e.ToolCall!.Index));
                break;
            default:
                break;
        }
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        if (e.Kind == ModelEventKind.Finish)
            json.WriteString("finish_reason"u8, OpenAiNames.Finish(e.Finish));
        else
            json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void WriteToolCall(Utf8JsonWriter json, ToolCallDelta delta, bool isFirst)
    {
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, delta.Index);
        if (isFirst)
        {
            json.WriteString("id"u8, delta.Id is { Length: > 0 } own ? own : OpenAiNames.CallId(delta.Index));
            json.WriteString("type"u8, "function"u8);
        }
        json.WriteStartObject("function"u8);
        if (isFirst)
            json.WriteString("name"u8, delta.Name ?? "");
        json.WriteString("arguments"u8, delta.Arguments ?? "");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void WriteEnd(IBufferWriter<byte> target, Completion completion, in Usage usage)
    {
        var open = choices.Where(c => !c.Value.Finished).Select(c => c.Key).ToArray();
        foreach (var index in choices.Count == 0 ? [0] : open)
            Write(
                target,
                new ModelEvent
                {
                    Kind = ModelEventKind.Finish,
                    Choice = index,
                    Finish = completion.Finish,
                },
                usage
            );
        ended = true;
        if (call.Chat!.IncludeUsage)
        {
            target.Write("data: "u8);
            var json = Begin(target);
            Head(json);
            json.WriteStartArray("choices"u8);
            json.WriteEndArray();
            OpenAiNames.WriteUsage(json, usage);
            json.WriteEndObject();
            json.Flush();
            target.Write("\n\n"u8);
        }
        target.Write("data: [DONE]\n\n"u8);
    }

    void Head(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "chat.completion.chunk"u8);
        json.WriteNumber("created"u8, created);
        json.WriteString("model"u8, call.RequestedModel);
    }
}

/// <summary>Names of OpenAI's form.</summary>
static class OpenAiNames
{
    public static string Finish(FinishReason finish) =>
        finish switch
        {
            FinishReason.Length => "length",
            FinishReason.ToolCalls => "tool_calls",
            FinishReason.ContentFilter => "content_filter",
            _ => "stop",
        };

    /// <summary>The id of a tool call to which the provider gave none: the caller must name one in its answer.</summary>
    public static string CallId(int index) => $"call_{index}";

    /// <summary>Disjoint parts back into OpenAI's overlapping numbers.</summary>
    public static void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.TotalInput);
        json.WriteNumber("completion_tokens"u8, usage.TotalOutput);
        json.WriteNumber("total_tokens"u8, usage.Total);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite + usage.CacheWriteLong is > 0 and var written)
            json.WriteNumber("cache_write_tokens"u8, written);
        json.WriteNumber("audio_tokens"u8, usage.AudioInput);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        json.WriteNumber("audio_tokens"u8, usage.AudioOutput);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
