using System.Runtime.InteropServices;
using Dapper;
using Portico.Observability;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Gateway.Ledger;

/// <summary>
/// Brings settlements into the store's counters, in the transaction that moves the journal position. With PostgreSQL what is settled leaves the
/// node's slice; what was presumed spent of a slice that expired is replaced by the truth.
/// </summary>
sealed class LedgerSink(Journal journal) : IJournalSink
{
    public async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> batch, CancellationToken ct)
    {
        var sums = new Dictionary<(string MeterId, long WindowStartUs), long>();
        foreach (var record in batch)
            for (var i = 0; i < record.Settlements.Count; i++)
            {
                var settled = record.Settlements[i];
                CollectionsMarshal.GetValueRefOrAddDefault(sums, (settled.MeterId, settled.WindowStartUs), out _) += settled.Amount;
            }
        var ordered = sums.OrderBy(s => s.Key.MeterId, StringComparer.Ordinal).ThenBy(s => s.Key.WindowStartUs);
        if (work.Engine == Engine.Sqlite)
            AddOneByOne(work, ordered);
        else
            foreach (var ((meter, start), amount) in ordered)
                await SettleSliceAsync(work, meter, start, amount);
    }

    /// <summary>One node: nothing is leased.</summary>
    static void AddOneByOne(DbWork work, IEnumerable<KeyValuePair<(string MeterId, long WindowStartUs), long>> sums)
    {
        using var add = SqliteStatement.Of(
            work,
            """
            insert into gateway_meter_windows (slot, window_start_us, spent, leased) values (?, ?, ?, 0)
            on conflict (slot, window_start_us) do update set spent = gateway_meter_windows.spent + excluded.spent
            """
        );
        foreach (var ((meter, start), amount) in sums)
            add.Add(meter).Add(start).Add(amount).Run();
    }

    static Task AddAsync(DbWork work, string slot, long start, long spent, long leased) =>
        work.Connection.ExecuteAsync(
            """
            insert into gateway_meter_windows (slot, window_start_us, spent, leased) values (@slot, @start, @spent, 0)
            on conflict (slot, window_start_us) do update set
              spent = gateway_meter_windows.spent + @spent,
              leased = gateway_meter_windows.leased + @leased
            """,
            new
            {
                slot,
                start,
                spent,
                leased,
            },
            work.Transaction
        );

    async Task SettleSliceAsync(DbWork work, string slot, long start, long amount)
    {
        var key = new
        {
            owner = journal.JournalId,
            slot,
            start,
        };
        // Lock order is window before slice, everywhere.
        await work.Connection.ExecuteAsync(
            "select 1 from gateway_meter_windows where slot = @slot and window_start_us = @start for update",
            key,
            work.Transaction
        );
        var slice = await work.Connection.QuerySingleOrDefaultAsync<(long Granted, long Presumed)?>(
            "select granted, presumed from gateway_slices where owner = @owner and slot = @slot and window_start_us = @start for update",
            key,
            work.Transaction
        );
        var fromPresumed = Math.Min(amount, slice?.Presumed ?? 0);
        var fromGranted = Math.Min(amount - fromPresumed, slice?.Granted ?? 0);
        await AddAsync(work, slot, start, amount - fromPresumed, -fromGranted);
        await work.Connection.ExecuteAsync(
            "update gateway_slices set granted = granted - @fromGranted, presumed = presumed - @fromPresumed where owner = @owner and slot = @slot and window_start_us = @start",
            new
            {
                key.owner,
                key.slot,
                key.start,
                fromGranted,
                fromPresumed,
            },
            work.Transaction
        );
    }
}
