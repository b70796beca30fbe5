namespace Portico.Gateway.Stages;

/// <summary>Refuses what a rule of the organisation forbids, and what the route cannot serve in kind: embeddings from a chat model and the reverse.</summary>
sealed class Authorize : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        if (call.Plan!.Refusal is { } rule)
            throw new PorticoException(ErrorTable.PolicyDenied, $"Your organisation does not allow this call: {rule}.", "model");
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
