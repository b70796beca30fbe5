using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Gemini;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Writes the conversation. Anthropic has two roles: system and developer messages go to the front as one system text, joined by line ends
/// as Anthropic's own compatibility layer does (https://platform.claude.com/docs/en/api/openai-sdk); answers of tools are blocks of a user message. Messages
/// of one role become one message, so that all answers to one turn's tool calls stand together, which the protocol demands. Texts of
/// white space alone are refused by the protocol and left out.
/// </summary>
sealed class AnthropicMessageWriter(Utf8JsonWriter json, AnthropicModel model, DroppedNames dropped)
{
    const string User = "user";
    const string Assistant = "assistant";

    readonly TurnWriter turns = new(json, "content");

    public void Write(IReadOnlyList<ChatMessage> messages)
    {
        WriteSystem(messages);
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            var m = messages[i];
            if (m.Name is not null)
                dropped.Add("messages.name");
            switch (m.Role)
            {
                case ChatRole.User:
                    WriteParts(m.Parts, User, $"messages[{i}]");
                    break;
                case ChatRole.Assistant:
                    WriteAssistant(m, $"messages[{i}]");
                    break;
                case ChatRole.Tool:
                    WriteToolResult(m, $"messages[{i}]");
                    break;
            }
        }
        turns.Close();
        json.WriteEndArray();
    }

    void WriteSystem(IReadOnlyList<ChatMessage> messages)
    {
        var system = new List<TextPart>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role is not (ChatRole.System or ChatRole.Developer))
                continue;
            foreach (var part in messages[i].Parts)
            {
                if (part is not TextPart text)
                    throw Refusals.CannotTake($"messages[{i}].content", "Anthropic takes only text in system messages");
                if (!string.IsNullOrWhiteSpace(text.Text))
                    system.Add(text);
            }
        }
        if (system.Count == 0)
            return;
        if (system.TrueForAll(t => t.CacheUpTo == CacheLife.None))
        {
            json.WriteString("system"u8, string.Join('\n', system.Select(t => t.Text)));
            return;
        }
        json.WriteStartArray("system"u8);
        foreach (var text in system)
            WriteBlock(text, "system");
        json.WriteEndArray();
    }

    void WriteAssistant(ChatMessage m, string path)
    {
        WriteParts(m.Parts, Assistant, path);
        if (!string.IsNullOrWhiteSpace(m.Refusal))
            WriteText(m.Refusal, Assistant);
        for (var i = 0; i < m.ToolCalls.Count; i++)
        {
            var call = m.ToolCalls[i];
            if (call.Name.Length == 0)
                throw Refusals.CannotTake($"{path}.tool_calls[{i}]", "Anthropic knows calls of functions only");
            turns.Open(Assistant);
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, ToolId(call.Id));
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("input"u8);
            CallArguments.Write(
                json,
                call.Arguments,
                $"{path}.tool_calls[{i}].function.arguments",
                "Anthropic takes the arguments of a tool call as an object"
            );
            json.WriteEndObject();
        }
    }

    void WriteToolResult(ChatMessage m, string path)
    {
        turns.Open(User);
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, ToolId(m.ToolCallId ?? ""));
        if (m.Parts.Any(p => p is not TextPart { Text: var t } || !string.IsNullOrWhiteSpace(t)))
        {
            json.WriteStartArray("content"u8);
            for (var i = 0; i < m.Parts.Count; i++)
                WriteBlock(m.Parts[i], $"{path}.content[{i}]");
            json.WriteEndArray();
        }
        if (m.ToolFailed)
            json.WriteBoolean("is_error"u8, true);
        json.WriteEndObject();
    }

    void WriteParts(IReadOnlyList<ContentPart> parts, string role, string path)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is TextPart { Text: var text } && string.IsNullOrWhiteSpace(text))
                continue;
            if (parts[i] is ReasoningPart thought && !Takes(thought))
            {
                dropped.Add("messages.thinking");
                continue;
            }
            turns.Open(role);
            WriteBlock(parts[i], $"{path}.content[{i}]");
        }
    }

    void WriteText(string text, string role)
    {
        turns.Open(role);
        WriteBlock(new TextPart(text), "");
    }

    void WriteBlock(ContentPart part, string path)
    {
        switch (part)
        {
            case TextPart { Text: var text }:
                if (string.IsNullOrWhiteSpace(text))
                    return;
                json.WriteStartObject();
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text);
                WriteCacheMark(json, part.CacheUpTo);
                json.WriteEndObject();
                break;
            case ReasoningPart thought:
                WriteThought(thought);
                break;
            case ImagePart image:
                if (image.Detail is not (null or "auto"))
                    dropped.Add("image_url.detail");
                AnthropicSourceWriter.WriteImage(json, image.Url, path + ".image_url.url", part.CacheUpTo);
                break;
            case FilePart file:
                AnthropicSourceWriter.WriteFile(json, file, path + ".file");
                break;
            case UnknownPart unknown:
                throw Refusals.CannotTake(path, $"a part of the type '{unknown.Type}' has no form in Anthropic's protocol");
            case AudioPart:
                throw Refusals.CannotTake(path, "Anthropic takes no audio");
            default:
                throw Refusals.CannotTake(path, $"a part of type {part.GetType().Name} has no form in Anthropic's protocol");
        }
    }

    /// <summary>
    /// Claude wants its own thinking back with its seal and refuses any other (https://platform.claude.com/docs/en/build-with-claude/extended-thinking);
    /// what another model thought has none.
    /// </summary>
    bool Takes(ReasoningPart thought) => !model.IsClaude || IsClaudes(thought);

    /// <summary>It bears a seal, and not that of another family.</summary>
    internal static bool IsClaudes(ReasoningPart thought) =>
        thought.Sealed is not null || (thought.Signature is not null && GeminiSignature.FromCaller(thought.Signature) is null);

    void WriteThought(ReasoningPart thought)
    {
        json.WriteStartObject();
        if (thought.Sealed is not null)
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteString("data"u8, thought.Sealed);
        }
        else
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, thought.Text);
            json.WriteString("signature"u8, thought.Signature ?? "");
        }
        json.WriteEndObject();
    }

    /// <summary>https://platform.claude.com/docs/en/build-with-claude/prompt-caching: five minutes are what holds where no time is said.</summary>
    internal static void WriteCacheMark(Utf8JsonWriter json, CacheLife life)
    {
        if (life == CacheLife.None)
            return;
        json.WriteStartObject("cache_control"u8);
        json.WriteString("type"u8, "ephemeral"u8);
        if (life == CacheLife.OneHour)
            json.WriteString("ttl"u8, "1h"u8);
        json.WriteEndObject();
    }

    /// <summary>Ids must be letters, digits, '_' and '-'; other providers' ids may hold more. The same id always becomes the same one.</summary>
    internal static string ToolId(string id)
    {
        if (id.All(Allowed))
            return id;
        var clean = new StringBuilder(id.Length + 8);
        foreach (var c in id)
            if (Allowed(c))
                clean.Append(c);
            else
                clean.Append('_').Append(((int)c).ToString("x", CultureInfo.InvariantCulture));
        return clean.ToString();
    }

    static bool Allowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
