using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>Grants: one call of this node after the other asks the store for what it lacks, then the other nodes.</summary>
sealed partial class PostgresAuthority
{
    /// <summary>Far from the limit a grant is this part of what is left.</summary>
    const int Portion = 8;

    static readonly TimeSpan GrantLimit = TimeSpan.FromSeconds(2);
    static readonly TimeSpan RecallWait = TimeSpan.FromMilliseconds(400);
    static readonly TimeSpan RecallPoll = TimeSpan.FromMilliseconds(25);

    readonly SemaphoreSlim turn = new(1, 1);
    readonly GrantRefusals refusals = new(time);
    long lostAt;

    public async ValueTask<GrantResult> GrantAsync(IReadOnlyList<Shortage> shortages, CancellationToken ct)
    {
        var asked = time.GetTimestamp();
        await turn.WaitAsync(ct);
        try
        {
            // Who stood before this call in the line has just found out, and it may have taken seconds.
            if (Volatile.Read(ref lostAt) > asked)
                throw Unreachable(null);
            var result = await TryGrantAsync(shortages, asked);
            return result.Granted is null && refusals.MayRecall(shortages[result.Refused].Count)
                ? await RecallAndGrantAsync(shortages, result, ct)
                : result;
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.StorageUnavailable)
        {
            Volatile.Write(ref lostAt, time.GetTimestamp());
            throw Unreachable(e);
        }
        finally
        {
            turn.Release();
        }
    }

    static PorticoException Unreachable(PorticoException? e) =>
        new(
            ErrorTable.LedgerUnavailable,
            "This node's share of a budget or limit is used up, and the store that grants more does not answer.",
            inner: e
        )
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    /// <summary>
    /// Takes no token of the call: a caller that leaves in the middle would leave a grant that the store has made and this node does not know of. A store
    /// that hangs holds up calls no longer than one that is gone.
    /// </summary>
    async Task<GrantResult> TryGrantAsync(IReadOnlyList<Shortage> shortages, long asked)
    {
        // Another call's grant may have covered this one while it waited for its turn.
        var missing = ledger!.Locked(() => shortages.Select(Missing).ToArray());
        if (missing.All(m => m == 0))
            return new GrantResult(new long[shortages.Count], 0, 0, 0);
        if (refusals.Find(shortages, missing, asked) is { } known)
            return known;
        var looked = time.GetTimestamp();
        var granting = database.WriteAsync(work => GrantAsync(work, shortages, missing), CancellationToken.None);
        GrantResult result;
        try
        {
            result = await granting.WaitAsync(GrantLimit, time);
        }
        catch (TimeoutException e)
        {
            _ = TakeLateAsync(granting, shortages);
            throw new PorticoException(ErrorTable.StorageUnavailable, "PostgreSQL did not answer in time.", inner: e);
        }
        if (result.Granted is null)
            refusals.Note(shortages[result.Refused].Count, looked, result);
        else if (!Volatile.Read(ref everRenewed))
        {
            Volatile.Write(ref renewedAt, time.GetTimestamp());
            Volatile.Write(ref everRenewed, true);
        }
        return result;
    }

    /// <summary>A share that more was settled on than was held lacks something for any call, also for one that holds nothing.</summary>
    static long Missing(Shortage s) => s.Count.Room >= s.Needed ? 0 : Math.Max(1, s.Needed - Math.Max(0, s.Count.Room));

    /// <summary>What comes when nobody waits any more is room for the next call.</summary>
    async Task TakeLateAsync(Task<GrantResult> granting, IReadOnlyList<Shortage> shortages)
    {
        try
        {
            if ((await granting).Granted is { } granted)
                ledger!.Credit(shortages, granted);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException)
        {
            // It has failed at last: there is nothing to take.
        }
    }

    async Task<GrantResult> GrantAsync(DbWork work, IReadOnlyList<Shortage> shortages, long[] missing)
    {
        var order = Enumerable
            .Range(0, shortages.Count)
            .OrderBy(i => shortages[i].Count.Slot.Id, StringComparer.Ordinal)
            .ThenBy(i => shortages[i].Count.StartUs)
            .ToList();
        var granted = new long[shortages.Count];
        foreach (var i in order.Where(i => missing[i] > 0))
        {
            var count = shortages[i].Count;
            var (spent, leased) = await SliceRows.LockWindowAsync(work, count.Slot.Id, count.StartUs);
            var (limit, presumed) = await SliceRows.LimitAndPresumedAsync(work, count);
            ledger!.Learn([(count, spent - presumed)]);
            var left = (limit ?? count.Slot.Meter.Limit) - spent - leased;
            if (left < missing[i])
                return new GrantResult(null, i, spent - presumed, leased + presumed, left);
            granted[i] = Math.Max(missing[i], left / Portion);
        }
        foreach (var i in order.Where(i => granted[i] > 0))
            await SliceRows.LeaseAsync(work, Owner, shortages[i].Count, granted[i], Lease);
        return new GrantResult(granted, 0, 0, 0);
    }

    /// <summary>Asks the other nodes for what they do not need, waits a little, and asks again.</summary>
    async Task<GrantResult> RecallAndGrantAsync(IReadOnlyList<Shortage> shortages, GrantResult refused, CancellationToken ct)
    {
        var count = shortages[refused.Refused].Count;
        var others = await database.WriteAsync(
            async work =>
            {
                var held = await SliceRows.HeldByOthersAsync(work, Owner, count);
                if (held > 0)
                    work.Signal(RecallSignal, count.Slot.Id, count.StartUs);
                return held > 0;
            },
            ct
        );
        var result = refused;
        if (others)
        {
            for (var begun = time.GetTimestamp(); result.Granted is null && time.GetElapsedTime(begun) < RecallWait; )
            {
                await Task.Delay(RecallPoll, time, ct);
                result = await TryGrantAsync(shortages, time.GetTimestamp());
            }
        }
        refusals.NoteRecall(count, result.Granted is not null);
        return result;
    }
}
