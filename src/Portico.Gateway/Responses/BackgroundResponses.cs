using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance.Policy.Guardrails;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Runs responses whose callers do not wait. A run walks the same pipeline, is held and recorded like any call, and belongs to this node: while it lives it
/// says so every ten seconds. A run whose node has been silent for a minute is failed by whoever asks for it next, and by the hourly round.
/// </summary>
sealed partial class BackgroundResponses(
    Lazy<GatewayRunner> runner,
    ResponseStore store,
    ResponseKeeper keeper,
    ResponseEventLogs logs,
    ConversationBook conversations,
    BoundSeals seals,
    DetectorModelCatalog detectors,
    ChangeSignals signals,
    GatewayOptions options,
    TimeProvider time,
    ILogger<BackgroundResponses> logger
) : BackgroundService
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, Run> runs = new(StringComparer.Ordinal);
    int places;

    /// <summary>So long the end of a stream waits for the store, so that who has it can read and continue the response.</summary>
    static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(5);

    sealed class Run(string workspace, ResponseEventLog? events)
    {
        public string Workspace => workspace;

        /// <summary>Its events, when they are kept.</summary>
        public ResponseEventLog? Events => events;
        public CancellationTokenSource Stop { get; } = new();

        /// <summary>It was cancelled or deleted; else it is stopped because this node cannot go on with it.</summary>
        public bool IsUnwanted { get; set; }

        /// <summary>There is nothing left to stop.</summary>
        public bool HasEnded { get; set; }
        public Task Task { get; set; } = Task.CompletedTask;
    }

    /// <summary>Responses that run here now.</summary>
    public int Running => runs.Count;

    /// <summary>Writes the response down and begins to run it; returns what the caller is told, and the events where it wants those.</summary>
    /// <exception cref="PorticoException">Too many run here, or the store does not take it: nothing runs then.</exception>
    public async Task<(byte[] Queued, ResponseEventLog? Events)> StartAsync(ModelCall call, CancellationToken ct)
    {
        if (Interlocked.Increment(ref places) > options.BackgroundResponses)
        {
            Interlocked.Decrement(ref places);
            throw new PorticoException(
                ErrorTable.Overloaded,
                $"This node runs {options.BackgroundResponses} responses in the background, which is its bound (Gateway:BackgroundResponses)."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
        try
        {
            // The row is there before the call walks: nothing stands in it that a rule will take out, and no word where a guard may.
            call.Context.Words = KeptWords.Ahead(call.Caller, time.GetUtcNow(), detectors.Current);
            var queued = new ResponsesObject(call) { Status = "queued" };
            var told = queued.ToJson();
            if (call.Caller.Policies.InForce?.At(time.GetUtcNow()).Guards?.Guards.Any(g => g.Holds) == true)
                call.Context.Words = KeptWords.Nothing;
            await store.BeginAsync(KeptResponse.Of(call, queued), Lease, ct);
            var id = call.Responses!.Id.Text;
            var run = new Run(call.Caller.WorkspaceId, call.Responses.KeepsEvents ? logs.Open(id) : null);
            runs[id] = run;
            run.Task = Task.Run(() => RunAsync(call, run), CancellationToken.None);
            return (told, run.Events);
        }
        catch
        {
            Interlocked.Decrement(ref places);
            throw;
        }
    }

    async Task RunAsync(ModelCall call, Run run)
    {
        var id = call.Responses!.Id.Text;
        using var writer = new ResponsesTeller(call, run.Events, seals);
        try
        {
            await store.RunsAsync(id, run.Stop.Token);
            // Who follows gets the id at once, and can come back with it.
            writer.Begin();
            run.Events?.Publish();
            await AnswerAsync(call, writer, run);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Cancelled or deleted: its row says so already, and is not changed by what follows.
            if (run.IsUnwanted)
                writer.Cancel();
            else
                writer.Fail(
                    new PorticoException(ErrorTable.ShuttingDown, "The node that ran this response was stopped before it was complete.")
                );
        }
        catch (PorticoException e)
        {
            writer.Fail(e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Failed(logger, id, e);
            writer.Fail(Failures.ForCaller(e));
        }
        finally
        {
            await conversations.AddTurnAsync(call, writer.Response);
            keeper.Offer(KeptResponse.Of(call, writer.Response) with { IsEndOfRun = true });
            run.HasEnded = true;
            if (run.Events is { } events)
                await EndAsync(id, events);
            runs.TryRemove(id, out _);
            Interlocked.Decrement(ref places);
            run.Stop.Dispose();
        }
    }

    async Task AnswerAsync(ModelCall call, ResponsesTeller writer, Run run)
    {
        var (_, running) = await runner.Value.StartAsync(call, run.Stop.Token);
        await using (running)
            while (await running.ReadAsync(run.Stop.Token))
            {
                writer.Take(running);
                // The last event waits until the response is in the store.
                if (!writer.HasEnded)
                    run.Events?.Publish();
            }
    }

    /// <summary>Gives the last event when the response is kept, or when the store does not answer: who follows must not hang on it.</summary>
    async Task EndAsync(string id, ResponseEventLog events)
    {
        try
        {
            using var patience = new CancellationTokenSource(LongestSettling, time);
            await keeper.FlushAsync(patience.Token);
        }
        catch (Exception e) when (IsOfStore(e) || e is OperationCanceledException)
        {
            Log.StoreAway(logger, e.Message);
        }
        finally
        {
            logs.End(id, events);
        }
    }

    static bool IsOfStore(Exception e) => e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopped = signals.Subscribe(ResponseStore.StoppedSignal, signal => StopUnwanted(signal.Id));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                logs.Sweep();
                await RenewAsync(stoppingToken);
            }
            catch (Exception e) when (IsOfStore(e))
            {
                Log.StoreAway(logger, e.Message);
            }
            await Task.Delay(Renewal, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says that the runs here live, and stops those that nobody wants any more: a signal may have been missed.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        if (runs.IsEmpty)
            return;
        var mine = runs.Keys.ToList();
        var wanted = await store.RenewAsync(Lease, ct);
        foreach (var id in mine)
            if (!wanted.Contains(id) && runs.TryGetValue(id, out var run))
            {
                run.IsUnwanted = (await store.FindAsync(id, run.Workspace, ct))?.Status != "failed";
                Stop(run);
            }
    }

    void StopUnwanted(string id)
    {
        if (runs.TryGetValue(id, out var run) && !run.HasEnded)
        {
            run.IsUnwanted = true;
            Stop(run);
        }
        else
            logs.Forget(id);
    }

    static void Stop(Run run)
    {
        try
        {
            run.Stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var left = runs.ToArray();
        foreach (var (_, run) in left)
            Stop(run);
        await Task.WhenAll(left.Select(r => r.Value.Task))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Response {ResponseId} failed in the background")]
        public static partial void Failed(ILogger logger, string responseId, Exception e);

        [LoggerMessage(LogLevel.Warning, "Responses could not be looked after; it is tried again in ten seconds: {Reason}")]
        public static partial void StoreAway(ILogger logger, string reason);
    }
}
