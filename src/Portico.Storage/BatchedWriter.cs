using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portico.Storage;

/// <summary>A queue to the store that loses what does not fit, as its operator sees it.</summary>
public interface IBatchedQueue
{
    /// <summary>What is kept: <c>contents</c>.</summary>
    string What { get; }

    /// <summary>Things that wait for the store.</summary>
    int Waiting { get; }
    long WaitingBytes { get; }

    /// <summary>Bytes that may wait.</summary>
    long MaxWaitingBytes { get; }

    /// <summary>Things that were to be kept since the start of the node and are not.</summary>
    long Lost { get; }
}

/// <summary>
/// Takes things from calls and brings them to the store in batches, so that no call waits for it. Never blocks: what does not fit into the queue, or is in
/// memory when the process dies, is lost, and what did not fit is counted. For what a record and its bill do not depend on; those go by the journal.
/// </summary>
/// <param name="what">What is kept, for the log: <c>contents</c>.</param>
/// <param name="queueLength">How many may wait.</param>
/// <param name="queueBytes">Bytes that may wait, by <see cref="SizeOf"/>.</param>
/// <param name="gather">How long a batch gathers.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of a store that is away.</param>
public abstract partial class BatchedWriter<T>(
    string what,
    int queueLength,
    long queueBytes,
    TimeSpan gather,
    TimeProvider time,
    ILogger logger
) : BackgroundService, IBatchedQueue
{
    const int MaxBatch = 64;
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    readonly Channel<T> queue = Channel.CreateBounded<T>(queueLength);
    readonly SemaphoreSlim applying = new(1, 1);
    long queuedBytes;
    long lost;

    /// <summary>Things that were to be kept and are not, because too many waited for the store.</summary>
    public long Lost => Interlocked.Read(ref lost);

    public string What => what;

    public int Waiting => queue.Reader.Count;

    public long WaitingBytes => Interlocked.Read(ref queuedBytes);

    public long MaxWaitingBytes => queueBytes;

    protected abstract long SizeOf(T item);

    /// <summary>Writes a batch, all of it or nothing.</summary>
    protected abstract Task WriteAsync(IReadOnlyList<T> batch, CancellationToken ct);

    /// <summary>Hears of one that is lost.</summary>
    protected virtual void OnLost(T item) { }

    /// <summary>Counts one that never came to be offered.</summary>
    public void Lose() => Interlocked.Increment(ref lost);

    /// <summary>Queues one; false, and counted, when too many wait.</summary>
    public bool Offer(T item)
    {
        var bytes = SizeOf(item);
        if (Interlocked.Add(ref queuedBytes, bytes) <= queueBytes && queue.Writer.TryWrite(item))
            return true;
        Forget(item, bytes);
        return false;
    }

    void Forget(T item, long bytes)
    {
        Interlocked.Add(ref queuedBytes, -bytes);
        Interlocked.Increment(ref lost);
        OnLost(item);
    }

    /// <summary>Returns when everything that was queued on this node before the call is in the store.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        await applying.WaitAsync(ct);
        try
        {
            var batch = new List<T>(MaxBatch);
            while (true)
            {
                batch.Clear();
                while (batch.Count < MaxBatch && queue.Reader.TryRead(out var next))
                    batch.Add(next);
                if (batch.Count == 0)
                    return;
                await ApplyAsync(batch, ct);
            }
        }
        finally
        {
            applying.Release();
        }
    }

    async Task ApplyAsync(List<T> batch, CancellationToken ct)
    {
        try
        {
            await WriteAsync(batch, ct);
        }
        catch
        {
            // Back into the queue while there is room; the order does not matter.
            foreach (var item in batch)
                if (!queue.Writer.TryWrite(item))
                    Forget(item, SizeOf(item));
            throw;
        }
        Interlocked.Add(ref queuedBytes, -batch.Sum(SizeOf));
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await queue.Reader.WaitToReadAsync(stoppingToken);
                if (gather > TimeSpan.Zero)
                    await Task.Delay(gather, time, stoppingToken);
                await FlushAsync(stoppingToken);
                wait = FirstWait;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
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
                Log.StoreAway(logger, what, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, wait.Ticks * 2));
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception e)
            when (e
                    is PorticoException
                        or System.Data.Common.DbException
                        or OperationCanceledException
                        or System.Security.Cryptography.CryptographicException
            )
        {
            Log.LeftBehind(logger, queue.Reader.Count, what, e.Message);
        }
    }

    public override void Dispose()
    {
        applying.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The store does not take {What}, next try in {WaitMs} ms: {Reason}")]
        public static partial void StoreAway(ILogger logger, string what, double waitMs, string reason);

        [LoggerMessage(LogLevel.Warning, "{Count} {What} are lost because the store does not answer: {Reason}")]
        public static partial void LeftBehind(ILogger logger, int count, string what, string reason);
    }
}
