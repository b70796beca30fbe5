using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Forecasts;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;

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
        HttpContext http,
        SpendForecasts forecasts,
        GovernanceCatalog governance,
        string? workspace_id,
        string? use_case_id,
        CancellationToken ct
    )
    {
        var (known, within) = (governance.Current, AdminAccess.ReachOf(http));
        if (
            use_case_id is not null
            && !(UseCaseId.TryParse(use_case_id, out var u) && known.UseCases.TryGetValue(u, out var useCase) && within.Has(useCase, known))
        )
            throw Missing("use case", use_case_id, nameof(use_case_id));
        Workspace? workspace = null;
        if (
            workspace_id is not null
            && !(
                WorkspaceId.TryParse(workspace_id, out var w)
                && known.Workspaces.TryGetValue(w, out workspace)
                && within.Touches(workspace, known)
            )
        )
            throw Missing("workspace", workspace_id, nameof(workspace_id));
        var (scope, values) =
            use_case_id is not null ? (MeterScope.UseCase, [use_case_id])
            : workspace is not null && within.Has(workspace) ? (MeterScope.Workspace, [workspace_id!])
            : within.IsEverywhere ? (MeterScope.Organisation, known.Organisations.Keys.Select(o => o.ToString()).ToArray())
            : (MeterScope.UseCase, UseCasesOf(workspace, known, within));
        return TypedResults.Ok(await forecasts.TodayAsync(scope, values, ct));
    }

    /// <summary>Of a workspace or of all, those within reach.</summary>
    static string[] UseCasesOf(Workspace? workspace, GovernanceSnapshot known, Reach within) =>
        known
            .UseCases.Values.Where(u => (workspace is null || u.WorkspaceId == workspace.Id) && within.Has(u, known))
            .Select(u => u.Id.ToString())
            .ToArray();

    static PorticoException Missing(string what, string id, string parameter) =>
        new(ErrorTable.NotFound, $"There is no {what} '{Json.Short(id)}'.", parameter);
}
