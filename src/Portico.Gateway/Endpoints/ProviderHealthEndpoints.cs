using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Routing;
using Portico.Governance.Api;
using Portico.Observability;

namespace Portico.Gateway.Endpoints;

/// <summary>How providers are, on the management API.</summary>
static class ProviderHealthEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/provider-health", List)
            .WithSummary("Latency, errors, benches and remaining quota of connections and deployments, as this node saw them lately");
        api.MapGet("/provider-health/hours", Hours)
            .WithSummary("Attempts at connections and deployments by the hour, by how they ended, as all nodes recorded them");
    }

    /// <summary>The hours of [from, to), the last 24 by default, in which there were attempts.</summary>
    public sealed record ProviderHoursReport(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ProviderHour> Lines);

    /// <summary>
    /// Attempts at a deployment that began in an hour, those included whose call another deployment answered. Counts by fault: caller, credential, rate_limit,
    /// model, upstream. Times are means over the completed attempts, null where there was none.
    /// </summary>
    public sealed record ProviderHour(
        DateTimeOffset Hour,
        string ConnectionId,
        string DeploymentId,
        EndCounts Attempts,
        long? MeanDurationUs,
        long? MeanFirstOutputUs
    );

    static async Task<Ok<ProviderHoursReport>> Hours(
        AttemptReports reports,
        TimeProvider time,
        DateTimeOffset? from,
        DateTimeOffset? to,
        string? connection_id,
        CancellationToken ct
    )
    {
        // The hour that runs is in it.
        var until = to ?? time.GetUtcNow().AddMinutes(1);
        var since = from ?? until.AddHours(-24);
        var lines = await reports.ReadAsync(Micros.Of(since), Micros.Of(until), connection_id, ct);
        return TypedResults.Ok(new ProviderHoursReport(since, until, lines.Select(View).ToList()));
    }

    static ProviderHour View(AttemptHour h)
    {
        long Of(string ending) => h.Attempts.GetValueOrDefault(ending);
        return new ProviderHour(
            Micros.ToTime(h.HourUs),
            h.ConnectionId,
            h.DeploymentId,
            new EndCounts(Of("completed"), Of("abandoned"), Of("caller"), Of("credential"), Of("rate_limit"), Of("model"), Of("upstream")),
            h.MeanDurationUs,
            h.MeanFirstOutputUs
        );
    }

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
