using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;

namespace Portico.Gateway.Endpoints;

/// <summary>
/// Writes Anthropic's anthropic-ratelimit-* headers (https://platform.claude.com/docs/en/api/rate-limits) from the tightest limit on requests and on tokens;
/// nothing where no such limit applies. Our limits do not part input from output.
/// </summary>
sealed class AnthropicLimitHeaders(CreditLedger ledger, TimeProvider time)
{
    public void Write(HttpContext http, MeterSet? meters)
    {
        if (meters is null)
            return;
        WriteTightest(http, "anthropic-ratelimit-requests", meters, MeterUnit.Requests);
        WriteTightest(http, "anthropic-ratelimit-tokens", meters, MeterUnit.Tokens);
    }

    void WriteTightest(HttpContext http, string name, MeterSet meters, MeterUnit unit)
    {
        if (ledger.Tightest(meters, unit, time.GetUtcNow()) is not { } tightest)
            return;
        var headers = http.Response.Headers;
        headers[name + "-limit"] = Text(tightest.Meter.Limit);
        headers[name + "-remaining"] = Text(Math.Max(0, tightest.Left));
        if (tightest.ResetsAt is { } at)
            headers[name + "-reset"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
