using Portico.Governance.SignIn;

namespace Portico.Governance.Risks.Checks;

/// <summary>Whether people of the organisation come in by its identity provider alone.</summary>
sealed class SignInCheck(SignInRules rules) : IControlCheck
{
    public string Control => "company_sign_in";

    public async ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct)
    {
        var organisation = at.Level.Organisation.Id;
        return await rules.HasProviderAsync(organisation, ct)
            ? (await rules.FindAsync(organisation, ct)).ProviderOnly
                ? ControlFinding.InForce("People come in by the identity provider alone.")
                : ControlFinding.Partial("There is an identity provider, and passwords count beside it.")
            : ControlFinding.Absent("The organisation has no identity provider that is switched on.");
    }
}
