using Portico.Core.Chat;
using Portico.Models;
using Portico.Models.Retirement;

namespace Portico.Gateway.Routing;

/// <summary>A place a call may go: a deployment with its weight in the route and its health on this node.</summary>
sealed record Candidate(ResolvedDeployment Deployment, int Weight, DeploymentHealth Health)
{
    /// <summary>The announced end of its model; null when none is known.</summary>
    public ModelRetirement? Retirement { get; init; }
}

/// <summary>A deployment that may not be called, and why, in words. A rule and a demand may be told to callers; who a model is approved for is not theirs to know.</summary>
sealed record LeftOut(ResolvedDeployment Deployment, string Why, bool IsByRule);

/// <summary>A route with its targets resolved to deployments, built once per snapshot. <see cref="Candidates"/> keeps the route's order.</summary>
sealed record RoutePlan(Route Route, IReadOnlyList<Candidate> Candidates)
{
    /// <summary>The first deployment stands for the plan where one model must be named before the choice.</summary>
    public ResolvedDeployment Lead => Candidates[0].Deployment;

    /// <summary>Every workspace may use all of it for every purpose, and no organisation has rules.</summary>
    public bool IsForEverybody { get; init; }

    /// <summary>Why nothing of the plan may be called, a sentence: a rule that all of it breaks, or what the route demands. Null = it may be used.</summary>
    public string? Refusal { get; init; }

    /// <summary>What the name leads to and may not be called here, each with the reason.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>What the trail of every call says of the plan; made once.</summary>
    public string Fact { get; } =
        $"{(Route.IsImplicit ? "model" : "route")} {Route.Name}: {Candidates.Count} deployment{(Candidates.Count == 1 ? "" : "s")}, {Route.Strategy.ToString().ToLowerInvariant()}";

    /// <summary>The models that may serve, each once: budgets and limits of all of them apply.</summary>
    public IReadOnlyList<string> Models { get; } = Distinct(Candidates, m => m.Name);

    /// <summary><see cref="Models"/> as one text, by which their meters are found again.</summary>
    public string ModelsKey { get; } = string.Join('\n', Distinct(Candidates, m => m.Name));

    /// <summary>How input may be counted by those who may serve, the lead's way first.</summary>
    public IReadOnlyList<string> TokenFamilies { get; } = Distinct(Candidates, m => m.TokenFamily);

    /// <summary>Tokens of input and output that every deployment takes; null where no window is known.</summary>
    public int? SmallestWindow { get; } = Candidates.Min(c => c.Deployment.Model.ContextTokens);

    /// <summary>Output tokens that every deployment can give; null where no bound is known.</summary>
    public int? SmallestOutput { get; } = Candidates.Min(c => c.Deployment.Model.MaxOutputTokens);

    /// <summary>The plan of those that serve a kind of call; null when none does.</summary>
    public RoutePlan? Serving(CallKind kind)
    {
        for (var i = 0; i < Candidates.Count; i++)
            if (!Candidates[i].Deployment.Family.Serves(kind))
                return Only(d => d.Family.Serves(kind));
        return this;
    }

    /// <summary>The plan without the deployments of a model; null when nothing is left.</summary>
    public RoutePlan? Without(string model) => Only(d => d.Model.Name != model);

    /// <summary>The plan of some of its deployments; null when nothing is left.</summary>
    public RoutePlan? Only(Func<ResolvedDeployment, bool> isIn)
    {
        var rest = Candidates.Where(c => isIn(c.Deployment)).ToArray();
        return rest.Length == 0 ? null
            : rest.Length == Candidates.Count ? this
            : new RoutePlan(Route, rest) { LeftOut = LeftOut };
    }

    static string[] Distinct(IReadOnlyList<Candidate> candidates, Func<Model, string> of) =>
        candidates.Select(c => of(c.Deployment.Model)).Distinct(StringComparer.Ordinal).ToArray();
}
