using Portico.Governance.Learning;

namespace Portico.Gateway.Stages;

/// <summary>Refuses a person who has not done what their organisation demands before anybody calls. Exercises by which they do it are let through.</summary>
sealed class RequireLearning(LearningCatalog learning) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        if (call.Exercise is null && learning.Current.Missing(call.Caller, call.Context.Time.GetUtcNow()) is { Count: > 0 } missing)
            throw Refusal(missing);
        return next(call, ct);
    }

    static PorticoException Refusal(IReadOnlyList<Lack> missing) =>
        new(ErrorTable.LearningRequired, $"Your access is not open yet. First {Say(missing)}, on the page Learn of the console.")
        {
            Details = new Dictionary<string, object>
            {
                ["missing"] = string.Join(' ', missing.Select(l => l.CourseId is null ? l.Kind : $"{l.Kind}:{l.CourseId}")),
            },
        };

    static string Say(IReadOnlyList<Lack> missing) =>
        missing.Count == 1
            ? missing[0].Says
            : $"{string.Join(", ", missing.Take(missing.Count - 1).Select(l => l.Says))} and {missing[^1].Says}";
}
