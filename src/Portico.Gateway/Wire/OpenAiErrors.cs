using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Prints errors in OpenAI's shape: message, type, param and code are always there.</summary>
static class OpenAiErrors
{
    public static async Task WriteAsync(HttpContext http, PorticoException e, GatewayOptions options)
    {
        var status = e.Kind == ErrorTable.BudgetExceeded ? options.BudgetStatus : e.Kind.Status;
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        RetryHeaders.Set(response, e);
        var body = Body(e);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>
    /// The error as the last event of a stream that had begun. OpenAI's SDK for .NET reads over members of a chunk that it does not know and would take
    /// the event for the good end of a whole answer; choices that are none make it throw. The other SDKs look for an error first.
    /// </summary>
    public static byte[] LastEvent(PorticoException e) => [.. "data: "u8, .. Body(e).AsSpan(..^1), .. ",\"choices\":null}\n\n"u8];

    public static byte[] Body(PorticoException e)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("message"u8, e.Message);
            var upstream = e.InnerException as UpstreamException;
            // A caller's own fault is told in the provider's words; everything else in ours.
            var theirs = upstream is { Fault: Fault.Caller };
            json.WriteString("type"u8, theirs && IsOfOpenAi(upstream!.UpstreamType) ? upstream.UpstreamType : e.Kind.Type);
            json.WriteString("param"u8, e.Param);
            json.WriteString("code"u8, theirs && upstream!.UpstreamCode is { } code ? code : e.Kind.Code);
            WriteDetails(json, e);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>Types of other protocols, as ValidationException and INVALID_ARGUMENT, are none that a client of OpenAI looks for.</summary>
    static bool IsOfOpenAi(string? type) => type is { Length: > 0 } && type.AsSpan().IndexOfAnyExcept(TypeLetters) < 0;

    static readonly System.Buffers.SearchValues<char> TypeLetters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    /// <summary>Numbers and names for programs, where there are any.</summary>
    internal static void WriteDetails(Utf8JsonWriter json, PorticoException e, string? errorCode = null)
    {
        if (e.Details is null && e.RetryAfter is null && errorCode is null)
            return;
        json.WriteStartObject("details"u8);
        if (errorCode is not null)
            json.WriteString("error_code"u8, errorCode);
        if (e.RetryAfter is { } wait)
            json.WriteNumber("retry_after_seconds"u8, (long)Math.Ceiling(Math.Max(0, wait.TotalSeconds)));
        foreach (var (name, value) in e.Details ?? new Dictionary<string, object>())
        {
            json.WritePropertyName(name);
            if (value is long number)
                json.WriteNumberValue(number);
            else
                json.WriteStringValue(value.ToString());
        }
        json.WriteEndObject();
    }
}
