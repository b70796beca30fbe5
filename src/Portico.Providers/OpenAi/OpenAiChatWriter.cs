using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>Writes the canonical chat request in OpenAI's form, for calls whose own body cannot be forwarded. Pure.</summary>
public static class OpenAiChatWriter
{
    // The body is JSON for a JSON reader: escaping for HTML would only make it longer.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> target, ProviderCall call, OpenAiPreset preset)
    {
        var r = call.Request;
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        json.WriteString("model"u8, call.UpstreamModel);
        json.WritePropertyName("messages"u8);
        WriteMessages(json, r.Messages);
        WriteSettings(json, call, preset);
        WriteTools(json, r);
        if (r.ResponseFormat is { } format)
            WriteFormat(json, format);
        foreach (var (name, value) in r.Extra)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    static void WriteSettings(Utf8JsonWriter json, ProviderCall call, OpenAiPreset preset)
    {
        var r = call.Request;
        if (r.Stream)
        {
            json.WriteBoolean("stream"u8, true);
            if (preset.TakesStreamOptions)
            {
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }
        }
        if ((call.OutputCap ?? r.MaxOutputTokens) is { } cap)
            json.WriteNumber(preset.CapField, cap);
        if (r.Choices != 1)
            json.WriteNumber("n"u8, r.Choices);
        Number(json, "temperature"u8, r.Temperature);
        Number(json, "top_p"u8, r.TopP);
        Number(json, "frequency_penalty"u8, r.FrequencyPenalty);
        Number(json, "presence_penalty"u8, r.PresencePenalty);
        if (r.Seed is { } seed)
            json.WriteNumber("seed"u8, seed);
        if (r.Stop.Count > 0)
        {
            json.WriteStartArray("stop"u8);
            foreach (var stop in r.Stop)
                json.WriteStringValue(stop);
            json.WriteEndArray();
        }
        if (r.Logprobs)
            json.WriteBoolean("logprobs"u8, true);
        if (r.TopLogprobs is { } top)
            json.WriteNumber("top_logprobs"u8, top);
        if (r.ReasoningEffort is { } effort)
            json.WriteString("reasoning_effort"u8, effort);
        if (r.User is { } user)
            json.WriteString("user"u8, user);
    }

    public static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages)
    {
        json.WriteStartArray();
        foreach (var message in messages)
            WriteMessage(json, message);
        json.WriteEndArray();
    }

    /// <summary>What a model thought in earlier turns: this protocol does not take it back, and it is left out.</summary>
    public static bool HasReasoning(IReadOnlyList<ChatMessage> messages) => messages.Any(m => m.Parts.Any(p => p is ReasoningPart));

    static void WriteMessage(Utf8JsonWriter json, ChatMessage m)
    {
        if (m.Parts.Any(p => p is ReasoningPart))
            m = m with { Parts = m.Parts.Where(p => p is not ReasoningPart).ToList() };
        json.WriteStartObject();
        json.WriteString("role"u8, m.Role.ToString().ToLowerInvariant());
        if (m.Parts is [TextPart only])
            json.WriteString("content"u8, only.Text);
        else if (m.Parts.Count == 0 && m.Role == ChatRole.Assistant)
            json.WriteNull("content"u8);
        else if (m.Parts.Count == 0)
            json.WriteString("content"u8, ""u8);
        else
            WriteParts(json, m.Parts);
        if (m.Name is not null)
            json.WriteString("name"u8, m.Name);
        if (m.Refusal is not null)
            json.WriteString("refusal"u8, m.Refusal);
        if (m.ToolCallId is not null)
            json.WriteString("tool_call_id"u8, m.ToolCallId);
        if (m.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in m.ToolCalls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, call.Id);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static void WriteParts(Utf8JsonWriter json, IReadOnlyList<ContentPart> parts)
    {
        json.WriteStartArray("content"u8);
        foreach (var part in parts)
        {
            json.WriteStartObject();
            switch (part)
            {
                case TextPart text:
                    json.WriteString("type"u8, "text"u8);
                    json.WriteString("text"u8, text.Text);
                    break;
                case ImagePart image:
                    json.WriteString("type"u8, "image_url"u8);
                    json.WriteStartObject("image_url"u8);
                    json.WriteString("url"u8, image.Url);
                    if (image.Detail is not null)
                        json.WriteString("detail"u8, image.Detail);
                    json.WriteEndObject();
                    break;
                case AudioPart audio:
                    json.WriteString("type"u8, "input_audio"u8);
                    json.WriteStartObject("input_audio"u8);
                    json.WriteString("data"u8, audio.Data);
                    json.WriteString("format"u8, audio.Format);
                    json.WriteEndObject();
                    break;
                case FilePart file:
                    json.WriteString("type"u8, "file"u8);
                    json.WriteStartObject("file"u8);
                    if (file.FileId is not null)
                        json.WriteString("file_id"u8, file.FileId);
                    if (file.FileName is not null)
                        json.WriteString("filename"u8, file.FileName);
                    if (file.Data is not null)
                        json.WriteString("file_data"u8, file.Data);
                    json.WriteEndObject();
                    break;
                default:
                    throw new ArgumentException($"A part of type {part.GetType().Name} has no OpenAI form.", nameof(parts));
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteTools(Utf8JsonWriter json, ChatRequest r)
    {
        if (r.Tools.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in r.Tools)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, tool.Name);
                if (tool.Description is not null)
                    json.WriteString("description"u8, tool.Description);
                if (tool.Parameters is { } parameters)
                {
                    json.WritePropertyName("parameters"u8);
                    parameters.WriteTo(json);
                }
                if (tool.Strict is { } strict)
                    json.WriteBoolean("strict"u8, strict);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (r.ParallelToolCalls is { } parallel)
            json.WriteBoolean("parallel_tool_calls"u8, parallel);
        if (r.ToolChoice is not { } choice)
            return;
        if (choice.Mode != ToolChoiceMode.Named)
        {
            json.WriteString("tool_choice"u8, choice.Mode.ToString().ToLowerInvariant());
            return;
        }
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, choice.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteFormat(Utf8JsonWriter json, ResponseFormat format)
    {
        json.WriteStartObject("response_format"u8);
        json.WriteString(
            "type"u8,
            format.Kind switch
            {
                ResponseFormatKind.JsonObject => "json_object",
                ResponseFormatKind.JsonSchema => "json_schema",
                _ => "text",
            }
        );
        if (format.Kind == ResponseFormatKind.JsonSchema)
        {
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, format.Name ?? "answer");
            if (format.Description is not null)
                json.WriteString("description"u8, format.Description);
            if (format.Schema is { } schema)
            {
                json.WritePropertyName("schema"u8);
                schema.WriteTo(json);
            }
            if (format.Strict is { } strict)
                json.WriteBoolean("strict"u8, strict);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } v)
            json.WriteNumber(name, v);
    }
}
