using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Writes the canonical chat request as a GenericChatRequest
/// (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/GenericChatRequest). Pure. What the form has no word for is left out and named.
/// </summary>
static class OciGenericWriter
{
    // The body is JSON for a JSON reader: escaping for HTML would only make it longer.
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the form cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call, OciModel model, string compartment)
    {
        var r = call.Request;
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        model.WriteHead(json, compartment);
        json.WriteStartObject("chatRequest"u8);
        json.WriteString("apiFormat"u8, "GENERIC"u8);
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < r.Messages.Count; i++)
            OciGenericMessages.Write(json, r.Messages[i], $"messages[{i}]", dropped);
        json.WriteEndArray();
        WriteSettings(json, call, model, dropped);
        WriteTools(json, r, dropped);
        WriteFormat(json, r.ResponseFormat);
        foreach (var (name, _) in r.Extra)
            dropped.Add(name);
        dropped.AddAll(r.Unread);
        if (r.User is not null)
            dropped.Add("user");
        if (call.AnthropicBeta is not null)
            dropped.Add("anthropic-beta");
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    static void WriteSettings(Utf8JsonWriter json, ProviderCall call, OciModel model, DroppedNames dropped)
    {
        var r = call.Request;
        if (r.Stream)
        {
            json.WriteBoolean("isStream"u8, true);
            json.WriteStartObject("streamOptions"u8);
            json.WriteBoolean("isIncludeUsage"u8, true);
            json.WriteEndObject();
        }
        if (r.Choices != 1)
            json.WriteNumber("numGenerations"u8, r.Choices);
        // Models of OpenAI know the newer name alone.
        if ((call.OutputCap ?? r.MaxOutputTokens) is { } cap)
            json.WriteNumber(model.Name.StartsWith("openai.", StringComparison.Ordinal) ? "maxCompletionTokens"u8 : "maxTokens"u8, cap);
        Number(json, "temperature"u8, r.Temperature);
        Number(json, "topP"u8, r.TopP);
        Number(json, "frequencyPenalty"u8, r.FrequencyPenalty);
        Number(json, "presencePenalty"u8, r.PresencePenalty);
        if (r.TopK is { } topK)
            json.WriteNumber("topK"u8, topK);
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
            dropped.Add("logprobs");
        if (r.TopLogprobs is not null)
            dropped.Add("top_logprobs");
        if (r.ReasoningEffort is "minimal" or "low" or "medium" or "high")
            json.WriteString("reasoningEffort"u8, r.ReasoningEffort.ToUpperInvariant());
        else if (r.ReasoningEffort is not null)
            dropped.Add("reasoning_effort");
        if (r.ReasoningTokens is not null)
            dropped.Add("thinking");
    }

    static void WriteTools(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        if (r.Tools.Count == 0)
        {
            if (r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
                dropped.Add("tool_choice");
            return;
        }
        json.WriteStartArray("tools"u8);
        foreach (var tool in r.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "FUNCTION"u8);
            json.WriteString("name"u8, tool.Name);
            if (tool.Description is not null)
                json.WriteString("description"u8, tool.Description);
            if (tool.Parameters is { } parameters)
            {
                json.WritePropertyName("parameters"u8);
                parameters.WriteTo(json);
            }
            json.WriteEndObject();
            if (tool.Strict is true)
                dropped.Add("tools.function.strict");
            if (tool.CacheUpTo != CacheLife.None)
                dropped.Add("cache_control");
        }
        json.WriteEndArray();
        if (r.ParallelToolCalls is { } parallel)
            json.WriteBoolean("isParallelToolCalls"u8, parallel);
        if (r.ToolChoice is not { } choice)
            return;
        json.WriteStartObject("toolChoice"u8);
        json.WriteString(
            "type"u8,
            choice.Mode switch
            {
                ToolChoiceMode.None => "NONE"u8,
                ToolChoiceMode.Required => "REQUIRED"u8,
                ToolChoiceMode.Named => "FUNCTION"u8,
                _ => "AUTO"u8,
            }
        );
        if (choice.Mode == ToolChoiceMode.Named)
            json.WriteString("name"u8, choice.Name);
        json.WriteEndObject();
    }

    static void WriteFormat(Utf8JsonWriter json, ResponseFormat? format)
    {
        if (format is null or { Kind: ResponseFormatKind.Text })
            return;
        json.WriteStartObject("responseFormat"u8);
        if (format.Kind == ResponseFormatKind.JsonObject)
            json.WriteString("type"u8, "JSON_OBJECT"u8);
        else
        {
            json.WriteString("type"u8, "JSON_SCHEMA"u8);
            json.WriteStartObject("jsonSchema"u8);
            json.WriteString("name"u8, format.Name ?? "answer");
            if (format.Description is not null)
                json.WriteString("description"u8, format.Description);
            if (format.Schema is { } schema)
            {
                json.WritePropertyName("schema"u8);
                schema.WriteTo(json);
            }
            if (format.Strict is { } strict)
                json.WriteBoolean("isStrict"u8, strict);
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
