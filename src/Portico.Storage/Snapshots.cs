using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portico.Storage;

/// <summary>
/// Keeps an immutable snapshot of something in the store: swapped by one volatile write, re-read when a change signal arrives and every 30 seconds
/// besides. When the store does not answer the last good one stays. Reads are numbered by their start, so an older read never replaces a newer one.
/// </summary>
/// <typeparam name="T">The snapshot.</typeparam>
public abstract partial class SnapshotCatalog<T>(ChangeSignals signals, TimeProvider time, ILogger logger) : BackgroundService
    where T : class
{
    static readonly TimeSpan SafetyRead = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim reading = new(1, 1);
    readonly SemaphoreSlim wanted = new(1, 1);
    ImmutableArray<Action<T>> handlers = [];
    T? current;
    long reads;

    /// <summary>The signals that mean "read again".</summary>
    protected abstract IReadOnlyList<string> Kinds { get; }

    /// <summary>Reads all of it. <paramref name="version"/> grows with every read.</summary>
    protected abstract Task<T> ReadAsync(long version, CancellationToken ct);

    /// <exception cref="InvalidOperationException">Read before the first refresh: a mistake in the order of start.</exception>
    public T Current =>
        Volatile.Read(ref current) ?? throw new InvalidOperationException($"{GetType().Name} was asked before it was read.");

    /// <summary>Called after each swap, on the reader's thread.</summary>
    public void OnChanged(Action<T> handler) => ImmutableInterlocked.Update(ref handlers, list => list.Add(handler));

    /// <summary>Reads now; what was committed before the call is seen after it.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            var snapshot = await ReadAsync(++reads, ct);
            Volatile.Write(ref current, snapshot);
            foreach (var handler in handlers)
                handler(snapshot);
        }
        finally
        {
            reading.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscriptions = Kinds.Select(kind => signals.Subscribe(kind, _ => Want())).ToList();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await WaitAsync(stoppingToken);
                try
                {
                    await RefreshAsync(stoppingToken);
                }
                catch (Exception e)
                    when (e
                            is PorticoException
                                or System.Data.Common.DbException
                                or IOException
                                or TimeoutException
                                or System.Security.Cryptography.CryptographicException
                    )
                {
                    Log.KeptLastGood(logger, GetType().Name, e.Message);
                    await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken);
                    Want();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
        finally
        {
            subscriptions.ForEach(s => s.Dispose());
        }
    }

    void Want()
    {
        try
        {
            wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // A read is wanted already; it will see this change too.
        }
    }

    async Task WaitAsync(CancellationToken ct)
    {
        await wanted.WaitAsync(SafetyRead, ct);
    }

    public override void Dispose()
    {
        reading.Dispose();
        wanted.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Catalog} could not be read; the last good one stays: {Reason}")]
        public static partial void KeptLastGood(ILogger logger, string catalog, string reason);
    }
}
