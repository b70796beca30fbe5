using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>
/// Takes responses from calls and brings them to the store in batches, so that no call waits for it. Reads on this node see what is queued; other nodes see
/// it some milliseconds later. What is queued when the process is killed is lost, and so is what does not fit, which is counted: the record and the bill of
/// the call lie in the journal and do not depend on it.
/// </summary>
sealed partial class ResponseKeeper(ResponseStore store, GatewayOptions options, TimeProvider time, ILogger<ResponseKeeper> logger)
    : BackgroundService
{
    const int QueueLength = 16_384;
    const int MaxBatch = 64;
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    readonly Channel<KeptResponse> queue = Channel.CreateBounded<KeptResponse>(QueueLength);
    readonly SemaphoreSlim applying = new(1, 1);
    long queuedBytes;
    long lost;

    /// <summary>Responses that were to be kept and are not, because too many waited for the store.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Queues the response of a call that wants it kept.</summary>
    public void Keep(ModelCall call, ResponsesObject response)
    {
        if (call.Responses!.Store)
            Keep(KeptResponse.Of(call, response));
    }

    public void Keep(KeptResponse response)
    {
        var bytes = response.Body.Length;
        if (Interlocked.Add(ref queuedBytes, bytes) <= options.ResponseQueueMegabytes * 1024L * 1024 && queue.Writer.TryWrite(response))
            return;
        Interlocked.Add(ref queuedBytes, -bytes);
        Interlocked.Increment(ref lost);
        Log.Lost(logger, response.Id);
    }

    /// <summary>Returns when everything that was queued on this node before the call is in the store.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        await applying.WaitAsync(ct);
        try
        {
            var batch = new List<KeptResponse>(MaxBatch);
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

    async Task ApplyAsync(List<KeptResponse> batch, CancellationToken ct)
    {
        try
        {
            await store.WriteAsync(batch, ct);
        }
        catch
        {
            // Back into the queue while there is room; the order does not matter.
            foreach (var response in batch)
                if (!queue.Writer.TryWrite(response))
                {
                    Interlocked.Add(ref queuedBytes, -response.Body.Length);
                    Interlocked.Increment(ref lost);
                    Log.Lost(logger, response.Id);
                }
            throw;
        }
        foreach (var response in batch)
            Interlocked.Add(ref queuedBytes, -response.Body.Length);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await queue.Reader.WaitToReadAsync(stoppingToken);
                await FlushAsync(stoppingToken);
                wait = FirstWait;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Log.StoreAway(logger, wait.TotalMilliseconds, e.Message);
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
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or OperationCanceledException)
        {
            Log.LeftBehind(logger, queue.Reader.Count, e.Message);
        }
    }

    public override void Dispose()
    {
        applying.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Response {ResponseId} is not kept: too many wait for the store")]
        public static partial void Lost(ILogger logger, string responseId);

        [LoggerMessage(LogLevel.Warning, "The store does not take responses, next try in {WaitMs} ms: {Reason}")]
        public static partial void StoreAway(ILogger logger, double waitMs, string reason);

        [LoggerMessage(LogLevel.Warning, "{Count} responses are lost because the store does not answer: {Reason}")]
        public static partial void LeftBehind(ILogger logger, int count, string reason);
    }
}
