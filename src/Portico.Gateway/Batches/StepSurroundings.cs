using Portico.Models;

namespace Portico.Gateway.Batches;

/// <summary>What the steps of a batch need around them.</summary>
/// <param name="Node">The node.</param>
/// <param name="Batch">Whose steps they are.</param>
/// <param name="Answers">Says whether there is room for more answers.</param>
/// <param name="Why">Why the batch takes no more lines; none while it does.</param>
/// <param name="Runs">Runs a step until the batch's end.</param>
/// <param name="GivenUp">The batch goes on elsewhere: nothing is waited for.</param>
/// <param name="Gone">Not even requests under way are waited for.</param>
sealed record StepSurroundings(
    BatchNode Node,
    Batch Batch,
    BatchAnswers Answers,
    Func<BatchStop> Why,
    Action<Func<Task>> Runs,
    CancellationToken GivenUp,
    CancellationToken Gone
)
{
    /// <summary>How long after its batch's end a step may still be waited for: a provider takes minutes to cancel.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    public int StepLines => Node.Options.ProviderBatchLines;

    /// <summary>What was sent is to be stopped there.</summary>
    public bool IsStopping => Why() is BatchStop.Cancelled or BatchStop.Expired;

    /// <summary>Nothing more is waited for.</summary>
    public bool IsOutOfTime => Node.Time.GetUtcNow() >= Micros.ToTime(Batch.ExpiresUs) + Grace;

    /// <summary>The deployment as it is now: its credential may have changed while the step waited.</summary>
    public ResolvedDeployment Now(ResolvedDeployment known) => Node.Models.Current.FindDeployment(known.Deployment.Id) ?? known;
}
