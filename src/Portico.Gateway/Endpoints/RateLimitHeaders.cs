using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;

namespace Portico.Gateway.Endpoints;

/// <summary>Writes OpenAI's x-ratelimit-* headers from the tightest limit on requests and on tokens; nothing where no such limit applies.</summary>
sealed class RateLimitHeaders(MeterCatalog meters, CreditLedger ledger, TimeProvider time)
{
    readonly record struct Names(string Limit, string Remaining, string Reset);

    static readonly Names Requests = new("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
    static readonly Names Tokens = new("x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");

    public void Write(HttpContext http, ModelCall call)
    {
        // A name that leads nowhere has no model: the limits known by the name are told.
        var set = meters.For(call.Caller, call.RequestedModel, null);
        WriteTightest(http, Requests, set.Rates, MeterUnit.Requests);
        WriteTightest(http, Tokens, set.Spends, MeterUnit.Tokens);
    }

    void WriteTightest(HttpContext http, in Names names, MeterSlot[] slots, MeterUnit unit)
    {
        if (ledger.Tightest(slots, unit) is not { } tightest)
            return;
        var headers = http.Response.Headers;
        headers[names.Limit] = Text(tightest.Meter.Limit);
        headers[names.Remaining] = Text(Math.Max(0, tightest.Left));
        if (tightest.ResetsAt is { } at)
            headers[names.Reset] = Text(Math.Max(0, (long)Math.Ceiling((at - time.GetUtcNow()).TotalSeconds))) + "s";
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
