using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>Writes the conversation in OpenAI's form. Thinking, marks of the prompt cache and failures of tools have no word there: they are left out and named.</summary>
sealed class OpenAiMessageWriter(Utf8JsonWriter json, DroppedNames dropped)
{
    const string Follows = "[What the tool shows follows.]";

    /// <summary>Writes the array.</summary>
    public void Write(IReadOnlyList<ChatMessage> messages)
    {
        json.WriteStartArray();
        List<ContentPart>? shown = null;
        for (var i = 0; i < messages.Count; i++)
        {
            var m = messages[i];
            if (m.Role == ChatRole.Tool)
            {
                WriteToolResult(m, i, ref shown);
                continue;
            }
            WriteShown(ref shown, i);
            Write(m, Carried(m.Parts), i);
        }
        WriteShown(ref shown, messages.Count);
        json.WriteEndArray();
    }

    /// <summary>
    /// A tool answers with text here (https://platform.openai.com/docs/api-reference/chat/create); what else it shows follows as a message of the user, behind
    /// all answers of the turn.
    /// </summary>
    void WriteToolResult(ChatMessage m, int index, ref List<ContentPart>? shown)
    {
        if (m.ToolFailed)
            dropped.Add("messages.is_error");
        var parts = Carried(m.Parts);
        if (parts.All(p => p is TextPart))
        {
            Write(m, parts, index);
            return;
        }
        var texts = parts.Where(p => p is TextPart).ToList();
        Write(m, texts.Count > 0 ? texts : [new TextPart(Follows)], index);
        shown ??= [];
        shown.Add(new TextPart($"[Shown by the tool that answered call {m.ToolCallId}:]"));
        shown.AddRange(parts.Where(p => p is not TextPart));
    }

    void WriteShown(ref List<ContentPart>? shown, int index)
    {
        if (shown is null)
            return;
        Write(new ChatMessage { Role = ChatRole.User, Parts = shown }, shown, index);
        shown = null;
    }

    /// <summary>The parts that have a form here.</summary>
    IReadOnlyList<ContentPart> Carried(IReadOnlyList<ContentPart> parts)
    {
        var thoughts = 0;
        foreach (var part in parts)
        {
            if (part.CacheUpTo != CacheLife.None)
                dropped.Add("cache_control");
            if (part is ReasoningPart)
                thoughts++;
        }
        if (thoughts == 0)
            return parts;
        dropped.Add("messages.thinking");
        return parts.Where(p => p is not ReasoningPart).ToList();
    }

    void Write(ChatMessage m, IReadOnlyList<ContentPart> parts, int index)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, m.Role.ToString().ToLowerInvariant());
        if (parts is [TextPart only])
            json.WriteString("content"u8, only.Text);
        else if (parts.Count == 0 && m.Role == ChatRole.Assistant)
            json.WriteNull("content"u8);
        else if (parts.Count == 0)
            json.WriteString("content"u8, ""u8);
        else
            WriteParts(parts, index);
        if (m.Name is not null)
            json.WriteString("name"u8, m.Name);
        if (m.Refusal is not null)
            json.WriteString("refusal"u8, m.Refusal);
        if (m.ToolCallId is not null)
            json.WriteString("tool_call_id"u8, m.ToolCallId);
        if (m.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in m.ToolCalls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, call.Id);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    void WriteParts(IReadOnlyList<ContentPart> parts, int index)
    {
        json.WriteStartArray("content"u8);
        foreach (var part in parts)
        {
            json.WriteStartObject();
            switch (part)
            {
                case TextPart text:
                    json.WriteString("type"u8, "text"u8);
                    json.WriteString("text"u8, text.Text);
                    break;
                case ImagePart image:
                    json.WriteString("type"u8, "image_url"u8);
                    json.WriteStartObject("image_url"u8);
                    json.WriteString("url"u8, image.Url);
                    if (image.Detail is not null)
                        json.WriteString("detail"u8, image.Detail);
                    json.WriteEndObject();
                    break;
                case AudioPart audio:
                    json.WriteString("type"u8, "input_audio"u8);
                    json.WriteStartObject("input_audio"u8);
                    json.WriteString("data"u8, audio.Data);
                    json.WriteString("format"u8, audio.Format);
                    json.WriteEndObject();
                    break;
                case FilePart { Data: { } address } when address.StartsWith("http", StringComparison.OrdinalIgnoreCase):
                    throw Refusals.CannotTake($"messages[{index}].content", "OpenAI takes files as data or by id, not by address");
                case FilePart file:
                    json.WriteString("type"u8, "file"u8);
                    json.WriteStartObject("file"u8);
                    if (file.FileId is not null)
                        json.WriteString("file_id"u8, file.FileId);
                    if (file.FileName is not null)
                        json.WriteString("filename"u8, file.FileName);
                    if (file.Data is not null)
                        json.WriteString("file_data"u8, file.Data);
                    json.WriteEndObject();
                    break;
                default:
                    throw Refusals.CannotTake(
                        $"messages[{index}].content",
                        part is UnknownPart unknown
                            ? $"a part of the type '{unknown.Type}' has no form in OpenAI's protocol"
                            : $"a part of type {part.GetType().Name} has no form in OpenAI's protocol"
                    );
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
