using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portico.Observability.Contents;

/// <summary>
/// Takes contents from calls and brings them to the store in batches. Never blocks and never fails a call: what does not fit into the queue, or is in
/// memory when the process dies, is lost; what was dropped is counted. The record of the call does not depend on it.
/// </summary>
public sealed partial class ContentKeeper : BackgroundService
{
    const int QueueLength = 4_096;
    const int MaxBatch = 64;

    readonly ContentStore store;
    readonly RecordOptions options;
    readonly TimeProvider time;
    readonly ILogger<ContentKeeper> logger;
    readonly Channel<CallContents> queue = Channel.CreateBounded<CallContents>(QueueLength);
    readonly SemaphoreSlim applying = new(1, 1);
    long queuedBytes;
    long dropped;

    internal ContentKeeper(ContentStore store, RecordOptions options, TimeProvider time, ILogger<ContentKeeper> logger) =>
        (this.store, this.options, this.time, this.logger) = (store, options, time, logger);

    /// <summary>Bytes kept of a prompt and of an answer, each.</summary>
    public int MaxBytes => options.ContentBytes;

    /// <summary>Contents that were not kept because too many waited for the store, or because they could not be read.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Counts contents that never came to be offered.</summary>
    public void Lose() => Interlocked.Increment(ref dropped);

    /// <summary>Queues contents; false, and counted, when too many wait.</summary>
    public bool Offer(CallContents contents)
    {
        var bytes = contents.Bytes;
        if (Interlocked.Add(ref queuedBytes, bytes) <= options.ContentQueueMegabytes * 1024L * 1024 && queue.Writer.TryWrite(contents))
            return true;
        Interlocked.Add(ref queuedBytes, -bytes);
        Interlocked.Increment(ref dropped);
        return false;
    }

    /// <summary>Returns when everything offered on this node before the call is in the store.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        await applying.WaitAsync(ct);
        try
        {
            var batch = new List<CallContents>(MaxBatch);
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

    async Task ApplyAsync(List<CallContents> batch, CancellationToken ct)
    {
        try
        {
            await store.InsertAsync(batch, ct);
            Interlocked.Add(ref queuedBytes, -batch.Sum(c => c.Bytes));
        }
        catch
        {
            // Back into the queue while there is room; the order does not matter.
            foreach (var contents in batch)
            {
                if (queue.Writer.TryWrite(contents))
                    continue;
                Interlocked.Add(ref queuedBytes, -contents.Bytes);
                Interlocked.Increment(ref dropped);
            }
            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = TimeSpan.FromMilliseconds(100);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await queue.Reader.WaitToReadAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromMilliseconds(options.BatchMs), time, stoppingToken);
                await FlushAsync(stoppingToken);
                wait = TimeSpan.FromMilliseconds(100);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Log.StoreAway(logger, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromMilliseconds(Math.Min(5_000, wait.TotalMilliseconds * 2));
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
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or OperationCanceledException)
        {
            Log.Lost(logger, queue.Reader.Count, e.Message);
        }
    }

    public override void Dispose()
    {
        applying.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The store does not take contents, next try in {WaitMs} ms: {Reason}")]
        public static partial void StoreAway(ILogger logger, double waitMs, string reason);

        [LoggerMessage(LogLevel.Warning, "The contents of {Count} calls are lost because the store does not answer: {Reason}")]
        public static partial void Lost(ILogger logger, int count, string reason);
    }
}
