using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Writes functions and the choice between them (https://ai.google.dev/gemini-api/docs/function-calling). Parameters go as JSON Schema
/// (<c>parametersJsonSchema</c>), which both hosts take beside their own older subset.
/// </summary>
static class GeminiToolWriter
{
    public static void Write(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        if (r.ParallelToolCalls == false && r.Tools.Count > 0)
            dropped.Add("parallel_tool_calls");
        if (r.Tools.Count == 0)
        {
            // A choice without functions is refused; none and auto then say nothing.
            if (r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
                dropped.Add("tool_choice");
            return;
        }
        json.WriteStartArray("tools"u8);
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in r.Tools)
            WriteFunction(json, tool, dropped);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        if (r.ToolChoice is { } choice)
            WriteChoice(json, choice);
    }

    static void WriteFunction(Utf8JsonWriter json, ToolDefinition tool, DroppedNames dropped)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is not null)
            json.WriteString("description"u8, tool.Description);
        // Without parameters the member must be absent.
        if (tool.Parameters is { ValueKind: JsonValueKind.Object } schema && schema.EnumerateObject().Any())
        {
            json.WritePropertyName("parametersJsonSchema"u8);
            WriteSchema(json, schema);
        }
        json.WriteEndObject();
        if (tool.Strict == true)
            dropped.Add("tools.function.strict");
        if (tool.CacheUpTo != CacheLife.None)
            dropped.Add("tools.cache_control");
    }

    /// <summary>It must be the schema of an object; OpenAI lets the type be left out.</summary>
    static void WriteSchema(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.TryGetProperty("type"u8, out _))
        {
            schema.WriteTo(json);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        foreach (var member in schema.EnumerateObject())
            member.WriteTo(json);
        json.WriteEndObject();
    }

    static void WriteChoice(Utf8JsonWriter json, ToolChoice choice)
    {
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartObject("functionCallingConfig"u8);
        json.WriteString(
            "mode"u8,
            choice.Mode switch
            {
                ToolChoiceMode.None => "NONE",
                ToolChoiceMode.Required or ToolChoiceMode.Named => "ANY",
                _ => "AUTO",
            }
        );
        if (choice.Mode == ToolChoiceMode.Named)
        {
            json.WriteStartArray("allowedFunctionNames"u8);
            json.WriteStringValue(choice.Name);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
