using System.Buffers;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Simulated;

/// <summary>Frames a simulated answer in OpenAI's form (https://platform.openai.com/docs/api-reference/chat).</summary>
static class SimulatedFrames
{
    const long Created = 1_760_000_000; // The answer depends on the request alone.

    public static byte[] Whole(SimulatedAnswer answer, ProviderCall call, bool withUsage)
    {
        var target = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(target))
        {
            Head(json, call, "chat.completion");
            json.WriteStartArray("choices"u8);
            for (var choice = 0; choice < call.Request.Choices; choice++)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, choice);
                json.WriteStartObject("message"u8);
                json.WriteString("role"u8, "assistant"u8);
                if (answer.ToolCalls.Count == 0)
                    json.WriteString("content"u8, string.Concat(answer.Words));
                else
                    json.WriteNull("content"u8);
                json.WriteNull("refusal"u8);
                if (answer.ToolCalls.Count > 0)
                    ToolCalls(json, answer.ToolCalls, delta: false);
                json.WriteEndObject();
                Logprobs(json, call, answer.Words);
                json.WriteString("finish_reason"u8, Name(answer.Finish));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (withUsage)
                Usage(json, answer.Usage);
            json.WriteEndObject();
        }
        return target.WrittenSpan.ToArray();
    }

    public static void Delta(
        ArrayBufferWriter<byte> target,
        ProviderCall call,
        int choice,
        bool first,
        string? text,
        IReadOnlyList<ToolCall> calls,
        FinishReason finish
    )
    {
        Event(
            target,
            json =>
            {
                Head(json, call, "chat.completion.chunk");
                json.WriteStartArray("choices"u8);
                json.WriteStartObject();
                json.WriteNumber("index"u8, choice);
                json.WriteStartObject("delta"u8);
                if (first)
                    json.WriteString("role"u8, "assistant"u8);
                if (text is not null)
                    json.WriteString("content"u8, text);
                if (calls.Count > 0)
                    ToolCalls(json, calls, delta: true);
                json.WriteEndObject();
                if (text is { Length: > 0 })
                    Logprobs(json, call, [text]);
                if (finish == FinishReason.None)
                    json.WriteNull("finish_reason"u8);
                else
                    json.WriteString("finish_reason"u8, Name(finish));
                json.WriteEndObject();
                json.WriteEndArray();
                if (call.Request.IncludeUsage)
                    json.WriteNull("usage"u8);
                json.WriteEndObject();
            }
        );
    }

    public static void UsageChunk(ArrayBufferWriter<byte> target, ProviderCall call, Usage usage) =>
        Event(
            target,
            json =>
            {
                Head(json, call, "chat.completion.chunk");
                json.WriteStartArray("choices"u8);
                json.WriteEndArray();
                Usage(json, usage);
                json.WriteEndObject();
            }
        );

    public static void Done(ArrayBufferWriter<byte> target) => target.Write("data: [DONE]\n\n"u8);

    static void Event(ArrayBufferWriter<byte> target, Action<Utf8JsonWriter> write)
    {
        target.Write("data: "u8);
        using (var json = new Utf8JsonWriter(target))
            write(json);
        target.Write("\n\n"u8);
    }

    static void Head(Utf8JsonWriter json, ProviderCall call, string type)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, "chatcmpl-sim-" + call.CallId.ToString()[^12..]);
        json.WriteString("object"u8, type);
        json.WriteNumber("created"u8, Created);
        json.WriteString("model"u8, "sim/" + call.UpstreamModel);
    }

    static void ToolCalls(Utf8JsonWriter json, IReadOnlyList<ToolCall> calls, bool delta)
    {
        json.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < calls.Count; i++)
        {
            json.WriteStartObject();
            if (delta)
                json.WriteNumber("index"u8, i);
            json.WriteString("id"u8, calls[i].Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, calls[i].Name);
            json.WriteString("arguments"u8, calls[i].Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Logprobs(Utf8JsonWriter json, ProviderCall call, IReadOnlyList<string> words)
    {
        if (!call.Request.Logprobs)
        {
            json.WriteNull("logprobs"u8);
            return;
        }
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (var word in words)
        {
            json.WriteStartObject();
            Token(json, word);
            json.WriteStartArray("top_logprobs"u8);
            if (call.Request.TopLogprobs > 0)
            {
                json.WriteStartObject();
                Token(json, word);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    static void Token(Utf8JsonWriter json, string word)
    {
        json.WriteString("token"u8, word);
        json.WriteNumber("logprob"u8, -0.25);
        json.WriteStartArray("bytes"u8);
        foreach (var b in Encoding.UTF8.GetBytes(word))
            json.WriteNumberValue(b);
        json.WriteEndArray();
    }

    static void Usage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.Input);
        json.WriteNumber("completion_tokens"u8, usage.Output);
        json.WriteNumber("total_tokens"u8, usage.Total);
        json.WriteEndObject();
    }

    public static string Name(FinishReason finish) =>
        finish switch
        {
            FinishReason.Length => "length",
            FinishReason.ToolCalls => "tool_calls",
            FinishReason.ContentFilter => "content_filter",
            _ => "stop",
        };
}
