using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Forecasts;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>Where the spending of a day goes, on the management API, beside the reports of usage.</summary>
static class SpendForecastEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/usage/forecast", Today)
            .WithSummary(
                "What will have been spent by the end of this day (UTC), with its interval; of one workspace or use case on request"
            );

    static async Task<Ok<SpendForecast>> Today(
        SpendForecasts forecasts,
        GovernanceCatalog governance,
        string? workspace_id,
        string? use_case_id,
        CancellationToken ct
    )
    {
        var known = governance.Current;
        if (use_case_id is not null && !(UseCaseId.TryParse(use_case_id, out var useCase) && known.UseCases.ContainsKey(useCase)))
            throw Missing("use case", use_case_id, nameof(use_case_id));
        if (workspace_id is not null && !(WorkspaceId.TryParse(workspace_id, out var workspace) && known.Workspaces.ContainsKey(workspace)))
            throw Missing("workspace", workspace_id, nameof(workspace_id));
        var (scope, values) =
            use_case_id is not null ? (MeterScope.UseCase, [use_case_id])
            : workspace_id is not null ? (MeterScope.Workspace, [workspace_id])
            : (MeterScope.Organisation, known.Organisations.Keys.Select(o => o.ToString()).ToArray());
        return TypedResults.Ok(await forecasts.TodayAsync(scope, values, ct));
    }

    static PorticoException Missing(string what, string id, string parameter) =>
        new(ErrorTable.NotFound, $"There is no {what} '{Json.Short(id)}'.", parameter);
}
