using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Portico.Gateway.Batches;

/// <summary>When a batch stops: takes no more lines, cuts those under way, goes on elsewhere, waits for nothing.</summary>
readonly record struct BatchTokens(CancellationToken NoMore, CancellationToken Cut, CancellationToken GivenUp, CancellationToken Gone);

/// <summary>
/// Brings the lines of a batch that have no answer yet to their end: first those that lie at a provider since an earlier walk, then all others. A few are asked at
/// once; those that wait in a step stand aside.
/// </summary>
sealed class LineRunner : IDisposable
{
    readonly BatchNode node;
    readonly Batch batch;
    readonly BatchAnswers answers;
    readonly BatchTokens tokens;
    readonly IReadOnlyDictionary<int, CallId> lost;
    readonly HashSet<int> answered;
    readonly BatchSteps steps;
    readonly LineAsker asker;
    readonly Action leave;
    readonly Lock gate = new();
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int running = 1;
    ExceptionDispatchInfo? failure;

    /// <param name="node">The node.</param>
    /// <param name="batch">Whose lines they are.</param>
    /// <param name="spool">Is told of every call.</param>
    /// <param name="answers">Takes answers.</param>
    /// <param name="answered">Lines that have one; it grows.</param>
    /// <param name="lost">Lines that were billed and whose answers are lost.</param>
    /// <param name="why">Why the batch takes no more lines.</param>
    /// <param name="tokens">When it stops.</param>
    /// <param name="leave">Stops it, because one of its tasks failed.</param>
    public LineRunner(
        BatchNode node,
        Batch batch,
        BatchSpool spool,
        BatchAnswers answers,
        HashSet<int> answered,
        IReadOnlyDictionary<int, CallId> lost,
        Func<BatchStop> why,
        BatchTokens tokens,
        Action leave
    )
    {
        (this.node, this.batch, this.answers, this.answered, this.lost) = (node, batch, answers, answered, lost);
        (this.tokens, this.leave) = (tokens, leave);
        steps = new BatchSteps(new StepSurroundings(node, batch, answers, why, Run, tokens.GivenUp, tokens.Gone));
        asker = new LineAsker(node, batch, spool, answers, steps, tokens.NoMore, tokens.Cut);
    }

    /// <exception cref="BatchLostException">It is another node's.</exception>
    public async Task RunAsync()
    {
        var rows = await node.Steps.OfAsync(batch.Id, CancellationToken.None);
        steps.TakeUp(rows, line => !IsAnswered(line) && !lost.ContainsKey(line));
        var kept = steps.Kept;
        if (kept.Count > 0)
            await AskAsync(kept.Contains, tokens.GivenUp);
        await AskAsync(line => !kept.Contains(line), tokens.NoMore);
        End();
        await ended.Task;
        failure?.Throw();
    }

    /// <summary>Asks lines until all have ended or stand aside.</summary>
    async Task AskAsync(Func<int, bool> which, CancellationToken stop)
    {
        var lines = Channel.CreateBounded<BatchLine>(node.Options.BatchLinesAtOnce);
        var tasks = Enumerable
            .Range(0, node.Options.BatchLinesAtOnce)
            .Select(_ => GuardedAsync(() => WorkAsync(lines.Reader, stop)))
            .Append(GuardedAsync(() => ReadAsync(lines.Writer, which, stop)))
            .ToList();
        await Task.WhenAll(tasks);
    }

    async Task ReadAsync(ChannelWriter<BatchLine> lines, Func<int, bool> which, CancellationToken stop)
    {
        try
        {
            await foreach (var raw in node.Input.ReadAsync(batch.InputFileId, stop))
                if (which(raw.Number) && !IsAnswered(raw.Number))
                    await lines.WriteAsync(Read(batch, raw), stop);
        }
        finally
        {
            lines.Complete();
        }
    }

    /// <summary>Every line was good when the batch began.</summary>
    public static BatchLine Read(Batch batch, in RawLine raw)
    {
        var error = BatchLine.Read(raw, batch.Endpoint, out var line);
        return line ?? throw new InvalidOperationException($"Line {raw.Number} of {batch.Id} was good and is not: {error!.Code}.");
    }

    bool IsAnswered(int line)
    {
        lock (gate)
            return answered.Contains(line);
    }

    async Task WorkAsync(ChannelReader<BatchLine> lines, CancellationToken stop)
    {
        await foreach (var line in lines.ReadAllAsync(stop))
        {
            if (lost.TryGetValue(line.Number, out var call))
            {
                Take(Lost(line, call));
                continue;
            }
            var wait = asker.Begin(line);
            var parked = wait.Parked;
            // One that waits goes on by itself, and the next line has its turn.
            await Task.WhenAny(Begun(() => AskAsync(line, wait, stop)), parked);
        }
    }

    async Task AskAsync(BatchLine line, LineWait wait, CancellationToken stop)
    {
        try
        {
            if (await asker.AskAsync(line, wait, stop) is { } answer)
                Take(answer);
        }
        finally
        {
            steps.Gone(line.Number);
            wait.Dispose();
        }
    }

    void Take(LineAnswer answer)
    {
        lock (gate)
            answered.Add(answer.Line);
        answers.Take(answer);
    }

    LineAnswer Lost(BatchLine line, CallId call) =>
        LineAnswer.Without(
            batch,
            line,
            "answer_lost",
            $"The node died just when the answer was complete. The call {call} is billed, so the request was not made again.",
            default
        );

    void Run(Func<Task> work) => _ = Begun(() => Task.Run(work, CancellationToken.None));

    /// <summary>Begins what must have ended before the batch's walk is over.</summary>
    async Task Begun(Func<Task> work)
    {
        Interlocked.Increment(ref running);
        try
        {
            await GuardedAsync(work);
        }
        finally
        {
            End();
        }
    }

    void End()
    {
        if (Interlocked.Decrement(ref running) == 0)
            ended.TrySetResult();
    }

    /// <summary>One that fails must not leave the others waiting for it.</summary>
    async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (tokens.NoMore.IsCancellationRequested)
        {
            // No more lines.
        }
        catch (Exception e)
        {
            lock (gate)
                failure ??= ExceptionDispatchInfo.Capture(e);
            leave();
        }
    }

    public void Dispose() => asker.Dispose();
}
