namespace Portico.Gateway.Batches;

/// <summary>Asks the lines of a batch, each until it has an answer: when the pace and the node allow it, again where waiting or trying again helps.</summary>
/// <param name="node">The node.</param>
/// <param name="batch">Whose lines they are.</param>
/// <param name="spool">Is told every call before it is made.</param>
/// <param name="answers">Says whether more may come.</param>
/// <param name="noMore">No line starts any more.</param>
/// <param name="cut">Lines under way are cut.</param>
sealed class LineAsker(BatchNode node, Batch batch, BatchSpool spool, BatchAnswers answers, CancellationToken noMore, CancellationToken cut)
    : IDisposable
{
    /// <summary>Tries at a line whose provider fails.</summary>
    const int MaxTries = 5;
    static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a line that may not start looks again.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    readonly BatchPace pace = new(node.Ledger, node.Time, node.Options.BatchLinesAtOnce);
    readonly SemaphoreSlim entering = new(1, 1);

    /// <summary>Asks a line until it has an answer; null when the batch takes no more lines.</summary>
    public async Task<LineAnswer?> AskAsync(BatchLine line)
    {
        var spent = default(Spent);
        for (var tries = 1; ; )
        {
            if (!await EnterAsync())
                return null;
            LineReply reply;
            try
            {
                reply = await node.Calls.AskAsync(batch, line, call => Begin(line, call), cut);
            }
            catch (OperationCanceledException) when (cut.IsCancellationRequested)
            {
                return null;
            }
            finally
            {
                pace.Leave();
                node.Places.Leave();
            }
            spent += reply.Spent;
            if (reply.Error is { Retryable: true } error)
            {
                if (IsLimit(error.Kind))
                {
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

    /// <summary>What passes by itself, so that it is waited for as long as the batch has time.</summary>
    static bool IsLimit(ErrorKind kind) =>
        kind == ErrorTable.RateLimited
        || kind == ErrorTable.UpstreamRateLimited
        || kind == ErrorTable.NoDeployment
        || kind == ErrorTable.Overloaded
        || kind == ErrorTable.LedgerUnavailable
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
    async Task<bool> EnterAsync()
    {
        // One looks for all that wait.
        await entering.WaitAsync(noMore);
        try
        {
            while (!noMore.IsCancellationRequested)
            {
                if (answers.HasRoom && pace.TryEnter())
                {
                    if (node.Places.TryEnter())
                        return true;
                    pace.Leave();
                }
                await Task.Delay(Look, node.Time, noMore).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            return false;
        }
        finally
        {
            entering.Release();
        }
    }

    public void Dispose() => entering.Dispose();
}
