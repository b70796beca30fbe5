using Microsoft.Extensions.Logging;
using Portico.Core.Chat;
using Portico.Providers;

namespace Portico.Gateway.Batches;

/// <summary>The part of a step that lies at the provider: sent once, looked at, stopped, its results brought.</summary>
sealed partial class BatchStep
{
    /// <summary>Tries at a provider that fails before its lines are asked by themselves.</summary>
    const int MaxTries = 5;

    static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(1);

    /// <summary>How often a batch is looked at: at once for short ones, each minute for long ones.</summary>
    static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    /// <summary>How long one that met a limit of the provider's waits until it is made again, the first time.</summary>
    static readonly TimeSpan FirstLimit = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestLimit = TimeSpan.FromMinutes(15);

    TimeSpan limitWait = FirstLimit;

    /// <summary>Brings the step to the provider, once; null when it is not there and its lines have been told so.</summary>
    async Task<ProviderBatch?> SendAsync()
    {
        // A row of an earlier walk, or a request whose answer did not come: it may be there.
        var (isDoubtful, isSearching) = (isOfEarlier, false);
        var order = new BatchOrder(row.Id, endpoint, beta, Left().ConvertAll(w => w.Item));
        for (var (tries, wait) = (1, FirstBackOff); ; wait = Slower(wait, LongestBackOff))
        {
            around.GivenUp.ThrowIfCancellationRequested();
            try
            {
                isSearching = isDoubtful;
                if (isDoubtful)
                {
                    var search = await FindAsync();
                    if (search.Found is { } found)
                        return await SentAsync(found);
                    isDoubtful = search.IsUndecided;
                }
                isSearching = false;
                if (around.IsStopping && (!isDoubtful || around.IsOutOfTime))
                    return null;
                if (isDoubtful)
                {
                    await PauseAsync(LongestBackOff);
                    continue;
                }
                if (row.ProviderFile is null && await Provider.UploadAsync(Connection, order, around.Gone) is { } file)
                    await ChangeAsync(row with { ProviderFile = file });
                isDoubtful = true;
                return await SentAsync(await Provider.CreateAsync(Connection, order, row.ProviderFile, around.Gone));
            }
            catch (UpstreamException e)
            {
                Log.NotSent(around.Node.Logger, row.Id, e.ForRecord);
                if (e.Fault == Fault.RateLimit && !isSearching)
                {
                    // A plain no: nothing was made, and there may be room later.
                    isDoubtful = false;
                    await PauseForRoomAsync(e.RetryAfter);
                    continue;
                }
                // A list that is refused says nothing of what is there.
                var isRefused = !isSearching && (e.Fault is Fault.Caller or Fault.Credential or Fault.Model);
                if (isRefused || (!isDoubtful && e.Fault == Fault.Upstream && tries++ >= MaxTries))
                {
                    await GiveBackAsync(e.ForRecord);
                    return null;
                }
                await PauseAsync(e.RetryAfter is { } asked && asked > wait ? asked : wait);
            }
        }
    }

    async Task<BatchSearch> FindAsync()
    {
        var known = await around.Node.Steps.KnownAsync(row.ConnectionId, row.CreatedUs, around.Gone);
        var mark = new BatchMark(row.Id, Micros.ToTime(row.CreatedUs), row.LineCount, known) { File = row.ProviderFile };
        return await Provider.FindAsync(Connection, mark, around.Gone);
    }

    async Task<ProviderBatch> SentAsync(ProviderBatch batch)
    {
        await ChangeAsync(
            row with
            {
                State = StepState.Waiting,
                ProviderBatch = batch.Id,
                ProviderState = batch.Word,
                SentUs = Micros.Now(Time),
            }
        );
        Log.Sent(around.Node.Logger, row.Id, row.BatchId, batch.Id);
        return batch;
    }

    /// <summary>As much as may be lies there already: it is made again later, of the file that is there.</summary>
    async Task MakeAgainAsync(ProviderBatch failed)
    {
        Log.MetLimit(around.Node.Logger, row.Id, failed.Problem ?? failed.Word);
        await ChangeAsync(row with { State = StepState.Made, ProviderBatch = null, ProviderState = failed.Word });
        await PauseForRoomAsync(null);
    }

    async Task PauseForRoomAsync(TimeSpan? asked)
    {
        await PauseAsync(asked > limitWait ? asked.Value : limitWait);
        limitWait = Slower(limitWait, LongestLimit);
    }

    async Task<ProviderBatch> UntilEndedAsync(ProviderBatch batch)
    {
        // One of an earlier walk may have ended long ago.
        var (isCancelled, wait, stopping) = (false, isOfEarlier ? TimeSpan.Zero : FirstLook, false);
        while (batch.State == ProviderBatchState.Running)
        {
            if (around.IsStopping && around.IsOutOfTime)
                return batch with { State = ProviderBatchState.Cancelled };
            if (around.IsStopping != stopping)
                (stopping, wait) = (true, FirstLook);
            try
            {
                if (stopping && !isCancelled)
                {
                    await Provider.CancelAsync(Connection, batch.Id, around.Gone);
                    isCancelled = true;
                }
                await PauseAsync(wait);
                var now = await Provider.LookAsync(Connection, batch.Id, around.Gone);
                if (now.Word != batch.Word)
                    await ChangeAsync(row with { ProviderState = now.Word });
                batch = now;
            }
            catch (UpstreamException e) when (e.Status == 404)
            {
                return batch with { State = stopping ? ProviderBatchState.Cancelled : ProviderBatchState.Failed, Problem = e.ForRecord };
            }
            catch (UpstreamException e)
            {
                // It goes on there, whether it can be looked at or not.
                Log.NotSeen(around.Node.Logger, row.Id, e.ForRecord);
                isCancelled |= e.Fault == Fault.Caller;
                await PauseAsync(e.RetryAfter is { } asked && asked > wait ? asked : wait);
            }
            wait = wait * 1.5 < LongestLook ? wait * 1.5 : LongestLook;
            wait = wait < FirstLook ? FirstLook : wait;
        }
        return batch;
    }

    async Task DeliverAsync(ProviderBatch batch)
    {
        for (var (i, wait) = (0, FirstBackOff); i < batch.Results.Count && Left().Count > 0; )
        {
            try
            {
                await BringAsync(batch, batch.Results[i]);
                i++;
            }
            catch (UpstreamException e)
            {
                // What was brought is not brought twice.
                Log.NotSeen(around.Node.Logger, row.Id, e.ForRecord);
                if (around.IsOutOfTime)
                    break;
                await PauseAsync(wait);
                wait = Slower(wait, LongestBackOff);
            }
        }
        if (batch.State == ProviderBatchState.Failed && Left().Count > 0)
        {
            await GiveBackAsync(batch.Problem ?? batch.Word);
            return;
        }
        foreach (var waiter in Left())
            EndWithout(waiter, batch);
        await EndAsync(batch.Word);
    }

    /// <summary>Hands results on one after the other, each when the one before has been written down: what waits in memory is one answer.</summary>
    async Task BringAsync(ProviderBatch batch, string results)
    {
        await using var reader = await Provider.OpenAsync(Connection, results, around.Gone);
        while (await reader.ReadAsync(around.Gone) is { } result)
        {
            if (Find(result.CustomId) is not { } waiter)
                continue;
            while (!around.Answers.HasRoom)
                await Task.Delay(Tick, Time, around.GivenUp);
            around.GivenUp.ThrowIfCancellationRequested();
            if (result.Kind == BatchResultKind.Expired)
                EndWithout(waiter, batch with { State = ProviderBatchState.Expired });
            else if (result.Kind == BatchResultKind.Cancelled)
                EndWithout(waiter, batch with { State = ProviderBatchState.Cancelled });
            else
            {
                Remove(waiter);
                waiter.Result.TrySetResult(new StepAnswer(result, row.Id, batch.Id));
            }
            await waiter.Line.GoesOn;
        }
    }

    void EndWithout(Waiter waiter, ProviderBatch batch)
    {
        // What was stopped by its caller, or is out of its own time, is named by the batch's end.
        if (batch.State != ProviderBatchState.Ended && around.IsStopping)
        {
            Abandon(waiter);
            return;
        }
        Remove(waiter);
        var how = batch.State switch
        {
            ProviderBatchState.Expired => StepEnd.Expired,
            ProviderBatchState.Cancelled => StepEnd.Cancelled,
            _ => StepEnd.Missing,
        };
        waiter.Result.TrySetException(waiter.Line.Ends(how, batch.Id));
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{StepId} of {BatchId} lies at the provider as {ProviderBatch}")]
        public static partial void Sent(ILogger logger, string stepId, string batchId, string providerBatch);

        [LoggerMessage(LogLevel.Warning, "{StepId} could not be sent: {Reason}")]
        public static partial void NotSent(ILogger logger, string stepId, string reason);

        [LoggerMessage(LogLevel.Warning, "{StepId} met a limit of the provider and is made again later: {Reason}")]
        public static partial void MetLimit(ILogger logger, string stepId, string reason);

        [LoggerMessage(LogLevel.Warning, "The provider's batch of {StepId} could not be read and is looked at again: {Reason}")]
        public static partial void NotSeen(ILogger logger, string stepId, string reason);

        [LoggerMessage(LogLevel.Warning, "The provider did not take {StepId}, its lines are asked by themselves: {Reason}")]
        public static partial void GaveBack(ILogger logger, string stepId, string reason);

        [LoggerMessage(LogLevel.Warning, "The store does not take {StepId}, it is tried again: {Reason}")]
        public static partial void StoreAway(ILogger logger, string stepId, string reason);
    }
}
