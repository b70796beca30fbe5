using Portico.Gateway.Ledger.Forecasts;
using Portico.Governance.Access;

namespace Portico.Gateway.Ledger;

/// <summary>How a count stands on this node. Money also as USD text, with where it goes.</summary>
sealed record CountView(
    string Of,
    long Spent,
    long Held,
    string? SpentUsd,
    string? HeldUsd,
    DateTimeOffset? StartsAt,
    DateTimeOffset? ResetsAt,
    Forecast? Forecast
);

/// <summary>A meter with its counts; a meter over * has one for each thing that was counted since the node started, the most used first.</summary>
sealed record MeterView(Meter Meter, string? LimitUsd, IReadOnlyList<CountView> Counts);

/// <summary>Shows meters as they stand.</summary>
sealed class MeterViews(MeterCatalog catalog, MeterScopes scopes, CreditLedger ledger, BudgetForecasts forecasts, TimeProvider time)
{
    /// <summary>Counts shown of one meter: a meter over every key of a company has many.</summary>
    public const int MaxCounts = 100;

    /// <summary>Budgets or limits in the order of their ids, each with its counts.</summary>
    public async Task<Page<MeterView>> ListAsync(
        Reach within,
        bool budgets,
        MeterScope? scope,
        string? scopeId,
        PageRequest page,
        CancellationToken ct
    )
    {
        var rows = catalog
            .Current.Meters.Where(m =>
                m.IsBudget == budgets
                && (scope is null || m.Scope == scope)
                && (scopeId is null || m.ScopeId == scopeId)
                && (page.After is null || string.CompareOrdinal(m.Id, page.After) > 0)
                && scopes.Has(within, m)
            )
            .OrderBy(m => m.Id, StringComparer.Ordinal)
            .Take(page.Limit + 1)
            .ToList();
        var cut = page.Cut(rows, m => m.Id);
        var slots = catalog.Slots.ToLookup(s => s.Meter.Id, StringComparer.Ordinal);
        var read = cut.Items.Select(m => (Meter: m, Counts: CountsOf(m, slots[m.Id]))).ToList();
        return new Page<MeterView>(await ViewAsync(read, ct), cut.Next);
    }

    public async Task<MeterView> OfAsync(Meter meter, CancellationToken ct) =>
        (await ViewAsync([(meter, CountsOf(meter, catalog.Slots.Where(s => s.Meter.Id == meter.Id)))], ct))[0];

    /// <summary>The way of a budget for one thing, which a budget over * must name.</summary>
    public Task<ForecastView> ForecastAsync(Meter meter, string? of, CancellationToken ct)
    {
        var slot = meter.ScopeId == "*" ? catalog.FindSlot($"{meter.Id}|{of}") : catalog.SlotOf(meter, meter.ScopeId);
        if (slot is null)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "This budget is over *: of names one of its counts, as the budget lists them.",
                "of"
            );
        var status = ledger.Status([slot])[0];
        return forecasts.ViewAsync(status, StartOf(status), ct);
    }

    List<MeterStatus> CountsOf(Meter meter, IEnumerable<MeterSlot> known) =>
        ledger
            .Status(meter.ScopeId == "*" ? known : [catalog.SlotOf(meter, meter.ScopeId)])
            .OrderByDescending(s => s.Spent + s.Held)
            .ThenBy(s => s.Value, StringComparer.Ordinal)
            .Take(MaxCounts)
            .ToList();

    async Task<IReadOnlyList<MeterView>> ViewAsync(List<(Meter Meter, List<MeterStatus> Counts)> read, CancellationToken ct)
    {
        var asked = read.Where(r => BudgetForecasts.Covers(r.Meter))
            .SelectMany(r => r.Counts.Select(c => (r.Meter.Scope, c.Value)))
            .ToList();
        var models = asked.Count == 0 ? null : await forecasts.ModelsOrNoneAsync(asked, ct);
        var now = time.GetUtcNow();
        return read.Select(r => new MeterView(
                r.Meter,
                r.Meter.IsBudget ? NanoUsd.Format(r.Meter.Limit) : null,
                r.Counts.Select(c => View(c, BudgetForecasts.Covers(r.Meter) ? models?[(r.Meter.Scope, c.Value)] : null, now)).ToList()
            ))
            .ToList();
    }

    static CountView View(MeterStatus s, SpendModel? model, DateTimeOffset now) =>
        new(
            s.Value,
            s.Spent,
            s.Held,
            s.Meter.IsBudget ? NanoUsd.Format(s.Spent) : null,
            s.Meter.IsBudget ? NanoUsd.Format(s.Held) : null,
            StartOf(s),
            s.ResetsAt,
            Forecaster.Of(model, now, s.ResetsAt, s.Spent, s.Meter.Limit)
        );

    static DateTimeOffset? StartOf(MeterStatus s) =>
        s.ResetsAt is { } end ? Micros.ToTime(s.Meter.WindowStartUs(end.AddTicks(-TimeSpan.TicksPerMicrosecond))) : null;
}
