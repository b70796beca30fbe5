using Portico.Gateway.Routing;

namespace Portico.Gateway.Stages;

/// <summary>
/// Finds where the name leads for this caller. A name that leads nowhere, one that the key may not use and a model that its workspace may not use look the
/// same to the caller.
/// </summary>
sealed class ResolveRoute(RouteTable routes) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var name = call.RequestedModel;
        if (routes.Find(name, call.Caller) is not { } plan)
            throw new PorticoException(
                ErrorTable.ModelNotFound,
                $"The model '{Wire.Json.Short(name)}' does not exist or this key may not use it.{BoundPlan.Elsewhere(call)}",
                "model"
            );
        if (call.Options.Demands is { } demands)
            plan = routes.Meeting(plan, demands);
        call.Context.Record.Route = plan.Route.Name;
        call.Context.Note("resolve_route", plan.Fact);
        return next(call with { Plan = plan }, ct);
    }
}
