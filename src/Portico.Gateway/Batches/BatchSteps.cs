using Portico.Models;
using Portico.Providers;

namespace Portico.Gateway.Batches;

/// <summary>A result and where it comes from.</summary>
readonly record struct StepAnswer(BatchResult Result, string Step, string ProviderBatch);

/// <summary>
/// The steps of one batch on this node: those of an earlier walk, which its lines find again, and those that gather. Every step runs by itself from its first line.
/// </summary>
sealed class BatchSteps
{
    readonly Lock gate = new();
    readonly Dictionary<(DeploymentId Deployment, string Endpoint, string? Beta), BatchStep> gathering = [];
    readonly Dictionary<int, BatchStep> kept = [];
    readonly HashSet<int> alone = [];
    readonly StepSurroundings around;
    int waiting;
    long waitingBytes;

    public BatchSteps(StepSurroundings around) => this.around = around;

    /// <summary>Takes up the steps of an earlier walk, for lines that have no answer yet.</summary>
    public void TakeUp(IReadOnlyList<BatchStepRow> rows, Func<int, bool> isOpen)
    {
        foreach (var row in rows)
        {
            var left = row.LineNumbers.Where(isOpen).ToList();
            if (row.State == StepState.Alone)
                alone.UnionWith(left);
            else if (left.Count > 0)
            {
                var step = new BatchStep(around, this, row, left);
                foreach (var line in left)
                    kept[line] = step;
                around.Runs(step.RunAsync);
            }
        }
    }

    /// <summary>Lines that lie in steps of an earlier walk.</summary>
    public IReadOnlySet<int> Kept => kept.Keys.ToHashSet();

    /// <summary>Whether another line may begin to wait: a batch may always fill a step, and the node bounds what waits beyond that.</summary>
    public bool HasRoom
    {
        get
        {
            lock (gate)
                return (waiting < around.StepLines && waitingBytes < BatchStep.MaxBytes) || around.Node.Places.HasRoomToWait;
        }
    }

    /// <summary>The deployment at which a line lies since an earlier walk.</summary>
    public DeploymentId? StepOf(int line)
    {
        lock (gate)
            return kept.TryGetValue(line, out var step) ? step.Deployment : null;
    }

    /// <summary>Whether the line was in a step that the provider did not take.</summary>
    public bool IsAlone(int line)
    {
        lock (gate)
            return alone.Contains(line);
    }

    /// <summary>Puts a line into its step of an earlier walk, or into the one that gathers.</summary>
    public Task<StepAnswer> Join(LineWait line, ResolvedDeployment at, BatchQuestion question)
    {
        lock (gate)
        {
            waiting++;
            waitingBytes += line.Bytes;
            around.Node.Places.BeginsToWait(line.Bytes);
            if (kept.Remove(line.Number, out var old))
            {
                if (old.Deployment == at.Deployment.Id)
                    return old.Take(line, at, question);
                // Its route leads elsewhere now.
                old.Miss(line.Number);
            }
            var key = (at.Deployment.Id, question.Endpoint, question.AnthropicBeta);
            if (gathering.TryGetValue(key, out var step) && step.TryAdd(line, question, out var waits))
                return waits;
            gathering[key] = step = new BatchStep(around, this, at, question);
            if (!step.TryAdd(line, question, out waits))
                throw new InvalidOperationException("A step that has begun takes its first line.");
            around.Runs(step.RunAsync);
            return waits;
        }
    }

    /// <summary>A line waits no more.</summary>
    public void Leaves(LineWait line)
    {
        lock (gate)
        {
            waiting--;
            waitingBytes -= line.Bytes;
        }
        around.Node.Places.WaitsNoMore(line.Bytes);
    }

    /// <summary>A line has ended or will not come: no step waits for it.</summary>
    public void Gone(int line)
    {
        lock (gate)
            if (kept.Remove(line, out var step))
                step.Miss(line);
    }
}
