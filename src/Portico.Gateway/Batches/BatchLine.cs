using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Batches;

/// <summary>A line of a file as it stands there, without its end; null when it is longer than a line may be.</summary>
readonly record struct RawLine(int Number, ReadOnlyMemory<byte>? Bytes);

/// <summary>A request of a batch.</summary>
/// <param name="Number">Of the line in its file, from 1.</param>
/// <param name="CustomId">The caller's own name for it.</param>
/// <param name="Body">What is asked, as it came.</param>
sealed record BatchLine(int Number, string CustomId, ReadOnlyMemory<byte> Body)
{
    public const int MaxCustomId = 512;

    /// <summary>Reads a line; what is wrong with it, or null.</summary>
    /// <param name="raw">The line.</param>
    /// <param name="endpoint">Where all lines of the batch must go.</param>
    /// <param name="line">The request, when nothing is wrong.</param>
    public static BatchError? Read(in RawLine raw, string endpoint, out BatchLine? line)
    {
        line = null;
        if (raw.Bytes is not { } bytes)
            return new BatchError("line_too_long", "The line is longer than a request may be.", null, raw.Number);
        try
        {
            return Read(bytes, raw.Number, endpoint, ref line);
        }
        catch (JsonException)
        {
            return new BatchError("invalid_json_line", "The line is not a JSON object in UTF-8.", null, raw.Number);
        }
        catch (InvalidOperationException)
        {
            // A text with a surrogate that has no partner.
            return new BatchError("invalid_json_line", "The line is not a JSON object in UTF-8.", null, raw.Number);
        }
    }

    static BatchError? Read(ReadOnlyMemory<byte> bytes, int number, string endpoint, ref BatchLine? line)
    {
        var json = new Utf8JsonReader(bytes.Span);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return new BatchError("invalid_json_line", "The line is not a JSON object in UTF-8.", null, number);
        string? customId = null,
            method = null,
            url = null,
            unknown = null;
        ReadOnlyMemory<byte>? body = null;
        var forbidden = (string?)null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            switch (name)
            {
                case "custom_id":
                    customId = TextOf(ref json);
                    break;
                case "method":
                    method = TextOf(ref json);
                    break;
                case "url":
                    url = TextOf(ref json);
                    break;
                case "body":
                    body = BodyOf(bytes, ref json, out forbidden);
                    break;
                default:
                    unknown = name;
                    json.Skip();
                    break;
            }
        }
        if (json.TokenType != JsonTokenType.EndObject || json.Read())
            return new BatchError("invalid_json_line", "The line is not a JSON object in UTF-8.", null, number);
        BatchError? Wrong(string code, string param, string message) => new(code, message, param, number);
        if (customId is null or { Length: 0 or > MaxCustomId })
            return Wrong("invalid_custom_id", "custom_id", $"'custom_id' must be a string of 1 to {MaxCustomId} characters.");
        if (method != "POST")
            return Wrong("invalid_method", "method", "'method' must be POST.");
        if (url != endpoint)
            return Wrong("invalid_url", "url", $"'url' must be the endpoint of the batch, {endpoint}.");
        if (body is not { } found)
            return Wrong("missing_required_parameter", "body", "'body' must be an object: the request.");
        if (forbidden is not null)
            return Wrong("unsupported_parameter", $"body.{forbidden}", $"'{forbidden}' has no place in a batch: leave it out.");
        if (unknown is not null)
            return Wrong(
                "unknown_parameter",
                Json.Short(unknown),
                $"'{Json.Short(unknown)}' is not a member of a line: there are custom_id, method, url and body."
            );
        line = new BatchLine(number, customId, found);
        return null;
    }

    static string? TextOf(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
            return json.GetString();
        json.Skip();
        return null;
    }

    /// <summary>The object's bytes, and the member in it that asks for what only a waiting caller can have.</summary>
    static ReadOnlyMemory<byte>? BodyOf(ReadOnlyMemory<byte> bytes, ref Utf8JsonReader json, out string? forbidden)
    {
        forbidden = null;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }
        var start = (int)json.TokenStartIndex;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name =
                json.ValueTextEquals("stream"u8) ? "stream"
                : json.ValueTextEquals("background"u8) ? "background"
                : null;
            json.Read();
            if (name is not null && json.TokenType == JsonTokenType.True)
                forbidden = name;
            json.Skip();
        }
        return bytes[start..(int)json.BytesConsumed];
    }
}

/// <summary>Reads a file line by line, a chunk of it in memory; waits for a store that is away. Empty lines are counted and passed over.</summary>
sealed class BatchInput(FileStore files, GatewayOptions options)
{
    /// <summary>What a line has beside its body.</summary>
    const int Around = 4 * 1024;

    static ReadOnlySpan<byte> Bom => [0xEF, 0xBB, 0xBF];

    public async IAsyncEnumerable<RawLine> ReadAsync(string file, [EnumeratorCancellation] CancellationToken ct)
    {
        var most = options.MaxRequestBytes + Around;
        using var begun = new MemoryStream();
        var isTooLong = false;
        var number = 0;
        await foreach (var chunk in files.ReadPatientlyAsync(file, ct))
        {
            ReadOnlyMemory<byte> rest = chunk;
            for (int end; (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                number++;
                if (LineOf(number, begun, rest[..end], isTooLong, most) is { } line)
                    yield return line;
                begun.SetLength(0);
                isTooLong = false;
            }
            if (begun.Length + rest.Length > most)
                isTooLong = true;
            else if (!isTooLong)
                begun.Write(rest.Span);
        }
        if ((begun.Length > 0 || isTooLong) && LineOf(number + 1, begun, default, isTooLong, most) is { } last)
            yield return last;
    }

    static RawLine? LineOf(int number, MemoryStream begun, ReadOnlyMemory<byte> end, bool isTooLong, int most)
    {
        if (isTooLong || begun.Length + end.Length > most)
            return new RawLine(number, null);
        var line = new byte[begun.Length + end.Length];
        begun.GetBuffer().AsSpan(0, (int)begun.Length).CopyTo(line);
        end.Span.CopyTo(line.AsSpan((int)begun.Length));
        var text = line.AsMemory();
        if (number == 1 && text.Span.StartsWith(Bom))
            text = text[Bom.Length..];
        text = text.Trim(" \t\r"u8.ToArray());
        return text.IsEmpty ? null : new RawLine(number, text);
    }
}
