using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>
/// Writes images, sound and documents: inline in base 64, or by an address that Google reads itself
/// (https://ai.google.dev/gemini-api/docs/file-input-methods, https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference#filedata).
/// </summary>
sealed class GeminiMediaWriter(Utf8JsonWriter json, GeminiHost host, DroppedNames dropped)
{
    static readonly (string Extension, string MediaType)[] Known =
    [
        (".png", "image/png"),
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
        (".webp", "image/webp"),
        (".heic", "image/heic"),
        (".heif", "image/heif"),
        (".gif", "image/gif"),
        (".pdf", "application/pdf"),
        (".txt", "text/plain"),
        (".mp3", "audio/mp3"),
        (".wav", "audio/wav"),
        (".mp4", "video/mp4"),
    ];

    public void WriteImage(ImagePart image, string path)
    {
        if (image.Detail is not (null or "auto"))
            dropped.Add("image_url.detail");
        if (IsData(image.Url))
            WriteDataUrl(image.Url, path);
        else
            WriteAddress(image.Url, path);
    }

    public void WriteFile(FilePart file, string path)
    {
        if (!string.IsNullOrEmpty(file.FileName))
            dropped.Add("file.filename");
        if (file.Data is { } data)
            WriteDataUrl(data, path + ".file_data");
        else
            WriteAddress(file.FileId ?? throw Refusals.Wrong(path, "needs file_data or file_id"), path + ".file_id");
    }

    public static void WriteInline(Utf8JsonWriter json, string mediaType, string data)
    {
        json.WriteStartObject();
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, mediaType);
        json.WriteString("data"u8, data);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static bool IsData(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>data:[type][;parameter …];base64,[data]</summary>
    void WriteDataUrl(string url, string path)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? "" : url[..comma];
        if (!IsData(head) || !head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            throw Refusals.Wrong(path, "must be a data URL in base 64: data:<media type>;base64,<data>");
        var mediaType = head["data:".Length..].Split(';')[0].Trim().ToLowerInvariant();
        if (mediaType.Length == 0)
            throw Refusals.Wrong(path, "must name its media type: data:<media type>;base64,<data>");
        WriteInline(json, mediaType == "image/jpg" ? "image/jpeg" : mediaType, url[(comma + 1)..]);
    }

    void WriteAddress(string url, string path)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "gs"))
            throw Refusals.CannotTake(
                path,
                "Gemini takes a data URL or an http, https or gs address; a file of another provider must be sent with its data"
            );
        if (address.Scheme == "gs" && host == GeminiHost.GeminiApi)
            throw Refusals.CannotTake(path, "an address in Google Cloud Storage is read by Vertex AI only");
        var mediaType = Known.FirstOrDefault(k => address.AbsolutePath.EndsWith(k.Extension, StringComparison.OrdinalIgnoreCase)).MediaType;
        if (mediaType is null && host == GeminiHost.Vertex)
            throw Refusals.CannotTake(
                path,
                "Vertex AI wants the media type, and this address does not end with a known one; send the data inline"
            );
        json.WriteStartObject();
        json.WriteStartObject("fileData"u8);
        if (mediaType is not null)
            json.WriteString("mimeType"u8, mediaType);
        json.WriteString("fileUri"u8, url);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
