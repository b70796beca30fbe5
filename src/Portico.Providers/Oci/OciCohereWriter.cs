using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Writes the canonical chat request as a CohereChatRequest
/// (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/CohereChatRequest): the last message of the user beside the history before it. Pure.
/// </summary>
static class OciCohereWriter
{
    /// <summary>Members of the form that callers may add to their request; they pass as they are.</summary>
    static readonly string[] NativeExtras = ["documents", "citationQuality", "safetyMode", "promptTruncation", "maxInputTokens"];

    /// <summary>Writes the body; returns the names of the fields that were left out.</summary>
    /// <exception cref="UpstreamException">The request asks for what the form cannot carry.</exception>
    public static IReadOnlyList<string> Write(IBufferWriter<byte> target, ProviderCall call, OciModel model, string compartment)
    {
        var r = call.Request;
        if (r.Choices != 1)
            throw Refusals.CannotTake("n", "models of Cohere give one choice; ask once for each");
        var dropped = new DroppedNames();
        using var json = new Utf8JsonWriter(target, OciGenericWriter.Options);
        json.WriteStartObject();
        model.WriteHead(json, compartment);
        json.WriteStartObject("chatRequest"u8);
        json.WriteString("apiFormat"u8, "COHERE"u8);
        OciCohereMessages.Write(json, r.Messages, dropped);
        WriteSettings(json, call, dropped);
        if (r.ReasoningEffort is not null)
            dropped.Add("reasoning_effort");
        if (r.ReasoningTokens is not null)
            dropped.Add("thinking");
        WriteTools(json, r, dropped);
        WriteFormat(json, r);
        ToolForms.WriteExtras(json, r, NativeExtras, dropped);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    /// <summary>What both of Cohere's forms have.</summary>
    internal static void WriteSettings(Utf8JsonWriter json, ProviderCall call, DroppedNames dropped)
    {
        var r = call.Request;
        if (r.Stream)
        {
            json.WriteBoolean("isStream"u8, true);
            json.WriteStartObject("streamOptions"u8);
            json.WriteBoolean("isIncludeUsage"u8, true);
            json.WriteEndObject();
        }
        if ((call.OutputCap ?? r.MaxOutputTokens) is { } cap)
            json.WriteNumber("maxTokens"u8, cap);
        // Cohere's ranges: temperature up to 1, penalties from 0 to 1, p below 1.
        if (r.Temperature is { } temperature)
            json.WriteNumber("temperature"u8, dropped.AtMost(temperature, 1, "temperature"));
        if (r.TopP is { } topP and < 1)
            json.WriteNumber("topP"u8, Math.Clamp(topP, 0.01, 0.99));
        if (r.TopK is { } topK)
            json.WriteNumber("topK"u8, topK);
        Penalty(json, "frequencyPenalty"u8, r.FrequencyPenalty, "frequency_penalty", dropped);
        Penalty(json, "presencePenalty"u8, r.PresencePenalty, "presence_penalty", dropped);
        if (r.Seed is { } seed)
            json.WriteNumber("seed"u8, seed);
        if (r.Stop.Count > 0)
        {
            json.WriteStartArray("stopSequences"u8);
            foreach (var stop in r.Stop)
                json.WriteStringValue(stop);
            json.WriteEndArray();
        }
        dropped.AddAll(r.Unread);
        if (r.User is not null)
            dropped.Add("user");
        if (r.Logprobs)
            dropped.Add("logprobs");
        if (r.TopLogprobs is not null)
            dropped.Add("top_logprobs");
        if (call.AnthropicBeta is not null)
            dropped.Add("anthropic-beta");
    }

    static void Penalty(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value, string given, DroppedNames dropped)
    {
        if (value > 0)
            json.WriteNumber(name, dropped.AtMost(value.Value, 1, given));
        else if (value < 0)
            dropped.Add(given);
    }

    static void WriteTools(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        var mode = r.ToolChoice?.Mode ?? ToolChoiceMode.Auto;
        if (mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
            dropped.Add("tool_choice");
        // Without its tools a model cannot call one; what it called before stands in the history all the same.
        if (r.Tools.Count == 0 || mode == ToolChoiceMode.None)
            return;
        if (r.ParallelToolCalls == false)
            dropped.Add("parallel_tool_calls");
        var tools = ToolForms.Chosen(r);
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description ?? tool.Name);
            WriteParameters(json, tool, dropped);
            json.WriteEndObject();
            if (tool.Strict is true)
                dropped.Add("tools.function.strict");
            if (tool.CacheUpTo != CacheLife.None)
                dropped.Add("tools.cache_control");
        }
        json.WriteEndArray();
    }

    /// <summary>
    /// Parameters by name with a type of Python; what a schema says beyond that goes into the description as it stands
    /// (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/CohereParameterDefinition).
    /// </summary>
    static void WriteParameters(Utf8JsonWriter json, ToolDefinition tool, DroppedNames dropped)
    {
        if (tool.Parameters is not { ValueKind: JsonValueKind.Object } schema)
            return;
        var required = OciJson.Member(schema, "required"u8) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.String).Select(r => r.GetString()!).ToList()
            : [];
        json.WriteStartObject("parameterDefinitions"u8);
        if (OciJson.Member(schema, "properties"u8) is { ValueKind: JsonValueKind.Object } properties)
            foreach (var property in properties.EnumerateObject())
            {
                json.WriteStartObject(property.Name);
                json.WriteString("type"u8, Python(property.Value));
                var said = OciJson.Text(property.Value, "description"u8);
                if (IsMoreThanAType(property.Value))
                    said = $"{said} JSON schema: {property.Value.GetRawText()}".TrimStart();
                if (said is not null)
                    json.WriteString("description"u8, said);
                json.WriteBoolean("isRequired"u8, required.Contains(property.Name));
                json.WriteEndObject();
            }
        json.WriteEndObject();
        if (schema.EnumerateObject().Any(m => m.Name is "$defs" or "oneOf" or "anyOf" or "allOf"))
            dropped.Add("tools.function.parameters");
    }

    static bool IsMoreThanAType(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.EnumerateObject().Any(m => m.Name is not ("type" or "description" or "title"));

    static string Python(JsonElement schema) =>
        OciJson.Text(schema, "type"u8) switch
        {
            "integer" => "int",
            "number" => "float",
            "boolean" => "bool",
            "array" => "list",
            "object" => "dict",
            _ => "str",
        };

    internal static void WriteFormat(Utf8JsonWriter json, ChatRequest r)
    {
        if (r.ResponseFormat is not { Kind: not ResponseFormatKind.Text } format)
            return;
        if (r.Tools.Count > 0)
            throw Refusals.CannotTake("response_format", "models of Cohere give either JSON of a form or calls of tools");
        json.WriteStartObject("responseFormat"u8);
        json.WriteString("type"u8, "JSON_OBJECT"u8);
        if (format.Kind == ResponseFormatKind.JsonSchema)
        {
            json.WritePropertyName("schema"u8);
            (
                format.Schema
                ?? throw Refusals.Wrong("response_format.json_schema.schema", "is missing: Cohere needs the schema of the answer")
            ).WriteTo(json);
        }
        json.WriteEndObject();
    }
}
