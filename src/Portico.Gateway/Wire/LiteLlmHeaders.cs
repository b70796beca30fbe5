using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;

namespace Portico.Gateway.Wire;

/// <summary>
/// Answers' headers by the names that LiteLLM's proxy gives them (https://docs.litellm.ai/docs/proxy/response_headers), for callers that read those. On when
/// Gateway:LiteLlmHeaders says so; otherwise nothing of this runs.
/// </summary>
static class LiteLlmHeaders
{
    /// <summary>Writes them when the answer's headers are sent: only then it is known what served, and of a plain answer what it cost.</summary>
    public static void AddTo(HttpContext http, CallContext context, CreditLedger ledger) =>
        http.Response.OnStarting(() =>
        {
            Write(http.Response.Headers, context, ledger);
            return Task.CompletedTask;
        });

    static void Write(IHeaderDictionary headers, CallContext context, CreditLedger ledger)
    {
        var record = context.Record;
        headers["x-litellm-call-id"] = record.Id.ToString();
        headers["x-litellm-response-duration-ms"] = Ms(context.ElapsedUs);
        if (KeySpend(context, ledger) is { } spent)
            headers["x-litellm-key-spend"] = NanoUsd.Format(spent);
        if (record.Route is { } route)
            headers["x-litellm-model-group"] = HeaderText.Of(route);
        if (record.DeploymentId is not { } deployment)
            return;
        headers["x-litellm-model-id"] = deployment;
        headers["x-litellm-overhead-duration-ms"] = Ms(record.OverheadUs);
        var (tries, deployments) = Tries(context, deployment);
        headers["x-litellm-attempted-retries"] = (tries - deployments).ToString(CultureInfo.InvariantCulture);
        headers["x-litellm-attempted-fallbacks"] = (deployments - 1).ToString(CultureInfo.InvariantCulture);
        // Of a stream it is known behind its last byte.
        if (context.HasEnded && !record.Unpriced)
            headers["x-litellm-response-cost"] = NanoUsd.Format(record.CostNanoUsd);
    }

    /// <summary>Tries so far, and how many deployments they went to; the one that answers a stream is not closed yet.</summary>
    static (int Tries, int Deployments) Tries(CallContext context, string answering)
    {
        var closed = context.Record.Attempts;
        var deployments = closed.Select(a => a.DeploymentId).Append(answering).Distinct(StringComparer.Ordinal).Count();
        return (Math.Max(deployments, context.HasEnded ? closed.Count : closed.Count + 1), deployments);
    }

    /// <summary>What the key has spent in the longest window that a budget of it counts; null where no budget is on the key.</summary>
    static long? KeySpend(CallContext context, CreditLedger ledger)
    {
        if (context.Meters is not { } meters)
            return null;
        var budgets = meters.Spends.Where(s => s.Meter is { Scope: MeterScope.Key, IsBudget: true }).ToList();
        return budgets.Count == 0 ? null : ledger.Status([budgets.MaxBy(b => b.Meter.Window)!])[0].Spent;
    }

    static string Ms(long us) => (us / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
}
