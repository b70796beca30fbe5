using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Batches;

/// <summary>
/// Makes lines of requests, as the file of a batch has them, and lists what is wrong with them: what must hold for every request before one is asked. What
/// its params say is read when it is asked, as Anthropic does.
/// </summary>
sealed class MessageBatchLines(int mostBytes)
{
    public const string Endpoint = "/v1/messages";

    const int MaxErrors = 100;
    const int ErrorsInMessage = 5;
    const int MaxCustomId = 64;

    readonly MemoryStream lines = new();
    readonly Dictionary<string, object> errors = new(StringComparer.Ordinal);
    readonly HashSet<UInt128> names = [];
    string? firstWrong;
    int wrong;

    /// <summary>Requests so far.</summary>
    public int Count { get; private set; }

    /// <summary>Lines that were made and not taken away.</summary>
    public MemoryStream Waiting => lines;

    public void Add(ReadOnlyMemory<byte> request)
    {
        var at = $"requests.{(Count++).ToString(CultureInfo.InvariantCulture)}";
        try
        {
            Write(at, request);
        }
        catch (InvalidOperationException)
        {
            // A text with a surrogate that has no partner.
            Wrong(at, "it is not text in UTF-8.");
        }
    }

    /// <exception cref="PorticoException">Requests are wrong: all of them are named, as far as there is room.</exception>
    public void RefuseWrong()
    {
        if (wrong == 0)
            return;
        var told = string.Join(' ', errors.Take(ErrorsInMessage).Select(e => $"{e.Key}: {e.Value}"));
        var rest = wrong > ErrorsInMessage ? $" And {wrong - ErrorsInMessage} more, in details." : "";
        throw new PorticoException(ErrorTable.InvalidRequest, $"{told}{rest}", firstWrong) { Details = errors };
    }

    void Wrong(string at, string message)
    {
        wrong++;
        firstWrong ??= at;
        if (errors.Count < MaxErrors)
            errors.TryAdd(at, message);
    }

    void Write(string at, ReadOnlyMemory<byte> request)
    {
        if (Read(at, request) is not ({ } name, { } body))
            return;
        var start = lines.Position;
        lines.Write("""{"custom_id":"""u8);
        lines.Write(JsonSerializer.SerializeToUtf8Bytes(name));
        lines.Write(","u8);
        lines.Write("\"method\":\"POST\",\"url\":\"/v1/messages\",\"body\":"u8);
        WriteOnOneLine(body.Span);
        lines.Write("}"u8);
        var line = new RawLine(Count, lines.GetBuffer().AsMemory((int)start, (int)(lines.Position - start)));
        // Read as it will be when it is asked: a line that could not be read then would stop the batch.
        var error =
            line.Bytes!.Value.Length > mostBytes
                ? new BatchError("line_too_long", "it is longer than a request may be.", null, null)
                : BatchLine.Read(line, Endpoint, out _);
        if (error is not null)
        {
            switch (error.Code)
            {
                case "unsupported_parameter":
                    Wrong($"{at}.params.{error.Param!["body.".Length..]}", "it has no place in a batch: leave it out.");
                    break;
                case "invalid_json_line":
                    Wrong(at, "it is not text in UTF-8, or nested deeper than a request may be.");
                    break;
                default:
                    Wrong(at, error.Message);
                    break;
            }
            lines.SetLength(start);
            return;
        }
        lines.Write("\n"u8);
    }

    /// <summary>Name and params; nothing where they are wrong.</summary>
    (string? Name, ReadOnlyMemory<byte>? Body) Read(string at, ReadOnlyMemory<byte> request)
    {
        var json = new Utf8JsonReader(request.Span, new JsonReaderOptions { MaxDepth = 128 });
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            Wrong(at, "it must be an object with custom_id and params.");
            return default;
        }
        string? name = null,
            unknown = null;
        ReadOnlyMemory<byte>? body = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = json.GetString()!;
            json.Read();
            var start = (int)json.TokenStartIndex;
            if (member == "custom_id" && json.TokenType == JsonTokenType.String)
                name = json.GetString();
            else if (member is not ("custom_id" or "params"))
                unknown = member;
            var isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            if (member == "params" && isObject)
                body = request[start..(int)json.BytesConsumed];
        }
        if (unknown is not null)
            Wrong($"{at}.{Json.Short(unknown)}", "it is not known here: a request has custom_id and params.");
        else if (name is null || !IsName(name))
            Wrong($"{at}.custom_id", $"it must be a string of 1 to {MaxCustomId} letters, digits, hyphens and underscores.");
        else if (!names.Add(BatchCheck.DigestOf(name)))
            Wrong($"{at}.custom_id", "it stands in an earlier request too.");
        else if (body is null)
            Wrong($"{at}.params", "it must be an object: the request.");
        else
            return (name, body);
        return default;
    }

    static bool IsName(string name) =>
        name.Length is > 0 and <= MaxCustomId && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Inside the texts of JSON there is no end of line, so that none is changed.</summary>
    void WriteOnOneLine(ReadOnlySpan<byte> body)
    {
        var start = (int)lines.Position;
        lines.Write(body);
        var written = lines.GetBuffer().AsSpan(start, body.Length);
        written.Replace((byte)'\n', (byte)' ');
        written.Replace((byte)'\r', (byte)' ');
    }
}
