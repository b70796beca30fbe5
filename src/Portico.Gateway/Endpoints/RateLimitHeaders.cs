using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;

namespace Portico.Gateway.Endpoints;

/// <summary>Writes OpenAI's x-ratelimit-* headers from the tightest limit on requests and on tokens; nothing where no such limit applies.</summary>
sealed class RateLimitHeaders(MeterCatalog meters, CreditLedger ledger, TimeProvider time)
{
    public void Write(HttpContext http, ModelCall call)
    {
        // A name that leads nowhere has no model: the limits known by the name are told.
        var set = meters.For(call.Caller, call.RequestedModel, null);
        WriteTightest(http, "requests", set.Rates, MeterUnit.Requests);
        WriteTightest(http, "tokens", set.Spends, MeterUnit.Tokens);
    }

    void WriteTightest(HttpContext http, string name, MeterSlot[] slots, MeterUnit unit)
    {
        var limited = slots.Where(s => s.Meter.Unit == unit && !s.Meter.ShadowOnly).ToList();
        if (limited.Count == 0)
            return;
        var tightest = ledger.Status(limited).MinBy(s => s.Meter.Limit - s.Spent - s.Held);
        var headers = http.Response.Headers;
        headers[$"x-ratelimit-limit-{name}"] = Text(tightest.Meter.Limit);
        headers[$"x-ratelimit-remaining-{name}"] = Text(Math.Max(0, tightest.Meter.Limit - tightest.Spent - tightest.Held));
        if (tightest.ResetsAt is { } at)
            headers[$"x-ratelimit-reset-{name}"] = Text(Math.Max(0, (long)Math.Ceiling((at - time.GetUtcNow()).TotalSeconds))) + "s";
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
