using Portico.Observability;

namespace Portico.Gateway.Ledger;

/// <summary>What came of asking for a hold: one of the two is set.</summary>
readonly record struct HoldResult(Hold? Hold, MeterRefusal? Refusal);

/// <summary>How a meter stands for a caller, for headers, explain and reports.</summary>
readonly record struct MeterStatus(Meter Meter, string Value, long Spent, long Held, DateTimeOffset? ResetsAt);

/// <summary>
/// Holds and settles. One lock guards every count of this node, so that a hold over many meters is one step: all of them or none. What is done
/// under the lock is a few additions; waiting for more room happens outside it.
/// Invariant, for any interleaving: on every count settled + held ≤ limit, as long as no call costs more than its hold.
/// </summary>
sealed class CreditLedger(ISliceAuthority authority, TimeProvider time)
{
    /// <summary>Turns in which other calls may take what this one counted on. Each of them got through instead, so it is rarely more than one.</summary>
    const int MaxGrantTurns = 100;

    readonly Lock gate = new();

    /// <summary>
    /// Called outside the lock when what was spent carries a count over one of its meter's alert percentages: once a process, so whoever listens finds
    /// out whether another one told it before.
    /// </summary>
    public Action<WindowCount, int>? AlertCrossed { get; set; }

    /// <summary>Settlements beyond their hold: a provider billed more than the worst case. Exported as a metric.</summary>
    public long Overruns;

    public ValueTask<HoldResult> HoldAsync(MeterSlot[] slots, Amounts amounts, CancellationToken ct)
    {
        if (slots.Length == 0)
            return ValueTask.FromResult(new HoldResult(new Hold([], amounts), null));
        if (!authority.LeaseIsValid)
            throw new PorticoException(
                ErrorTable.LedgerUnavailable,
                "This node has lost the store and its share of the budgets has run out."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        var result = TryHold(slots, amounts, [], default, out var shortages);
        return shortages is null ? ValueTask.FromResult(result) : HoldWithGrantAsync(slots, amounts, shortages, ct);
    }

    /// <summary>Replaces the promise by what was used; later calls with the same hold change nothing and return nothing.</summary>
    public IReadOnlyList<MeterSettlement> Settle(Hold hold, Amounts actual)
    {
        if (!hold.TrySettle() || hold.Counts.Length == 0)
            return [];
        var settlements = new List<MeterSettlement>(hold.Counts.Length);
        List<(WindowCount, int)>? crossed = null;
        lock (gate)
        {
            foreach (var count in hold.Counts)
            {
                var unit = count.Slot.Meter.Unit;
                var (held, used) = (hold.Amounts.Of(unit), actual.Of(unit));
                count.Held -= held;
                count.Spent += used;
                count.Room += held - used;
                if (used > held)
                    Overruns++;
                if (used != 0)
                    settlements.Add(new MeterSettlement(count.Slot.Id, count.StartUs, used));
                NoteAlerts(count, ref crossed);
            }
        }
        Tell(crossed);
        return settlements;
    }

    /// <summary>Adds what was granted and no hold is waiting for.</summary>
    public void Credit(IReadOnlyList<Shortage> lacked, long[] granted)
    {
        lock (gate)
            for (var i = 0; i < granted.Length; i++)
                lacked[i].Count.Room += granted[i];
    }

    /// <summary>What the store says that all nodes have spent. It may lag behind what this node knows, so it only raises.</summary>
    public void Learn(IEnumerable<(WindowCount Count, long Spent)> known)
    {
        List<(WindowCount, int)>? crossed = null;
        lock (gate)
            foreach (var (count, spent) in known)
            {
                count.Spent = Math.Max(count.Spent, spent);
                NoteAlerts(count, ref crossed);
            }
        Tell(crossed);
    }

    /// <summary>An alert could not be raised: the next settlement that finds it crossed tries again.</summary>
    public void ForgetAlert(WindowCount count, int percent)
    {
        lock (gate)
            count.Alerted.Remove(percent);
    }

    /// <summary>How these meters stand now.</summary>
    public List<MeterStatus> Status(IEnumerable<MeterSlot> slots)
    {
        var now = time.GetUtcNow();
        lock (gate)
            return slots
                .Select(s => s.At(now, Open))
                .Select(c => new MeterStatus(c.Slot.Meter, c.Slot.Value, c.Spent, c.Held, c.Slot.Meter.WindowEnd(c.StartUs)))
                .ToList();
    }

    /// <summary>Runs under the ledger's lock: for the authority, which moves room in and out, and for tests, which look at all counts at one instant.</summary>
    public T Locked<T>(Func<T> work)
    {
        lock (gate)
            return work();
    }

    /// <summary>A meter's new definition.</summary>
    public void Redefine(MeterSlot slot, Meter meter)
    {
        lock (gate)
        {
            var old = slot.Meter.Limit;
            if (meter.Version <= slot.Meter.Version)
                return;
            slot.Meter = meter;
            if (slot.Current is { } count && old != meter.Limit)
                authority.Redefined(count, old, meter.Limit);
        }
    }

    /// <summary>Adds what was granted and takes the hold in one step, so that no other call can take it in between.</summary>
    HoldResult TryHold(MeterSlot[] slots, Amounts amounts, List<Shortage> lacked, ReadOnlySpan<long> granted, out List<Shortage>? shortages)
    {
        var now = time.GetUtcNow();
        var counts = new WindowCount[slots.Length];
        shortages = null;
        lock (gate)
        {
            for (var i = 0; i < granted.Length; i++)
                lacked[i].Count.Room += granted[i];
            for (var i = 0; i < slots.Length; i++)
            {
                var count = counts[i] = slots[i].At(now, Open);
                var needed = amounts.Of(slots[i].Meter.Unit);
                if (count.Room < needed && !slots[i].Meter.ShadowOnly)
                    (shortages ??= []).Add(new Shortage(count, needed));
            }
            if (shortages is not null)
                return default;
            foreach (var count in counts)
            {
                var amount = amounts.Of(count.Slot.Meter.Unit);
                count.Room -= amount;
                count.Held += amount;
            }
        }
        return new HoldResult(new Hold(counts, amounts), null);
    }

    async ValueTask<HoldResult> HoldWithGrantAsync(MeterSlot[] slots, Amounts amounts, List<Shortage> shortages, CancellationToken ct)
    {
        for (var turn = 0; turn < MaxGrantTurns; turn++)
        {
            var grant = await authority.GrantAsync(shortages, ct);
            if (grant.Granted is null)
                return new HoldResult(null, Refusal(shortages[grant.Refused], grant));
            var result = TryHold(slots, amounts, shortages, grant.Granted, out var again);
            if (again is null)
                return result;
            shortages = again;
        }
        throw new PorticoException(ErrorTable.Overloaded, "Too many calls ask for the same budgets at once.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    static MeterRefusal Refusal(Shortage shortage, GrantResult grant)
    {
        var meter = shortage.Count.Slot.Meter;
        return new MeterRefusal(
            meter,
            shortage.Count.Slot.Value,
            grant.Spent,
            grant.Held,
            shortage.Needed,
            meter.WindowEnd(shortage.Count.StartUs)
        );
    }

    WindowCount Open(MeterSlot slot, long startUs)
    {
        var count = new WindowCount(slot, startUs);
        (count.Room, count.Spent) = authority.Open(slot, startUs);
        authority.Opened(count);
        return count;
    }

    static void NoteAlerts(WindowCount count, ref List<(WindowCount, int)>? crossed)
    {
        var meter = count.Slot.Meter;
        for (var i = 0; i < meter.AlertPercents.Count && count.Spent > 0; i++)
        {
            var percent = meter.AlertPercents[i];
            if (count.Alerted.Contains(percent) || (Int128)count.Spent * 100 < (Int128)meter.Limit * percent)
                continue;
            count.Alerted.Add(percent);
            (crossed ??= []).Add((count, percent));
        }
    }

    void Tell(List<(WindowCount Count, int Percent)>? crossed)
    {
        foreach (var (count, percent) in crossed ?? [])
            AlertCrossed?.Invoke(count, percent);
    }
}
