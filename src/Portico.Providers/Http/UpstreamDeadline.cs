namespace Portico.Providers.Http;

/// <summary>
/// One cancellation source for an attempt whose time-out is moved along: first byte, then idle between reads. It also follows the caller's token.
/// Moving it is two writes: the timer, which is a lock of the whole process, is only touched when it fires and finds that more time was given.
/// </summary>
public sealed class UpstreamDeadline : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly CancellationTokenRegistration caller;
    readonly TimeProvider time;
    readonly TimeSpan? overall;
    readonly long started;
    readonly Lock gate = new();
    ITimer? timer;
    long dueAt; // when the timer fires, in time stamps
    long deadline; // long.MaxValue while nothing is waited for
    bool disposed;

    public UpstreamDeadline(TimeProvider time, TimeSpan? overall, CancellationToken callerGone)
    {
        (this.time, this.overall) = (time, overall);
        started = time.GetTimestamp();
        caller = callerGone.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), source);
    }

    public CancellationToken Token => source.Token;

    /// <summary>From now on this long, but never past the overall bound.</summary>
    public void Arm(TimeSpan wait)
    {
        var now = time.GetTimestamp();
        if (overall is { } total)
        {
            var left = total - time.GetElapsedTime(started, now);
            wait = left < wait ? left : wait;
        }
        if (wait <= TimeSpan.Zero)
        {
            source.Cancel();
            return;
        }
        lock (gate)
        {
            deadline = now + Stamps(wait);
            if (disposed)
                return;
            if (timer is null)
            {
                dueAt = deadline;
                using (ExecutionContext.SuppressFlow())
                    timer = time.CreateTimer(static s => ((UpstreamDeadline)s!).Look(), this, wait, Timeout.InfiniteTimeSpan);
            }
            else if (deadline < dueAt)
            {
                dueAt = deadline;
                timer.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Nothing is waited for until the next <see cref="Arm"/>.</summary>
    public void Rest()
    {
        lock (gate)
            deadline = long.MaxValue;
    }

    public void Cancel() => source.Cancel();

    void Look()
    {
        lock (gate)
        {
            if (disposed)
                return;
            var now = time.GetTimestamp();
            if (deadline > now)
            {
                // At rest it looks again after a while: the next wait begins before or behind that.
                var more = deadline == long.MaxValue ? RestLook : time.GetElapsedTime(now, deadline) + Tick;
                dueAt = now + Stamps(more);
                timer!.Change(more, Timeout.InfiniteTimeSpan);
                return;
            }
        }
        source.Cancel();
    }

    /// <summary>How often a deadline at rest is looked at.</summary>
    static readonly TimeSpan RestLook = TimeSpan.FromSeconds(30);

    /// <summary>Timers count in whole milliseconds and may fire that much early.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    long Stamps(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    public void Dispose()
    {
        caller.Dispose();
        lock (gate)
        {
            disposed = true;
            timer?.Dispose();
        }
        // The source has no timer of its own and needs no disposal; one that is disposed would throw at a timer that fires right now.
    }
}
