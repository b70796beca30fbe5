using Portico.Core.Chat;
using Portico.Models;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Gateway.Routing;

/// <summary>Attempts of the window by their end; those that the caller ended or was at fault for say nothing of the provider.</summary>
sealed record EndCounts(long Completed, long Abandoned, long Caller, long Credential, long RateLimit, long Model, long Upstream)
{
    public static EndCounts Of(IEnumerable<AttemptsSeen> seen)
    {
        var sums = new long[RecentAttempts.Kinds];
        foreach (var one in seen)
            for (var kind = 0; kind < sums.Length; kind++)
                sums[kind] += one.InWindow[kind];
        long Sum(AttemptEnd end) => sums[(int)end];
        return new EndCounts(
            Sum(AttemptEnd.Completed),
            Sum(AttemptEnd.Abandoned),
            Sum(AttemptEnd.Caller),
            Sum(AttemptEnd.Credential),
            Sum(AttemptEnd.RateLimit),
            Sum(AttemptEnd.Model),
            Sum(AttemptEnd.Upstream)
        );
    }
}

/// <summary>What the provider's headers told last that it will still take, and when.</summary>
sealed record QuotaView(long? RemainingRequests, long? RemainingTokens, DateTimeOffset ToldAt);

sealed record FailureView(DateTimeOffset At, string Fault, string Code, string Message);

/// <summary>How a deployment is on this node.</summary>
sealed record DeploymentHealthView(
    DeploymentId Id,
    string Model,
    string UpstreamModel,
    bool Disabled,
    BreakerState Breaker,
    DateTimeOffset? UnavailableUntil,
    int Busy,
    EndCounts Attempts,
    Quantiles FirstOutput,
    Quantiles Duration,
    QuotaView? Quota,
    FailureView? LastFailure
);

/// <summary>How a connection is on this node: over all its deployments, and each of them.</summary>
sealed record ConnectionHealthView(
    ConnectionId Id,
    string Name,
    string Family,
    bool Disabled,
    DateTimeOffset? CredentialBenchedUntil,
    EndCounts Attempts,
    Quantiles FirstOutput,
    Quantiles Duration,
    IReadOnlyList<DeploymentHealthView> Deployments
);

/// <summary>
/// Latency, errors, what is benched and what quota is left, as this node has seen it lately. It is kept in memory and is of this node alone: what all
/// nodes have seen is in the usage reports, by connection, deployment and error code.
/// </summary>
sealed class ProviderHealth(ModelsCatalog models, RouteTable routes, ConnectionBench bench, AttemptBook book, Database database)
{
    public string NodeId => database.NodeId;

    public IEnumerable<Connection> Connections => models.Current.Connections.Values;

    /// <summary>What a scrape shows: the deployments that were called, in the order of their ids.</summary>
    public IEnumerable<(ResolvedDeployment Deployment, AttemptsSeen Seen)> Called() =>
        // A scrape may come before the hub was read.
        book.IsEmpty
            ? []
            : models
                .Current.Deployments.OrderBy(d => d.DeploymentText, StringComparer.Ordinal)
                .Select(d => (d, book.Seen(d.Deployment.Id)))
                .Where(d => !ReferenceEquals(d.Item2, AttemptsSeen.None));

    public bool IsBenched(ResolvedDeployment d) =>
        routes.HealthOf(d.Deployment.Id).UnavailableUntil is not null || bench.Until(d.Connection.Id, d.Connection.Version) is not null;

    public ConnectionHealthView Of(Connection connection)
    {
        var seen = models
            .Current.Deployments.Where(d => d.Connection.Id == connection.Id)
            .OrderBy(d => d.Model.Name, StringComparer.Ordinal)
            .Select(d => (Deployment: d, Seen: book.Seen(d.Deployment.Id)))
            .ToList();
        var timed = seen.SelectMany(s => s.Seen.Timed).ToList();
        return new ConnectionHealthView(
            connection.Id,
            connection.Name,
            connection.Preset ?? connection.Family,
            connection.Disabled,
            bench.Until(connection.Id, connection.Version),
            EndCounts.Of(seen.Select(s => s.Seen)),
            FirstOutputs(timed),
            Durations(timed),
            seen.Select(s => Of(s.Deployment, s.Seen)).ToList()
        );
    }

    DeploymentHealthView Of(ResolvedDeployment d, AttemptsSeen seen)
    {
        var health = routes.HealthOf(d.Deployment.Id);
        return new DeploymentHealthView(
            d.Deployment.Id,
            d.Model.Name,
            d.Deployment.UpstreamModel,
            d.Deployment.Disabled || d.Model.Disabled,
            health.State,
            health.UnavailableUntil,
            health.Busy,
            EndCounts.Of([seen]),
            FirstOutputs(seen.Timed),
            Durations(seen.Timed),
            seen.QuotaAt is { } at ? new QuotaView(seen.Quota.Requests, seen.Quota.Tokens, at) : null,
            seen.LastFailure is { } f ? new FailureView(f.At, Name(f.End), f.Code, f.Message) : null
        );
    }

    public static Quantiles FirstOutputs(IEnumerable<TimedAttempt> timed) =>
        QuantilesOf(timed.Select(t => t.FirstOutputUs).Where(us => us > 0));

    public static Quantiles Durations(IEnumerable<TimedAttempt> timed) => QuantilesOf(timed.Select(t => t.DurationUs));

    /// <summary>By nearest rank, over the times themselves.</summary>
    static Quantiles QuantilesOf(IEnumerable<long> times)
    {
        var sorted = times.Order().ToList();
        long At(double share) => sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
        return new Quantiles(sorted.Count, At(0.50), At(0.95), At(0.99));
    }

    public static string Name(AttemptEnd end) => end == AttemptEnd.RateLimit ? "rate_limit" : end.ToString().ToLowerInvariant();
}

/// <summary>Provider health as a scrape shows it.</summary>
static class ProviderMetrics
{
    public sealed record Family(string Name, string Kind, string Help, Func<ProviderHealth, IEnumerable<MetricSample>> Samples);

    public static readonly Family[] Families =
    [
        new("portico_provider_attempts_total", "counter", "Attempts at deployments that ended, by how", Attempts),
        new("portico_provider_benched", "gauge", "1 while a deployment is not called: breaker, cool-down or refused credential", Benched),
        new("portico_provider_first_output_seconds", "gauge", "Quantiles of the time to first output of recent attempts", FirstOutput),
        new("portico_provider_duration_seconds", "gauge", "Quantiles of the whole time of recent attempts", Duration),
        new(
            "portico_provider_remaining_requests",
            "gauge",
            "Requests that the provider's headers said last it will still take",
            h => Quota(h, q => q.Requests)
        ),
        new(
            "portico_provider_remaining_tokens",
            "gauge",
            "Tokens that the provider's headers said last it will still take",
            h => Quota(h, q => q.Tokens)
        ),
    ];

    static IEnumerable<MetricSample> Attempts(ProviderHealth health) =>
        from called in health.Called()
        from end in Enum.GetValues<AttemptEnd>()
        where called.Seen.SinceStart[(int)end] > 0
        select Of(called.Deployment, called.Seen.SinceStart[(int)end], ("end", ProviderHealth.Name(end)));

    static IEnumerable<MetricSample> Benched(ProviderHealth health) =>
        health.Called().Select(c => Of(c.Deployment, health.IsBenched(c.Deployment) ? 1 : 0));

    static IEnumerable<MetricSample> FirstOutput(ProviderHealth health) =>
        health.Called().SelectMany(c => OfQuantiles(c.Deployment, ProviderHealth.FirstOutputs(c.Seen.Timed)));

    static IEnumerable<MetricSample> Duration(ProviderHealth health) =>
        health.Called().SelectMany(c => OfQuantiles(c.Deployment, ProviderHealth.Durations(c.Seen.Timed)));

    static IEnumerable<MetricSample> Quota(ProviderHealth health, Func<RemainingQuota, long?> part) =>
        from called in health.Called()
        let left = part(called.Seen.Quota)
        where left is not null
        select Of(called.Deployment, left.Value);

    static IEnumerable<MetricSample> OfQuantiles(ResolvedDeployment deployment, Quantiles quantiles) =>
        quantiles.Calls == 0
            ? []
            :
            [
                Of(deployment, quantiles.P50Us / 1e6, ("quantile", "0.5")),
                Of(deployment, quantiles.P95Us / 1e6, ("quantile", "0.95")),
                Of(deployment, quantiles.P99Us / 1e6, ("quantile", "0.99")),
            ];

    static MetricSample Of(ResolvedDeployment d, double value, params (string Name, string Value)[] more) =>
        new([("connection", d.Connection.Name), ("model", d.Model.Name), ("deployment", d.DeploymentText), .. more], value);
}
