namespace Portico.Gateway.Stages;

/// <summary>
/// Refuses what a rule of the organisation forbids, and what nobody on the route can serve in kind: embeddings from a chat model and the reverse. Those
/// who cannot are left out where others can.
/// </summary>
sealed class Authorize : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var plan = call.Plan!;
        if (plan.Refusal is { } rule)
            throw new PorticoException(ErrorTable.PolicyDenied, $"Your organisation does not allow this call: {rule}.", "model");
        if (plan.Serving(call.Kind) is not { } serving)
            throw new PorticoException(
                ErrorTable.UnsupportedByModel,
                $"The provider of this model does not serve {CallKinds.Say(call.Kind)}.",
                "model"
            );
        return next(ReferenceEquals(serving, plan) ? call : call with { Plan = serving }, ct);
    }
}
