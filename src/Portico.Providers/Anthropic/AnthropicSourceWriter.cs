using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Anthropic;

/// <summary>
/// Writes images and documents with their source: base 64, an address, a file's id, or plain text
/// (https://platform.claude.com/docs/en/build-with-claude/vision, …/pdf-support).
/// </summary>
static class AnthropicSourceWriter
{
    public static void WriteImage(Utf8JsonWriter json, string url, string path, CacheLife cache = CacheLife.None)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var (mediaType, data) = DataUrl(url, path);
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, mediaType);
            json.WriteString("data"u8, data);
        }
        else if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            json.WriteString("type"u8, "url"u8);
            json.WriteString("url"u8, url);
        }
        else
        {
            throw Refusals.Wrong(path, "must be an http or https address or a data URL in base 64");
        }
        json.WriteEndObject();
        AnthropicMessageWriter.WriteCacheMark(json, cache);
        json.WriteEndObject();
    }

    public static void WriteFile(Utf8JsonWriter json, FilePart file, string path)
    {
        if (file.Data is not { } url)
        {
            WriteDocument(json, file, "file", null, "file_id", file.FileId ?? throw Refusals.Wrong(path, "needs file_data or file_id"));
            return;
        }
        if (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            WriteDocument(json, file, "url", null, "url", url);
            return;
        }
        var (mediaType, data) = DataUrl(url, path + ".file_data");
        if (mediaType.StartsWith("image/", StringComparison.Ordinal))
            WriteImage(json, url, path + ".file_data", file.CacheUpTo);
        else if (mediaType == "application/pdf")
            WriteDocument(json, file, "base64", mediaType, "data", data);
        else if (mediaType.StartsWith("text/", StringComparison.Ordinal))
            WriteDocument(json, file, "text", "text/plain", "data", Decoded(data, path + ".file_data"));
        else
            throw Refusals.CannotTake(path, $"Anthropic takes PDF, text and images as files, not {mediaType}");
    }

    static void WriteDocument(Utf8JsonWriter json, FilePart file, string source, string? mediaType, string member, string value)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "document"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, source);
        if (mediaType is not null)
            json.WriteString("media_type"u8, mediaType);
        json.WriteString(member, value);
        json.WriteEndObject();
        if (!string.IsNullOrWhiteSpace(file.FileName))
            json.WriteString("title"u8, file.FileName);
        AnthropicMessageWriter.WriteCacheMark(json, file.CacheUpTo);
        json.WriteEndObject();
    }

    /// <summary>data:[type][;parameter …];base64,[data]</summary>
    static (string MediaType, string Data) DataUrl(string url, string path)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? "" : url[..comma];
        if (!head.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || !head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            throw Refusals.Wrong(path, "must be a data URL in base 64: data:<media type>;base64,<data>");
        var mediaType = head["data:".Length..].Split(';')[0].Trim().ToLowerInvariant();
        // Often written so, never registered.
        return (mediaType == "image/jpg" ? "image/jpeg" : mediaType, url[(comma + 1)..]);
    }

    static string Decoded(string data, string path)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            throw Refusals.Wrong(path, "is not base 64");
        }
    }
}
