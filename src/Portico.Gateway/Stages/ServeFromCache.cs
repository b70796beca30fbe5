using Portico.Core.Chat;
using Portico.Gateway.Cache;

namespace Portico.Gateway.Stages;

/// <summary>Answers an equal call of the same workspace from memory, where the route wants it and the caller does not object. A hit costs nothing.</summary>
sealed class ServeFromCache(AnswerCache cache) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var seconds = call.Plan!.Route.CacheSeconds;
        if (seconds == 0)
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
        return ValueTask.FromResult(new ModelReply(new CachedReply(answer)));
    }

    async ValueTask<ModelReply> AskAndKeepAsync(string key, TimeSpan life, ModelCall call, Next next, CancellationToken ct)
    {
        var record = call.Context.Record;
        record.Cache = "miss";
        var reply = await next(call, ct);
        var events = new RecordingReply(
            reply.Events,
            cache.MaxEntryBytes,
            // An answer that a filter cut is not what the next caller should get.
            (seen, completion) =>
            {
                if (completion.Finish != FinishReason.ContentFilter)
                    cache.Keep(
                        key,
                        new CachedAnswer(
                            seen,
                            reply.Events.Dialect,
                            reply.Events.IsWhole,
                            record.Model!,
                            record.Provider!,
                            record.ConnectionId!,
                            record.DeploymentId!,
                            completion
                        ),
                        life
                    );
            }
        );
        return reply with { Events = events };
    }

    static void Hit(ModelCall call, CachedAnswer answer)
    {
        var record = call.Context.Record;
        record.Cache = "hit";
        record.Model = answer.Model;
        record.Provider = answer.Provider;
        record.ConnectionId = answer.Connection;
        record.DeploymentId = answer.Deployment;
        record.OverheadUs = call.Context.ElapsedUs;
        var price = call.Plan!.Candidates.FirstOrDefault(c => c.Deployment.DeploymentText == answer.Deployment)
            ?.Deployment.PriceAt(call.Context.Time.GetUtcNow());
        record.SavedNanoUsd = price?.CostNanoUsd(answer.Completion.Usage) ?? 0;
        call.Context.Note("serve_from_cache", "hit");
    }
}
