using Portico.Models;

namespace Portico.Gateway.Routing;

/// <summary>A place a call may go: a deployment with its weight in the route and its health on this node.</summary>
sealed record Candidate(ResolvedDeployment Deployment, int Weight, DeploymentHealth Health);

/// <summary>A route with its targets resolved to deployments, built once per snapshot. <see cref="Candidates"/> keeps the route's order.</summary>
sealed record RoutePlan(Route Route, IReadOnlyList<Candidate> Candidates)
{
    /// <summary>The first deployment stands for the plan where one model must be named before the choice (counting, limits).</summary>
    public ResolvedDeployment Lead => Candidates[0].Deployment;

    /// <summary>Tokens of input and output that every deployment takes; null where no window is known.</summary>
    public int? SmallestWindow { get; } = Candidates.Min(c => c.Deployment.Model.ContextTokens);
}
