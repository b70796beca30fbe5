using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portico.Gateway.Endpoints;

/// <summary>Stands before the endpoints of the door: bounds of headers, refusal while the node stops, and the last answer to what nobody caught.</summary>
sealed partial class DoorGuard(GatewayOptions options, IHostApplicationLifetime life, ILogger<DoorGuard> logger)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next, int maxHeaderBytes)
    {
        try
        {
            if (HeaderBytes(http.Request.Headers) > maxHeaderBytes)
                throw new PorticoException(
                    ErrorTable.HeadersTooLarge,
                    $"The headers are larger than {maxHeaderBytes} bytes, which is the bound of this door."
                );
            if (life.ApplicationStopping.IsCancellationRequested)
            {
                http.Response.Headers.Connection = "close";
                throw new PorticoException(ErrorTable.ShuttingDown, "This node is stopping and takes no new calls.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller left: nobody reads an answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            if (e is not PorticoException)
                Log.Uncaught(logger, http.Request.Method, http.Request.Path, http.TraceIdentifier, e);
            var error =
                e as PorticoException
                ?? new PorticoException(ErrorTable.Internal, "Portico failed while it handled this request.", inner: e);
            await DoorErrors.WriteAsync(http, error, options);
        }
    }

    static long HeaderBytes(IHeaderDictionary headers)
    {
        long sum = 0;
        foreach (var (name, values) in headers)
        foreach (var value in values)
            sum += name.Length + (value?.Length ?? 0) + 4;
        return sum;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, request {RequestId}")]
        public static partial void Uncaught(ILogger logger, string method, string path, string requestId, Exception e);
    }
}
