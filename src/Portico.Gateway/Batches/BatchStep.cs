using System.Diagnostics.CodeAnalysis;
using Portico.Core.Chat;
using Portico.Models;
using Portico.Providers;

namespace Portico.Gateway.Batches;

/// <summary>
/// Some lines of one deployment as one batch at its provider, from the first line to the last result. A step of an earlier walk begins again where it stood,
/// when all its lines are here.
/// </summary>
sealed partial class BatchStep
{
    /// <summary>Bytes of bodies that close a step; one line may have more.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>A step is closed when for so long no line came.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    readonly Lock gate = new();
    readonly StepSurroundings around;
    readonly BatchSteps steps;
    readonly Dictionary<int, Waiter> waiters = [];
    readonly HashSet<int> expected;
    readonly string? beta;
    readonly bool isOfEarlier;
    ResolvedDeployment? target;
    string endpoint = "";
    BatchStepRow row;
    long bytes;
    long lastCame;
    bool isClosed;

    sealed record Waiter(LineWait Line, BatchItem Item, TaskCompletionSource<StepAnswer> Result);

    /// <summary>A step that gathers.</summary>
    public BatchStep(StepSurroundings around, BatchSteps steps, ResolvedDeployment at, BatchQuestion question)
    {
        (this.around, this.steps, target, endpoint, beta) = (around, steps, at, question.Endpoint, question.AnthropicBeta);
        expected = [];
        row = new BatchStepRow
        {
            Id = StepId.New(around.Node.Time).ToString(),
            BatchId = around.Batch.Id,
            DeploymentId = at.DeploymentText,
            ConnectionId = at.ConnectionText,
            Lines = "",
        };
        Deployment = at.Deployment.Id;
        lastCame = around.Node.Time.GetTimestamp();
    }

    /// <summary>A step of an earlier walk.</summary>
    public BatchStep(StepSurroundings around, BatchSteps steps, BatchStepRow row, IEnumerable<int> left)
    {
        (this.around, this.steps, this.row, isClosed, isOfEarlier) = (around, steps, row, true, true);
        expected = [.. left];
        beta = MessageBatchHeaders.BetaOf(around.Batch);
        Deployment = DeploymentId.Parse(row.DeploymentId);
    }

    public DeploymentId Deployment { get; }

    /// <summary>Adds a line; false when the step is closed.</summary>
    public bool TryAdd(LineWait line, BatchQuestion question, [NotNullWhen(true)] out Task<StepAnswer>? result)
    {
        lock (gate)
        {
            result = null;
            isClosed |= bytes > 0 && bytes + question.Body.Length > MaxBytes;
            if (isClosed)
                return false;
            result = Add(line, question);
            bytes += question.Body.Length;
            lastCame = around.Node.Time.GetTimestamp();
            isClosed = waiters.Count >= around.StepLines;
            return true;
        }
    }

    /// <summary>Takes a line that lies here since an earlier walk.</summary>
    public Task<StepAnswer> Take(LineWait line, ResolvedDeployment at, BatchQuestion question)
    {
        lock (gate)
        {
            (target, endpoint) = (at, question.Endpoint);
            var result = Add(line, question);
            expected.Remove(line.Number);
            return result;
        }
    }

    /// <summary>A line of an earlier walk that will not come.</summary>
    public void Miss(int line)
    {
        lock (gate)
            expected.Remove(line);
    }

    Task<StepAnswer> Add(LineWait line, BatchQuestion question)
    {
        var waiter = new Waiter(
            line,
            new BatchItem(CustomIdOf(line.Number), question.Body),
            new TaskCompletionSource<StepAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        waiters.Add(line.Number, waiter);
        return waiter.Result.Task;
    }

    string CustomIdOf(int line) => $"{row.Id}-{line.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    TimeProvider Time => around.Node.Time;
    IBatchProvider Provider => target!.Family.Batches!;
    ProviderConnection Connection => around.Now(target!).ProviderConnection;

    /// <exception cref="BatchLostException">The batch is another node's.</exception>
    public async Task RunAsync()
    {
        try
        {
            await WalkAsync();
        }
        finally
        {
            // Given up, lost or broken: what is at the provider stays there, and whoever goes on with the batch finds it.
            foreach (var left in Left())
                Abandon(left);
        }
    }

    async Task WalkAsync()
    {
        // Step 1: all lines.
        await GatherAsync();
        if (row.Number == 0 && (Left().Count == 0 || around.IsStopping))
            return;
        if (Left().Count == 0)
        {
            await EndAsync(row.ProviderState);
            return;
        }
        // Step 2: the row, before anything is sent.
        if (row.Number == 0)
            await WriteDownAsync();
        // Step 3: the provider has it, or says no.
        while (true)
        {
            var sent = row.ProviderBatch is { } known
                ? new ProviderBatch(known, ProviderBatchState.Running, row.ProviderState ?? "")
                : await SendAsync();
            if (sent is null)
            {
                await EndAsync(row.ProviderState);
                return;
            }
            // Step 4: its end there, and the results.
            var ended = await UntilEndedAsync(sent);
            if (ended is { State: ProviderBatchState.Failed, HasMetLimit: true } && !around.IsStopping)
            {
                await MakeAgainAsync(ended);
                continue;
            }
            await DeliverAsync(ended);
            return;
        }
    }

    async Task GatherAsync()
    {
        while (!IsWhole())
        {
            if (around.IsStopping && row.Number == 0)
                return;
            await Task.Delay(Tick, Time, around.GivenUp);
        }
    }

    /// <summary>Nothing can come any more: for a step of an earlier walk that is when all its lines are here or have ended otherwise.</summary>
    bool IsWhole()
    {
        lock (gate)
        {
            isClosed |= Time.GetElapsedTime(lastCame) >= Idle;
            return isClosed && expected.Count == 0;
        }
    }

    List<Waiter> Left()
    {
        lock (gate)
            return [.. waiters.Values];
    }

    Waiter? Find(string customId)
    {
        if (
            !customId.StartsWith(row.Id + "-", StringComparison.Ordinal)
            || !int.TryParse(
                customId.AsSpan(row.Id.Length + 1),
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var line
            )
        )
            return null;
        lock (gate)
            return waiters.GetValueOrDefault(line);
    }

    static TimeSpan Slower(TimeSpan wait, TimeSpan most) => wait * 2 < most ? wait * 2 : most;

    /// <summary>Waits by measured time; comes back sooner when the batch is stopped meanwhile.</summary>
    async Task PauseAsync(TimeSpan length)
    {
        var (began, stopping) = (Time.GetTimestamp(), around.IsStopping);
        while (Time.GetElapsedTime(began) < length && around.IsStopping == stopping)
            await Task.Delay(Tick, Time, around.GivenUp);
    }

    void Remove(Waiter waiter)
    {
        lock (gate)
            waiters.Remove(waiter.Line.Number);
        steps.Leaves(waiter.Line);
    }

    /// <summary>The batch takes no more of it, or goes on elsewhere.</summary>
    void Abandon(Waiter waiter)
    {
        Remove(waiter);
        waiter.Line.Abandon();
        waiter.Result.TrySetCanceled(waiter.Line.Token);
    }
}
