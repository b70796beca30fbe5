using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Ledger;
using Portico.Governance.Api;

namespace Portico.Gateway.Endpoints;

/// <summary>Budgets (money) and limits (requests, tokens, calls at once) on the management API: one noun in two dresses.</summary>
static class MeterEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/budgets", (MeterService s, MeterCatalog c, CreditLedger l) => List(c, l, budgets: true))
            .WithSummary("Budgets and how they stand");
        api.MapPost("/budgets", CreateBudget).WithSummary("Add a budget");
        api.MapPatch("/budgets/{id}", ChangeBudget).WithSummary("Change a budget's limit, alerts, switch it off or on");
        api.MapDelete(
                "/budgets/{id}",
                (HttpContext h, string id, MeterService s, CancellationToken ct) => Delete(h, s.Find(id, true), s, ct)
            )
            .WithSummary("Remove a budget");
        api.MapGet("/limits", (MeterCatalog c, CreditLedger l) => List(c, l, budgets: false)).WithSummary("Limits and how they stand");
        api.MapPost("/limits", CreateLimit).WithSummary("Add a limit");
        api.MapPatch("/limits/{id}", ChangeLimit).WithSummary("Change a limit, switch it off or on");
        api.MapDelete(
                "/limits/{id}",
                (HttpContext h, string id, MeterService s, CancellationToken ct) => Delete(h, s.Find(id, false), s, ct)
            )
            .WithSummary("Remove a limit");
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

    /// <summary>How a count stands on this node. Money also as USD text.</summary>
    public sealed record CountBody(string Of, long Spent, long Held, string? SpentUsd, string? HeldUsd, DateTimeOffset? ResetsAt);

    public sealed record MeterBody(Meter Meter, string? LimitUsd, IReadOnlyList<CountBody> Counts);

    static Ok<Page<MeterBody>> List(MeterCatalog catalog, CreditLedger ledger, bool budgets)
    {
        var slots = catalog.Slots.ToLookup(s => s.Meter.Id);
        var rows = catalog.Current.Meters.Where(m => m.IsBudget == budgets).Select(m => Body(m, slots, catalog, ledger)).ToList();
        return TypedResults.Ok(new Page<MeterBody>(rows, null));
    }

    static MeterBody Body(Meter meter, ILookup<string, MeterSlot> slots, MeterCatalog catalog, CreditLedger ledger)
    {
        var known = meter.ScopeId == "*" ? slots[meter.Id] : [catalog.SlotOf(meter, meter.ScopeId)];
        var counts = ledger
            .Status(known)
            .Select(s => new CountBody(
                s.Value,
                s.Spent,
                s.Held,
                meter.IsBudget ? NanoUsd.Format(s.Spent) : null,
                meter.IsBudget ? NanoUsd.Format(s.Held) : null,
                s.ResetsAt
            ))
            .ToList();
        return new MeterBody(meter, meter.IsBudget ? NanoUsd.Format(meter.Limit) : null, counts);
    }

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
        var old = meters.Find(id, true);
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
        var old = meters.Find(id, false);
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

    static async Task<NoContent> Delete(HttpContext http, Meter old, MeterService meters, CancellationToken ct)
    {
        Preconditions.Require(http, old.Version);
        await meters.DeleteAsync(old, ct);
        return TypedResults.NoContent();
    }

    static long Money(string usd) =>
        NanoUsd.TryParse(usd, out var nano) && nano >= 0
            ? nano
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                "limit_usd must be decimal USD such as \"250.00\", at most nine decimals.",
                "limit_usd"
            );
}
