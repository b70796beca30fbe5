using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Budgets;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>
/// What policies say of budgets: gives new keys and use cases theirs, and lets nobody make one larger than a mandatory line allows, or take away the last one that keeps it.
/// </summary>
sealed class BudgetPolicy(GovernanceCatalog governance, MeterCatalog meters, TimeProvider time) : IBudgetKeeper
{
    public async Task GiveAsync(DbWork work, BudgetScope scope, string id, IReadOnlyList<GivenBudget> budgets)
    {
        foreach (var budget in budgets)
            await MeterService.InsertAsync(
                work,
                new Meter
                {
                    Id = BudgetId.New(time).ToString(),
                    Scope = scope == BudgetScope.Key ? MeterScope.Key : MeterScope.UseCase,
                    ScopeId = id,
                    Unit = MeterUnit.NanoUsd,
                    Window = Enum.Parse<MeterWindow>(budget.Window, ignoreCase: true),
                    Limit = budget.NanoUsd,
                    AlertPercents = [50, 80, 100],
                },
                time
            );
    }

    public Task RefreshAsync(CancellationToken ct) => meters.RefreshAsync(ct);

    /// <exception cref="PorticoException">It is larger than a mandatory line allows, or stops to count and no other one keeps to the line.</exception>
    /// <param name="meter">As it would be.</param>
    /// <param name="before">As it is; null = it is new.</param>
    /// <param name="goes">It is removed.</param>
    public void Require(Meter meter, Meter? before = null, bool goes = false)
    {
        if (CeilingOf(meter) is not { } found)
            return;
        var (policy, line, window, most) = found;
        if (!goes && IsEnforced(meter))
        {
            // What was larger before the line was written may get smaller step by step.
            if (meter.Limit > most && !(before is not null && IsEnforced(before) && meter.Limit <= before.Limit))
                throw BudgetDefaults.TooLarge(policy, line, window, meter.Limit, most, "limit_usd");
            return;
        }
        if (before is null || !IsEnforced(before) || before.Limit > most)
            return;
        var kept = meters.Current.Meters.Any(m =>
            m.Id != meter.Id
            && m.IsBudget
            && m.Scope == meter.Scope
            && m.ScopeId == meter.ScopeId
            && m.Window == meter.Window
            && IsEnforced(m)
            && m.Limit <= most
        );
        if (!kept)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"This budget keeps to {line} ({policy.Tell(line)}), which is mandatory: at most {MoneyBound.Tell(window, most)}. Make another one within that first, or ask an officer to change the line."
            );
    }

    static bool IsEnforced(Meter meter) => !meter.Disabled && !meter.ShadowOnly;

    (CompiledPolicy Policy, string Line, string Window, long Most)? CeilingOf(Meter meter)
    {
        var all = governance.Current;
        var (chain, line) = meter switch
        {
            { IsBudget: true, Scope: MeterScope.Key } when KeyId.TryParse(meter.ScopeId, out var key) => (
                all.Callers.GetValueOrDefault(key)?.Policies.InForce,
                BudgetDefaults.OfKeys
            ),
            { IsBudget: true, Scope: MeterScope.UseCase } when UseCaseId.TryParse(meter.ScopeId, out var useCase) => (
                all.AnyoneOf(useCase)?.Policies.InForce,
                BudgetDefaults.OfUseCases
            ),
            _ => (null, ""),
        };
        var window = meter.Window.ToString().ToLowerInvariant();
        return chain?.At(time.GetUtcNow()) is { } policy && policy.BudgetOf(line).Ceiling?.Of(window) is { } most
            ? (policy, line, window, most)
            : null;
    }
}
