using Portico.Governance.Audit;

namespace Portico.Governance.Risks.Checks;

/// <summary>Whether checkpoints of the audit log go anywhere outside.</summary>
sealed class AnchorCheck(IEnumerable<IAnchorPlace> places) : IControlCheck
{
    public string Control => "audit_anchors";

    public ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct)
    {
        var count = places.Count();
        return ValueTask.FromResult(
            count == 0
                ? ControlFinding.Absent("No place outside is set for checkpoints: Audit:AnchorFile, AnchorUrl and AnchorBucket are empty.")
                : ControlFinding.InForce($"Checkpoints go to {(count == 1 ? "a place" : $"{count} places")} outside.")
        );
    }
}
