using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Cohere;

/// <summary>
/// Writes the canonical chat request in the form of Cohere's second API (https://docs.cohere.com/reference/chat). Pure. What the protocol has no word
/// for is left out and named; what would change the kind of answer is refused.
/// </summary>
static class CohereChatWriter
{
    // The body is JSON for a JSON reader: escaping for HTML would only make it longer.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members of the protocol that callers may add to their request; they pass as they are.</summary>
    static readonly string[] NativeExtras = ["documents", "citation_options", "safety_mode", "thinking", "strict_tools", "priority"];

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the protocol cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call)
    {
        var r = call.Request;
        if (r.Choices != 1)
            throw Refusals.CannotTake("n", "Cohere gives one choice; ask once for each");
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        json.WriteString("model"u8, call.UpstreamModel);
        json.WriteBoolean("stream"u8, r.Stream);
        CohereMessageWriter.Write(json, r.Messages, dropped);
        WriteTools(json, r, dropped);
        WriteSettings(json, call, dropped);
        WriteFormat(json, r.ResponseFormat);
        WriteThinking(json, r, dropped);
        ToolForms.WriteExtras(json, r, NativeExtras, dropped);
        NameWhatHasNoWord(r, dropped);
        if (call.AnthropicBeta is not null)
            dropped.Add("anthropic-beta");
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    static void WriteTools(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        if (r.Tools.Count == 0)
        {
            if (r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
                dropped.Add("tool_choice");
            return;
        }
        if (r.ParallelToolCalls == false)
            dropped.Add("parallel_tool_calls");
        var tools = ToolForms.Chosen(r);
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
            WriteTool(json, tool);
        json.WriteEndArray();
        if (r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
            json.WriteString("tool_choice"u8, "REQUIRED"u8);
        else if (r.ToolChoice?.Mode == ToolChoiceMode.None)
            json.WriteString("tool_choice"u8, "NONE"u8);
        // The switch is one for all tools.
        if (tools.All(t => t.Strict == true) && r.Extra.All(e => e.Key != "strict_tools"))
            json.WriteBoolean("strict_tools"u8, true);
        else if (tools.Any(t => t.Strict == true))
            dropped.Add("tools.function.strict");
        if (tools.Any(t => t.CacheUpTo != CacheLife.None))
            dropped.Add("tools.cache_control");
    }

    static void WriteTool(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is not null)
            json.WriteString("description"u8, tool.Description);
        json.WritePropertyName("parameters"u8);
        ToolForms.WriteSchema(json, tool.Parameters);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteSettings(Utf8JsonWriter json, ProviderCall call, DroppedNames dropped)
    {
        var r = call.Request;
        if ((call.OutputCap ?? r.MaxOutputTokens) is { } cap)
            json.WriteNumber("max_tokens"u8, cap);
        // The scale of the others goes on to 2.
        if (r.Temperature is { } temperature)
            json.WriteNumber("temperature"u8, dropped.AtMost(temperature, 1, "temperature"));
        // The range of the protocol is from 0.01 to 0.99; 1 means no limit, as absence does.
        if (r.TopP is { } topP and < 1)
            json.WriteNumber("p"u8, Math.Clamp(topP, 0.01, 0.99));
        if (r.TopK is { } topK)
            json.WriteNumber("k"u8, topK);
        if (r.FrequencyPenalty is { } frequency and > 0)
            json.WriteNumber("frequency_penalty"u8, dropped.AtMost(frequency, 1, "frequency_penalty"));
        if (r.PresencePenalty is { } presence and > 0)
            json.WriteNumber("presence_penalty"u8, dropped.AtMost(presence, 1, "presence_penalty"));
        if (r.Seed is { } seed and >= 0)
            json.WriteNumber("seed"u8, seed);
        if (r.Stop.Count == 0)
            return;
        json.WriteStartArray("stop_sequences"u8);
        foreach (var stop in r.Stop)
            json.WriteStringValue(stop);
        json.WriteEndArray();
    }

    /// <summary>https://docs.cohere.com/docs/structured-outputs.</summary>
    static void WriteFormat(Utf8JsonWriter json, ResponseFormat? format)
    {
        if (format is null or { Kind: ResponseFormatKind.Text })
            return;
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_object"u8);
        if (format.Kind == ResponseFormatKind.JsonSchema)
        {
            json.WritePropertyName("json_schema"u8);
            (
                format.Schema
                ?? throw Refusals.Wrong("response_format.json_schema.schema", "is missing: Cohere needs the schema of the answer")
            ).WriteTo(json);
        }
        json.WriteEndObject();
    }

    /// <summary>A switch with a number of tokens (https://docs.cohere.com/docs/reasoning); only models of the reasoning line know it.</summary>
    static void WriteThinking(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        if (r.Extra.Any(e => e.Key == "thinking"))
            return;
        if (r.ReasoningTokens is { } tokens)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, tokens > 0 ? "enabled"u8 : "disabled"u8);
            if (tokens > 0)
                json.WriteNumber("token_budget"u8, tokens);
            json.WriteEndObject();
        }
        else if (r.ReasoningEffort == "none")
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, "disabled"u8);
            json.WriteEndObject();
        }
        else if (r.ReasoningEffort is not null)
            dropped.Add("reasoning_effort");
    }

    static void NameWhatHasNoWord(ChatRequest r, DroppedNames dropped)
    {
        foreach (var name in r.Unread)
            dropped.Add(name);
        if (r.FrequencyPenalty < 0)
            dropped.Add("frequency_penalty");
        if (r.PresencePenalty < 0)
            dropped.Add("presence_penalty");
        if (r.Seed < 0)
            dropped.Add("seed");
        if (r.User is not null)
            dropped.Add("user");
        if (r.Logprobs)
            dropped.Add("logprobs");
        if (r.TopLogprobs is not null)
            dropped.Add("top_logprobs");
    }
}
