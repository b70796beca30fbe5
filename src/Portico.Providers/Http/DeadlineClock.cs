using System.Collections.Concurrent;

namespace Portico.Providers.Http;

/// <summary>
/// A cancellation source with a timer that is moved lazily: moving the deadline is a write, and the timer, which is a lock of the whole process, is
/// only touched when it fires and finds that more time was given. A clock that has cancelled is not used again.
/// </summary>
sealed class DeadlineClock
{
    /// <summary>How often a deadline at rest is looked at.</summary>
    static readonly TimeSpan RestLook = TimeSpan.FromSeconds(30);

    /// <summary>Timers count in whole milliseconds and may fire that much early.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    const int MostKept = 1024;

    /// <summary>Clocks that wait for their next attempt, about <see cref="MostKept"/> at most.</summary>
    static readonly ConcurrentQueue<DeadlineClock> kept = new();

    readonly CancellationTokenSource source = new();
    readonly TimeProvider time;
    ITimer? timer;
    long dueAt; // when the timer fires, in time stamps
    long deadline; // long.MaxValue while nothing is waited for
    bool isLent = true;
    bool hasCancelled;

    DeadlineClock(TimeProvider time) => this.time = time;

    public CancellationToken Token => source.Token;

    public static DeadlineClock Rent(TimeProvider time)
    {
        // A test's clock is the test's own.
        if (!ReferenceEquals(time, TimeProvider.System) || !kept.TryDequeue(out var clock))
            return new DeadlineClock(time);
        clock.Reuse();
        return clock;
    }

    void Reuse()
    {
        lock (source)
            (isLent, deadline) = (true, long.MaxValue);
    }

    public void Return()
    {
        lock (source)
        {
            isLent = false;
            deadline = long.MaxValue;
            if (hasCancelled || !ReferenceEquals(time, TimeProvider.System) || !source.TryReset())
            {
                timer?.Dispose();
                // The source has no timer of its own and needs no disposal; one that is disposed would throw at a timer that fires right now.
                return;
            }
        }
        if (kept.Count < MostKept)
        {
            kept.Enqueue(this);
            return;
        }
        lock (source)
            timer?.Dispose();
    }

    public void Arm(TimeSpan wait)
    {
        lock (source)
        {
            deadline = time.GetTimestamp() + Stamps(wait);
            if (timer is null)
            {
                dueAt = deadline;
                using (ExecutionContext.SuppressFlow())
                    timer = time.CreateTimer(static s => ((DeadlineClock)s!).Look(), this, wait, Timeout.InfiniteTimeSpan);
            }
            else if (deadline < dueAt)
            {
                dueAt = deadline;
                timer.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Rest() => Volatile.Write(ref deadline, long.MaxValue);

    public void Cancel()
    {
        lock (source)
        {
            if (!isLent)
                return;
            hasCancelled = true;
        }
        source.Cancel();
    }

    void Look()
    {
        lock (source)
        {
            if (!isLent)
            {
                // Kept for the next attempt, which winds it again.
                dueAt = long.MaxValue;
                return;
            }
            var now = time.GetTimestamp();
            var until = Volatile.Read(ref deadline);
            if (until > now)
            {
                // At rest it looks again after a while: the next wait begins before or behind that.
                var more = until == long.MaxValue ? RestLook : time.GetElapsedTime(now, until) + Tick;
                dueAt = now + Stamps(more);
                timer!.Change(more, Timeout.InfiniteTimeSpan);
                return;
            }
            // Known under the lock: from here on this clock goes to nobody else.
            hasCancelled = true;
        }
        source.Cancel();
    }

    long Stamps(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
