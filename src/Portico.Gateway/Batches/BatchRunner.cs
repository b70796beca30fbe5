using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Governance.Keys;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>
/// Runs batches on this node: takes what nobody runs, says every ten seconds that it lives, tells its runs when they are cancelled, out of time or
/// another node's, and gives them up when the node stops.
/// </summary>
sealed partial class BatchRunner(
    BatchNode node,
    StorageOptions storage,
    KeyRing ring,
    ChangeSignals signals,
    GatewayOptions options,
    TimeProvider time,
    ILogger<BatchRunner> logger
) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>How long lines of a cancelled batch may go on: what is paid for should be had.</summary>
    static readonly TimeSpan CancelGrace = TimeSpan.FromMinutes(1);

    /// <summary>How long a node that stops waits for the store to take the last answers.</summary>
    static readonly TimeSpan Parting = TimeSpan.FromSeconds(3);

    readonly ConcurrentDictionary<string, BatchRun> runs = new(StringComparer.Ordinal);
    readonly WakeUp wake = new();
    int signalled = 1;
    bool oldSpoolsDropped;

    /// <summary>Batches that run here now.</summary>
    public int Running => runs.Count;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.BatchesAtOnce == 0)
            return;
        using var changed = signals.Subscribe(
            BatchStore.Signal,
            _ =>
            {
                Interlocked.Exchange(ref signalled, 1);
                wake.Ask();
            }
        );
        var (looked, renewed) = (time.GetTimestamp(), time.GetTimestamp());
        while (!stoppingToken.IsCancellationRequested)
        {
            Expire();
            try
            {
                var isSignalled = Interlocked.Exchange(ref signalled, 0) == 1;
                if (isSignalled || time.GetElapsedTime(renewed) >= Renewal)
                {
                    await RenewAsync(stoppingToken);
                    renewed = time.GetTimestamp();
                }
                if (isSignalled || time.GetElapsedTime(looked) >= Look)
                {
                    await TakeAsync(stoppingToken);
                    looked = time.GetTimestamp();
                }
            }
            catch (Exception e) when (e is PorticoException or DbException or IOException or TimeoutException)
            {
                Interlocked.Exchange(ref signalled, 1);
                Log.StoreAway(logger, e.Message);
                await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            await wake.WaitAsync(Tick, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var run in runs.Values)
            if (now >= run.ExpiresAt)
            {
                run.Stop(BatchStop.Expired);
                run.Cut();
            }
    }

    /// <summary>Says that the runs here live, and tells them what became of their batches meanwhile.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        if (runs.IsEmpty)
            return;
        var known = runs.Values.ToList();
        var mine = (await node.Leases.RenewAsync(ct)).ToDictionary(b => b.Id, StringComparer.Ordinal);
        foreach (var run in known)
        {
            if (!mine.TryGetValue(run.Id, out var batch) || batch.Fence != run.Fence)
            {
                run.Leave();
            }
            else if (batch.Status == BatchStatus.Cancelling)
            {
                run.Stop(BatchStop.Cancelled);
                if (time.GetUtcNow() - Micros.ToTime(batch.CancellingUs!.Value) > CancelGrace)
                    run.Cut();
            }
        }
    }

    async Task TakeAsync(CancellationToken ct)
    {
        if (!oldSpoolsDropped)
        {
            await DropOldSpoolsAsync(ct);
            oldSpoolsDropped = true;
        }
        foreach (var id in await node.Leases.FreeAsync(ct))
        {
            if (runs.Count >= options.BatchesAtOnce)
                return;
            if (runs.ContainsKey(id) || await node.Leases.ClaimAsync(id, ct) is not { } batch)
                continue;
            await BeginAsync(batch, ct);
        }
    }

    async Task BeginAsync(Batch batch, CancellationToken ct)
    {
        try
        {
            await ring.SealerAsync(batch.WorkspaceId, KeyPurposes.Batches, ct);
            // With every key under which an earlier process may have written.
            var box = await ring.OpenerAsync(batch.WorkspaceId, KeyPurposes.Batches, ct);
            var run = new BatchRun(node, batch, BatchSpool.Open(storage, box, batch.Id));
            runs[batch.Id] = run;
            run.Task = Task.Run(() => RunAsync(run), CancellationToken.None);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or PorticoException or System.Security.Cryptography.CryptographicException
            )
        {
            // It keeps no other batch from running; this one is tried again with the next look.
            Log.NotBegun(logger, batch.Id, e.Message);
        }
    }

    /// <summary>Spools of batches that became another node's, or are over: what they have counts for nothing.</summary>
    async Task DropOldSpoolsAsync(CancellationToken ct)
    {
        var directory = BatchSpool.DirectoryOf(storage);
        if (!Directory.Exists(directory))
            return;
        var mine = await node.Leases.MineAsync(ct);
        foreach (var path in Directory.EnumerateDirectories(directory))
            if (!mine.Contains(Path.GetFileName(path)))
                Directory.Delete(path, recursive: true);
    }

    async Task RunAsync(BatchRun run)
    {
        var isKept = false;
        try
        {
            await run.RunAsync();
        }
        catch (BatchLostException e)
        {
            Log.Lost(logger, e.Message);
        }
        catch (Exception e) when (e is PorticoException or DbException or TimeoutException or OperationCanceledException)
        {
            isKept = true;
            Log.Interrupted(logger, run.Id, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It is taken up again from where it stands: by this node when it looks next, or by another.
            isKept = true;
            Log.Failed(logger, run.Id, e);
        }
        finally
        {
            run.Dispose();
            if (!isKept)
                Forget(run.Id);
            runs.TryRemove(run.Id, out _);
        }
    }

    void Forget(string batch)
    {
        try
        {
            Directory.Delete(Path.Combine(BatchSpool.DirectoryOf(storage), batch), recursive: true);
        }
        catch (IOException e)
        {
            Log.SpoolLeft(logger, batch, e.Message);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var left = runs.Values.ToList();
        foreach (var run in left)
            run.Stop(BatchStop.GivenUp);
        var ended = Task.WhenAll(left.Select(r => r.Task));
        await ended
            .WaitAsync(TimeSpan.FromSeconds(options.DrainSeconds), time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var run in left)
            if (!run.Task.IsCompleted)
                run.Cut();
        // What was answered is brought to the store also where nobody waits any more: it is a matter of moments.
        await ended.WaitAsync(Parting, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var run in left)
            run.Leave();
        await ended.WaitAsync(Parting, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{BatchId} failed inside Portico and is taken up again")]
        public static partial void Failed(ILogger logger, string batchId, Exception e);

        [LoggerMessage(LogLevel.Warning, "{BatchId} is interrupted and taken up again: {Reason}")]
        public static partial void Interrupted(ILogger logger, string batchId, string reason);

        [LoggerMessage(LogLevel.Warning, "{BatchId} cannot be begun here and is tried again: {Reason}")]
        public static partial void NotBegun(ILogger logger, string batchId, string reason);

        [LoggerMessage(LogLevel.Warning, "{Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "The spool of {BatchId} could not be removed: {Reason}")]
        public static partial void SpoolLeft(ILogger logger, string batchId, string reason);

        [LoggerMessage(LogLevel.Warning, "Batches could not be looked after; it is tried again in five seconds: {Reason}")]
        public static partial void StoreAway(ILogger logger, string reason);
    }
}
