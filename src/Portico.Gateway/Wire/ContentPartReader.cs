using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Reads one part of a message's content. Members that the canonical form has no word for stay in the body and are named.</summary>
static class ContentPartReader
{
    const string Prefix = "messages.content";

    public static ContentPart Read(ref Utf8JsonReader r, int message, int part, ref UnreadNames unread)
    {
        var path = $"messages[{message}].content[{part}]";
        Json.Expect(ref r, JsonTokenType.StartObject, path, "an object");
        using var document = JsonDocument.ParseValue(ref r);
        var element = document.RootElement;
        var type = Text(element, "type", $"{path}.type") ?? throw Json.Bad($"'{path}.type' is missing.", $"{path}.type");
        var read = Read(element, type, path, ref unread);
        return CacheMark(element) is not CacheLife.None and var life ? read with { CacheUpTo = life } : read;
    }

    /// <summary>Anthropic's mark of the prompt cache, which callers of this form add to parts and tools; anything else by that name stays in the body.</summary>
    public static CacheLife CacheMark(JsonElement parent)
    {
        if (!parent.TryGetProperty("cache_control"u8, out var mark) || mark.ValueKind != JsonValueKind.Object)
            return CacheLife.None;
        var isLong = mark.TryGetProperty("ttl"u8, out var ttl) && ttl.ValueKind == JsonValueKind.String && ttl.ValueEquals("1h"u8);
        return isLong ? CacheLife.OneHour : CacheLife.FiveMinutes;
    }

    static ContentPart Read(JsonElement element, string type, string path, ref UnreadNames unread)
    {
        switch (type)
        {
            case "text":
                MessagesBlockReader.NameOthers(element, ["type", "text", "cache_control"], Prefix, ref unread);
                return new TextPart(Text(element, "text", $"{path}.text") ?? throw Json.Bad($"'{path}.text' is missing.", $"{path}.text"));
            case "refusal":
                return new TextPart(Text(element, "refusal", $"{path}.refusal") ?? "");
            case "image_url":
                var image = Object(element, "image_url", path);
                MessagesBlockReader.NameOthers(element, ["type", "image_url", "cache_control"], Prefix, ref unread);
                MessagesBlockReader.NameOthers(image, ["url", "detail"], $"{Prefix}.image_url", ref unread);
                var url = Text(image, "url", $"{path}.image_url.url");
                return new ImagePart(
                    url ?? throw Json.Bad($"'{path}.image_url.url' is missing.", $"{path}.image_url.url"),
                    Text(image, "detail", $"{path}.image_url.detail")
                );
            case "input_audio":
                var audio = Object(element, "input_audio", path);
                MessagesBlockReader.NameOthers(element, ["type", "input_audio", "cache_control"], Prefix, ref unread);
                MessagesBlockReader.NameOthers(audio, ["data", "format"], $"{Prefix}.input_audio", ref unread);
                return new AudioPart(
                    Text(audio, "data", $"{path}.input_audio.data") ?? throw Json.Bad($"'{path}.input_audio.data' is missing.", path),
                    Text(audio, "format", $"{path}.input_audio.format") ?? "wav"
                );
            case "file":
                var file = Object(element, "file", path);
                MessagesBlockReader.NameOthers(element, ["type", "file", "cache_control"], Prefix, ref unread);
                MessagesBlockReader.NameOthers(file, ["file_id", "filename", "file_data"], $"{Prefix}.file", ref unread);
                return new FilePart(
                    Text(file, "file_id", $"{path}.file.file_id"),
                    Text(file, "filename", $"{path}.file.filename"),
                    Text(file, "file_data", $"{path}.file.file_data")
                );
            default:
                return new UnknownPart(Json.Short(type));
        }
    }

    static JsonElement Object(JsonElement parent, string name, string path) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw Json.Bad($"'{path}.{name}' must be an object.", $"{path}.{name}");

    static string? Text(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Json.Bad($"'{path}' must be a string.", path);
    }
}
