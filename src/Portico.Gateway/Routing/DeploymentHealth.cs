using Portico.Core.Chat;

namespace Portico.Gateway.Routing;

enum BreakerState
{
    Closed,
    Open,
    HalfOpen,
}

/// <summary>
/// What this node knows of one deployment: breaker, cool-down, calls under way, recent first-output time.
/// The breaker opens after <see cref="FailuresToOpen"/> failures in a row, for a time that doubles with every failed probe up to
/// <see cref="LongestOpen"/>; after it one call is let through as the probe. Only faults of the provider count.
/// </summary>
sealed class DeploymentHealth(TimeProvider time)
{
    public const int FailuresToOpen = 5;
    static readonly TimeSpan FirstOpen = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestOpen = TimeSpan.FromMinutes(2);

    /// <summary>Used when a provider limits us without saying for how long.</summary>
    static readonly TimeSpan DefaultCoolDown = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestCoolDown = TimeSpan.FromMinutes(10);

    readonly Lock gate = new();
    int failures;
    int timesOpened;
    DateTimeOffset openUntil;
    DateTimeOffset coolUntil;
    bool probing;
    int busy;
    double firstOutputUs; // exponentially weighted, weight 0.2 for the newest

    public int Busy => Volatile.Read(ref busy);
    public double FirstOutputUs => Volatile.Read(ref firstOutputUs);

    public BreakerState State
    {
        get
        {
            lock (gate)
                return StateAt(time.GetUtcNow());
        }
    }

    /// <summary>Null when a call may go there now, else until when not.</summary>
    public DateTimeOffset? UnavailableUntil
    {
        get
        {
            lock (gate)
            {
                var now = time.GetUtcNow();
                if (coolUntil > now)
                    return coolUntil;
                return StateAt(now) switch
                {
                    BreakerState.Open => openUntil,
                    BreakerState.HalfOpen when probing => now + FirstOpen,
                    _ => null,
                };
            }
        }
    }

    /// <summary>Takes a place; false when benched. In the half-open state the first to ask becomes the probe.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (coolUntil > now)
                return false;
            var state = StateAt(now);
            if (state == BreakerState.Open || (state == BreakerState.HalfOpen && probing))
                return false;
            if (state == BreakerState.HalfOpen)
                probing = true;
        }
        Interlocked.Increment(ref busy);
        return true;
    }

    /// <summary>Gives the place back when the attempt has ended, whatever the end.</summary>
    public void Leave() => Interlocked.Decrement(ref busy);

    /// <summary>An answer has begun. A probe has proved what it should: others need not wait for the end of its stream.</summary>
    public void Answered()
    {
        lock (gate)
        {
            if (!probing)
                return;
            probing = false;
            failures = 0;
            timesOpened = 0;
        }
    }

    public void Succeeded(long firstOutput)
    {
        lock (gate)
        {
            failures = 0;
            timesOpened = 0;
            probing = false;
            if (firstOutput > 0)
                firstOutputUs = firstOutputUs == 0 ? firstOutput : 0.8 * firstOutputUs + 0.2 * firstOutput;
        }
    }

    /// <summary>Neither good nor bad was learnt (the caller left or was at fault): a probe may be tried again.</summary>
    public void Undecided()
    {
        lock (gate)
            probing = false;
    }

    public void Failed(Fault fault, TimeSpan? retryAfter)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var wasProbe = probing;
            probing = false;
            if (fault == Fault.RateLimit)
            {
                var wait = retryAfter ?? DefaultCoolDown;
                coolUntil = now + (wait > LongestCoolDown ? LongestCoolDown : wait);
                return;
            }
            // Open already: calls that were under way when it opened are one failure, not many.
            if (fault != Fault.Upstream || StateAt(now) == BreakerState.Open)
                return;
            failures++;
            if (failures < FailuresToOpen && !wasProbe)
                return;
            var length = TimeSpan.FromTicks(Math.Min(LongestOpen.Ticks, FirstOpen.Ticks << Math.Min(timesOpened, 10)));
            timesOpened++;
            openUntil = now + length;
        }
    }

    BreakerState StateAt(DateTimeOffset now)
    {
        if (timesOpened == 0)
            return BreakerState.Closed;
        return openUntil > now ? BreakerState.Open : BreakerState.HalfOpen;
    }
}

/// <summary>Connections whose credential was refused: benched for all their deployments until the time passes or the connection changes.</summary>
sealed class ConnectionBench(TimeProvider time)
{
    static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    readonly System.Collections.Concurrent.ConcurrentDictionary<ConnectionId, (long Version, DateTimeOffset Until)> benched = new();

    public void Bench(ConnectionId connection, long version) => benched[connection] = (version, time.GetUtcNow() + Length);

    /// <summary>Until when the connection is benched; null when it may be used. A changed connection is a new chance.</summary>
    public DateTimeOffset? Until(ConnectionId connection, long version)
    {
        if (benched.IsEmpty || !benched.TryGetValue(connection, out var entry))
            return null;
        if (entry.Version == version && entry.Until > time.GetUtcNow())
            return entry.Until;
        benched.TryRemove(connection, out _);
        return null;
    }
}
