using Portico.Gateway.Stages;

namespace Portico.Gateway;

/// <summary>The walk of a call, in order, with the reason for each place. The only list of stages.</summary>
static class Pipelines
{
    public static readonly (Type Stage, string Reason)[] Stages =
    [
        (typeof(AuditCall), "first, so that nothing is done that no entry says, and the outcome is kept last; refuses when it cannot be"),
        (typeof(RecordCall), "so that every end of every call is recorded, refusals included; refuses when nothing can be recorded"),
        (typeof(LimitRequests), "before anything costs: a caller over its limit must be cheap to refuse"),
        (typeof(RequireLearning), "before any name is looked at: who has not learned what is demanded calls nothing"),
        (typeof(RequireApproval), "and neither does a use case that nobody approved"),
        (typeof(ResolveRoute), "what follows depends on where the name leads"),
        (typeof(EnforcePolicy), "behind the route, which its lines have narrowed; before anything is kept of the call"),
        (typeof(Authorize), "before content is read further: what may not be called is not screened, counted or cached"),
        (typeof(WatchShape), "before content is searched: what is far too long need not be"),
        (typeof(ScreenContent), "before anything is counted, cached or sent: what a content rule takes out is in none of them"),
        (typeof(FitContext), "cache and budget depend on what is really sent"),
        (typeof(ServeFromCache), "behind authorisation, before money: a hit costs nothing"),
        (typeof(HoldBudget), "before any upstream is contacted: the worst case must be covered"),
        (typeof(Failover), "inside the hold: attempts share one promise"),
        (typeof(CallProvider), "last: one attempt at one deployment"),
    ];

    /// <summary>The walk of a request that only wants its input counted. It costs nothing, so that no budget is asked.</summary>
    public static readonly (Type Stage, string Reason)[] Counting =
    [
        (typeof(AuditCall), "a count is a request like any other"),
        (typeof(RecordCall), "and has a record"),
        (typeof(LimitRequests), "it counts against the limits on requests"),
        (typeof(RequireLearning), "as for a call"),
        (typeof(RequireApproval), "as for a call"),
        (typeof(ResolveRoute), "whose tokens are counted depends on where the name leads"),
        (typeof(EnforcePolicy), "as for a call"),
        (typeof(Authorize), "as for a call"),
        (typeof(ScreenContent), "a provider that counts is sent the text"),
        (typeof(CountTokens), "last: asks the provider, or counts here"),
    ];

    /// <summary>Composes the stages once; a call then walks delegates and allocates no list.</summary>
    public static Next Compose((Type Stage, string Reason)[] stages, Func<Type, IStage> stageOf)
    {
        Next next = static (_, _) => throw new InvalidOperationException("The last stage has nothing below it.");
        foreach (var (type, _) in stages.Reverse())
        {
            var stage = stageOf(type);
            var below = next;
            next = (call, ct) => stage.RunAsync(call, below, ct);
        }
        return next;
    }
}

/// <summary>The composed walk of a count.</summary>
sealed record CountingPipeline(Next Walk);
