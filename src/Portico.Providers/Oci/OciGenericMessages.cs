using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Oci;

/// <summary>
/// Messages of the generic form: SYSTEM, DEVELOPER, USER, ASSISTANT and TOOL, each with a list of parts
/// (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/datatypes/Message). Thinking of earlier turns has no place in a request.
/// </summary>
static class OciGenericMessages
{
    public static void Write(Utf8JsonWriter json, ChatMessage m, string path, DroppedNames dropped)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, m.Role.ToString().ToUpperInvariant());
        json.WriteStartArray("content"u8);
        for (var i = 0; i < m.Parts.Count; i++)
            WritePart(json, m.Parts[i], m.Role, $"{path}.content[{i}]", dropped);
        if (!string.IsNullOrEmpty(m.Refusal))
            Text(json, m.Refusal);
        json.WriteEndArray();
        if (m.Name is not null && m.Role != ChatRole.Tool)
            json.WriteString("name"u8, m.Name);
        if (m.ToolCallId is not null)
            json.WriteString("toolCallId"u8, m.ToolCallId);
        if (m.ToolFailed)
            dropped.Add("messages.is_error");
        WriteCalls(json, m, path);
        json.WriteEndObject();
    }

    static void WriteCalls(Utf8JsonWriter json, ChatMessage m, string path)
    {
        if (m.ToolCalls.Count == 0)
            return;
        json.WriteStartArray("toolCalls"u8);
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            var call = m.ToolCalls[i];
            if (call.Name.Length == 0)
                throw Refusals.CannotTake($"{path}.tool_calls[{i}]", "OCI Generative AI knows calls of functions only");
            json.WriteStartObject();
            json.WriteString("type"u8, "FUNCTION"u8);
            json.WriteString("id"u8, call.Id);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, string.IsNullOrWhiteSpace(call.Arguments) ? "{}" : call.Arguments);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WritePart(Utf8JsonWriter json, ContentPart part, ChatRole role, string path, DroppedNames dropped)
    {
        if (part.CacheUpTo != CacheLife.None)
            dropped.Add("cache_control");
        switch (part)
        {
            case ReasoningPart:
                dropped.Add("messages.thinking");
                break;
            case TextPart text:
                Text(json, text.Text);
                break;
            case ImagePart image when role == ChatRole.User:
                json.WriteStartObject();
                json.WriteString("type"u8, "IMAGE"u8);
                json.WriteStartObject("imageUrl"u8);
                json.WriteString("url"u8, image.Url);
                if (image.Detail is not null)
                    json.WriteString("detail"u8, image.Detail.ToUpperInvariant());
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case AudioPart audio when role == ChatRole.User:
                Address(json, "AUDIO"u8, "audioUrl"u8, $"data:audio/{audio.Format};base64,{audio.Data}");
                break;
            case FilePart { Data: { } data } when role == ChatRole.User:
                Address(json, "DOCUMENT"u8, "documentUrl"u8, data);
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in OCI Generative AI");
            default:
                throw Refusals.CannotTake(
                    path,
                    $"OCI Generative AI takes text, and images, audio and files of the user as data or by address, not a {part.GetType().Name} here"
                );
        }
    }

    static void Address(Utf8JsonWriter json, ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, string url)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteStartObject(member);
        json.WriteString("url"u8, url);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Text(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "TEXT"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}
