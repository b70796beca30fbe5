using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Reads the messages of a chat request. Members it does not know are skipped and named: the body still carries them.</summary>
static class ChatMessageReader
{
    /// <param name="r">At the value.</param>
    /// <param name="max">The most messages.</param>
    /// <param name="unread">Receives the names of what was skipped.</param>
    public static List<ChatMessage> ReadAll(ref Utf8JsonReader r, int max, ref UnreadNames unread)
    {
        Json.Expect(ref r, JsonTokenType.StartArray, "messages", "an array");
        var messages = new List<ChatMessage>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            if (messages.Count == max)
                throw Json.Bad($"'messages' holds more than {max} messages.", "messages");
            messages.Add(ReadOne(ref r, messages.Count, ref unread));
        }
        return messages;
    }

    static ChatMessage ReadOne(ref Utf8JsonReader r, int index, ref UnreadNames unread)
    {
        if (r.TokenType != JsonTokenType.StartObject)
            throw Json.Wrong(ref r, $"messages[{index}]", "an object");
        ChatRole? role = null;
        IReadOnlyList<ContentPart>? parts = null;
        string? name = null,
            toolCallId = null,
            refusal = null;
        IReadOnlyList<ToolCall>? toolCalls = null;
        var seen = 0;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (r.ValueTextEquals("role"u8))
            {
                Once(ref seen, 1, index, "role");
                r.Read();
                role = ReadRole(ref r, index);
            }
            else if (r.ValueTextEquals("content"u8))
            {
                Once(ref seen, 2, index, "content");
                r.Read();
                parts = ReadContent(ref r, index, ref unread);
            }
            else if (r.ValueTextEquals("name"u8))
            {
                Once(ref seen, 4, index, "name");
                r.Read();
                name = Json.TextOrNull(ref r, $"messages[{index}].name", 256);
            }
            else if (r.ValueTextEquals("tool_calls"u8))
            {
                Once(ref seen, 8, index, "tool_calls");
                r.Read();
                toolCalls = ReadToolCalls(ref r, index, ref unread);
            }
            else if (r.ValueTextEquals("tool_call_id"u8))
            {
                Once(ref seen, 16, index, "tool_call_id");
                r.Read();
                toolCallId = Json.TextOrNull(ref r, $"messages[{index}].tool_call_id", 512);
            }
            else if (r.ValueTextEquals("refusal"u8))
            {
                Once(ref seen, 32, index, "refusal");
                r.Read();
                refusal = Json.TextOrNull(ref r, $"messages[{index}].refusal", int.MaxValue);
            }
            else
            {
                unread.Skip(ref r, "messages");
            }
        }
        if (role is null)
            throw Json.Bad($"'messages[{index}].role' is missing.", $"messages[{index}].role");
        if (role == ChatRole.Tool && toolCallId is null)
            throw Json.Bad(
                $"'messages[{index}].tool_call_id' is missing: a tool message answers a call.",
                $"messages[{index}].tool_call_id"
            );
        if (parts is null && role is not ChatRole.Assistant)
            throw Json.Bad($"'messages[{index}].content' is missing.", $"messages[{index}].content");
        return new ChatMessage
        {
            Role = role.Value,
            Parts = parts ?? [],
            Name = name,
            ToolCalls = toolCalls ?? [],
            ToolCallId = toolCallId,
            Refusal = refusal,
        };
    }

    static void Once(ref int seen, int bit, int index, string member)
    {
        if ((seen & bit) != 0)
            throw Json.Bad($"'{member}' stands twice in messages[{index}].", $"messages[{index}].{member}");
        seen |= bit;
    }

    static ChatRole ReadRole(ref Utf8JsonReader r, int index)
    {
        if (r.TokenType != JsonTokenType.String)
            throw Json.Wrong(ref r, $"messages[{index}].role", "a string");
        if (r.ValueTextEquals("user"u8))
            return ChatRole.User;
        if (r.ValueTextEquals("assistant"u8))
            return ChatRole.Assistant;
        if (r.ValueTextEquals("system"u8))
            return ChatRole.System;
        if (r.ValueTextEquals("tool"u8) || r.ValueTextEquals("function"u8))
            return ChatRole.Tool;
        if (r.ValueTextEquals("developer"u8))
            return ChatRole.Developer;
        throw Json.Bad($"'messages[{index}].role' must be system, developer, user, assistant or tool.", $"messages[{index}].role");
    }

    static IReadOnlyList<ContentPart>? ReadContent(ref Utf8JsonReader r, int index, ref UnreadNames unread)
    {
        switch (r.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return [new TextPart(r.GetString()!)];
            case JsonTokenType.StartArray:
                var parts = new List<ContentPart>();
                while (r.Read() && r.TokenType != JsonTokenType.EndArray)
                    parts.Add(ContentPartReader.Read(ref r, index, parts.Count, ref unread));
                return parts;
            default:
                throw Json.Wrong(ref r, $"messages[{index}].content", "a string or an array of parts");
        }
    }

    static List<ToolCall>? ReadToolCalls(ref Utf8JsonReader r, int index, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        var path = $"messages[{index}].tool_calls";
        Json.Expect(ref r, JsonTokenType.StartArray, path, "an array");
        var calls = new List<ToolCall>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
        {
            var at = $"{path}[{calls.Count}]";
            Json.Expect(ref r, JsonTokenType.StartObject, at, "an object");
            string? id = null,
                name = null,
                arguments = null;
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            {
                if (r.ValueTextEquals("id"u8))
                {
                    r.Read();
                    id = Json.Text(ref r, $"{at}.id", 512);
                }
                else if (r.ValueTextEquals("function"u8))
                {
                    r.Read();
                    (name, arguments) = ReadFunction(ref r, $"{at}.function", ref unread);
                }
                else if (r.ValueTextEquals("type"u8) || r.ValueTextEquals("index"u8))
                {
                    r.Read();
                    r.Skip();
                }
                else
                {
                    unread.Skip(ref r, "messages.tool_calls");
                }
            }
            if (id is null)
                throw Json.Bad($"'{at}.id' is missing.", $"{at}.id");
            // Custom tools have no function member; their text stays in the body.
            calls.Add(new ToolCall(id, name ?? "", arguments ?? ""));
        }
        return calls;
    }

    static (string? Name, string? Arguments) ReadFunction(ref Utf8JsonReader r, string path, ref UnreadNames unread)
    {
        Json.Expect(ref r, JsonTokenType.StartObject, path, "an object");
        string? name = null,
            arguments = null;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (r.ValueTextEquals("name"u8))
            {
                r.Read();
                name = Json.Text(ref r, $"{path}.name", 256);
            }
            else if (r.ValueTextEquals("arguments"u8))
            {
                r.Read();
                arguments = Json.Text(ref r, $"{path}.arguments", int.MaxValue);
            }
            else
            {
                unread.Skip(ref r, "messages.tool_calls.function");
            }
        }
        return (name, arguments);
    }
}
