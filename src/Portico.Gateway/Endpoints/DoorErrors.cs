using Microsoft.AspNetCore.Http;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Endpoints;

/// <summary>Prints an error where no wire has taken the request yet: in the shape that callers of the address read.</summary>
static class DoorErrors
{
    public static Task WriteAsync(HttpContext http, PorticoException e, GatewayOptions options) =>
        http.Request.Path.StartsWithSegments("/v1/messages", StringComparison.Ordinal)
            ? MessagesErrors.WriteAsync(http, e, options)
            : OpenAiErrors.WriteAsync(http, e, options);
}
