namespace Portico.Tests.Support;

/// <summary>A wall clock that moves when told. Timers run in real time.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    long ticks = start.UtcTicks;

    public ManualTime()
        : this(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)) { }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    /// <summary>To any time, an earlier one too.</summary>
    public void Set(DateTimeOffset at) => Interlocked.Exchange(ref ticks, at.UtcTicks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}

/// <summary>Waits for something that happens in the background, with a bound.</summary>
public static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, TimeSpan within) =>
        await HoldsAsync(() => Task.FromResult(condition()), within);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > within)
                throw new TimeoutException($"It did not become true within {within.TotalSeconds} s.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
