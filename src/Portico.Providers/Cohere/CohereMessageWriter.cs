using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Cohere;

/// <summary>
/// Writes the conversation: roles and calls of tools are as OpenAI's; thinking goes back as the plan before the calls, where a turn has both
/// (https://docs.cohere.com/docs/tool-use-overview).
/// </summary>
static class CohereMessageWriter
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, DroppedNames dropped)
    {
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            var m = messages[i];
            if (m.Name is not null)
                dropped.Add("messages.name");
            if (m.Parts.Any(p => p.CacheUpTo != CacheLife.None))
                dropped.Add("messages.cache_control");
            json.WriteStartObject();
            json.WriteString(
                "role"u8,
                m.Role switch
                {
                    ChatRole.System or ChatRole.Developer => "system",
                    ChatRole.Assistant => "assistant",
                    ChatRole.Tool => "tool",
                    _ => "user",
                }
            );
            if (m.Role == ChatRole.Tool)
                json.WriteString("tool_call_id"u8, m.ToolCallId ?? "");
            WriteContent(json, m, dropped, $"messages[{i}]");
            WriteCalls(json, m, $"messages[{i}]");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteContent(Utf8JsonWriter json, ChatMessage m, DroppedNames dropped, string path)
    {
        if (m.ToolFailed)
            dropped.Add("messages.is_error");
        var thoughts = m.Parts.OfType<ReasoningPart>().ToList();
        if (thoughts.Count > 0 && (m.ToolCalls.Count == 0 || thoughts.Any(t => t.Sealed is not null)))
            dropped.Add("messages.thinking");
        if (thoughts.Count > 0 && m.ToolCalls.Count > 0)
            json.WriteString("tool_plan"u8, string.Concat(thoughts.Select(t => t.Text)));
        var parts = m.Parts.Where(p => p is not ReasoningPart).ToList();
        if (parts.Count == 0 && string.IsNullOrEmpty(m.Refusal))
            return;
        if (parts.Count <= 1 && parts.All(p => p is TextPart) && string.IsNullOrEmpty(m.Refusal))
        {
            json.WriteString("content"u8, ((TextPart)parts[0]).Text);
            return;
        }
        json.WriteStartArray("content"u8);
        for (var i = 0; i < parts.Count; i++)
            WritePart(json, parts[i], m.Role, dropped, $"{path}.content[{i}]");
        if (!string.IsNullOrEmpty(m.Refusal))
            WriteText(json, m.Refusal);
        json.WriteEndArray();
    }

    static void WritePart(Utf8JsonWriter json, ContentPart part, ChatRole role, DroppedNames dropped, string path)
    {
        switch (part)
        {
            case TextPart { Text: var text }:
                WriteText(json, text);
                break;
            case ImagePart image when role == ChatRole.User:
                json.WriteStartObject();
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                json.WriteString("url"u8, image.Url);
                if (image.Detail is not null)
                    json.WriteString("detail"u8, image.Detail);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in Cohere's protocol");
            default:
                throw Refusals.CannotTake(path, $"Cohere takes text, and images of the user, not a {part.GetType().Name}");
        }
    }

    static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    static void WriteCalls(Utf8JsonWriter json, ChatMessage m, string path)
    {
        if (m.ToolCalls.Count == 0)
            return;
        json.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            var call = m.ToolCalls[i];
            if (call.Name.Length == 0)
                throw Refusals.CannotTake($"{path}.tool_calls[{i}]", "Cohere knows calls of functions only");
            json.WriteStartObject();
            json.WriteString("id"u8, call.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, string.IsNullOrWhiteSpace(call.Arguments) ? "{}" : call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
