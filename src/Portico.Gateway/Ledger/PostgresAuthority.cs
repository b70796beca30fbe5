using Dapper;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>
/// Several nodes on one PostgreSQL: each spends from slices that this grants, so that over all nodes spent + leased ≤ limit at every instant.
/// What a node may use of a window (its room, what its open calls hold, and what is settled and not yet in the store) is its slice in
/// <c>gateway_slices</c>. The row of the window is locked before that of the slice, everywhere.
/// </summary>
sealed partial class PostgresAuthority(Database database, Journal journal, ChangeSignals signals, TimeProvider time)
    : ISliceAuthority,
        IDisposable
{
    public const string RecallSignal = "ledger-recall";

    /// <summary>How long a slice lives without a sign of its node.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>A node stops spending this much before others may count its slices as spent.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    readonly Dictionary<(string Slot, long Start), WindowCount> counts = [];
    CreditLedger? ledger;
    IDisposable? subscription;
    long renewedAt;
    bool everRenewed;

    public string Owner => journal.JournalId;

    public bool LeaseIsValid => !Volatile.Read(ref everRenewed) || time.GetElapsedTime(Volatile.Read(ref renewedAt)) < Lease - Margin;

    /// <summary>The ledger whose counts are filled here. Set once, before the first call.</summary>
    public void Attach(CreditLedger owner)
    {
        ledger = owner;
        subscription = signals.Subscribe(RecallSignal, OnRecall);
    }

    public (long Room, long Spent) Open(MeterSlot slot, long startUs) => (0, 0);

    public void Opened(WindowCount count)
    {
        lock (gate)
            counts[(count.Slot.Id, count.StartUs)] = count;
    }

    /// <summary>Every node gives back what it does not need; what is granted from then on is measured by the new limit.</summary>
    public void Redefined(WindowCount count, long oldLimit, long newLimit)
    {
        if (newLimit < oldLimit)
            _ = ReturnQuietlyAsync(count);
    }

    /// <summary>
    /// The store has the window's new sum, by which it grants; what is shown here is learnt from it. Signals may come twice, so nothing is added up.
    /// </summary>
    public void Adjusted(string slot, long startUs, WindowCount? count, long difference)
    {
        if (count is not null)
            count.LearnExactly = 2;
    }

    /// <summary>Gives back everything an earlier process of this node held. Runs after its journal is replayed: nothing of it is in use.</summary>
    public Task ReturnAllOfEarlierAsync(CancellationToken ct) => SliceRows.GiveBackAllAsync(database, Owner, ct);

    /// <summary>Shows that this node lives. After a lost lease its room goes back before it is spent, because others may have counted it as spent.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        var lost = !LeaseIsValid;
        var started = time.GetTimestamp();
        await database.WriteAsync(work => SliceRows.RenewAsync(work, Owner, Lease), ct);
        if (lost)
            foreach (var count in Counts())
                await ReturnAsync(count, ct);
        Volatile.Write(ref renewedAt, started);
        Volatile.Write(ref everRenewed, true);
        await ReturnPastWindowsAsync(ct);
        await ReadSpentAsync(ct);
    }

    /// <summary>What all nodes have spent, for reports, headers and alerts; holds do not depend on it.</summary>
    async Task ReadSpentAsync(CancellationToken ct)
    {
        var known = Counts();
        if (known.Count == 0)
            return;
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Slot, long Start, long Spent)>(
            """
            select w.slot, w.window_start_us, w.spent - coalesce(sum(s.presumed), 0)::bigint
            from gateway_meter_windows w left join gateway_slices s on s.slot = w.slot and s.window_start_us = w.window_start_us
            where w.slot = any(@slots) and w.window_start_us >= @since
            group by w.slot, w.window_start_us, w.spent
            """,
            new { slots = known.Select(c => c.Slot.Id).Distinct(StringComparer.Ordinal).ToArray(), since = known.Min(c => c.StartUs) }
        );
        var spent = rows.ToDictionary(r => (r.Slot, r.Start), r => r.Spent);
        ledger!.Learn(known.Select(c => (c, spent.GetValueOrDefault((c.Slot.Id, c.StartUs)))));
    }

    /// <summary>Counts the slices of nodes that gave no sign as spent. Whoever replays their journal later replaces the presumption by the truth.</summary>
    /// <returns>Slices that were swept.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var swept = 0;
        await using var db = await database.OpenReadAsync(ct);
        var expired = await db.QueryAsync<(string Owner, string Slot, long Start)>(
            $"select owner, slot, window_start_us from gateway_slices where granted > 0 and expires_us < {SliceRows.DbNow} order by slot, window_start_us, owner"
        );
        foreach (var (owner, slot, start) in expired)
            swept += await database.WriteAsync(work => SliceRows.PresumeAsync(work, owner, slot, start), ct);
        return swept;
    }

    void OnRecall(ChangeSignal signal)
    {
        WindowCount? count;
        lock (gate)
            counts.TryGetValue((signal.Id, signal.Version), out count);
        if (count is not null)
            _ = ReturnQuietlyAsync(count);
    }

    async Task ReturnQuietlyAsync(WindowCount count)
    {
        try
        {
            await ReturnAsync(count, CancellationToken.None);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or TimeoutException)
        {
            // Still leased to this node, as before: the other node refuses its call, and nobody overspends.
        }
    }

    /// <summary>Room goes out of this node first and into the store after it: in between it is nobody's, never two nodes'.</summary>
    async Task ReturnAsync(WindowCount count, CancellationToken ct)
    {
        var room = ledger!.Locked(() =>
        {
            var free = Math.Max(0, count.Room);
            count.Room -= free;
            return free;
        });
        if (room == 0)
            return;
        DbWork? last = null;
        try
        {
            await database.WriteAsync(work => SliceRows.GiveBackAsync(last = work, Owner, count.Slot.Id, count.StartUs, room), ct);
        }
        catch (Exception) when (last is not { Committing: true })
        {
            // Nothing was given back: it is this node's as before.
            ledger!.Locked(() => count.Room += room);
            throw;
        }
        // Where the answer to the commit was lost it may have been given back. Then it stays leased to this node and is used by nobody: too little
        // room until the next start of this node, never too much.
    }

    async Task ReturnPastWindowsAsync(CancellationToken ct)
    {
        var now = Micros.Now(time);
        foreach (var count in Counts().Where(c => c.EndUs <= now))
        {
            await ReturnAsync(count, ct);
            if (ledger!.Locked(() => count.Held) != 0)
                continue;
            lock (gate)
                counts.Remove((count.Slot.Id, count.StartUs));
        }
        refusals.Prune();
    }

    List<WindowCount> Counts()
    {
        lock (gate)
            return [.. counts.Values];
    }

    public void Dispose()
    {
        subscription?.Dispose();
        turn.Dispose();
    }
}
