using Portico.Core.Chat;
using Portico.Gateway.Cache;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>Answers an equal call of the same workspace from memory, where the route wants it and the caller does not object. A hit costs nothing.</summary>
sealed class ServeFromCache(AnswerCache cache) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var seconds = call.Plan!.Route.CacheSeconds;
        // What a tool of the provider finds today is not what it finds tomorrow.
        if (seconds == 0 || (call.MayPass && call.Plan.Candidates.Any(c => c.Deployment.TakesResponses)))
            return next(call, ct);
        if (call.Options.SkipCache)
        {
            call.Context.Record.Cache = "bypass";
            return next(call, ct);
        }
        var key = AnswerCache.KeyOf(call);
        if (cache.Find(key) is not { } answer)
            return AskAndKeepAsync(key, TimeSpan.FromSeconds(seconds), call, next, ct);
        Hit(call, answer);
        return ValueTask.FromResult(
            new ModelReply(new CachedReply(answer)) { DroppedFields = answer.DroppedFields, ContentType = answer.ContentType }
        );
    }

    async ValueTask<ModelReply> AskAndKeepAsync(string key, TimeSpan life, ModelCall call, Next next, CancellationToken ct)
    {
        var context = call.Context;
        context.Record.Cache = "miss";
        ModelReply? reply = null;
        RecordingReply? recording = null;
        // Registered before the attempt's duty, so it runs behind that: what the answer used is known then, also where we had to count it.
        context.OnEnd(end =>
        {
            if (recording?.Seen is { } seen && MayBeKept(call, end))
                cache.Keep(
                    key,
                    new CachedAnswer(seen, recording.Dialect, recording.IsWhole, reply!.DroppedFields, From(context.Record))
                    {
                        ContentType = reply.ContentType,
                    },
                    life
                );
        });
        reply = await next(call, ct);
        recording = new RecordingReply(reply.Events, cache.MaxEntryBytes);
        return reply with { Events = recording };
    }

    /// <summary>Not what a filter cut, and not what was cut at a cap that the caller did not ask for: another key may have no such cap.</summary>
    static bool MayBeKept(ModelCall call, CallEnd end) =>
        end is { Outcome: CallOutcome.Completed, Completion: { } completion }
        && completion.Finish != FinishReason.ContentFilter
        && (completion.Finish != FinishReason.Length || call.Chat?.MaxOutputTokens is not null);

    static CachedFrom From(CallRecord record) =>
        new(record.Model, record.Provider, record.ProviderFamily, record.ConnectionId, record.DeploymentId, record.Usage);

    static void Hit(ModelCall call, CachedAnswer answer)
    {
        var record = call.Context.Record;
        var served = answer.Served;
        record.Cache = "hit";
        (record.Model, record.Provider, record.ProviderFamily) = (served.Model, served.Provider, served.ProviderFamily);
        (record.ConnectionId, record.DeploymentId) = (served.ConnectionId, served.DeploymentId);
        record.OverheadUs = call.Context.ElapsedUs;
        var price = call.Plan!.Candidates.FirstOrDefault(c => c.Deployment.DeploymentText == served.DeploymentId)
            ?.Deployment.PriceAt(call.Context.Time.GetUtcNow());
        record.SavedNanoUsd = price?.CostNanoUsd(served.Usage) ?? 0;
        call.Context.Note("serve_from_cache", "hit");
    }
}
