using System.Collections.Concurrent;
using Portico.Models;

namespace Portico.Gateway.Routing;

/// <summary>
/// Resolves names to plans. Routes and models are snapshots; a plan is built at its first use and kept until either snapshot changes.
/// A model that no route is named after is its own route.
/// </summary>
sealed class RouteTable(RouteCatalog routes, ModelsCatalog models, TimeProvider time)
{
    readonly ConcurrentDictionary<DeploymentId, DeploymentHealth> health = new();
    Cached cached = new(-1, -1, new ConcurrentDictionary<string, RoutePlan?>(StringComparer.Ordinal));

    sealed record Cached(long Routes, long Models, ConcurrentDictionary<string, RoutePlan?> Plans);

    /// <summary>Names kept per snapshot; names that lead nowhere are foreign input and must not fill the memory.</summary>
    const int MaxCachedNames = 10_000;

    /// <summary>The plan of a name; null when neither a route nor a model with a deployment has it.</summary>
    public RoutePlan? Find(string name)
    {
        var routeSnapshot = routes.Current;
        var modelSnapshot = models.Current;
        var plans = Volatile.Read(ref cached);
        if (plans.Routes != routeSnapshot.Version || plans.Models != modelSnapshot.Version)
        {
            plans = new Cached(
                routeSnapshot.Version,
                modelSnapshot.Version,
                new ConcurrentDictionary<string, RoutePlan?>(StringComparer.Ordinal)
            );
            Volatile.Write(ref cached, plans);
        }
        if (plans.Plans.TryGetValue(name, out var plan))
            return plan;
        plan = Build(name, routeSnapshot, modelSnapshot);
        if (plan is not null && plans.Plans.Count < MaxCachedNames)
            plans.Plans[name] = plan;
        return plan;
    }

    /// <summary>Whether a route or a model has this name, switched off or without deployments included.</summary>
    public bool Has(string name) => routes.Current.Find(name) is not null || models.Current.FindModel(name) is not null;

    /// <summary>Names that a caller may use, routes first, each once.</summary>
    public IEnumerable<RoutePlan> All()
    {
        var names = routes
            .Current.Routes.Where(r => !r.Disabled)
            .Select(r => r.Name)
            .Concat(models.Current.Models.Where(m => !m.Disabled).Select(m => m.Name));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            if (Find(name) is { } plan)
                yield return plan;
    }

    public DeploymentHealth HealthOf(DeploymentId id) => health.GetOrAdd(id, static (_, t) => new DeploymentHealth(t), time);

    RoutePlan? Build(string name, RouteSnapshot routeSnapshot, ModelsSnapshot modelSnapshot)
    {
        var route = routeSnapshot.Find(name);
        if (route is { Disabled: true })
            return null;
        route ??= Implicit(name, modelSnapshot);
        if (route is null)
            return null;
        var candidates = route.Targets.SelectMany(t => Resolve(t, modelSnapshot)).ToList();
        return candidates.Count == 0 ? null : new RoutePlan(route, candidates);
    }

    static Route? Implicit(string name, ModelsSnapshot snapshot) =>
        snapshot.FindModel(name) is { Disabled: false } model
            ? new Route
            {
                Id = default,
                Name = name,
                Strategy = RouteStrategy.Weighted,
                Targets = [new RouteTarget(null, model.Name)],
                IsImplicit = true,
            }
            : null;

    IEnumerable<Candidate> Resolve(RouteTarget target, ModelsSnapshot snapshot)
    {
        if (target.Deployment is { } id)
        {
            if (snapshot.FindDeployment(id) is { } one && IsUsable(one))
                yield return new Candidate(one, target.Weight, HealthOf(one.Deployment.Id));
            yield break;
        }
        if (target.Model is null || snapshot.FindModel(target.Model) is not { Disabled: false } model)
            yield break;
        foreach (var deployment in snapshot.DeploymentsOf(model.Id).Where(IsUsable))
            yield return new Candidate(
                deployment,
                Math.Max(1, target.Weight * deployment.Deployment.Weight),
                HealthOf(deployment.Deployment.Id)
            );
    }

    static bool IsUsable(ResolvedDeployment d) => !d.Deployment.Disabled && !d.Connection.Disabled && !d.Model.Disabled;
}
