using Portico.Governance.Policy.Approvals;

namespace Portico.Gateway.Stages;

/// <summary>Refuses the calls of a use case that does not have the approvals its policy asks for. From the snapshot alone.</summary>
sealed class RequireApproval(TimeProvider time) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        if (call.Caller.Policies.InForce is { } chain)
        {
            var now = time.GetUtcNow();
            if (ApprovalCheck.Refusal(call.Caller, chain.At(now), now) is { } why)
                throw new PorticoException(ErrorTable.UseCaseNotApproved, why);
        }
        return next(call, ct);
    }
}
