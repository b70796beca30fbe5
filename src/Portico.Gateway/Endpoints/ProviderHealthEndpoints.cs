using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Routing;

namespace Portico.Gateway.Endpoints;

/// <summary>How providers are, on the management API.</summary>
static class ProviderHealthEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/provider-health", List)
            .WithSummary("Latency, errors, benches and remaining quota of connections and deployments, as this node saw them lately");

    /// <summary>
    /// Of one node, which is named. Attempts are those that ended within the window; quantiles are over its completed attempts, of each deployment the
    /// newest 256, by nearest rank. Counts by fault: caller, credential, rate_limit, model, upstream.
    /// </summary>
    public sealed record ProviderHealthPage(
        string NodeId,
        DateTimeOffset At,
        int WindowSeconds,
        IReadOnlyList<ConnectionHealthView> Items,
        string? Next
    );

    static Ok<ProviderHealthPage> List(ProviderHealth health, TimeProvider time, int? limit, string? cursor)
    {
        var page = PageRequest.From(limit, cursor);
        var rows = health
            .Connections.OrderBy(c => c.Name, StringComparer.Ordinal)
            .Where(c => page.After is null || string.CompareOrdinal(c.Name, page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        var cut = page.Cut(rows, c => c.Name);
        return TypedResults.Ok(
            new ProviderHealthPage(
                health.NodeId,
                time.GetUtcNow(),
                (int)RecentAttempts.Window.TotalSeconds,
                cut.Items.Select(health.Of).ToList(),
                cut.Next
            )
        );
    }
}
