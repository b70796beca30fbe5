using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Reads the messages and the system text of a Messages request. A message of the user that answers tools becomes several of the canonical form: one for each
/// answer, and one for what stands between.
/// </summary>
static class MessagesMessageReader
{
    public static List<ChatMessage> ReadAll(ref Utf8JsonReader r, int max, ref UnreadNames unread)
    {
        Json.Expect(ref r, JsonTokenType.StartArray, "messages", "an array");
        var messages = new List<ChatMessage>();
        for (var i = 0; r.Read() && r.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == max)
                throw Json.Bad($"'messages' holds more than {max} messages.", "messages");
            ReadOne(ref r, i, messages, ref unread);
        }
        return messages;
    }

    static void ReadOne(ref Utf8JsonReader r, int index, List<ChatMessage> into, ref UnreadNames unread)
    {
        if (r.TokenType != JsonTokenType.StartObject)
            throw Json.Wrong(ref r, $"messages[{index}]", "an object");
        ChatRole? role = null;
        List<MessageBlock>? blocks = null;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (r.ValueTextEquals("role"u8))
            {
                if (role is not null)
                    throw Json.Bad($"'role' stands twice in messages[{index}].", $"messages[{index}].role");
                r.Read();
                role = ReadRole(ref r, index);
            }
            else if (r.ValueTextEquals("content"u8))
            {
                if (blocks is not null)
                    throw Json.Bad($"'content' stands twice in messages[{index}].", $"messages[{index}].content");
                r.Read();
                blocks = ReadContent(ref r, index, ref unread);
            }
            else
            {
                unread.Skip(ref r, "messages");
            }
        }
        if (role is null)
            throw Json.Bad($"'messages[{index}].role' is missing.", $"messages[{index}].role");
        if (blocks is null)
            throw Json.Bad($"'messages[{index}].content' is missing.", $"messages[{index}].content");
        if (role == ChatRole.Assistant)
            into.Add(Assistant(blocks, index));
        else
            AddUser(blocks, index, into);
    }

    static ChatRole ReadRole(ref Utf8JsonReader r, int index)
    {
        Json.Expect(ref r, JsonTokenType.String, $"messages[{index}].role", "a string");
        if (r.ValueTextEquals("user"u8))
            return ChatRole.User;
        if (r.ValueTextEquals("assistant"u8))
            return ChatRole.Assistant;
        throw Json.Bad(
            $"'messages[{index}].role' must be user or assistant; what the system says stands in 'system'.",
            $"messages[{index}].role"
        );
    }

    static List<MessageBlock> ReadContent(ref Utf8JsonReader r, int index, ref UnreadNames unread)
    {
        if (r.TokenType == JsonTokenType.String)
            return [new MessageBlock(new TextPart(r.GetString()!), null, null)];
        if (r.TokenType != JsonTokenType.StartArray)
            throw Json.Wrong(ref r, $"messages[{index}].content", "a string or an array of blocks");
        var blocks = new List<MessageBlock>();
        while (r.Read() && r.TokenType != JsonTokenType.EndArray)
            blocks.Add(MessagesBlockReader.Read(ref r, $"messages[{index}].content[{blocks.Count}]", ref unread));
        return blocks;
    }

    static ChatMessage Assistant(List<MessageBlock> blocks, int index)
    {
        var parts = new List<ContentPart>(blocks.Count);
        List<ToolCall>? calls = null;
        foreach (var block in blocks)
            if (block.Call is not null)
                (calls ??= []).Add(block.Call);
            else if (block.Part is not null)
                parts.Add(block.Part);
            else
                throw Json.Bad(
                    $"messages[{index}] holds a tool_result: answers of tools stand in messages of the user.",
                    $"messages[{index}].content"
                );
        return new ChatMessage
        {
            Role = ChatRole.Assistant,
            Parts = parts,
            ToolCalls = calls ?? (IReadOnlyList<ToolCall>)[],
        };
    }

    static void AddUser(List<MessageBlock> blocks, int index, List<ChatMessage> into)
    {
        List<ContentPart>? parts = blocks.Count == 0 ? [] : null;
        foreach (var block in blocks)
        {
            if (block.Call is not null)
                throw Json.Bad(
                    $"messages[{index}] holds a tool_use: calls of tools stand in messages of the assistant.",
                    $"messages[{index}].content"
                );
            if (block.Part is not null)
            {
                (parts ??= []).Add(block.Part);
                continue;
            }
            Flush(ref parts, into);
            into.Add(block.Result!);
        }
        Flush(ref parts, into);
    }

    static void Flush(ref List<ContentPart>? parts, List<ChatMessage> into)
    {
        if (parts is not null)
            into.Add(new ChatMessage { Role = ChatRole.User, Parts = parts });
        parts = null;
    }

    public static List<ContentPart>? ReadSystem(ref Utf8JsonReader r, ref UnreadNames unread)
    {
        switch (r.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return r.GetString() is { Length: > 0 } only ? [new TextPart(only)] : null;
            case JsonTokenType.StartArray:
                var parts = new List<ContentPart>();
                while (r.Read() && r.TokenType != JsonTokenType.EndArray)
                {
                    var path = $"system[{parts.Count}]";
                    parts.Add(
                        MessagesBlockReader.Read(ref r, path, ref unread).Part as TextPart
                            ?? throw Json.Bad($"'{path}' must be a block of text.", path)
                    );
                }
                return parts;
            default:
                throw Json.Wrong(ref r, "system", "a string or an array of text blocks");
        }
    }
}
