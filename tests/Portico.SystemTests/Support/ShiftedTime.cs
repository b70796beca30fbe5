namespace Portico.SystemTests.Support;

/// <summary>The system's time moved ahead by a test: what depends on the clock jumps, timers stay real, and so do measured durations unless they are let pass.</summary>
sealed class ShiftedTime : TimeProvider
{
    long ticks;
    long passed;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref ticks));

    public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref passed);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    /// <summary>As if this long had gone by, for whoever measures durations: leases run out, the clock stays.</summary>
    public void LetPass(TimeSpan span) => Interlocked.Add(ref passed, (long)(span.TotalSeconds * TimestampFrequency));

    /// <summary>Moves to the third second of the next minute, so that a test of a minute's window does not meet its end.</summary>
    public void ToTheStartOfAMinute()
    {
        var now = GetUtcNow();
        Advance(TimeSpan.FromSeconds(63) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute));
    }
}
