using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Prints errors in Anthropic's shape (https://platform.claude.com/docs/en/api/errors): <c>{"type":"error","error":{"type","message"},"request_id"}</c>, and
/// in the inner object our code, for programs that look closer.
/// </summary>
static class MessagesErrors
{
    const int Overloaded = 529;
    const string BillingError = "billing_error";

    public static async Task WriteAsync(HttpContext http, PorticoException e, GatewayOptions options)
    {
        var response = http.Response;
        // What is refused before a call is opened has the id of the request.
        if (response.Headers["request-id"] is not [{ Length: > 0 } id])
            response.Headers["request-id"] = id = http.TraceIdentifier;
        response.StatusCode = StatusOf(e, options);
        response.ContentType = "application/json";
        RetryHeaders.Set(response, e);
        var body = Body(e, id, options);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>The error as the last event of a stream that had begun.</summary>
    public static byte[] LastEvent(PorticoException e, string requestId) =>
        [.. "event: error\ndata: "u8, .. Body(e, requestId, null), .. "\n\n"u8];

    static int StatusOf(PorticoException e, GatewayOptions options) =>
        e.Kind == ErrorTable.BudgetExceeded ? options.BudgetStatus
        : e.Kind.AnthropicType == "overloaded_error" ? Overloaded
        : e.Kind.Status;

    static string TypeOf(PorticoException e, GatewayOptions? options) =>
        e.Kind == ErrorTable.BudgetExceeded && options?.BudgetStatus == StatusCodes.Status402PaymentRequired
            ? BillingError
            : e.Kind.AnthropicType;

    static byte[] Body(PorticoException e, string requestId, GatewayOptions? options)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "error"u8);
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, TypeOf(e, options));
            json.WriteString("message"u8, e.Message);
            // A caller's own fault is told in the provider's words; everything else in ours.
            var code = e.InnerException is UpstreamException { Fault: Fault.Caller, UpstreamCode: { } theirs } ? theirs : e.Kind.Code;
            json.WriteString("code"u8, code);
            if (e.Param is not null)
                json.WriteString("param"u8, e.Param);
            // The SDK gives the code of the details as errorCode.
            OpenAiErrors.WriteDetails(json, e, code);
            json.WriteEndObject();
            json.WriteString("request_id"u8, requestId);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
