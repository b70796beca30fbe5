using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Portico.Gateway.Wire;

/// <summary>SDKs retry 408, 409, 429 and 5xx by themselves: what cannot succeed again, or not soon, says so. The same headers for all of them.</summary>
static class RetryHeaders
{
    /// <summary>
    /// Past this a caller should be told at once. An SDK that does not know x-should-retry, as OpenAI's for .NET, sleeps for as long as retry-after
    /// says, be it until the next month: then the time stands in the body alone.
    /// </summary>
    static readonly TimeSpan LongestSdkWait = TimeSpan.FromMinutes(1);

    public static void Set(HttpResponse response, PorticoException e)
    {
        var isLong = e.RetryAfter > LongestSdkWait;
        if (!e.Retryable || isLong)
            response.Headers["x-should-retry"] = "false";
        if (e.RetryAfter is not { } wait || isLong)
            return;
        var ms = Math.Max(0, (long)Math.Ceiling(wait.TotalMilliseconds));
        response.Headers.RetryAfter = ((ms + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        response.Headers["retry-after-ms"] = ms.ToString(CultureInfo.InvariantCulture);
    }
}
