namespace Portico.Gateway.Stages;

/// <summary>Refuses what the route cannot serve in kind: embeddings from a chat model and the reverse. Policies of workspaces join here.</summary>
sealed class Authorize : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var lead = call.Plan!.Lead;
        if (call.Chat is not null && lead.Family.Chat is null)
            throw Unsupported("chat");
        if (call.Embedding is not null && lead.Family.Embeddings is null)
            throw Unsupported("embeddings");
        return next(call, ct);
    }

    static PorticoException Unsupported(string what) =>
        new(ErrorTable.UnsupportedByModel, $"The provider of this model does not serve {what}.", "model");
}
