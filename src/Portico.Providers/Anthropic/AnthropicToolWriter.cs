using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>Writes tools and the choice between them (https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview).</summary>
static class AnthropicToolWriter
{
    public static void Write(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        if (r.Tools.Count == 0)
        {
            // A choice without tools is refused; none and auto then say nothing.
            if (r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
                dropped.Add("tool_choice");
            return;
        }
        json.WriteStartArray("tools"u8);
        foreach (var tool in r.Tools)
            WriteTool(json, tool);
        json.WriteEndArray();
        WriteChoice(json, r);
    }

    static void WriteTool(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is not null)
            json.WriteString("description"u8, tool.Description);
        json.WritePropertyName("input_schema"u8);
        ToolForms.WriteSchema(json, tool.Parameters);
        if (tool.Strict is { } strict)
            json.WriteBoolean("strict"u8, strict);
        AnthropicMessageWriter.WriteCacheMark(json, tool.CacheUpTo);
        json.WriteEndObject();
    }

    static void WriteChoice(Utf8JsonWriter json, ChatRequest r)
    {
        var one = r.ParallelToolCalls == false;
        var mode = r.ToolChoice?.Mode ?? ToolChoiceMode.Auto;
        if (r.ToolChoice is null && !one)
            return;
        json.WriteStartObject("tool_choice"u8);
        json.WriteString(
            "type"u8,
            mode switch
            {
                ToolChoiceMode.None => "none",
                ToolChoiceMode.Required => "any",
                ToolChoiceMode.Named => "tool",
                _ => "auto",
            }
        );
        if (mode == ToolChoiceMode.Named)
            json.WriteString("name"u8, r.ToolChoice!.Name);
        // The switch stands here, not at the top, and none does not take it.
        if (one && mode != ToolChoiceMode.None)
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        json.WriteEndObject();
    }
}
