using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Writes the canonical chat request as a CohereChatRequestV2
/// (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/CohereChatRequestV2), the form of Command A: a list of messages, tools with their whole
/// schema, images and thinking. Pure.
/// </summary>
static class OciCohereV2Writer
{
    /// <summary>Members of the form that callers may add to their request; they pass as they are.</summary>
    static readonly string[] NativeExtras = ["documents", "citationOptions", "safetyMode", "priority"];

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
        json.WriteString("apiFormat"u8, "COHEREV2"u8);
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < r.Messages.Count; i++)
            WriteMessage(json, r.Messages[i], $"messages[{i}]", dropped);
        json.WriteEndArray();
        OciCohereWriter.WriteSettings(json, call, dropped);
        WriteThinking(json, r, dropped);
        WriteTools(json, r, dropped);
        OciCohereWriter.WriteFormat(json, r);
        ToolForms.WriteExtras(json, r, NativeExtras, dropped);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return dropped.Names;
    }

    /// <summary>Thinking goes back as the plan before the calls, where a turn has both, as in Cohere's own API.</summary>
    static void WriteMessage(Utf8JsonWriter json, ChatMessage m, string path, DroppedNames dropped)
    {
        if (m.Name is not null && m.Role != ChatRole.Tool)
            dropped.Add("messages.name");
        if (m.ToolFailed)
            dropped.Add("messages.is_error");
        json.WriteStartObject();
        json.WriteString(
            "role"u8,
            m.Role switch
            {
                ChatRole.System or ChatRole.Developer => "SYSTEM"u8,
                ChatRole.Assistant => "ASSISTANT"u8,
                ChatRole.Tool => "TOOL"u8,
                _ => "USER"u8,
            }
        );
        if (m.Role == ChatRole.Tool)
            json.WriteString("toolCallId"u8, m.ToolCallId ?? "");
        json.WriteStartArray("content"u8);
        for (var i = 0; i < m.Parts.Count; i++)
            WritePart(json, m.Parts[i], m, $"{path}.content[{i}]", dropped);
        if (!string.IsNullOrEmpty(m.Refusal))
            WriteText(json, m.Refusal);
        json.WriteEndArray();
        WriteCalls(json, m, path);
        json.WriteEndObject();
    }

    static void WritePart(Utf8JsonWriter json, ContentPart part, ChatMessage m, string path, DroppedNames dropped)
    {
        if (part.CacheUpTo != CacheLife.None)
            dropped.Add("cache_control");
        switch (part)
        {
            case TextPart text:
                WriteText(json, text.Text);
                break;
            case ReasoningPart thought:
                if (m.ToolCalls.Count == 0 || thought.Sealed is not null)
                    dropped.Add("messages.thinking");
                break;
            case ImagePart image when m.Role == ChatRole.User:
                json.WriteStartObject();
                json.WriteString("type"u8, "IMAGE_URL"u8);
                json.WriteStartObject("imageUrl"u8);
                json.WriteString("url"u8, image.Url);
                if (image.Detail is not null)
                    json.WriteString("detail"u8, image.Detail.ToUpperInvariant());
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in OCI Generative AI");
            default:
                throw Refusals.CannotTake(path, $"models of Cohere take text, and images of the user, not a {part.GetType().Name} here");
        }
    }

    static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "TEXT"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    static void WriteCalls(Utf8JsonWriter json, ChatMessage m, string path)
    {
        if (m.ToolCalls.Count == 0)
            return;
        var plan = string.Concat(m.Parts.OfType<ReasoningPart>().Select(t => t.Text));
        if (plan.Length > 0)
            json.WriteString("toolPlan"u8, plan);
        json.WriteStartArray("toolCalls"u8);
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            var call = m.ToolCalls[i];
            if (call.Name.Length == 0)
                throw Refusals.CannotTake($"{path}.tool_calls[{i}]", "Cohere knows calls of functions only");
            json.WriteStartObject();
            json.WriteString("id"u8, call.Id);
            json.WriteString("type"u8, "FUNCTION"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, string.IsNullOrWhiteSpace(call.Arguments) ? "{}" : call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>A switch with a number of tokens; only the models that think know it.</summary>
    static void WriteThinking(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        var off = r.ReasoningTokens is 0 || (r.ReasoningTokens is null && r.ReasoningEffort == "none");
        if (!off && r.ReasoningTokens is null)
        {
            if (r.ReasoningEffort is not null)
                dropped.Add("reasoning_effort");
            return;
        }
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, off ? "DISABLED"u8 : "ENABLED"u8);
        if (!off)
            json.WriteNumber("tokenBudget"u8, r.ReasoningTokens!.Value);
        json.WriteEndObject();
    }

    static void WriteTools(Utf8JsonWriter json, ChatRequest r, DroppedNames dropped)
    {
        var mode = r.ToolChoice?.Mode ?? ToolChoiceMode.Auto;
        if (r.Tools.Count == 0)
        {
            if (mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
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
        if (mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
            json.WriteString("toolsChoice"u8, "REQUIRED"u8);
        else if (mode == ToolChoiceMode.None)
            json.WriteString("toolsChoice"u8, "NONE"u8);
        // The switch is one for all tools.
        if (tools.All(t => t.Strict == true))
            json.WriteBoolean("isStrictToolsEnabled"u8, true);
        else if (tools.Any(t => t.Strict == true))
            dropped.Add("tools.function.strict");
        if (tools.Any(t => t.CacheUpTo != CacheLife.None))
            dropped.Add("tools.cache_control");
    }

    static void WriteTool(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "FUNCTION"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is not null)
            json.WriteString("description"u8, tool.Description);
        json.WritePropertyName("parameters"u8);
        ToolForms.WriteSchema(json, tool.Parameters);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
