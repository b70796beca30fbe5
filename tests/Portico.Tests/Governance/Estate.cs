using Portico.Governance;
using Portico.Governance.Access;
using Portico.Tests.Support;

namespace Portico.Tests.Governance;

/// <summary>An organisation down to a use case, to hang keys on.</summary>
public sealed record Estate(Organisation Organisation, Workspace Workspace, UseCase UseCase)
{
    public static async Task<Estate> MakeAsync(TestNode node, string name = "Bank")
    {
        var ct = TestContext.Current.CancellationToken;
        var service = node.Get<GovernanceService>();
        var organisation = await service.CreateOrganisationAsync(name, ct);
        var workspace = await service.CreateWorkspaceAsync(organisation.Id, "Retail", ct);
        return new Estate(
            organisation,
            workspace,
            await service.CreateUseCaseAsync(workspace.Id, "Assistant", "answers letters", "Ms Ray", ct)
        );
    }

    public static Task<IssuedKey> IssueAsync(TestNode node, UseCase useCase, Func<KeyDraft, KeyDraft>? with = null)
    {
        var draft = new KeyDraft { Name = "front desk", UseCaseId = useCase.Id };
        return node.Get<KeyService>().CreateAsync(with?.Invoke(draft) ?? draft, Reach.Everywhere, TestContext.Current.CancellationToken);
    }
}
