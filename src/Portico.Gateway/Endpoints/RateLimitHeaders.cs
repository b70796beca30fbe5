using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;

namespace Portico.Gateway.Endpoints;

/// <summary>Writes OpenAI's x-ratelimit-* headers from the tightest limit on requests and on tokens; nothing where no such limit applies.</summary>
sealed class RateLimitHeaders(CreditLedger ledger, TimeProvider time)
{
    readonly record struct Names(string Limit, string Remaining, string Reset);

    static readonly Names Requests = new("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
    static readonly Names Tokens = new("x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");

    public void Write(HttpContext http, MeterSet? meters)
    {
        if (meters is null)
            return;
        WriteTightest(http, Requests, meters, MeterUnit.Requests);
        WriteTightest(http, Tokens, meters, MeterUnit.Tokens);
    }

    void WriteTightest(HttpContext http, in Names names, MeterSet meters, MeterUnit unit)
    {
        if (ledger.Tightest(meters, unit) is not { } tightest)
            return;
        var headers = http.Response.Headers;
        headers[names.Limit] = Text(tightest.Meter.Limit);
        headers[names.Remaining] = Text(Math.Max(0, tightest.Left));
        if (tightest.ResetsAt is { } at)
            headers[names.Reset] = Duration(at - time.GetUtcNow());
    }

    /// <summary>As OpenAI writes it: <c>1s</c>, <c>6m0s</c>, <c>1h30m0s</c>; begun seconds count whole.</summary>
    internal static string Duration(TimeSpan span)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(span.TotalSeconds));
        var (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        return hours > 0 ? $"{hours}h{minutes}m{seconds % 60}s"
            : minutes > 0 ? $"{minutes}m{seconds % 60}s"
            : $"{seconds}s";
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
