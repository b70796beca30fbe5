using Microsoft.AspNetCore.Http.Features;

namespace Portico.Server;

/// <summary>Bounds of what the management API reads, and plain words for what ASP.NET could not bind.</summary>
static class ApiRequests
{
    /// <summary>Nothing that is managed is larger; the same bound as that of requests with an Idempotency-Key, which are kept in memory.</summary>
    const int MaxBodyBytes = 1024 * 1024;

    /// <summary>A public table of prices is a file of some megabytes.</summary>
    const int MaxTableBytes = 8 * 1024 * 1024;

    /// <summary>A set of models of the detectors, in base 64.</summary>
    const int MaxModelBytes = 12 * 1024 * 1024;

    /// <summary>What a call of a model may have, to be made or to be explained.</summary>
    static readonly string[] WithMessages = ["/api/playground/chat/completions", "/api/explain"];

    /// <exception cref="PorticoException">The body is too large, or a part of the request could not be bound.</exception>
    public static async Task GuardAsync(HttpContext http, int maxCallBytes, Func<Task> next)
    {
        var path = http.Request.Path;
        var most =
            path.Equals("/api/prices/import", StringComparison.Ordinal) ? MaxTableBytes
            : path.Equals("/api/guardrails/models", StringComparison.Ordinal) ? MaxModelBytes
            : Array.Exists(WithMessages, p => path.Equals(p, StringComparison.Ordinal)) ? maxCallBytes
            : MaxBodyBytes;
        if (http.Request.ContentLength > most)
            throw new PorticoException(ErrorTable.TooLarge, $"A body of this request has at most {most} bytes.");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size && http.Request.ContentLength is null)
            size.MaxRequestBodySize = most;
        try
        {
            await next();
        }
        catch (BadHttpRequestException e) when (e is { StatusCode: 400, InnerException: null } && ParameterIn(e.Message) is not null)
        {
            throw Explain(http, ParameterIn(e.Message)!);
        }
    }

    /// <summary>ASP.NET names the parameter with its type in quotes: <c>"Nullable&lt;int&gt; limit"</c>, <c>"NameBody body"</c>.</summary>
    static string? ParameterIn(string message)
    {
        var parts = message.Split('"', 3);
        return parts.Length < 3 ? null : parts[1][(parts[1].LastIndexOf(' ') + 1)..];
    }

    static PorticoException Explain(HttpContext http, string name) =>
        name == "body" ? new PorticoException(ErrorTable.InvalidJson, "The body is missing or null. Send a JSON object.")
        : http.Request.Query.ContainsKey(name)
            ? new PorticoException(ErrorTable.InvalidRequest, $"The value of '{name}' cannot be read.", name)
        : new PorticoException(ErrorTable.InvalidRequest, $"'{name}' is missing.", name);
}
