namespace Portico.Gateway.Stages;

/// <summary>Refuses what a rule or the route's own demands forbid, and what the route cannot serve in kind: embeddings from a chat model and the reverse.</summary>
sealed class Authorize : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        if (call.Plan!.Refusal is { } refusal)
            throw new PorticoException(ErrorTable.PolicyDenied, refusal, "model");
        var lead = call.Plan.Lead;
        if (call.Chat is not null && lead.Family.Chat is null)
            throw Unsupported("chat");
        if (call.Embedding is not null && lead.Family.Embeddings is null)
            throw Unsupported("embeddings");
        return next(call, ct);
    }

    static PorticoException Unsupported(string what) =>
        new(ErrorTable.UnsupportedByModel, $"The provider of this model does not serve {what}.", "model");
}
