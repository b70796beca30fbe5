using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Writes images, sound and documents with their bytes or their place in S3 (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html,
/// …/API_runtime_DocumentBlock.html, …/API_runtime_AudioBlock.html). Bedrock fetches nothing from the web.
/// </summary>
static class BedrockSourceWriter
{
    const int MaxName = 200;

    public static void WriteImage(Utf8JsonWriter json, string url, string path)
    {
        if (url.StartsWith("s3://", StringComparison.Ordinal))
        {
            Write(json, "image", FormatOfName(url, path), null, null, url);
            return;
        }
        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            throw Refusals.CannotTake(
                path,
                "Bedrock takes images as a data URL in base 64 or as s3://bucket/key, and fetches none from the web"
            );
        var (mediaType, data) = DataUrl(url, path);
        Write(json, "image", ImageFormat(mediaType) ?? throw NoImage(path, mediaType), null, data, null);
    }

    public static void WriteAudio(Utf8JsonWriter json, AudioPart audio) => Write(json, "audio", audio.Format, null, audio.Data, null);

    public static void WriteFile(Utf8JsonWriter json, FilePart file, string path)
    {
        if (file.Data is not { } url)
        {
            if (file.FileId is not { } id || !id.StartsWith("s3://", StringComparison.Ordinal))
                throw Refusals.CannotTake(path, "Bedrock keeps no files: send file_data, or s3://bucket/key as file_id");
            Write(json, "document", FormatOfName(id, path), Name(file.FileName), null, id);
            return;
        }
        var (mediaType, data) = DataUrl(url, path + ".file_data");
        if (ImageFormat(mediaType) is { } image)
            Write(json, "image", image, null, data, null);
        else
            Write(
                json,
                "document",
                DocumentFormat(mediaType) ?? throw Refusals.CannotTake(path, $"Bedrock takes no documents of the type {mediaType}"),
                Name(file.FileName),
                data,
                null
            );
    }

    static void Write(Utf8JsonWriter json, string kind, string format, string? name, string? bytes, string? place)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("format"u8, format);
        if (name is not null)
            json.WriteString("name"u8, name);
        json.WriteStartObject("source"u8);
        if (bytes is not null)
        {
            json.WriteString("bytes"u8, bytes);
        }
        else
        {
            json.WriteStartObject("s3Location"u8);
            json.WriteString("uri"u8, place);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static string? ImageFormat(string mediaType) =>
        mediaType switch
        {
            "image/png" => "png",
            // The second is often written so, never registered.
            "image/jpeg" or "image/jpg" => "jpeg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            _ => null,
        };

    static string? DocumentFormat(string mediaType) =>
        mediaType switch
        {
            "application/pdf" => "pdf",
            "text/csv" => "csv",
            "application/msword" => "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
            "application/vnd.ms-excel" => "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
            "text/html" => "html",
            "text/markdown" => "md",
            _ when mediaType.StartsWith("text/", StringComparison.Ordinal) => "txt",
            _ => null,
        };

    /// <summary>The format by the end of an object's name: S3 tells no type here.</summary>
    static string FormatOfName(string place, string path)
    {
        var dot = place.LastIndexOf('.');
        var end = dot < 0 ? "" : place[(dot + 1)..].ToLowerInvariant();
        return end.Length is > 0 and <= 8 && end.All(char.IsAsciiLetterOrDigit)
            ? end == "jpg"
                ? "jpeg"
                : end
            : throw Refusals.Wrong(path, "must end in what the object is, such as .png or .pdf");
    }

    /// <summary>A name is demanded and may hold letters, digits, single spaces, hyphens, parentheses and brackets.</summary>
    static string Name(string? given)
    {
        var clean = new StringBuilder();
        foreach (var c in given ?? "")
        {
            if (clean.Length == MaxName)
                break;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']')
                clean.Append(c);
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }
        var name = clean.ToString().TrimEnd();
        return name.Length > 0 ? name : "document";
    }

    static UpstreamException NoImage(string path, string mediaType) =>
        Refusals.CannotTake(path, $"Bedrock takes images as PNG, JPEG, GIF and WebP, not {mediaType}");

    /// <summary>data:[type][;parameter …];base64,[data]</summary>
    static (string MediaType, string Data) DataUrl(string url, string path)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? "" : url[..comma];
        if (!head.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || !head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            throw Refusals.Wrong(path, "must be a data URL in base 64: data:<media type>;base64,<data>");
        return (head["data:".Length..].Split(';')[0].Trim().ToLowerInvariant(), url[(comma + 1)..]);
    }
}
