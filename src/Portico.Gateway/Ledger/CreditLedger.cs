using Portico.Observability;

namespace Portico.Gateway.Ledger;

/// <summary>What came of asking for a hold: one of the two is set.</summary>
readonly record struct HoldResult(Hold? Hold, MeterRefusal? Refusal);

/// <summary>How a meter stands for a caller, for headers, explain and reports.</summary>
readonly record struct MeterStatus(Meter Meter, string Value, long Spent, long Held, DateTimeOffset? ResetsAt)
{
    public long Left => Meter.Limit - Spent - Held;
}

/// <summary>
/// Holds and settles. One lock guards every count of this node, so that a hold over many meters is one step: all of them or none. What is done
/// under the lock is a few additions; waiting for more room happens outside it.
/// Invariant, for any interleaving: on every count settled + held ≤ limit, as long as no call costs more than its hold.
/// </summary>
sealed class CreditLedger
{
    /// <summary>Turns in which other calls may take what this one counted on. Each of them got through instead, so it is rarely more than one.</summary>
    const int MaxGrantTurns = 100;

    readonly Lock gate = new();
    readonly ISliceAuthority authority;
    readonly TimeProvider time;
    readonly Func<MeterSlot, long, WindowCount> open;

    public CreditLedger(ISliceAuthority authority, TimeProvider time)
    {
        (this.authority, this.time) = (authority, time);
        open = Open;
    }

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

    /// <summary>Replaces the promise by what was used and adds that to the settlements; later calls with the same hold change and add nothing.</summary>
    /// <param name="hold">The promise.</param>
    /// <param name="actual">What was used.</param>
    /// <param name="settlements">Receives what each meter settles.</param>
    /// <param name="model">The model that used it: meters of other models, held because they might have served, settle nothing.</param>
    public void Settle(Hold hold, Amounts actual, List<MeterSettlement> settlements, string? model = null)
    {
        if (!hold.TrySettle() || hold.Counts.Length == 0)
            return;
        List<(WindowCount, int)>? crossed = null;
        lock (gate)
        {
            foreach (var count in hold.Counts)
            {
                var unit = count.Slot.Meter.Unit;
                var isOther = count.Slot.Meter.Scope == MeterScope.Model && count.Slot.Value != model;
                var (held, used) = (hold.Amounts.Of(unit), isOther ? 0 : actual.Of(unit));
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
    }

    /// <summary>Adds what was granted and no hold is waiting for.</summary>
    public void Credit(IReadOnlyList<Shortage> lacked, long[] granted)
    {
        lock (gate)
            for (var i = 0; i < granted.Length; i++)
                lacked[i].Count.Room += granted[i];
    }

    /// <summary>
    /// What the store says that all nodes have spent. It may lag behind what this node knows, so it only raises, but for a count that was adjusted: what
    /// this node settled in the last instants is then missing until it is in the store too.
    /// </summary>
    public void Learn(IEnumerable<(WindowCount Count, long Spent)> known)
    {
        List<(WindowCount, int)>? crossed = null;
        lock (gate)
            foreach (var (count, spent) in known)
            {
                count.Spent = count.LearnExactly > 0 ? spent : Math.Max(count.Spent, spent);
                count.LearnExactly = Math.Max(0, count.LearnExactly - 1);
                NoteAlerts(count, ref crossed);
            }
        Tell(crossed);
    }

    /// <summary>Calls that were settled cost another amount by a corrected price: what was spent of a window changes, within its limit or beyond.</summary>
    public void Adjust(MeterSlot? slot, string slotId, long startUs, long difference)
    {
        List<(WindowCount, int)>? crossed = null;
        lock (gate)
        {
            var count = slot?.Current is { } current && current.StartUs == startUs ? current : null;
            authority.Adjusted(slotId, startUs, count, difference);
            if (count is not null)
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
            return slots.Select(s => StatusOf(s.At(now, open))).ToList();
    }

    /// <summary>The limit of this unit that has least left, null when none of the unit is enforced.</summary>
    public MeterStatus? Tightest(MeterSet set, MeterUnit unit, DateTimeOffset now)
    {
        WindowCount? tightest = null;
        lock (gate)
        {
            LookFor(set.Rates, unit, now, ref tightest);
            LookFor(set.Spends, unit, now, ref tightest);
            return tightest is null ? null : StatusOf(tightest);
        }
    }

    void LookFor(MeterSlot[] slots, MeterUnit unit, DateTimeOffset now, ref WindowCount? tightest)
    {
        foreach (var slot in slots)
            if (slot.Meter.Unit == unit && !slot.Meter.ShadowOnly && slot.At(now, open) is var count)
                if (tightest is null || LeftOf(count) < LeftOf(tightest))
                    tightest = count;
    }

    static long LeftOf(WindowCount c) => c.Slot.Meter.Limit - c.Spent - c.Held;

    static MeterStatus StatusOf(WindowCount c) => new(c.Slot.Meter, c.Slot.Value, c.Spent, c.Held, c.Slot.Meter.WindowEnd(c.StartUs));

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
                var count = counts[i] = slots[i].At(now, open);
                var needed = amounts.Of(slots[i].Meter.Unit);
                // Who holds nothing needs no share of this node: what is spent decides.
                var isShort = needed > 0 ? count.Room < needed : count.Room < 0 && LeftOf(count) <= 0;
                if (isShort && !slots[i].Meter.ShadowOnly)
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
