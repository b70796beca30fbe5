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

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the form cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call, OpenAiPreset preset)
    {
        var r = call.Request;
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        if (!preset.LeavesModelOut)
            json.WriteString("model"u8, call.UpstreamModel);
        json.WritePropertyName("messages"u8);
        new OpenAiMessageWriter(json, dropped).Write(r.Messages);
        WriteSettings(json, call, preset);
        WriteTools(json, call, dropped);
        if (r.ResponseFormat is { } format)
            WriteFormat(json, format);
        WriteExtras(json, call, dropped);
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    /// <summary>Members that the canonical form does not know pass where the caller speaks this form; of another dialect they mean nothing here.</summary>
    static void WriteExtras(Utf8JsonWriter json, ProviderCall call, DroppedNames dropped)
    {
        var r = call.Request;
        var isForeign = IsForeign(call);
        foreach (var (name, value) in r.Extra)
        {
            // A reader of responses leaves here what has the same meaning in chat completions, and nothing else.
            if (isForeign && call.ReplyDialect != Dialect.OpenAiResponses)
            {
                dropped.Add(name);
                continue;
            }
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
        if (isForeign)
            dropped.AddAll(r.Unread);
        // Zero says that it must not think: what it thinks in by itself is not asked for.
        if (r.ReasoningTokens is not null)
            dropped.Add("thinking");
        if (r.TopK is not null)
            dropped.Add("top_k");
        if (isForeign && call.AnthropicBeta is not null)
            dropped.Add("anthropic-beta");
    }

    internal static bool IsForeign(ProviderCall call) => call.ReplyDialect is not (Dialect.Canonical or Dialect.OpenAiChat);

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

    /// <summary>Writes messages; what the form has no word for is left out.</summary>
    public static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages) =>
        new OpenAiMessageWriter(json, new DroppedNames()).Write(messages);

    static void WriteTools(Utf8JsonWriter json, ProviderCall call, DroppedNames dropped)
    {
        var r = call.Request;
        // Tools that only the caller's own dialect knows are left out, and a choice between none is refused.
        if (r.Tools.Count == 0 && IsForeign(call))
        {
            if (r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
                dropped.Add("tool_choice");
            return;
        }
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
                if (tool.CacheUpTo != CacheLife.None)
                    dropped.Add("cache_control");
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
