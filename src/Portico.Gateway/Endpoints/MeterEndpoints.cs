using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Forecasts;
using Portico.Governance.Api;

namespace Portico.Gateway.Endpoints;

/// <summary>Budgets (money) and limits (requests, tokens, calls at once) on the management API: one noun in two dresses.</summary>
static class MeterEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/budgets", ListBudgets).WithSummary("Budgets and how they stand");
        api.MapPost("/budgets", CreateBudget).WithSummary("Add a budget");
        api.MapGet("/budgets/{id}", GetBudget).WithSummary("One budget and how it stands");
        api.MapGet("/budgets/{id}/forecast", Forecast)
            .WithSummary("The way of a budget through its window: spent so far, and where it goes");
        api.MapPatch("/budgets/{id}", ChangeBudget).WithSummary("Change a budget's limit, alerts, switch it off or on");
        api.MapDelete("/budgets/{id}", DeleteBudget).WithSummary("Remove a budget");
        api.MapGet("/limits", ListLimits).WithSummary("Limits and how they stand");
        api.MapPost("/limits", CreateLimit).WithSummary("Add a limit");
        api.MapGet("/limits/{id}", GetLimit).WithSummary("One limit and how it stands");
        api.MapPatch("/limits/{id}", ChangeLimit).WithSummary("Change a limit, switch it off or on");
        api.MapDelete("/limits/{id}", DeleteLimit).WithSummary("Remove a limit");
        api.MapGet("/alerts", ListAlerts).WithSummary("Soft alerts of budgets, newest first, by budget");
    }

    /// <summary>Money as decimal text in USD, at most nine decimals.</summary>
    public sealed record BudgetBody(
        MeterScope Scope,
        string ScopeId,
        MeterWindow Window,
        string LimitUsd,
        IReadOnlyList<int>? AlertPercents = null,
        bool ShadowOnly = false
    );

    public sealed record BudgetChange(
        string? LimitUsd = null,
        IReadOnlyList<int>? AlertPercents = null,
        bool? ShadowOnly = null,
        bool? Disabled = null
    );

    public sealed record LimitBody(
        MeterScope Scope,
        string ScopeId,
        MeterUnit Unit,
        MeterWindow Window,
        long Limit,
        bool ShadowOnly = false
    );

    public sealed record LimitChange(long? Limit = null, bool? ShadowOnly = null, bool? Disabled = null);

    static async Task<Ok<Page<MeterView>>> ListBudgets(
        HttpContext http,
        MeterViews views,
        string? scope,
        string? scope_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await views.ListAsync(AdminAccess.ReachOf(http), budgets: true, ScopeOf(scope), scope_id, PageRequest.From(limit, cursor), ct)
        );

    static async Task<Ok<Page<Alert>>> ListAlerts(
        HttpContext http,
        AlertBook alerts,
        string? budget_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) => TypedResults.Ok(await alerts.ListAsync(AdminAccess.ReachOf(http), budget_id, PageRequest.From(limit, cursor), ct));

    static async Task<Ok<Page<MeterView>>> ListLimits(
        HttpContext http,
        MeterViews views,
        string? scope,
        string? scope_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await views.ListAsync(AdminAccess.ReachOf(http), budgets: false, ScopeOf(scope), scope_id, PageRequest.From(limit, cursor), ct)
        );

    static Task<Ok<MeterView>> GetBudget(HttpContext http, string id, MeterService meters, MeterViews views, CancellationToken ct) =>
        One(http, meters.Find(id, budget: true, AdminAccess.ReachOf(http)), views, ct);

    static Task<Ok<MeterView>> GetLimit(HttpContext http, string id, MeterService meters, MeterViews views, CancellationToken ct) =>
        One(http, meters.Find(id, budget: false, AdminAccess.ReachOf(http)), views, ct);

    static async Task<Ok<MeterView>> One(HttpContext http, Meter meter, MeterViews views, CancellationToken ct)
    {
        Preconditions.SetTag(http, meter.Version);
        return TypedResults.Ok(await views.OfAsync(meter, ct));
    }

    static async Task<Ok<ForecastView>> Forecast(
        HttpContext http,
        string id,
        MeterService meters,
        MeterViews views,
        string? of,
        CancellationToken ct
    ) => TypedResults.Ok(await views.ForecastAsync(meters.Find(id, budget: true, AdminAccess.ReachOf(http)), of, ct));

    static async Task<Created<Meter>> CreateBudget(HttpContext http, BudgetBody body, MeterService meters, CancellationToken ct) =>
        Made(
            http,
            "budgets",
            await meters.CreateAsync(
                new Meter
                {
                    Id = "",
                    Scope = body.Scope,
                    ScopeId = body.ScopeId,
                    Unit = MeterUnit.NanoUsd,
                    Window = body.Window,
                    Limit = Money(body.LimitUsd),
                    AlertPercents = body.AlertPercents ?? [50, 80, 100],
                    ShadowOnly = body.ShadowOnly,
                },
                AdminAccess.ReachOf(http),
                ct
            )
        );

    static async Task<Created<Meter>> CreateLimit(HttpContext http, LimitBody body, MeterService meters, CancellationToken ct)
    {
        if (body.Unit == MeterUnit.NanoUsd)
            throw new PorticoException(ErrorTable.InvalidRequest, "Money is limited by a budget: POST /api/budgets.", "unit");
        return Made(
            http,
            "limits",
            await meters.CreateAsync(
                new Meter
                {
                    Id = "",
                    Scope = body.Scope,
                    ScopeId = body.ScopeId,
                    Unit = body.Unit,
                    Window = body.Window,
                    Limit = body.Limit,
                    ShadowOnly = body.ShadowOnly,
                },
                AdminAccess.ReachOf(http),
                ct
            )
        );
    }

    static Created<Meter> Made(HttpContext http, string noun, Meter meter)
    {
        Preconditions.SetTag(http, meter.Version);
        return TypedResults.Created($"/api/{noun}/{meter.Id}", meter);
    }

    static Task<Ok<Meter>> ChangeBudget(HttpContext http, string id, BudgetChange body, MeterService meters, CancellationToken ct)
    {
        var old = meters.Find(id, true, AdminAccess.ReachOf(http));
        return ChangeAsync(
            http,
            old,
            old with
            {
                Limit = body.LimitUsd is { } usd ? Money(usd) : old.Limit,
                AlertPercents = body.AlertPercents ?? old.AlertPercents,
                ShadowOnly = body.ShadowOnly ?? old.ShadowOnly,
                Disabled = body.Disabled ?? old.Disabled,
            },
            meters,
            ct
        );
    }

    static Task<Ok<Meter>> ChangeLimit(HttpContext http, string id, LimitChange body, MeterService meters, CancellationToken ct)
    {
        var old = meters.Find(id, false, AdminAccess.ReachOf(http));
        return ChangeAsync(
            http,
            old,
            old with
            {
                Limit = body.Limit ?? old.Limit,
                ShadowOnly = body.ShadowOnly ?? old.ShadowOnly,
                Disabled = body.Disabled ?? old.Disabled,
            },
            meters,
            ct
        );
    }

    static async Task<Ok<Meter>> ChangeAsync(HttpContext http, Meter old, Meter changed, MeterService meters, CancellationToken ct)
    {
        Preconditions.Require(http, old.Version);
        var now = await meters.ChangeAsync(changed, ct);
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static Task<NoContent> DeleteBudget(HttpContext http, string id, MeterService meters, CancellationToken ct) =>
        Delete(http, meters.Find(id, budget: true, AdminAccess.ReachOf(http)), meters, ct);

    static Task<NoContent> DeleteLimit(HttpContext http, string id, MeterService meters, CancellationToken ct) =>
        Delete(http, meters.Find(id, budget: false, AdminAccess.ReachOf(http)), meters, ct);

    static async Task<NoContent> Delete(HttpContext http, Meter old, MeterService meters, CancellationToken ct)
    {
        Preconditions.Require(http, old.Version);
        await meters.DeleteAsync(old, ct);
        return TypedResults.NoContent();
    }

    static MeterScope? ScopeOf(string? name)
    {
        if (name is null)
            return null;
        foreach (var scope in Enum.GetValues<MeterScope>())
            if (System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(scope.ToString()) == name)
                return scope;
        throw new PorticoException(
            ErrorTable.InvalidRequest,
            "scope must be organisation, workspace, use_case, key, person, model or route.",
            "scope"
        );
    }

    internal static long Money(string usd) =>
        NanoUsd.TryParse(usd, out var nano) && nano >= 0
            ? nano
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                "limit_usd must be decimal USD such as \"250.00\", at most nine decimals.",
                "limit_usd"
            );
}
