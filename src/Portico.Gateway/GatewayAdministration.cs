using Portico.Gateway.Ledger;
using Portico.Gateway.Routing;
using Portico.Governance.Access;

namespace Portico.Gateway;

/// <summary>What other modules and the seeds may set up at the door without HTTP.</summary>
public sealed class GatewayAdministration
{
    readonly MeterService meters;
    readonly RouteService routes;

    internal GatewayAdministration(MeterService meters, RouteService routes) => (this.meters, this.routes) = (meters, routes);

    /// <summary>Adds a route that tries models in this order.</summary>
    public Task AddRouteAsync(string name, IReadOnlyList<string> models, CancellationToken ct) =>
        routes.CreateAsync(
            new Route
            {
                Id = default,
                Name = name,
                Targets = models.Select(m => new RouteTarget(null, m)).ToList(),
            },
            ct
        );

    /// <summary>Adds a money budget with alerts at 50, 80 and 100 %.</summary>
    /// <param name="scope">organisation, workspace, use_case, key, person, model.</param>
    /// <param name="scopeId">The id, or the model's name.</param>
    /// <param name="window">hour, day, month, total.</param>
    /// <param name="usd">Whole dollars.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The budget's id.</returns>
    public async Task<string> AddBudgetAsync(string scope, string scopeId, string window, long usd, CancellationToken ct)
    {
        var meter = await meters.CreateAsync(
            new Meter
            {
                Id = "",
                Scope = Enum.Parse<MeterScope>(scope.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
                ScopeId = scopeId,
                Unit = MeterUnit.NanoUsd,
                Window = Enum.Parse<MeterWindow>(window, ignoreCase: true),
                Limit = checked(usd * NanoUsd.PerUsd),
                AlertPercents = [50, 80, 100],
            },
            Reach.Everywhere,
            ct
        );
        return meter.Id;
    }
}
