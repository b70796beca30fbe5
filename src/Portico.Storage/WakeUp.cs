namespace Portico.Storage;

/// <summary>Wakes a loop that waits, and would look again by itself: however often it is asked while the loop works, the loop looks once more.</summary>
public sealed class WakeUp : IDisposable
{
    readonly SemaphoreSlim waiting = new(0, 1);
    readonly Lock gate = new();

    public void Ask()
    {
        lock (gate)
            if (waiting.CurrentCount == 0)
                waiting.Release();
    }

    /// <summary>Returns when somebody asked, or when the time has passed.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken ct) => waiting.WaitAsync(longest, ct);

    public void Dispose() => waiting.Dispose();
}
