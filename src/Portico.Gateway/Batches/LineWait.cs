using Portico.Core.Chat;
using Portico.Models;
using Portico.Providers;

namespace Portico.Gateway.Batches;

/// <summary>The provider did not take the step: the line is to be asked by itself, within the same call.</summary>
sealed class StepGaveBackException(string reason) : InvalidOperationException(reason);

/// <summary>How a line ends that has no result.</summary>
enum StepEnd
{
    None,

    /// <summary>The provider's batch ran out of time.</summary>
    Expired,

    /// <summary>The provider's batch is complete and does not have it.</summary>
    Missing,

    /// <summary>Somebody stopped the batch at the provider.</summary>
    Cancelled,
}

/// <summary>
/// A line on its way: whether it has a place among those that are asked, whether it waits in a step, and what cuts it. A line waits in a step once; what is
/// left to be asked then, it asks by itself.
/// </summary>
sealed class LineWait : IDisposable
{
    readonly Lock gate = new();
    readonly CancellationTokenSource source = new();
    readonly TaskCompletionSource parked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenRegistration cutting;
    readonly LineAsker asker;
    readonly BatchSteps steps;
    readonly TaskCompletionSource goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool hasPlace;
    bool isSafe;
    bool isCut;
    bool hasWaited;

    public LineWait(BatchLine line, LineAsker asker, BatchSteps steps, CancellationToken cut)
    {
        (this.asker, this.steps, Number, Bytes) = (asker, steps, line.Number, line.Body.Length);
        hasWaited = steps.IsAlone(line.Number);
        // What lies at the provider already is had, whatever became of the batch meanwhile.
        isSafe = steps.StepOf(line.Number) is not null;
        cutting = cut.UnsafeRegister(static w => ((LineWait)w!).Cut(), this);
    }

    public int Number { get; }
    public int Bytes { get; }

    /// <summary>Cuts the call.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Completes when the line has begun to wait: whoever asks lines may go on to the next.</summary>
    public Task Parked => parked.Task;

    /// <summary>Completes when a line that got its result has ended, or asks by itself: then the next result may come.</summary>
    public Task GoesOn => goesOn.Task;

    /// <summary>How it ended in its step, where that has no result.</summary>
    public StepEnd End { get; private set; }

    /// <summary>The deployment at which the line lies since an earlier walk; null = none.</summary>
    public DeploymentId? LiesAt => hasWaited ? null : steps.StepOf(Number);

    /// <summary>Whether an attempt at this deployment waits in a step and does not call.</summary>
    public bool WaitsAt(ResolvedDeployment at, CallKind kind)
    {
        if (hasWaited || at.Family.Batches is not { } batches)
            return false;
        if (steps.StepOf(Number) is { } there && there == at.Deployment.Id)
            return true;
        return at.Connection.ProviderBatches && batches.Lacks(at.ProviderConnection) is null && batches.Takes(at.ProviderConnection, kind);
    }

    /// <summary>Waits in a step for the result.</summary>
    /// <exception cref="StepGaveBackException">There will be none: the line has a place again and asks by itself.</exception>
    /// <exception cref="PorticoException">The line ended without one.</exception>
    /// <exception cref="OperationCanceledException">The batch takes no more, or goes on elsewhere.</exception>
    public async Task<BatchResult> WaitAsync(ResolvedDeployment at, BatchQuestion question, CallContext context)
    {
        var began = context.ElapsedUs;
        lock (gate)
            (hasWaited, isSafe) = (true, true);
        var result = steps.Join(this, at, question);
        asker.Waits(context.Meters);
        LeavePlace();
        parked.TrySetResult();
        try
        {
            var waited = await result;
            context.Note("call_provider", $"answered in {waited.Step}, which was {waited.ProviderBatch} at the provider");
            return waited.Result;
        }
        catch (StepGaveBackException)
        {
            await AskAgainAsync();
            throw;
        }
        finally
        {
            context.WaitedUs += context.ElapsedUs - began;
        }
    }

    /// <summary>Takes a place again: what comes next is a call.</summary>
    /// <exception cref="OperationCanceledException">The batch takes no more lines.</exception>
    public async Task AskAgainAsync()
    {
        GoOn();
        BeUnsafe();
        await asker.EnterAgainAsync(this);
    }

    /// <summary>The next result need not wait for the end of this line.</summary>
    public void GoOn() => goesOn.TrySetResult();

    /// <summary>Ends the line without a result.</summary>
    public PorticoException Ends(StepEnd how, string providerBatch)
    {
        End = how;
        return how switch
        {
            StepEnd.Expired => new PorticoException(ErrorTable.UpstreamTimeout, $"The provider's batch {providerBatch} ran out of time."),
            StepEnd.Cancelled => new PorticoException(ErrorTable.UpstreamFailed, CancelledThere(providerBatch)),
            _ => new PorticoException(ErrorTable.UpstreamMalformed, MissingThere(providerBatch)),
        };
    }

    static string CancelledThere(string batch) => $"The batch {batch} was cancelled at the provider before this request was executed.";

    static string MissingThere(string batch) => $"The provider's batch {batch} is complete and has no result for this request.";

    public void Entered()
    {
        lock (gate)
            hasPlace = true;
    }

    /// <summary>Gives the place back where the line has one.</summary>
    public void LeavePlace()
    {
        lock (gate)
        {
            if (!hasPlace)
                return;
            hasPlace = false;
        }
        asker.Leave();
    }

    void BeUnsafe()
    {
        lock (gate)
        {
            isSafe = false;
            if (!isCut)
                return;
        }
        Abandon();
    }

    void Cut()
    {
        lock (gate)
        {
            isCut = true;
            if (isSafe)
                return;
        }
        Abandon();
    }

    /// <summary>The line goes no further.</summary>
    public void Abandon() => source.Cancel();

    public void Dispose()
    {
        cutting.Dispose();
        parked.TrySetResult();
        goesOn.TrySetResult();
        source.Dispose();
    }
}
