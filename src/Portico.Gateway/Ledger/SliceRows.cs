using Dapper;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>
/// The steps on <c>gateway_meter_windows</c> and <c>gateway_slices</c> that the authority is made of, each within a transaction of its caller. The
/// row of the window is locked before that of the slice, everywhere.
/// </summary>
static class SliceRows
{
    /// <summary>The database's clock in microseconds: nodes with wrong clocks agree about what has expired.</summary>
    public const string DbNow = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

    /// <summary>Locks the row of a window, which is made when it is not there. What is presumed is in spent too.</summary>
    public static async Task<(long Spent, long Leased)> LockWindowAsync(DbWork work, string slot, long start)
    {
        var key = new { slot, start };
        await work.Connection.ExecuteAsync(
            "insert into gateway_meter_windows (slot, window_start_us, spent, leased) values (@slot, @start, 0, 0) on conflict do nothing",
            key,
            work.Transaction
        );
        return await work.Connection.QuerySingleAsync<(long, long)>(
            "select spent, leased from gateway_meter_windows where slot = @slot and window_start_us = @start for update",
            key,
            work.Transaction
        );
    }

    /// <summary>The limit as the store has it, null when the meter is gone, and what of the window's spent is only presumed. The window is locked already.</summary>
    public static Task<(long? Limit, long Presumed)> LimitAndPresumedAsync(DbWork work, WindowCount count) =>
        work.Connection.QuerySingleAsync<(long?, long)>(
            """
            select (select limit_amount from gateway_meters where id = @id),
              coalesce((select sum(presumed) from gateway_slices where slot = @slot and window_start_us = @start), 0)::bigint
            """,
            new
            {
                id = count.Slot.Meter.Id,
                slot = count.Slot.Id,
                start = count.StartUs,
            },
            work.Transaction
        );

    /// <summary>What the slices of the other nodes sum up to.</summary>
    public static async Task<long> HeldByOthersAsync(DbWork work, string owner, WindowCount count) =>
        await work.Connection.ExecuteScalarAsync<long?>(
            "select sum(granted)::bigint from gateway_slices where slot = @slot and window_start_us = @start and owner <> @owner",
            new
            {
                slot = count.Slot.Id,
                start = count.StartUs,
                owner,
            },
            work.Transaction
        ) ?? 0;

    /// <summary>Adds an amount to a node's slice. The window is locked already.</summary>
    public static async Task LeaseAsync(DbWork work, string owner, WindowCount count, long amount, TimeSpan ttl)
    {
        var key = new
        {
            owner,
            slot = count.Slot.Id,
            start = count.StartUs,
            amount,
            lease = (long)ttl.TotalMicroseconds,
        };
        await work.Connection.ExecuteAsync(
            "update gateway_meter_windows set leased = leased + @amount where slot = @slot and window_start_us = @start",
            key,
            work.Transaction
        );
        await work.Connection.ExecuteAsync(
            $"""
            insert into gateway_slices (owner, slot, window_start_us, granted, presumed, expires_us) values (@owner, @slot, @start, @amount, 0, {DbNow} + @lease)
            on conflict (owner, slot, window_start_us) do update set granted = gateway_slices.granted + @amount, expires_us = excluded.expires_us
            """,
            key,
            work.Transaction
        );
    }

    /// <summary>Takes an amount out of a node's slice: what is leased becomes free, what was presumed spent is spent no longer.</summary>
    public static async Task<bool> GiveBackAsync(DbWork work, string owner, string slot, long start, long amount)
    {
        await LockWindowAsync(work, slot, start);
        var key = new
        {
            owner,
            slot,
            start,
        };
        var slice = await work.Connection.QuerySingleOrDefaultAsync<(long Granted, long Presumed)?>(
            "select granted, presumed from gateway_slices where owner = @owner and slot = @slot and window_start_us = @start for update",
            key,
            work.Transaction
        );
        var granted = Math.Min(amount, slice?.Granted ?? 0);
        var presumed = Math.Min(amount - granted, slice?.Presumed ?? 0);
        var change = new
        {
            owner,
            slot,
            start,
            granted,
            presumed,
        };
        await work.Connection.ExecuteAsync(
            "update gateway_meter_windows set leased = leased - @granted, spent = spent - @presumed where slot = @slot and window_start_us = @start",
            change,
            work.Transaction
        );
        await work.Connection.ExecuteAsync(
            "update gateway_slices set granted = granted - @granted, presumed = presumed - @presumed where owner = @owner and slot = @slot and window_start_us = @start",
            change,
            work.Transaction
        );
        return true;
    }

    /// <summary>Counts a slice that has expired as spent. 0 when it is alive again or gone.</summary>
    public static async Task<int> PresumeAsync(DbWork work, string owner, string slot, long start)
    {
        await LockWindowAsync(work, slot, start);
        var key = new
        {
            owner,
            slot,
            start,
        };
        var granted = await work.Connection.ExecuteScalarAsync<long?>(
            $"select granted from gateway_slices where owner = @owner and slot = @slot and window_start_us = @start and granted > 0 and expires_us < {DbNow} for update",
            key,
            work.Transaction
        );
        if (granted is not { } amount)
            return 0;
        await work.Connection.ExecuteAsync(
            "update gateway_meter_windows set leased = leased - @amount, spent = spent + @amount where slot = @slot and window_start_us = @start",
            new
            {
                slot,
                start,
                amount,
            },
            work.Transaction
        );
        return await work.Connection.ExecuteAsync(
            "update gateway_slices set granted = 0, presumed = presumed + @amount where owner = @owner and slot = @slot and window_start_us = @start",
            new
            {
                owner,
                slot,
                start,
                amount,
            },
            work.Transaction
        );
    }

    /// <summary>Gives back every slice of a node, each in a transaction of its own, and removes the empty ones.</summary>
    public static async Task GiveBackAllAsync(Database database, string owner, CancellationToken ct)
    {
        List<(string Slot, long Start)> keys;
        await using (var db = await database.OpenReadAsync(ct))
            keys = (
                await db.QueryAsync<(string Slot, long Start)>(
                    "select slot, window_start_us from gateway_slices where owner = @owner order by slot, window_start_us",
                    new { owner }
                )
            ).ToList();
        foreach (var (slot, start) in keys)
            await database.WriteAsync(work => GiveBackAsync(work, owner, slot, start, long.MaxValue), ct);
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from gateway_slices where owner = @owner and granted = 0 and presumed = 0",
                    new { owner },
                    work.Transaction
                ),
            ct
        );
    }
}
