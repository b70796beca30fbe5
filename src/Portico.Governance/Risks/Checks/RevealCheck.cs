using Portico.Governance.Forensics;

namespace Portico.Governance.Risks.Checks;

/// <summary>Whether reading what was said takes a second person in the organisation.</summary>
sealed class RevealCheck(Reveals reveals) : IControlCheck
{
    public string Control => "reveal_with_reason";

    public async ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct) =>
        await reveals.NeedsSecondAsync(at.Level.Organisation.Id, ct)
            ? ControlFinding.InForce("A reason and a second person are needed.")
            : ControlFinding.Partial("A reason is needed and no second person: an owner switched that off.");
}
