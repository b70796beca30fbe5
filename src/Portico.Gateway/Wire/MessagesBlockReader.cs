using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>One block of a message: content, a call of a tool, or the answer of one. Exactly one is set.</summary>
readonly record struct MessageBlock(ContentPart? Part, ToolCall? Call, ChatMessage? Result);

/// <summary>
/// Reads one block (https://platform.claude.com/docs/en/api/messages). Blocks of types that the canonical form does not know, such as those of tools that
/// Anthropic runs, stay in the body; members of known blocks that it does not know are named.
/// </summary>
static class MessagesBlockReader
{
    const int MaxName = 256;

    public static MessageBlock Read(ref Utf8JsonReader r, string path, ref UnreadNames unread)
    {
        Json.Expect(ref r, JsonTokenType.StartObject, path, "an object");
        using var document = JsonDocument.ParseValue(ref r);
        var block = document.RootElement;
        var type = Text(block, "type", $"{path}.type") ?? throw Json.Bad($"'{path}.type' is missing.", $"{path}.type");
        switch (type)
        {
            case "tool_use":
                return new MessageBlock(null, ReadCall(block, path, ref unread), null);
            case "tool_result":
                return new MessageBlock(null, null, ReadResult(block, path, ref unread));
            default:
                var part = ReadPart(block, type, path, ref unread);
                return new MessageBlock(part with { CacheUpTo = CacheMark(block, path) }, null, null);
        }
    }

    static ContentPart ReadPart(JsonElement block, string type, string path, ref UnreadNames unread)
    {
        switch (type)
        {
            case "text":
                NameOthers(block, ["type", "text", "cache_control"], "messages", ref unread);
                return new TextPart(Needed(block, "text", path));
            case "image":
                NameOthers(block, ["type", "source", "cache_control"], "messages", ref unread);
                return ReadImage(block, path, ref unread);
            case "document":
                NameOthers(block, ["type", "source", "title", "cache_control"], "messages", ref unread);
                return ReadDocument(block, path, ref unread);
            case "thinking":
                NameOthers(block, ["type", "thinking", "signature"], "messages", ref unread);
                var signature = Text(block, "signature", $"{path}.signature");
                return new ReasoningPart(Needed(block, "thinking", path), string.IsNullOrEmpty(signature) ? null : signature);
            case "redacted_thinking":
                NameOthers(block, ["type", "data"], "messages", ref unread);
                return new ReasoningPart("", null, Needed(block, "data", path));
            default:
                return new UnknownPart(Json.Short(type), block.GetRawText().Length);
        }
    }

    static ContentPart ReadImage(JsonElement block, string path, ref UnreadNames unread)
    {
        var source = Source(block, path, out var type, ref unread);
        return type switch
        {
            "base64" => new ImagePart(DataUrl(source, path), null),
            "url" => new ImagePart(Needed(source, "url", $"{path}.source"), null),
            _ => new UnknownPart("image"),
        };
    }

    static ContentPart ReadDocument(JsonElement block, string path, ref UnreadNames unread)
    {
        var source = Source(block, path, out var type, ref unread);
        var title = Text(block, "title", $"{path}.title");
        return type switch
        {
            "base64" => new FilePart(null, title, DataUrl(source, path)),
            "text" => new FilePart(null, title, DocumentText.DataUrl(Needed(source, "data", $"{path}.source"))),
            "content" when SourceText(source) is { } text => new FilePart(null, title, DocumentText.DataUrl(text)),
            "url" => new FilePart(null, title, Needed(source, "url", $"{path}.source")),
            "file" => new FilePart(Needed(source, "file_id", $"{path}.source"), title, null),
            _ => new UnknownPart("document"),
        };
    }

    /// <summary>The text of a document that is given as content (https://platform.claude.com/docs/en/build-with-claude/citations): a string, or blocks of text alone; else null.</summary>
    static string? SourceText(JsonElement source)
    {
        if (!source.TryGetProperty("content"u8, out var content))
            return null;
        if (content.ValueKind == JsonValueKind.String)
            return content.GetString();
        if (content.ValueKind != JsonValueKind.Array)
            return null;
        var texts = new List<string>();
        foreach (var inner in content.EnumerateArray())
            if (
                inner.ValueKind == JsonValueKind.Object
                && inner.TryGetProperty("type"u8, out var type)
                && type.ValueEquals("text"u8)
                && inner.TryGetProperty("text"u8, out var text)
                && text.ValueKind == JsonValueKind.String
            )
                texts.Add(text.GetString()!);
            else
                return null;
        return texts.Count > 0 ? string.Join('\n', texts) : null;
    }

    static JsonElement Source(JsonElement block, string path, out string type, ref UnreadNames unread)
    {
        if (!block.TryGetProperty("source"u8, out var source) || source.ValueKind != JsonValueKind.Object)
            throw Json.Bad($"'{path}.source' must be an object.", $"{path}.source");
        type = Needed(source, "type", $"{path}.source");
        NameOthers(source, ["type", "media_type", "data", "url", "file_id", "content"], "messages.source", ref unread);
        return source;
    }

    static string DataUrl(JsonElement source, string path) =>
        $"data:{Needed(source, "media_type", $"{path}.source")};base64,{Needed(source, "data", $"{path}.source")}";

    static ToolCall ReadCall(JsonElement block, string path, ref UnreadNames unread)
    {
        NameOthers(block, ["type", "id", "name", "input"], "messages", ref unread);
        if (!block.TryGetProperty("input"u8, out var input) || input.ValueKind != JsonValueKind.Object)
            throw Json.Bad($"'{path}.input' must be an object.", $"{path}.input");
        return new ToolCall(Needed(block, "id", path), Needed(block, "name", path), input.GetRawText());
    }

    static ChatMessage ReadResult(JsonElement block, string path, ref UnreadNames unread)
    {
        NameOthers(block, ["type", "tool_use_id", "content", "is_error", "cache_control"], "messages", ref unread);
        var parts = new List<ContentPart>();
        if (block.TryGetProperty("content"u8, out var content))
            ReadResultContent(content, $"{path}.content", parts, ref unread);
        var mark = CacheMark(block, path);
        if (mark != CacheLife.None && parts.Count > 0)
            parts[^1] = parts[^1] with { CacheUpTo = mark };
        else if (mark != CacheLife.None)
            unread.Add("messages.cache_control");
        return new ChatMessage
        {
            Role = ChatRole.Tool,
            ToolCallId = Needed(block, "tool_use_id", path),
            Parts = parts,
            ToolFailed = Flag(block, "is_error", $"{path}.is_error") ?? false,
        };
    }

    static void ReadResultContent(JsonElement content, string path, List<ContentPart> into, ref UnreadNames unread)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                into.Add(new TextPart(content.GetString()!));
                break;
            case JsonValueKind.Array:
                foreach (var inner in content.EnumerateArray())
                {
                    var at = $"{path}[{into.Count}]";
                    if (inner.ValueKind != JsonValueKind.Object)
                        throw Json.Bad($"'{at}' must be an object.", at);
                    var part = ReadPart(inner, Needed(inner, "type", at), at, ref unread);
                    into.Add(part with { CacheUpTo = CacheMark(inner, at) });
                }
                break;
            default:
                throw Json.Bad($"'{path}' must be a string or an array of blocks.", path);
        }
    }

    /// <summary>cache_control of a block or a tool (https://platform.claude.com/docs/en/build-with-claude/prompt-caching).</summary>
    public static CacheLife CacheMark(JsonElement parent, string path)
    {
        if (!parent.TryGetProperty("cache_control"u8, out var mark) || mark.ValueKind == JsonValueKind.Null)
            return CacheLife.None;
        if (mark.ValueKind != JsonValueKind.Object)
            throw Json.Bad($"'{path}.cache_control' must be an object.", $"{path}.cache_control");
        return Text(mark, "ttl", $"{path}.cache_control.ttl") == "1h" ? CacheLife.OneHour : CacheLife.FiveMinutes;
    }

    /// <summary>Names what is not null and not known.</summary>
    public static void NameOthers(JsonElement parent, ReadOnlySpan<string> known, string prefix, ref UnreadNames unread)
    {
        foreach (var member in parent.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            var isKnown = false;
            foreach (var name in known)
                isKnown |= member.NameEquals(name);
            if (!isKnown)
                unread.Add($"{prefix}.{Json.Short(member.Name)}");
        }
    }

    public static string Needed(JsonElement parent, string name, string path) =>
        Text(parent, name, $"{path}.{name}") ?? throw Json.Bad($"'{path}.{name}' is missing.", $"{path}.{name}");

    public static string? Text(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Json.Bad($"'{path}' must be a string.", path);
    }

    public static bool? Flag(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Json.Bad($"'{path}' must be true or false.", path);
    }

    public static int Whole(JsonElement parent, string name, string path) =>
        parent.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
        && number > 0
            ? number
            : throw Json.Bad($"'{path}' must be a whole number from 1 on.", path);

    public static string Name(JsonElement parent, string path)
    {
        var name = Needed(parent, "name", path);
        return name.Length is > 0 and <= MaxName
            ? name
            : throw Json.Bad($"'{path}.name' must have 1 to {MaxName} characters.", $"{path}.name");
    }
}
