using System.Collections.Concurrent;
using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Models;
using Portico.Models.Approval;
using Portico.Models.Rules;

namespace Portico.Gateway.Routing;

/// <summary>
/// Resolves names to plans. Routes and models are snapshots; a plan is built at its first use and kept until either snapshot changes.
/// A model that no route is named after is its own route.
/// </summary>
sealed class RouteTable(RouteCatalog routes, ModelsCatalog models, TimeProvider time)
{
    readonly ConcurrentDictionary<DeploymentId, DeploymentHealth> health = new();
    Cached? cached;

    /// <summary>Who a plan is for where not everybody may use all of it.</summary>
    readonly record struct Audience(string Name, WorkspaceId Workspace, Purpose Purpose, KeyId? Key, CompiledPolicy? Policy);

    /// <summary>What was built of two snapshots: plans whole, by name, and what is left of them for an audience.</summary>
    sealed record Cached(RouteSnapshot Routes, ModelsSnapshot Models)
    {
        public ConcurrentDictionary<string, RoutePlan> Plans { get; } = new(StringComparer.Ordinal);
        public ConcurrentDictionary<Audience, RoutePlan?> Narrowed { get; } = new();
    }

    /// <summary>Names kept per snapshot; names that lead nowhere are foreign input and must not fill the memory.</summary>
    const int MaxCachedNames = 10_000;

    /// <summary>
    /// Where a name leads for a caller: the deployments of those models that its workspace may use for its purpose. Null when the key may not use the name or
    /// nothing is left: to the caller that is as if the name did not exist.
    /// </summary>
    public RoutePlan? Find(string name, Caller caller) => FindUnder(name, caller, caller.Policies.InForce?.At(time.GetUtcNow()));

    /// <summary>Where a name would lead under a policy that need not be in force.</summary>
    public RoutePlan? FindUnder(string name, Caller caller, CompiledPolicy? policy)
    {
        if (!caller.MayUseRoute(name))
            return null;
        var snapshot = Current();
        if (Whole(name, snapshot) is not { } plan)
            return null;
        if (policy is { Narrows: false })
            policy = null;
        if (plan.IsForEverybody && policy is null)
            return plan;
        var key = caller.Key?.Id is { } id && snapshot.Models.HasRulesOf(id) ? id : default(KeyId?);
        var audience = new Audience(name, caller.Workspace.Id, Purposes.Of(caller.UseCase), key, policy);
        if (snapshot.Narrowed.TryGetValue(audience, out var narrowed))
            return narrowed;
        narrowed = Narrow(plan, audience, caller.Organisation.Id, snapshot.Models);
        // Policies come and go while routes and models stay: what is old goes with the rest and is made again where it is needed.
        if (snapshot.Narrowed.Count >= MaxCachedNames)
            snapshot.Narrowed.Clear();
        snapshot.Narrowed[audience] = narrowed;
        return narrowed;
    }

    /// <summary>The plan of a name, whoever may use it; null when neither a route nor a model with a deployment has it.</summary>
    public RoutePlan? FindWhole(string name) => Whole(name, Current());

    /// <summary>Where a route that is not saved would lead for a caller, as <see cref="Find"/> tells of one that is; nothing of it is kept.</summary>
    public RoutePlan? FindDraft(Route draft, Caller caller) =>
        caller.MayUseRoute(draft.Name) && FindWholeDraft(draft) is { } plan
            ? plan.IsForEverybody && caller.Policies.InForce is null
                ? plan
                : Narrow(
                    plan,
                    new Audience(
                        draft.Name,
                        caller.Workspace.Id,
                        Purposes.Of(caller.UseCase),
                        caller.Key?.Id,
                        caller.Policies.InForce?.At(time.GetUtcNow())
                    ),
                    caller.Organisation.Id,
                    models.Current
                )
            : null;

    /// <summary>The plan of a route that is not saved, whoever may use it; null when nothing of it is switched on.</summary>
    public RoutePlan? FindWholeDraft(Route draft) => PlanOf(draft, models.Current);

    /// <summary>The route of a name, switched off or not; null when neither a route nor a model has it.</summary>
    public Route? RouteOf(string name) => routes.Current.Find(name) ?? Implicit(name, models.Current);

    /// <summary>What a route names and calls never reach, because it is switched off, was removed or is not there; each with the reason.</summary>
    public IEnumerable<(string Deployment, string Model, string Connection, string Why)> Unusable(Route route)
    {
        var snapshot = models.Current;
        foreach (var target in route.Targets)
        {
            if (target.Deployment is { } id)
            {
                if (snapshot.FindDeployment(id) is not { } one)
                    yield return (id.ToString(), "", "", "the deployment was removed");
                else if (!IsUsable(one))
                    yield return Off(one);
                continue;
            }
            var model = snapshot.FindModel(target.Model!);
            var deployments = model is null ? [] : snapshot.DeploymentsOf(model.Id);
            if (deployments.Count == 0)
                yield return ("", target.Model!, "", model is null ? "the model was removed" : "no connection serves the model");
            foreach (var deployment in deployments.Where(d => !IsUsable(d)))
                yield return Off(deployment);
        }
    }

    static (string, string, string, string) Off(ResolvedDeployment d) =>
        (
            d.DeploymentText,
            d.Model.Name,
            d.Connection.Name,
            d.Connection.Disabled ? "the connection is switched off"
            : d.Model.Disabled ? "the model is switched off"
            : "the deployment is switched off"
        );

    /// <summary>Why a caller may not use any model of a plan, for those who may know that there are some.</summary>
    public string WhyClosed(RoutePlan plan, Caller caller) =>
        string.Join(
            "; ",
            plan.Candidates.Select(c => c.Deployment.Model)
                .DistinctBy(m => m.Id)
                .Select(m => $"model {m.Name}: {models.Current.AccessOf(m.Id).Explain(caller.Workspace.Id)}")
        );

    Cached Current()
    {
        var (routeSnapshot, modelSnapshot) = (routes.Current, models.Current);
        var kept = Volatile.Read(ref cached);
        if (kept is not null && ReferenceEquals(kept.Routes, routeSnapshot) && ReferenceEquals(kept.Models, modelSnapshot))
            return kept;
        kept = new Cached(routeSnapshot, modelSnapshot);
        Volatile.Write(ref cached, kept);
        return kept;
    }

    RoutePlan? Whole(string name, Cached snapshot)
    {
        if (snapshot.Plans.TryGetValue(name, out var plan))
            return plan;
        plan = Build(name, snapshot.Routes, snapshot.Models);
        if (plan is not null && snapshot.Plans.Count < MaxCachedNames)
            snapshot.Plans[name] = plan;
        return plan;
    }

    /// <summary>What is approved for the audience, less what its organisation's rules refuse; a plan with a refusal when they refuse all of it.</summary>
    static RoutePlan? Narrow(RoutePlan plan, Audience audience, OrganisationId organisation, ModelsSnapshot snapshot)
    {
        bool IsApproved(Candidate c) => snapshot.AccessOf(c.Deployment.Model.Id).Allows(audience.Workspace, audience.Purpose);
        var approved = plan.Candidates.Where(IsApproved).ToArray();
        if (approved.Length == 0)
            return null;
        if (plan.Refusal is not null)
            return plan;
        var whom = new RuleAudience(organisation, audience.Workspace, audience.Key);
        (string Whose, string Rule)? BreachOf(Candidate c) => snapshot.BreachOf(c.Deployment, whom, audience.Purpose);
        (string Line, string? Value, string Why)? PolicyBreachOf(Candidate c) =>
            audience.Policy is { } policy ? snapshot.PolicyBreachOf(c.Deployment, policy) : null;
        var allowed = approved.Where(c => BreachOf(c) is null && PolicyBreachOf(c) is null).ToArray();
        if (allowed.Length == plan.Candidates.Count)
            return plan;
        var leftOut = plan
            .Candidates.Except(allowed)
            .Select(c => new LeftOut(
                c.Deployment,
                !IsApproved(c) ? snapshot.AccessOf(c.Deployment.Model.Id).Explain(audience.Workspace)
                    : BreachOf(c) is { } breach ? $"your {breach.Whose} does not allow it: {breach.Rule}"
                    : $"the policy does not allow it: {PolicyBreachOf(c)!.Value.Why} ({audience.Policy!.Tell(PolicyBreachOf(c)!.Value.Line, PolicyBreachOf(c)!.Value.Value)})",
                IsByRule: IsApproved(c)
            ))
            .Concat(plan.LeftOut)
            .ToList();
        if (allowed.Length > 0)
            return new RoutePlan(plan.Route, allowed) { LeftOut = leftOut };
        return new RoutePlan(plan.Route, approved) { LeftOut = leftOut, Refusal = RefusalOf(approved[0]) };

        string RefusalOf(Candidate first)
        {
            if (BreachOf(first) is { } breach)
                return $"Your {breach.Whose} does not allow this call: model {first.Deployment.Model.Name}, {breach.Rule}.";
            var (line, value, why) = PolicyBreachOf(first)!.Value;
            return audience.Policy!.Refuse(line, why, value);
        }
    }

    /// <summary>What of a plan meets demands that come from elsewhere than its route.</summary>
    public RoutePlan Meeting(RoutePlan plan, DataDemands demands) =>
        plan.Refusal is null ? Demand(plan.Route, plan.Candidates, demands, plan.LeftOut, models.Current) : plan;

    /// <summary>The candidates that meet demands; a plan with a refusal when none does.</summary>
    static RoutePlan Demand(
        Route route,
        IReadOnlyList<Candidate> candidates,
        DataDemands? demands,
        IReadOnlyList<LeftOut> before,
        ModelsSnapshot snapshot
    )
    {
        if (demands is null)
            return new RoutePlan(route, candidates) { LeftOut = before };
        var unmet = candidates.DistinctBy(c => c.Deployment).ToDictionary(c => c.Deployment, c => snapshot.Unmet(c.Deployment, demands));
        var met = candidates.Where(c => unmet[c.Deployment] is null).ToList();
        var leftOut = candidates
            .Where(c => unmet[c.Deployment] is not null)
            .Select(c => new LeftOut(c.Deployment, unmet[c.Deployment]!, IsByRule: true))
            .Concat(before)
            .ToList();
        return met.Count > 0
            ? new RoutePlan(route, met) { LeftOut = leftOut }
            : new RoutePlan(route, candidates)
            {
                LeftOut = leftOut,
                Refusal =
                    $"Nothing that '{route.Name}' leads to may be called: {leftOut[0].Why} (model {leftOut[0].Deployment.Model.Name}).",
            };
    }

    /// <summary>Whether a route or a model has this name, switched off or without deployments included.</summary>
    public bool Has(string name) => routes.Current.Find(name) is not null || models.Current.FindModel(name) is not null;

    /// <summary>Names that a caller may use, routes first, each once.</summary>
    public IEnumerable<RoutePlan> All(Caller caller)
    {
        var names = routes
            .Current.Routes.Where(r => !r.Disabled)
            .Select(r => r.Name)
            .Concat(models.Current.Models.Where(m => !m.Disabled).Select(m => m.Name));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            if (Find(name, caller) is { Refusal: null } plan)
                yield return plan;
    }

    public DeploymentHealth HealthOf(DeploymentId id) => health.GetOrAdd(id, static (_, t) => new DeploymentHealth(t), time);

    RoutePlan? Build(string name, RouteSnapshot routeSnapshot, ModelsSnapshot modelSnapshot) =>
        (routeSnapshot.Find(name) ?? Implicit(name, modelSnapshot)) is { } route ? PlanOf(route, modelSnapshot) : null;

    RoutePlan? PlanOf(Route route, ModelsSnapshot modelSnapshot)
    {
        if (route.Disabled)
            return null;
        var candidates = route.Targets.SelectMany(t => Resolve(t, modelSnapshot)).ToList();
        return candidates.Count == 0
            ? null
            : Demand(route, candidates, route.Demands, [], modelSnapshot) with
            {
                IsForEverybody =
                    !modelSnapshot.HasRules && candidates.TrueForAll(c => modelSnapshot.AccessOf(c.Deployment.Model.Id).IsForEverybody),
            };
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
                yield return Of(one, target.Weight, snapshot);
            yield break;
        }
        if (target.Model is null || snapshot.FindModel(target.Model) is not { Disabled: false } model)
            yield break;
        foreach (var deployment in snapshot.DeploymentsOf(model.Id).Where(IsUsable))
            yield return Of(deployment, Math.Max(1, target.Weight * deployment.Deployment.Weight), snapshot);
    }

    Candidate Of(ResolvedDeployment deployment, int weight, ModelsSnapshot snapshot) =>
        new(deployment, weight, HealthOf(deployment.Deployment.Id)) { Retirement = snapshot.RetirementOf(deployment.Model.Id) };

    static bool IsUsable(ResolvedDeployment d) => !d.Deployment.Disabled && !d.Connection.Disabled && !d.Model.Disabled;
}
