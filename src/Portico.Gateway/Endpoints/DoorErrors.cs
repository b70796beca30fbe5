using Microsoft.AspNetCore.Http;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Endpoints;

/// <summary>Prints an error where no wire has taken the request yet: in the shape that its caller reads.</summary>
static class DoorErrors
{
    public static Task WriteAsync(HttpContext http, PorticoException e, GatewayOptions options) =>
        IsForAnthropic(http.Request) ? MessagesErrors.WriteAsync(http, e, options) : OpenAiErrors.WriteAsync(http, e, options);

    /// <summary>The address tells, and where both dialects have one, the header that Anthropic's SDKs always send.</summary>
    public static bool IsForAnthropic(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/messages", StringComparison.Ordinal)
        || (request.Path.StartsWithSegments("/v1/models", StringComparison.Ordinal) && request.Headers.ContainsKey("anthropic-version"));
}
