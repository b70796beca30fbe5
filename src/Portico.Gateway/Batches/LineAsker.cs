using Portico.Gateway.Ledger;

namespace Portico.Gateway.Batches;

/// <summary>Asks the lines of a batch, each until it has an answer: when the pace and the node allow it, again where waiting or trying again helps.</summary>
/// <param name="node">The node.</param>
/// <param name="batch">Whose lines they are.</param>
/// <param name="spool">Is told every call before it is made.</param>
/// <param name="answers">Says whether more may come.</param>
/// <param name="steps">Where lines wait that go to a provider's own batch.</param>
/// <param name="noMore">No line starts any more.</param>
/// <param name="cut">Lines under way are cut.</param>
sealed class LineAsker(
    BatchNode node,
    Batch batch,
    BatchSpool spool,
    BatchAnswers answers,
    BatchSteps steps,
    CancellationToken noMore,
    CancellationToken cut
) : IDisposable
{
    /// <summary>Tries at a line whose provider fails.</summary>
    const int MaxTries = 5;
    static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a line that may not start looks again.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    readonly BatchPace pace = new(node.Ledger, node.Time, node.Options.BatchLinesAtOnce);
    readonly SemaphoreSlim entering = new(1, 1);

    public LineWait Begin(BatchLine line) => new(line, this, steps, cut);

    /// <summary>Asks a line until it has an answer; null when the batch takes no more lines.</summary>
    /// <param name="line">The line.</param>
    /// <param name="wait">Made for it by <see cref="Begin(BatchLine)"/>.</param>
    /// <param name="stop">It does not start any more.</param>
    public async Task<LineAnswer?> AskAsync(BatchLine line, LineWait wait, CancellationToken stop)
    {
        var spent = default(Spent);
        for (var tries = 1; ; )
        {
            if (!await EnterAsync(wait, stop))
                return null;
            LineReply reply;
            try
            {
                reply = await node.Calls.AskAsync(batch, line, wait, call => Begin(line, call), wait.Token);
            }
            catch (OperationCanceledException) when (wait.Token.IsCancellationRequested)
            {
                return null;
            }
            finally
            {
                wait.LeavePlace();
            }
            spent += reply.Spent;
            if (WithoutResult(line, wait, reply, spent) is { } without)
                return without;
            if (reply.Error is { Retryable: true } error)
            {
                wait.GoOn();
                if (IsLimit(error.Kind))
                {
                    // What lies at a provider is brought after the batch's end too, but not whenever a limit allows.
                    if (noMore.IsCancellationRequested)
                        return null;
                    pace.MetLimit(error.RetryAfter);
                    continue;
                }
                if (tries < MaxTries)
                {
                    await Task.Delay(FirstBackOff * (1 << tries++), node.Time, noMore);
                    continue;
                }
            }
            else if (reply.Error is null)
                pace.WentWell(reply.Meters);
            return LineAnswer.Of(batch, line, reply, spent);
        }
    }

    LineAnswer? WithoutResult(BatchLine line, LineWait wait, LineReply reply, Spent spent) =>
        wait.End switch
        {
            StepEnd.None => null,
            StepEnd.Expired => LineAnswer.NotAsked(batch, line, isCancelled: false) with { Spent = spent },
            StepEnd.Cancelled => LineAnswer.Without(batch, line, "batch_cancelled", reply.Error!.Message, spent),
            _ => LineAnswer.Without(batch, line, "result_missing", reply.Error!.Message, spent),
        };

    /// <summary>What passes by itself, so that it is waited for as long as the batch has time.</summary>
    static bool IsLimit(ErrorKind kind) =>
        kind == ErrorTable.RateLimited
        || kind == ErrorTable.UpstreamRateLimited
        || kind == ErrorTable.NoDeployment
        || kind == ErrorTable.Overloaded
        || kind == ErrorTable.LedgerUnavailable
        || kind == ErrorTable.AuditUnavailable
        || kind == ErrorTable.StorageUnavailable
        || kind == ErrorTable.ShuttingDown;

    void Begin(BatchLine line, CallId call)
    {
        try
        {
            spool.Begin(line.Number, call);
        }
        catch (IOException e)
        {
            // What a kill would make forget is not asked.
            throw new PorticoException(ErrorTable.StorageUnavailable, "The spool of batches cannot be written.", inner: e);
        }
    }

    /// <summary>Waits until a line may start; false when none may any more.</summary>
    async Task<bool> EnterAsync(LineWait wait, CancellationToken stop, bool mayWait = true)
    {
        // One looks for all that wait.
        await entering.WaitAsync(stop);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (answers.HasRoom && (!mayWait || wait.LiesAt is not null || steps.HasRoom) && pace.TryEnter())
                {
                    if (node.Places.TryEnter())
                    {
                        wait.Entered();
                        return true;
                    }
                    pace.Leave();
                }
                await Task.Delay(Look, node.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            return false;
        }
        finally
        {
            entering.Release();
        }
    }

    /// <summary>The same for a line that waited in a step and asks by itself.</summary>
    /// <exception cref="OperationCanceledException">No line starts any more.</exception>
    public async Task EnterAgainAsync(LineWait wait)
    {
        if (!noMore.IsCancellationRequested && await EnterAgainOrNotAsync(wait))
            return;
        wait.Abandon();
        wait.Token.ThrowIfCancellationRequested();
    }

    async Task<bool> EnterAgainOrNotAsync(LineWait wait)
    {
        try
        {
            return await EnterAsync(wait, noMore, mayWait: false);
        }
        catch (OperationCanceledException) when (noMore.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A line waits in a step, whose meters it has met.</summary>
    public void Waits(MeterSet? meters) => pace.Waits(meters);

    public void Leave()
    {
        pace.Leave();
        node.Places.Leave();
    }

    public void Dispose() => entering.Dispose();
}
