using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;

namespace Portico.Gateway.Endpoints;

/// <summary>Writes OpenAI's x-ratelimit-* headers from the tightest limit on requests and on tokens; nothing where no such limit applies.</summary>
sealed class RateLimitHeaders(CreditLedger ledger, TimeProvider time)
{
    readonly Names requests = new("requests");
    readonly Names tokens = new("tokens");

    public void Write(HttpContext http, MeterSet? meters)
    {
        if (meters is null)
            return;
        var now = time.GetUtcNow();
        Write(http, requests, ledger.Tightest(meters, MeterUnit.Requests, now), now);
        Write(http, tokens, ledger.Tightest(meters, MeterUnit.Tokens, now), now);
    }

    static void Write(HttpContext http, Names names, MeterStatus? tightest, DateTimeOffset now)
    {
        if (tightest is not { } status)
            return;
        var headers = http.Response.Headers;
        headers[names.Limit] = names.LimitText.Of(status.Meter.Limit);
        headers[names.Remaining] = Number(Math.Max(0, status.Left));
        if (status.ResetsAt is { } at)
            headers[names.Reset] = names.ResetText.Of(SecondsOf(at - now));
    }

    /// <summary>As OpenAI writes it: <c>1s</c>, <c>6m0s</c>, <c>1h30m0s</c>; begun seconds count whole.</summary>
    internal static string Duration(TimeSpan span) => Duration(SecondsOf(span));

    static long SecondsOf(TimeSpan span) => Math.Max(0, (long)Math.Ceiling(span.TotalSeconds));

    static string Duration(long seconds)
    {
        var (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        return hours > 0 ? $"{hours}h{minutes}m{seconds % 60}s"
            : minutes > 0 ? $"{minutes}m{seconds % 60}s"
            : $"{seconds}s";
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The three headers of a unit, and the texts that call after call shares.</summary>
    sealed class Names(string unit)
    {
        public string Limit { get; } = "x-ratelimit-limit-" + unit;
        public string Remaining { get; } = "x-ratelimit-remaining-" + unit;
        public string Reset { get; } = "x-ratelimit-reset-" + unit;
        public LastText LimitText { get; } = new(Number);
        public LastText ResetText { get; } = new(Duration);
    }

    /// <summary>The text of the number that was asked for last.</summary>
    sealed class LastText(Func<long, string> form)
    {
        sealed record Said(long Number, string Text);

        Said? last;

        public string Of(long number)
        {
            // Replaced whole: threads may each make one, and none sees half of one.
            if (last is { } said && said.Number == number)
                return said.Text;
            var fresh = new Said(number, form(number));
            last = fresh;
            return fresh.Text;
        }
    }
}
