using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>The headers of a good answer, the same in every dialect.</summary>
static class ReplyHeaders
{
    /// <summary>Tries so far: those that failed, and the one that answers and is not closed before the end of its stream. A hit of the cache took none.</summary>
    static int Attempts(CallContext context)
    {
        var closed = context.Record.Attempts.Count;
        return context.HasEnded || context.Record.Cache == "hit" ? closed : closed + 1;
    }

    /// <summary>What the caller may want to know beside the answer. On a stream the cost is not known yet: the call's id finds it later.</summary>
    public static void Write(HttpContext http, ModelCall call, ModelReply reply, string contentType)
    {
        var headers = http.Response.Headers;
        var record = call.Context.Record;
        http.Response.ContentType = contentType;
        if (call.ReplyDialect != Dialect.AnthropicMessages)
            headers["openai-processing-ms"] = (call.Context.ElapsedUs / 1000).ToString(CultureInfo.InvariantCulture);
        headers["x-portico-model"] = HeaderText.Of(record.Model);
        headers["x-portico-provider"] = HeaderText.Of(record.Provider);
        headers["x-portico-attempts"] = Attempts(call.Context).ToString(CultureInfo.InvariantCulture);
        if (record.Cache != "off")
            headers["x-portico-cache"] = record.Cache;
        if (record.ContextFitted is { } fitted)
            headers["x-portico-context"] = fitted;
        if (reply.DroppedFields.Count > 0)
            headers["x-portico-dropped-fields"] = HeaderText.OfNames(reply.DroppedFields);
        if (call.Context.Retirement is { } end && end.IsNear(call.Context.Time.GetUtcNow()))
        {
            headers["sunset"] = end.Sunset;
            if (end.IsOver(call.Context.Time.GetUtcNow()))
                headers["deprecation"] = end.Deprecation;
        }
        if (!call.Streams || reply.Events.IsWhole)
            headers["x-portico-cost-usd"] = record.Unpriced ? "unpriced" : NanoUsd.Format(record.CostNanoUsd);
    }
}
