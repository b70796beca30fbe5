using Microsoft.AspNetCore.Http.HttpResults;
using Portico.Governance.Api;

namespace Portico.Server;

/// <summary>How Portico itself fares, on the management API.</summary>
static class HealthEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/health", Get)
            .WithSummary("How the node that answers fares: store, journal, disk, queues, rounds, and what to do about what is not well");

    static async Task<Ok<HealthReport>> Get(HealthReports reports, CancellationToken ct) => TypedResults.Ok(await reports.MakeAsync(ct));
}
