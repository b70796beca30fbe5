using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Reads one part of an item's content.</summary>
static class ResponsesPartReader
{
    /// <summary>Annotations and logprobs come back with an earlier answer; no provider takes them.</summary>
    static readonly string[] Members =
    [
        "type",
        "text",
        "image_url",
        "detail",
        "file_id",
        "filename",
        "file_data",
        "file_url",
        "input_audio",
        "annotations",
        "logprobs",
    ];

    public static ContentPart Read(JsonElement part, string path, ref UnreadNames unread)
    {
        foreach (var member in part.EnumerateObject())
            if (member.Value.ValueKind != JsonValueKind.Null && !Members.Contains(member.Name, StringComparer.Ordinal))
                unread.Add("input.content." + Json.Short(member.Name));
        var type = JsonMember.Needed(part, "type", path);
        switch (type)
        {
            case "input_text" or "output_text" or "text":
                return new TextPart(JsonMember.Needed(part, "text", path));
            case "input_image":
                return new ImagePart(
                    JsonMember.Text(part, "image_url", path) ?? throw Missing(part, path, "image_url"),
                    JsonMember.Text(part, "detail", path)
                );
            case "input_file":
                var id = JsonMember.Text(part, "file_id", path);
                // By address: some providers fetch it, the others say that they do not.
                var data = JsonMember.Text(part, "file_data", path) ?? JsonMember.Text(part, "file_url", path);
                if (id is null && data is null)
                    throw Missing(part, path, "file_data");
                return new FilePart(id, JsonMember.Text(part, "filename", path), data);
            case "input_audio":
                var audio = JsonMember.Object(part, "input_audio", path) ?? throw Missing(part, path, "input_audio");
                MessagesBlockReader.NameOthers(audio, ["data", "format"], "input.content.input_audio", ref unread);
                return new AudioPart(
                    JsonMember.Needed(audio, "data", $"{path}.input_audio"),
                    JsonMember.Text(audio, "format", $"{path}.input_audio") ?? "wav"
                );
            default:
                throw new PorticoException(
                    ErrorTable.UnsupportedByModel,
                    $"'{path}.type' is '{Json.Short(type)}'. Known: input_text, input_image, input_file, input_audio, output_text, refusal.",
                    $"{path}.type"
                );
        }
    }

    /// <summary>An id may stand in its place that only OpenAI's own servers can follow.</summary>
    static PorticoException Missing(JsonElement part, string path, string name) =>
        JsonMember.Of(part, "file_id") is null
            ? Json.Bad($"'{path}.{name}' is missing.", $"{path}.{name}")
            : new PorticoException(
                ErrorTable.UnsupportedByModel,
                $"'{path}.file_id' cannot be carried to other providers: send the content itself in '{name}'.",
                $"{path}.file_id"
            );
}
