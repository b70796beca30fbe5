namespace Portico.SystemTests.Support;

/// <summary>The system's time moved ahead by a test: what depends on the clock jumps, timers and measured durations stay real.</summary>
sealed class ShiftedTime : TimeProvider
{
    long ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref ticks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    /// <summary>Moves to the third second of the next minute, so that a test of a minute's window does not meet its end.</summary>
    public void ToTheStartOfAMinute()
    {
        var now = GetUtcNow();
        Advance(TimeSpan.FromSeconds(63) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute));
    }
}
