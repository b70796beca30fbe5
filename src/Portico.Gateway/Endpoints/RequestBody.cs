using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Portico.Governance.Policy;

namespace Portico.Gateway.Endpoints;

/// <summary>Reads a body, JSON or a form with files, and the options beside it, within the bounds of the door.</summary>
static class RequestBody
{
    /// <exception cref="PorticoException">Wrong media type, too large, too slow, or cut.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        HttpContext http,
        bool isForm,
        GatewayOptions options,
        CancellationToken ct
    )
    {
        var request = http.Request;
        var (expected, maxBytes) = isForm ? ("multipart/form-data", options.MaxUploadBytes) : ("application/json", options.MaxRequestBytes);
        Expect(http, expected);
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        try
        {
            // The pipe and not the stream over it: a body that is there already costs one copy and no further task.
            var reader = request.BodyReader;
            if (request.ContentLength is not { } length)
                return await ReadUnknownAsync(reader, maxBytes, ct);
            var body = GC.AllocateUninitializedArray<byte>((int)length);
            for (var filled = 0; filled < body.Length; )
            {
                var read = await reader.ReadAsync(ct);
                read.Buffer.CopyTo(body.AsSpan(filled));
                filled += (int)read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted && filled < body.Length)
                    throw new BadHttpRequestException("The body ended early.");
            }
            return body;
        }
        catch (BadHttpRequestException e)
        {
            throw Failed(e, TooLarge(maxBytes));
        }
    }

    /// <summary>Why a body could not be read.</summary>
    public static PorticoException Failed(BadHttpRequestException e, PorticoException tooLarge) =>
        e.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => tooLarge,
            StatusCodes.Status408RequestTimeout => new PorticoException(
                ErrorTable.RequestTimeout,
                "The body arrived too slowly.",
                inner: e
            ),
            _ => new PorticoException(ErrorTable.InvalidRequest, "The body was not sent to its end.", inner: e),
        };

    /// <exception cref="PorticoException">The body says to be of another media type.</exception>
    public static void Expect(HttpContext http, string type)
    {
        if (!IsOf(http.Request.ContentType, type))
            throw new PorticoException(
                ErrorTable.UnsupportedMediaType,
                $"The body must be sent with 'Content-Type: {type}'.",
                "content-type"
            );
    }

    /// <summary>Reads the headers by which a caller asks for something beside the body.</summary>
    public static CallOptions OptionsOf(HttpContext http)
    {
        var headers = http.Request.Headers;
        var cache = headers["x-portico-cache"].ToString();
        var timeout = headers["x-portico-timeout-ms"].ToString();
        var session = headers["x-portico-session"].ToString();
        var traceparent = headers.TraceParent.ToString();
        var beta = headers["anthropic-beta"].ToString();
        var data = headers[DataClasses.Header].ToString();
        if (
            cache.Length == 0
            && timeout.Length == 0
            && session.Length == 0
            && traceparent.Length == 0
            && beta.Length == 0
            && data.Length == 0
        )
            return CallOptions.None;
        if (cache is not ("" or "off" or "on"))
            throw Wire.Json.Bad("x-portico-cache must be on or off.", "x-portico-cache");
        if (session.Length > 256)
            throw Wire.Json.Bad("x-portico-session must have at most 256 characters.", "x-portico-session");
        if (beta.Length > 1_024)
            throw Wire.Json.Bad("anthropic-beta must have at most 1024 characters.", "anthropic-beta");
        if (data.Length > 0 && !DataClasses.All.Contains(data, StringComparer.Ordinal))
            throw Wire.Json.Bad($"{DataClasses.Header} must be one of {string.Join(", ", DataClasses.All)}.", DataClasses.Header);
        var ms = 0;
        if (timeout.Length > 0 && (!int.TryParse(timeout, CultureInfo.InvariantCulture, out ms) || ms is < 1 or > 3_600_000))
            throw Wire.Json.Bad("x-portico-timeout-ms must be a whole number from 1 to 3600000.", "x-portico-timeout-ms");
        return new CallOptions
        {
            SkipCache = cache == "off",
            Timeout = ms == 0 ? null : TimeSpan.FromMilliseconds(ms),
            Session = session.Length == 0 ? null : session,
            AnthropicBeta = beta.Length == 0 ? null : beta,
            Traceparent = traceparent.Length == 0 ? null : traceparent,
            Tracestate = headers.TraceState.ToString(),
            DataClass = data.Length == 0 ? null : data,
        };
    }

    static bool IsOf(string? contentType, string expected)
    {
        if (contentType is null)
            return false;
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals(expected, StringComparison.OrdinalIgnoreCase);
    }

    static async ValueTask<ReadOnlyMemory<byte>> ReadUnknownAsync(PipeReader reader, int maxBytes, CancellationToken ct)
    {
        var body = new ArrayBufferWriter<byte>(4_096);
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            foreach (var part in read.Buffer)
                body.Write(part.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (body.WrittenCount > maxBytes)
                throw TooLarge(maxBytes);
            if (read.IsCompleted)
                return body.WrittenMemory;
        }
    }

    static PorticoException TooLarge(int maxBytes) =>
        new(ErrorTable.TooLarge, $"The body is larger than {maxBytes / (1024 * 1024)} MiB, which is the bound of this door.");
}
