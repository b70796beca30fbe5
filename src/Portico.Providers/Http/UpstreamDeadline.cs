namespace Portico.Providers.Http;

/// <summary>
/// One cancellation source for an attempt whose time-out is moved along: first byte, then idle between reads. It also follows the caller's token.
/// Its clock serves one attempt after another: making a source and a timer for each costs more than all the waiting that they watch.
/// </summary>
public sealed class UpstreamDeadline : IDisposable
{
    readonly DeadlineClock clock;
    readonly CancellationTokenRegistration caller;
    readonly TimeProvider time;
    readonly TimeSpan? overall;
    readonly long started;
    int disposed;
    volatile bool isLast;

    public UpstreamDeadline(TimeProvider time, TimeSpan? overall, CancellationToken callerGone)
    {
        (this.time, this.overall) = (time, overall);
        started = overall is null ? 0 : time.GetTimestamp();
        clock = DeadlineClock.Rent(time);
        Token = clock.Token;
        caller = callerGone.UnsafeRegister(static s => ((UpstreamDeadline)s!).Cancel(), this);
    }

    public CancellationToken Token { get; }

    /// <summary>What is waited for ends by the overall bound: when it does, the provider is not to blame for its pace.</summary>
    public bool EndsTheCall => isLast;

    /// <summary>From now on this long, but never past the overall bound.</summary>
    public void Arm(TimeSpan wait)
    {
        if (Volatile.Read(ref disposed) != 0)
            return;
        if (overall is { } total)
        {
            var left = total - time.GetElapsedTime(started);
            isLast = left < wait;
            wait = isLast ? left : wait;
        }
        if (wait > TimeSpan.Zero)
            clock.Arm(wait);
        else
            Cancel();
    }

    /// <summary>Nothing is waited for until the next <see cref="Arm"/>.</summary>
    public void Rest()
    {
        if (Volatile.Read(ref disposed) == 0)
            clock.Rest();
    }

    public void Cancel()
    {
        if (Volatile.Read(ref disposed) == 0)
            clock.Cancel();
    }

    /// <summary>To be called when nothing waits on the token any more. From then on the other methods do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        // Waits for a cancellation that is running: behind it the clock is nobody's.
        caller.Dispose();
        clock.Return();
    }
}
