using Microsoft.Extensions.Logging;
using Portico.Governance.Access;
using Portico.Observability;

namespace Portico.Gateway.Batches;

/// <summary>One batch on this node, from where it stands to its end, or until the node gives it up.</summary>
sealed partial class BatchRun : IDisposable
{
    /// <summary>How often it looks whether the store has room again.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    readonly CancellationTokenSource noMore = new();
    readonly CancellationTokenSource cut = new();
    readonly CancellationTokenSource givenUp = new();
    readonly CancellationTokenSource gone = new();
    readonly BatchNode node;
    readonly BatchSpool spool;
    readonly HashSet<int> answered = [];
    readonly Lock gate = new();
    Batch batch;
    BatchStop stop;

    public BatchRun(BatchNode node, Batch claimed, BatchSpool spool)
    {
        (this.node, this.spool, batch) = (node, spool, claimed);
        (Id, Fence, ExpiresAt) = (claimed.Id, claimed.Fence, Micros.ToTime(claimed.ExpiresUs));
    }

    public string Id { get; }
    public long Fence { get; }
    public DateTimeOffset ExpiresAt { get; }
    public Task Task { get; set; } = Task.CompletedTask;

    BatchStop Why
    {
        get
        {
            lock (gate)
                return stop;
        }
    }

    /// <summary>Takes no more lines. The first reason stands, but a node that gives up does so whatever was said before.</summary>
    public void Stop(BatchStop why)
    {
        lock (gate)
            stop = stop == BatchStop.None || why == BatchStop.GivenUp ? why : stop;
        Cancel(noMore);
        if (why == BatchStop.GivenUp)
            Cancel(givenUp);
    }

    /// <summary>Cuts the lines under way.</summary>
    public void Cut() => Cancel(cut);

    /// <summary>Waits for nothing any more, the store neither: the spool has what is left.</summary>
    public void Leave()
    {
        Stop(BatchStop.GivenUp);
        Cut();
        Cancel(gone);
    }

    static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }
    }

    /// <exception cref="BatchLostException">It is another node's.</exception>
    public async Task RunAsync()
    {
        if (batch.Status == BatchStatus.Cancelling)
            Stop(BatchStop.Cancelled);
        if (node.Time.GetUtcNow() >= ExpiresAt && batch.Status != BatchStatus.Finalizing)
            Stop(BatchStop.Expired);
        if (batch.OutputFileId is null && Why == BatchStop.None && !await CheckAsync())
            return;
        if (batch.OutputFileId is not null && batch.Status != BatchStatus.Finalizing)
            await AnswerAllAsync();
        if (Why == BatchStop.GivenUp)
        {
            await node.Leases.ReleaseAsync(batch, CancellationToken.None);
            return;
        }
        var end = Why switch
        {
            BatchStop.Cancelled => BatchStatus.Cancelled,
            BatchStop.Expired => BatchStatus.Expired,
            _ => BatchStatus.Completed,
        };
        // A batch that expired is found expired again, should the node die here; one that is complete is found complete.
        if (end == BatchStatus.Completed)
            batch = await node.Ownership.FinalizeAsync(batch, CancellationToken.None);
        await node.Ownership.EndAsync(batch, end, CancellationToken.None);
        Log.Ended(node.Logger, batch.Id, end);
    }

    /// <summary>Step 1: reads all lines. False when the batch ended with that.</summary>
    async Task<bool> CheckAsync()
    {
        try
        {
            var (total, errors) = await node.Check.RunAsync(batch, noMore.Token);
            if (errors.Count == 0)
            {
                batch = await node.Ownership.StartAsync(batch, total, CancellationToken.None);
                if (batch.Status == BatchStatus.Cancelling)
                    Stop(BatchStop.Cancelled);
                return true;
            }
            await node.Ownership.FailAsync(batch, errors, total, CancellationToken.None);
            Log.Ended(node.Logger, batch.Id, BatchStatus.Failed);
            return false;
        }
        catch (OperationCanceledException) when (noMore.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>Step 2: asks what is not answered, and brings all answers to the store.</summary>
    async Task AnswerAllAsync()
    {
        var (known, next) = await node.Ownership.AnsweredAsync(batch, CancellationToken.None);
        answered.UnionWith(known);
        await using var answers = new BatchAnswers(node, batch, spool, next, gone.Token);
        foreach (var left in spool.Left)
            if (answered.Add(left.Line))
                answers.Take(left, isNew: false);
        var lost = await LostAsync();
        var tokens = new BatchTokens(noMore.Token, cut.Token, givenUp.Token, gone.Token);
        using (var lines = new LineRunner(node, batch, spool, answers, answered, lost, () => Why, tokens, Leave))
            await lines.RunAsync();
        if (Why == BatchStop.Expired || (Why == BatchStop.Cancelled && batch.IsOfMessages))
            await NameRestAsync(answers);
        await answers.FlushAsync();
    }

    /// <summary>Lines of an earlier process whose call is in the books and whose answer is not here: they were billed and are not asked again.</summary>
    async Task<Dictionary<int, CallId>> LostAsync()
    {
        var lost = new Dictionary<int, CallId>();
        foreach (var (line, call) in spool.Cut)
            if (
                !answered.Contains(line)
                && await node.Records.FindAsync(call, Reach.Everywhere, CancellationToken.None)
                    is { Outcome: CallOutcome.Completed, CostNanoUsd: > 0 }
                        or { Outcome: CallOutcome.Completed, Unpriced: true }
            )
                lost[line] = call;
        return lost;
    }

    /// <summary>What the batch did not come to stands in its error file.</summary>
    async Task NameRestAsync(BatchAnswers answers)
    {
        var isCancelled = Why == BatchStop.Cancelled;
        await foreach (var raw in node.Input.ReadAsync(batch.InputFileId, gone.Token))
        {
            if (!answered.Add(raw.Number))
                continue;
            answers.Take(LineAnswer.NotAsked(batch, LineRunner.Read(batch, raw), isCancelled));
            while (!answers.HasRoom)
                await Task.Delay(Look, node.Time, gone.Token);
        }
    }

    public void Dispose()
    {
        noMore.Dispose();
        cut.Dispose();
        givenUp.Dispose();
        gone.Dispose();
        spool.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{BatchId} is {Status}")]
        public static partial void Ended(ILogger logger, string batchId, string status);
    }
}
