namespace Portico.Gateway.Ledger;

/// <summary>How a count stands on this node. Money also as USD text.</summary>
sealed record CountView(string Of, long Spent, long Held, string? SpentUsd, string? HeldUsd, DateTimeOffset? ResetsAt);

/// <summary>A meter with its counts; a meter over * has one for each thing that was counted since the node started, the most used first.</summary>
sealed record MeterView(Meter Meter, string? LimitUsd, IReadOnlyList<CountView> Counts);

/// <summary>Shows meters as they stand.</summary>
sealed class MeterViews(MeterCatalog catalog, CreditLedger ledger)
{
    /// <summary>Counts shown of one meter: a meter over every key of a company has many.</summary>
    public const int MaxCounts = 100;

    /// <summary>Budgets or limits in the order of their ids, each with its counts.</summary>
    public Page<MeterView> List(bool budgets, MeterScope? scope, string? scopeId, PageRequest page)
    {
        var rows = catalog
            .Current.Meters.Where(m =>
                m.IsBudget == budgets
                && (scope is null || m.Scope == scope)
                && (scopeId is null || m.ScopeId == scopeId)
                && (page.After is null || string.CompareOrdinal(m.Id, page.After) > 0)
            )
            .OrderBy(m => m.Id, StringComparer.Ordinal)
            .Take(page.Limit + 1)
            .ToList();
        var cut = page.Cut(rows, m => m.Id);
        var slots = catalog.Slots.ToLookup(s => s.Meter.Id, StringComparer.Ordinal);
        return new Page<MeterView>(cut.Items.Select(m => View(m, slots[m.Id])).ToList(), cut.Next);
    }

    public MeterView Of(Meter meter) => View(meter, catalog.Slots.Where(s => s.Meter.Id == meter.Id));

    MeterView View(Meter meter, IEnumerable<MeterSlot> known)
    {
        var counts = ledger
            .Status(meter.ScopeId == "*" ? known : [catalog.SlotOf(meter, meter.ScopeId)])
            .OrderByDescending(s => s.Spent + s.Held)
            .ThenBy(s => s.Value, StringComparer.Ordinal)
            .Take(MaxCounts)
            .Select(s => new CountView(
                s.Value,
                s.Spent,
                s.Held,
                meter.IsBudget ? NanoUsd.Format(s.Spent) : null,
                meter.IsBudget ? NanoUsd.Format(s.Held) : null,
                s.ResetsAt
            ))
            .ToList();
        return new MeterView(meter, meter.IsBudget ? NanoUsd.Format(meter.Limit) : null, counts);
    }
}
