using Portico.Models.Rules;

namespace Portico.Gateway.Routing;

/// <summary>How a route chooses among its targets that are well.</summary>
public enum RouteStrategy
{
    /// <summary>In the order given; the next one only when those before it fail.</summary>
    Ordered,

    /// <summary>By chance in proportion to the weights.</summary>
    Weighted,

    /// <summary>The shortest recent time to first output.</summary>
    LeastLatency,

    /// <summary>The lowest price for this call's tokens.</summary>
    LeastCost,

    /// <summary>The fewest calls under way from this node, relative to the weight.</summary>
    LeastBusy,
}

/// <summary>What to do when the input does not fit the context window.</summary>
public enum ContextPolicy
{
    Refuse,

    /// <summary>Leave out the oldest turns.</summary>
    DropOldest,

    /// <summary>Put a summary in place of the oldest turns.</summary>
    Summarise,
}

/// <summary>What to do with fields of a call that the dialect of a provider has no word for.</summary>
public enum LossPolicy
{
    /// <summary>Leave them out and name them in a header of the answer.</summary>
    Drop,

    /// <summary>Do not call that provider; the caller is told which fields, where no other one carries them.</summary>
    Refuse,
}

/// <summary>A deployment, or all deployments of a model, that a route leads to.</summary>
/// <param name="Deployment">One deployment; null when <paramref name="Model"/> is given.</param>
/// <param name="Model">A model of the hub by name: all its deployments, by their own weights.</param>
/// <param name="Weight">Share under the weighted and least-busy strategies, 1 to 1,000.</param>
public sealed record RouteTarget(DeploymentId? Deployment, string? Model, int Weight = 1);

/// <summary>The name that callers use, and where and how it leads.</summary>
public sealed record Route
{
    public required RouteId Id { get; init; }

    /// <summary>Unique in the organisation; 1 to 128 of letters, digits and <c>- _ . / :</c>.</summary>
    public required string Name { get; init; }
    public RouteStrategy Strategy { get; init; } = RouteStrategy.Ordered;
    public required IReadOnlyList<RouteTarget> Targets { get; init; }

    /// <summary>Tries at one deployment beyond the first, 0 to 5.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Tries in all, over retries and fallbacks, 1 to 20.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>Bound of the whole call in milliseconds, 0 = none: a long stream is not an error.</summary>
    public int TimeoutMs { get; init; }

    /// <summary>Calls of one session stay on one deployment while it is well.</summary>
    public bool SessionAffinity { get; init; }

    /// <summary>Seconds an exact answer may be served again, 0 = no cache, at most 30 days.</summary>
    public int CacheSeconds { get; init; }
    public ContextPolicy Context { get; init; } = ContextPolicy.Refuse;

    public const int DefaultSummaryTokens = 1_024;

    /// <summary>The route or model that writes the summary under <see cref="ContextPolicy.Summarise"/>.</summary>
    public string? SummaryModel { get; init; }

    /// <summary>The most output tokens of a summary, 64 to 32,000.</summary>
    public int SummaryTokens { get; init; } = DefaultSummaryTokens;

    /// <summary>The output cap in tokens when a budget applies and the caller named none.</summary>
    public int DefaultOutputTokens { get; init; } = 4_096;

    /// <summary>Let models without a price through although a money budget applies.</summary>
    public bool AllowUnpriced { get; init; }

    /// <summary>Keep prompt and answer, encrypted and apart from the record, within the bound of Records:ContentBytes.</summary>
    public bool KeepContents { get; init; }

    /// <summary>What happens to fields that would be lost on the way to a provider of another dialect.</summary>
    public LossPolicy Losses { get; init; }

    /// <summary>What a deployment must meet to be called: where data is processed, and the terms of its use. Null = nothing.</summary>
    public DataDemands? Demands { get; init; }
    public bool Disabled { get; init; }
    public long Version { get; init; } = 1;

    /// <summary>A model called by its own name has this route: its deployments by weight, the defaults otherwise.</summary>
    public bool IsImplicit { get; init; }
}
