using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;

namespace Portico.Providers.Bedrock;

/// <summary>Writes tools and the choice between them (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html).</summary>
static class BedrockToolWriter
{
    public static void Write(Utf8JsonWriter json, ChatRequest r, BedrockModel model, DroppedNames dropped)
    {
        // A conversation that holds tool calls is refused without tools, so those that were called are named again.
        var called = r.Messages.SelectMany(m => m.ToolCalls).Select(c => c.Name).Distinct(StringComparer.Ordinal).ToList();
        var mode = r.ToolChoice?.Mode;
        if (r.ParallelToolCalls == false && r.Tools.Count > 0)
            dropped.Add("parallel_tool_calls");
        // There is no word for "none": without tools the model cannot call one.
        if (mode == ToolChoiceMode.None && called.Count == 0)
            return;
        if (mode == ToolChoiceMode.None || (r.Tools.Count == 0 && mode is ToolChoiceMode.Required or ToolChoiceMode.Named))
            dropped.Add("tool_choice");
        if (r.Tools.Count == 0 && called.Count == 0)
            return;
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (var tool in r.Tools)
        {
            WriteTool(json, tool, model, dropped);
            BedrockMessageWriter.WriteCachePoint(json, tool.CacheUpTo, model, dropped, inTools: true);
        }
        if (r.Tools.Count == 0)
            foreach (var name in called)
                WriteTool(json, new ToolDefinition(name, null, null, null), model, dropped);
        json.WriteEndArray();
        if (r.Tools.Count > 0)
            WriteChoice(json, r.ToolChoice);
        json.WriteEndObject();
    }

    static void WriteTool(Utf8JsonWriter json, ToolDefinition tool, BedrockModel model, DroppedNames dropped)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, tool.Name);
        if (!string.IsNullOrEmpty(tool.Description))
            json.WriteString("description"u8, tool.Description);
        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        ToolForms.WriteSchema(json, tool.Parameters);
        json.WriteEndObject();
        if (tool.Strict == true && model.TakesSchema)
            json.WriteBoolean("strict"u8, true);
        else if (tool.Strict == true)
            dropped.Add("tools.strict");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteChoice(Utf8JsonWriter json, ToolChoice? choice)
    {
        if (choice is null or { Mode: ToolChoiceMode.None })
            return;
        json.WriteStartObject("toolChoice"u8);
        json.WriteStartObject(
            choice.Mode switch
            {
                ToolChoiceMode.Required => "any"u8,
                ToolChoiceMode.Named => "tool"u8,
                _ => "auto"u8,
            }
        );
        if (choice.Mode == ToolChoiceMode.Named)
            json.WriteString("name"u8, choice.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
