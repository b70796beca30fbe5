using System.Diagnostics;
using Portico.Core.Chat;

namespace Portico.Observability.Telemetry;

/// <summary>
/// Spans of calls: <c>chat {model}</c> for the call as its caller sees it, with usage, and under it one for each attempt, with the server. Names are those
/// of <see cref="GenAiProfile"/>; what they have no name for is <c>portico.*</c>. Never prompt text, never an answer. While nobody listens a call pays one
/// check and allocates nothing.
/// </summary>
public sealed class GenAiTelemetry : IDisposable
{
    /// <summary>The name of the source of spans and of the meter.</summary>
    public const string SourceName = "Portico.Gateway";

    readonly ActivitySource source = new(SourceName);
    readonly GenAiProfile profile;
    readonly GenAiMeter meter;

    public GenAiTelemetry(RecordOptions options, CallRecorder recorder)
    {
        profile = GenAiProfile.Parse(options.GenAiProfile);
        meter = new GenAiMeter(profile);
        recorder.Listen(meter.Measure);
    }

    /// <summary>Opens the span of a call whose caller and model are described; null while nobody listens or the sampler says no.</summary>
    /// <param name="record">Gets the id of the trace.</param>
    /// <param name="traceparent">What the caller sent of W3C Trace Context, null when nothing.</param>
    /// <param name="tracestate">Likewise.</param>
    public Activity? StartCall(CallRecord record, string? traceparent, string? tracestate)
    {
        if (!source.HasListeners())
            return null;
        var name = record.RequestedModel is { } model ? $"{record.Operation} {model}" : record.Operation;
        var span = source.StartActivity(name, ActivityKind.Client, CallerContext(traceparent, tracestate));
        if (span is null)
            return null;
        record.TraceId = span.TraceId.ToHexString();
        span.SetTag("gen_ai.operation.name", record.Operation);
        span.SetTag("gen_ai.request.model", record.RequestedModel);
        return span;
    }

    /// <summary>Closes the span of a call whose record is complete.</summary>
    public void EndCall(Activity? span, CallRecord record)
    {
        if (span is null)
            return;
        if (span.IsAllDataRequested)
            Describe(span, record);
        span.Stop();
    }

    /// <summary>Opens the span of an attempt under the call's. It becomes the current one: a traceparent sent upstream names it.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="upstreamModel">The model's name as the provider knows it.</param>
    /// <param name="server">Where the attempt goes.</param>
    public Activity? StartAttempt(int number, string upstreamModel, Uri server)
    {
        if (!source.HasListeners() || Activity.Current is not { } call || call.Source != source)
            return null;
        var span = source.StartActivity($"attempt {upstreamModel}", ActivityKind.Client);
        if (span is null)
            return null;
        span.SetTag("portico.attempt.number", number);
        span.SetTag("portico.attempt.model", upstreamModel);
        foreach (var each in new[] { span, call })
        {
            each.SetTag("server.address", server.Host);
            each.SetTag("server.port", server.Port);
        }
        return span;
    }

    /// <summary>Closes the span of an attempt. Tokens stand on the call alone: a backend that sums over spans must not count them twice.</summary>
    public void EndAttempt(Activity? span, AttemptRecord attempt, string? family)
    {
        if (span is null)
            return;
        span.SetTag("gen_ai.provider.name", GenAiProviders.Name(family) ?? attempt.Provider);
        span.SetTag("portico.attempt.outcome", attempt.Outcome);
        span.SetTag("portico.deployment", attempt.DeploymentId);
        span.SetTag("portico.connection", attempt.ConnectionId);
        if (attempt.Status > 0)
            span.SetTag("http.response.status_code", attempt.Status);
        if (attempt.UpstreamRequestId is { } id)
            span.SetTag("portico.upstream.request_id", id);
        if (attempt.ErrorCode is { } error)
            Fail(span, error, attempt.ErrorMessage);
        span.Stop();
    }

    void Describe(Activity span, CallRecord r)
    {
        span.SetTag("gen_ai.provider.name", GenAiProviders.Name(r.ProviderFamily) ?? r.Provider);
        span.SetTag("gen_ai.response.model", r.ServedModel ?? r.Model);
        // The id by which the caller and the management API find the answer.
        span.SetTag("gen_ai.response.id", r.Id.ToString());
        if (r.Finish != FinishReason.None)
            span.SetTag("gen_ai.response.finish_reasons", new[] { FinishName(r.Finish) });
        if (r.Stream)
        {
            span.SetTag("gen_ai.request.stream", true);
            if (r.FirstOutputUs > 0)
                span.SetTag("gen_ai.response.time_to_first_chunk", r.FirstOutputUs / 1e6);
        }
        DescribeUsage(span, r.Usage);
        span.SetTag("portico.route", r.Route);
        span.SetTag("portico.workspace", r.WorkspaceId);
        span.SetTag("portico.use_case", r.UseCaseId);
        span.SetTag("portico.key", r.KeyId);
        span.SetTag("portico.outcome", Outcomes.Name(r.Outcome));
        span.SetTag("portico.cache", r.Cache);
        span.SetTag("portico.attempts", r.Attempts.Count);
        span.SetTag("portico.cost.nano_usd", r.CostNanoUsd);
        if (r.Unpriced)
            span.SetTag("portico.cost.unpriced", true);
        if (r.ErrorCode is { } error)
            Fail(span, error, r.ErrorMessage);
    }

    void DescribeUsage(Activity span, in Usage usage)
    {
        if (usage.IsEmpty)
            return;
        // The conventions' totals hold the parts: cached tokens are input, reasoning is output.
        span.SetTag("gen_ai.usage.input_tokens", usage.TotalInput);
        span.SetTag("gen_ai.usage.output_tokens", usage.TotalOutput);
        if (usage.CacheRead > 0)
            span.SetTag("gen_ai.usage.cache_read.input_tokens", usage.CacheRead);
        if (usage.CacheWrite + usage.CacheWriteLong > 0)
            span.SetTag(profile.CacheWriteTokens, usage.CacheWrite + usage.CacheWriteLong);
        if (usage.Reasoning > 0)
            span.SetTag("gen_ai.usage.reasoning.output_tokens", usage.Reasoning);
        if (usage.Source == UsageSource.Estimated)
            span.SetTag("portico.usage.estimated", true);
    }

    static void Fail(Activity span, string code, string? message)
    {
        span.SetTag("error.type", code);
        span.SetStatus(ActivityStatusCode.Error, message);
    }

    /// <summary>
    /// What the call belongs to: a span of this process where somebody made one, else what the caller sent. The web server's own span of a request
    /// counts only when somebody exports it, or the trace would have a hole.
    /// </summary>
    static ActivityContext CallerContext(string? traceparent, string? tracestate)
    {
        if (Activity.Current is { Source.Name.Length: > 0 } current)
            return current.Context;
        return ActivityContext.TryParse(traceparent, tracestate, isRemote: true, out var sent) ? sent : default;
    }

    static string FinishName(FinishReason finish) =>
        finish switch
        {
            FinishReason.Stop => "stop",
            FinishReason.Length => "length",
            FinishReason.ToolCalls => "tool_calls",
            FinishReason.ContentFilter => "content_filter",
            _ => "other",
        };

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }
}
