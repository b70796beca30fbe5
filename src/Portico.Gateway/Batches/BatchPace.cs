using Portico.Gateway.Ledger;

namespace Portico.Gateway.Batches;

/// <summary>
/// How fast a batch may go: half as many lines at once after every limit that was met, one more for every round that goes well, and nothing before the
/// limit said so. A fifth of every limit of a minute or an hour is left to calls that are not of a batch.
/// </summary>
sealed class BatchPace(CreditLedger ledger, TimeProvider time, int most)
{
    /// <summary>A limit is asked again after this at the latest: somebody may have raised it.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>One part in so many is left to others.</summary>
    const int LeftToOthers = 5;

    /// <summary>A limit with a longer window is not spared: what is left of it may be for nobody.</summary>
    static readonly TimeSpan LongestSpared = TimeSpan.FromHours(1);

    readonly Lock gate = new();
    double allowed = most;
    int running;
    DateTimeOffset pausedUntil;
    MeterSet? meters;

    /// <summary>Takes a place for a line; false when none is free now.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (running >= Math.Max(1, (int)allowed) || time.GetUtcNow() < pausedUntil)
                return false;
            if (SparedUntil() is { } until)
            {
                pausedUntil = until;
                return false;
            }
            running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (gate)
            running--;
    }

    public void WentWell(MeterSet? met)
    {
        lock (gate)
        {
            meters = met ?? meters;
            allowed = Math.Min(most, allowed + 1 / allowed);
        }
    }

    /// <summary>A line has held what it needs and lies at a provider: how much is left of its limits counts from now on.</summary>
    public void Waits(MeterSet? met)
    {
        lock (gate)
            meters = met ?? meters;
    }

    public void MetLimit(TimeSpan? wait)
    {
        lock (gate)
        {
            allowed = Math.Max(1, allowed / 2);
            var pause = wait ?? TimeSpan.FromSeconds(1);
            pause = pause > LongestPause ? LongestPause : pause;
            var until = time.GetUtcNow() + (pause < ShortestPause ? ShortestPause : pause);
            if (until > pausedUntil)
                pausedUntil = until;
        }
    }

    /// <summary>Until when the rest of a limit is left to others; null = it need not be.</summary>
    DateTimeOffset? SparedUntil()
    {
        if (meters is null)
            return null;
        var now = time.GetUtcNow();
        foreach (var unit in (ReadOnlySpan<MeterUnit>)[MeterUnit.Requests, MeterUnit.Tokens])
            if (
                ledger.Tightest(meters, unit, now) is { ResetsAt: { } at } tightest
                && tightest.Left * LeftToOthers < tightest.Meter.Limit
                && at - now < LongestSpared
            )
                return at;
        return null;
    }
}
