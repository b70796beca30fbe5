using Portico.Gateway.Routing;
using Portico.Models;

namespace Portico.Gateway.Stages;

/// <summary>
/// Refuses what a rule or the route's own demands forbid, and what nobody on the route can serve in kind: embeddings from a chat model and the reverse. Those
/// who cannot are left out where others can.
/// </summary>
sealed class Authorize(ModelsCatalog models) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var plan = call.Plan!;
        if (plan.Refusal is { } refusal)
            throw new PorticoException(ErrorTable.PolicyDenied, refusal + BoundPlan.Elsewhere(call), "model");
        if (plan.Serving(call.Kind) is not { } serving)
            throw new PorticoException(
                ErrorTable.UnsupportedByModel,
                $"The provider of this model does not serve {CallKinds.Say(call.Kind)}.",
                "model"
            );
        if (call.Responses is { Bond: { } bond })
            serving = BoundPlan.Of(call, serving, bond, models.Current);
        return next(ReferenceEquals(serving, plan) ? call : call with { Plan = serving }, ct);
    }
}
