using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Writes decoded events as chat completion chunks. A state machine that cannot emit an illegal sequence: the role once for each choice and first,
/// id and name of a tool call with its first fragment only, one finish reason a choice, usage and the terminator last.
/// </summary>
sealed class OpenAiChunkWriter(ModelCall call)
{
    readonly string id = "chatcmpl-" + call.Context.Record.Id.ToString()["call_".Length..];
    readonly long created = call.Context.Record.StartedAtUs / 1_000_000;
    readonly HashSet<int> opened = [];
    readonly HashSet<int> finished = [];

    public void Write(IBufferWriter<byte> target, in ModelEvent e, Usage usage)
    {
        if (e.Kind == ModelEventKind.Completed)
        {
            WriteEnd(target, e.Completion!, usage);
            return;
        }
        if (e.Kind == ModelEventKind.Finish && !finished.Add(e.Choice))
            return;
        target.Write("data: "u8);
        using (var json = new Utf8JsonWriter(target))
        {
            Head(json);
            WriteChoice(json, e);
            if (call.Chat!.IncludeUsage)
                json.WriteNull("usage"u8);
            json.WriteEndObject();
        }
        target.Write("\n\n"u8);
    }

    void WriteChoice(Utf8JsonWriter json, in ModelEvent e)
    {
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, e.Choice);
        json.WriteStartObject("delta"u8);
        if (opened.Add(e.Choice))
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
                WriteToolCall(json, e.ToolCall!);
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

    static void WriteToolCall(Utf8JsonWriter json, ToolCallDelta delta)
    {
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, delta.Index);
        if (delta.Id is not null)
        {
            json.WriteString("id"u8, delta.Id);
            json.WriteString("type"u8, "function"u8);
        }
        json.WriteStartObject("function"u8);
        if (delta.Name is not null)
            json.WriteString("name"u8, delta.Name);
        json.WriteString("arguments"u8, delta.Arguments ?? "");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void WriteEnd(IBufferWriter<byte> target, Completion completion, Usage usage)
    {
        if (finished.Count == 0)
            Write(target, new ModelEvent { Kind = ModelEventKind.Finish, Finish = completion.Finish }, usage);
        if (call.Chat!.IncludeUsage)
        {
            target.Write("data: "u8);
            using (var json = new Utf8JsonWriter(target))
            {
                Head(json);
                json.WriteStartArray("choices"u8);
                json.WriteEndArray();
                OpenAiNames.WriteUsage(json, usage);
                json.WriteEndObject();
            }
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

    /// <summary>Disjoint parts back into OpenAI's overlapping numbers.</summary>
    public static void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.TotalInput);
        json.WriteNumber("completion_tokens"u8, usage.TotalOutput);
        json.WriteNumber("total_tokens"u8, usage.Total);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        json.WriteNumber("audio_tokens"u8, usage.AudioInput);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        json.WriteNumber("audio_tokens"u8, usage.AudioOutput);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
