using Portico.Gateway;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Server;

/// <summary>The scenario "demo": an organisation, a workspace, a use case with purpose and owner, a key, budgets in three scopes, an admin token.</summary>
sealed class DemoSeed(
    GovernanceCatalog catalog,
    GovernanceService governance,
    KeyService keys,
    AdminAccess access,
    GatewayAdministration gateway,
    LeaseStore leases,
    StorageOptions storage,
    TimeProvider time
)
{
    public const string TokenFile = "admin.token";
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(20);

    /// <summary>What was made; the two secrets are shown once and kept nowhere but in the token file of this node.</summary>
    public sealed record Made(
        Organisation Organisation,
        Workspace Workspace,
        UseCase UseCase,
        IssuedKey Key,
        Secret AdminToken,
        string TokenPath
    );

    /// <summary>Makes the demo when there is no organisation yet. Nodes that start together take turns, so it is made once.</summary>
    public async Task<Made?> RunIfEmptyAsync(CancellationToken ct)
    {
        if (catalog.Current.Organisations.Count > 0)
            return null;
        for (var begun = time.GetTimestamp(); ; )
        {
            if (await leases.TryAcquireAsync("seed", Turn, ct) is { } lease)
            {
                try
                {
                    await catalog.RefreshAsync(ct);
                    return catalog.Current.Organisations.Count > 0 ? null : await MakeAsync(ct);
                }
                finally
                {
                    await leases.ReleaseAsync(lease, CancellationToken.None);
                }
            }
            if (time.GetElapsedTime(begun) > Turn)
                throw new PorticoException(ErrorTable.StorageUnavailable, "Another node has been seeding the store for 20 s. Start again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
        }
    }

    public async Task<Made> MakeAsync(CancellationToken ct)
    {
        var organisation = await governance.CreateOrganisationAsync(FreeName(), ct);
        var workspace = await governance.CreateWorkspaceAsync(organisation.Id, "Playground", ct);
        var useCase = await governance.CreateUseCaseAsync(
            workspace.Id,
            "First steps",
            "Try Portico with simulated and connected models",
            "demo",
            ct
        );
        var key = await keys.CreateAsync(new KeyDraft { Name = "first key", UseCaseId = useCase.Id }, Reach.Everywhere, ct);
        await gateway.AddBudgetAsync("organisation", organisation.Id.ToString(), "month", 100, ct);
        await gateway.AddBudgetAsync("workspace", workspace.Id.ToString(), "month", 50, ct);
        await gateway.AddBudgetAsync("key", key.Key.Id.ToString(), "day", 10, ct);
        var (_, token) = await access.CreateAsync("first administrator", [Roles.Owner], ct);
        return new Made(organisation, workspace, useCase, key, token, await KeepTokenAsync(token, ct));
    }

    /// <summary>Names of organisations are unique: another demo has its number behind it.</summary>
    string FreeName()
    {
        var taken = catalog.Current.Organisations.Values.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, taken.Count + 1).Select(n => n == 1 ? "Demo" : $"Demo {n}").First(n => !taken.Contains(n));
    }

    /// <summary>The verbs of this machine sign in with it; readable by its owner only, as the master key beside it.</summary>
    async Task<string> KeepTokenAsync(Secret token, CancellationToken ct)
    {
        PrivateDirectory.Create(storage.DataDirectory);
        var path = Path.Combine(storage.DataDirectory, TokenFile);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(path, options);
        await file.WriteLineAsync(token.Reveal().AsMemory(), ct);
        return path;
    }
}
