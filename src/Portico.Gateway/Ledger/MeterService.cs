using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>Creates, changes and removes budgets and limits; every node reads them again at the signal.</summary>
sealed class MeterService(Database database, MeterCatalog catalog, MeterScopes scopes, BudgetPolicy policy, TimeProvider time)
{
    /// <exception cref="PorticoException">A field is out of its bounds, or the scope names nothing.</exception>
    public async Task<Meter> CreateAsync(Meter draft, Reach within, CancellationToken ct)
    {
        var meter = draft with { Id = draft.IsBudget ? BudgetId.New(time).ToString() : LimitId.New(time).ToString(), Version = 1 };
        Check(meter);
        scopes.Check(meter, within);
        policy.Require(meter);
        await WriteAsync(Insert, meter, ct);
        return Find(meter.Id, meter.IsBudget, within);
    }

    const string Insert = """
        insert into gateway_meters (id, scope, scope_id, unit, window_kind, limit_amount, alert_percents, shadow_only, disabled, version, created_us, updated_us)
        values (@id, @scope, @scopeId, @unit, @window, @limit, @alerts, @shadow, @disabled, 1, @now, @now)
        """;

    /// <summary>Adds one within a transaction that makes what it is of. Whoever asks refreshes the catalog afterwards.</summary>
    public static Task InsertAsync(DbWork work, Meter meter, TimeProvider time) => WriteAsync(work, Insert, meter, time);

    /// <exception cref="PorticoException">It changed meanwhile, a field is out of its bounds, or a policy does not allow it.</exception>
    public async Task<Meter> ChangeAsync(Meter changed, CancellationToken ct)
    {
        Check(changed);
        policy.Require(changed, Find(changed.Id, changed.IsBudget, Reach.Everywhere));
        return await WriteAsync(Update, changed, ct) > 0
            ? Find(changed.Id, changed.IsBudget, Reach.Everywhere)
            : throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
    }

    const string Update = """
        update gateway_meters set limit_amount = @limit, alert_percents = @alerts, shadow_only = @shadow, disabled = @disabled,
          version = version + 1, updated_us = @now
        where id = @id and version = @version
        """;

    /// <summary>The same within a transaction that does more; 0 when it changed meanwhile. Whoever asks refreshes the catalog afterwards.</summary>
    public static Task<int> ChangeAsync(DbWork work, Meter changed, TimeProvider time)
    {
        Check(changed);
        return WriteAsync(work, Update, changed, time);
    }

    /// <exception cref="PorticoException">It changed meanwhile, or a policy does not let it go.</exception>
    public async Task DeleteAsync(Meter meter, CancellationToken ct)
    {
        policy.Require(meter, meter, goes: true);
        if (await WriteAsync("delete from gateway_meters where id = @id and version = @version", meter, ct) == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
    }

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    public Meter Find(string id, bool budget, Reach within) =>
        catalog.Current.Meters.FirstOrDefault(m => m.Id == id && m.IsBudget == budget && scopes.Has(within, m))
        ?? throw new PorticoException(ErrorTable.NotFound, $"There is no {(budget ? "budget" : "limit")} '{Wire.Json.Short(id)}'.");

    async Task<int> WriteAsync(string sql, Meter meter, CancellationToken ct)
    {
        var count = await database.WriteAsync(work => WriteAsync(work, sql, meter, time), ct);
        await catalog.RefreshAsync(ct);
        return count;
    }

    static Task<int> WriteAsync(DbWork work, string sql, Meter meter, TimeProvider time)
    {
        work.Signal(MeterCatalog.Signal, meter.Id, meter.Version + 1);
        return work.Connection.ExecuteAsync(
            sql,
            new
            {
                id = meter.Id,
                scope = meter.Scope.ToString(),
                scopeId = meter.ScopeId,
                unit = meter.Unit.ToString(),
                window = meter.Window.ToString(),
                limit = meter.Limit,
                alerts = JsonSerializer.Serialize(meter.AlertPercents),
                shadow = meter.ShadowOnly ? 1 : 0,
                disabled = meter.Disabled ? 1 : 0,
                version = meter.Version,
                now = Micros.Now(time),
            },
            work.Transaction
        );
    }

    static void Check(Meter m)
    {
        if (string.IsNullOrWhiteSpace(m.ScopeId) || m.ScopeId.Length > 256)
            throw Bad("scope_id must name what is counted, or be * for each key, person or model.", "scope_id");
        if (m.ScopeId == "*" && m.Scope is not (MeterScope.Key or MeterScope.Person or MeterScope.Model))
            throw Bad("scope_id * is for keys, people and models.", "scope_id");
        if (m.Limit < 0)
            throw Bad("The limit must not be negative.", m.IsBudget ? "limit_usd" : "limit");
        if (m.Unit == MeterUnit.ConcurrentCalls && m.Window != MeterWindow.Total)
            throw Bad("concurrent_calls has the window total.", "window");
        // Held for every model of a route that may serve, one call would take a place in each.
        if (m is { Unit: MeterUnit.ConcurrentCalls, Scope: MeterScope.Model })
            throw Bad("concurrent_calls are counted for keys, people, use cases, workspaces, organisations and routes.", "scope");
        if (m.AlertPercents.Count > 16 || m.AlertPercents.Any(p => p is < 1 or > 1_000))
            throw Bad("alert_percents must hold at most 16 whole numbers from 1 to 1000.", "alert_percents");
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
