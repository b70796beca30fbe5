using System.Globalization;
using System.Runtime.InteropServices;
using Dapper;
using Portico.Observability;
using Portico.Observability.Rerating;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>
/// Brings adjustments to the budgets: where a call was settled, in the same window, its difference is settled too. A call that cost nothing until now settled
/// nowhere; it goes to the budgets of its scopes that were there when it began. Counts in memory follow by a signal, when the transaction is committed.
/// </summary>
sealed class AdjustmentLedger(MeterCatalog meters) : IAdjustmentSink
{
    public const string Signal = "ledger-adjusted";

    public async Task ApplyAsync(DbWork work, IReadOnlyList<Adjustment> adjustments, CancellationToken ct)
    {
        var budgets = (await ReadBudgetsAsync(work)).ToDictionary(b => b.Meter.Id, StringComparer.Ordinal);
        var sums = new Dictionary<(string Slot, long StartUs), long>();
        foreach (var a in adjustments.Where(a => a.Difference != 0))
        foreach (var (slot, start) in SlotsOf(a.Call, budgets))
            CollectionsMarshal.GetValueRefOrAddDefault(sums, (slot, start), out _) += a.Difference;
        // One order on every node, and the window's row before any slice: as settlements lock them.
        foreach (var ((slot, start), difference) in sums.OrderBy(s => s.Key.Slot, StringComparer.Ordinal).ThenBy(s => s.Key.StartUs))
        {
            await work.Connection.ExecuteAsync(
                """
                insert into gateway_meter_windows (slot, window_start_us, spent, leased) values (@slot, @start, @difference, 0)
                on conflict (slot, window_start_us) do update set spent = gateway_meter_windows.spent + @difference
                """,
                new
                {
                    slot,
                    start,
                    difference,
                },
                work.Transaction
            );
            work.Signal(Signal, string.Create(CultureInfo.InvariantCulture, $"{start} {slot}"), difference);
        }
    }

    /// <summary>What a signal says: the slot, the start of its window, the difference.</summary>
    public static (string Slot, long StartUs, long Difference) Read(ChangeSignal signal)
    {
        var space = signal.Id.IndexOf(' ', StringComparison.Ordinal);
        return (signal.Id[(space + 1)..], long.Parse(signal.Id.AsSpan(0, space), CultureInfo.InvariantCulture), signal.Version);
    }

    sealed record Budget(Meter Meter, long CreatedUs);

    async Task<IEnumerable<Budget>> ReadBudgetsAsync(DbWork work)
    {
        var created = (
            await work.Connection.QueryAsync<(string Id, long CreatedUs)>(
                "select id, created_us from gateway_meters",
                transaction: work.Transaction
            )
        ).ToDictionary(r => r.Id, r => r.CreatedUs, StringComparer.Ordinal);
        return meters.Current.Meters.Where(m => m.IsBudget && created.ContainsKey(m.Id)).Select(m => new Budget(m, created[m.Id]));
    }

    static IEnumerable<(string Slot, long StartUs)> SlotsOf(CallRecord call, Dictionary<string, Budget> budgets)
    {
        var settled = call.Settlements.Where(s => s.MeterId.StartsWith(BudgetPrefix, StringComparison.Ordinal)).ToList();
        if (settled.Count > 0)
            return settled.Where(s => budgets.ContainsKey(s.MeterId.Split('|')[0])).Select(s => (s.MeterId, s.WindowStartUs));
        return budgets
            .Values.Where(b => !b.Meter.Disabled && b.CreatedUs <= call.StartedAtUs)
            .Select(b => (b.Meter, Value: ValueOf(b.Meter.Scope, call)))
            .Where(b => b.Value is not null && (b.Meter.ScopeId == "*" || b.Meter.ScopeId == b.Value))
            .Select(b => (new MeterSlot(b.Meter, b.Value!).Id, b.Meter.WindowStartUs(Micros.ToTime(call.StartedAtUs))));
    }

    static readonly string BudgetPrefix = IdKinds.Budget.Prefix + "_";

    static string? ValueOf(MeterScope scope, CallRecord call) =>
        scope switch
        {
            MeterScope.Organisation => call.OrganisationId,
            MeterScope.Workspace => call.WorkspaceId,
            MeterScope.UseCase => call.UseCaseId,
            MeterScope.Key => call.KeyId,
            MeterScope.Person => call.PersonId,
            MeterScope.Model => call.Model,
            _ => call.Route,
        };
}
