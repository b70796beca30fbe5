using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portico.Governance.Api;

/// <summary>Prints errors of the management API as RFC 9457 problem documents. Every member says the same on every endpoint.</summary>
public static partial class Problems
{
    static readonly JsonWriterOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext http, PorticoException e)
    {
        http.Response.Clear();
        http.Response.StatusCode = e.Kind.Status;
        http.Response.ContentType = "application/problem+json";
        if (e.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(
                System.Globalization.CultureInfo.InvariantCulture
            );
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, Readable);
        json.WriteStartObject();
        json.WriteString("type", $"urn:portico:error:{e.Kind.Code}");
        json.WriteString("title", e.Kind.Code.Replace('_', ' '));
        json.WriteNumber("status", e.Kind.Status);
        json.WriteString("detail", e.Message);
        json.WriteString("code", e.Kind.Code);
        if (e.Param is not null)
            json.WriteString("param", e.Param);
        json.WriteString("advice", e.Kind.Advice);
        json.WriteString("request_id", http.TraceIdentifier);
        foreach (var (name, value) in e.Details ?? new Dictionary<string, object>())
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value);
        }
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }

    /// <summary>The error of the table that an exception from binding, storage or our own code means.</summary>
    public static PorticoException From(Exception e) =>
        e switch
        {
            PorticoException known => known,
            BadHttpRequestException { InnerException: JsonException json } => FromJson(json),
            BadHttpRequestException { StatusCode: 413 } => new PorticoException(
                ErrorTable.TooLarge,
                "The body is larger than the server takes."
            ),
            BadHttpRequestException { StatusCode: 408 } => new PorticoException(ErrorTable.RequestTimeout, "The body arrived too slowly."),
            BadHttpRequestException { StatusCode: 415 } => new PorticoException(
                ErrorTable.UnsupportedMediaType,
                "The body must be sent as application/json."
            ),
            BadHttpRequestException bad => new PorticoException(ErrorTable.InvalidRequest, bad.Message),
            JsonException json => FromJson(json),
            System.Data.Common.DbException db => new PorticoException(
                ErrorTable.StorageUnavailable,
                "The store refused the work. Nothing was changed.",
                inner: db
            ),
            _ => new PorticoException(
                ErrorTable.Internal,
                "Portico failed while it handled this request. The request id finds it in the log.",
                inner: e
            ),
        };

    static PorticoException FromJson(JsonException e)
    {
        var path = e.Path is null or "$" ? null : e.Path.TrimStart('$', '.');
        // The converter of ids says which id it wants; the serializer's own texts name types of ours.
        if (path is not null && e.Message.StartsWith("Not an id", StringComparison.Ordinal))
            return new PorticoException(ErrorTable.InvalidRequest, $"The value of '{path}' cannot be taken. {e.Message}", path);
        var unknown = e.Message.Contains("could not be mapped", StringComparison.Ordinal);
        return unknown
            ? new PorticoException(
                ErrorTable.InvalidRequest,
                $"There is no field '{path}' here. The reference lists the fields of this request.",
                path
            )
            : new PorticoException(
                ErrorTable.InvalidJson,
                path is null ? "The body is not the JSON that this endpoint takes." : $"The value of '{path}' has the wrong type.",
                path
            );
    }

    /// <summary>Answers every exception of /api in the problem shape, and logs only those that are ours.</summary>
    public static async Task GuardAsync(HttpContext http, Func<Task> next, ILogger logger)
    {
        try
        {
            await next();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller left: nobody reads an answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var error = From(e);
            if (error.Kind.Status >= 500)
                Log.Failed(logger, http.Request.Method, http.Request.Path, http.TraceIdentifier, e);
            await WriteAsync(http, error);
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, request {RequestId}")]
        public static partial void Failed(ILogger logger, string method, string path, string requestId, Exception e);
    }
}
