using Portico.Governance.Risks;
using Portico.Models;

namespace Portico.Gateway.Routing;

/// <summary>Whether another deployment stands in where one fails. Routes belong to everybody, so it is the same at every level.</summary>
sealed class FallbackCheck(RouteCatalog routes, ModelsCatalog models) : IControlCheck
{
    public string Control => "route_fallback";

    public ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct) =>
        ValueTask.FromResult(Find(routes.Current.Routes, models.Current));

    public static ControlFinding Find(IReadOnlyList<Route> routes, ModelsSnapshot models) =>
        routes.Count == 0
            ? ControlFinding.Absent("There is no route: models are called by their own names.")
            : ControlFinding.Share(routes.Count(r => Ways(r, models) > 1), routes.Count, "routes lead to more than one deployment");

    static int Ways(Route route, ModelsSnapshot models) =>
        route.Targets.Sum(t =>
            t.Deployment is not null ? 1
            : t.Model is { } name && models.FindModel(name) is { } model ? models.DeploymentsOf(model.Id).Count
            : 0
        );
}
