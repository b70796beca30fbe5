using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Governance;

/// <summary>Takes away what nothing refers to.</summary>
public sealed partial class GovernanceService
{
    public Task DeleteOrganisationAsync(Organisation old, CancellationToken ct) =>
        DeleteAsync("governance_organisations", old.Id.ToString(), old.Version, "The organisation has workspaces or people.", ct);

    public Task DeleteWorkspaceAsync(Workspace old, CancellationToken ct) =>
        DeleteAsync("governance_workspaces", old.Id.ToString(), old.Version, "The workspace has use cases.", ct);

    public Task DeleteUseCaseAsync(UseCase old, CancellationToken ct) =>
        DeleteAsync(
            "governance_use_cases",
            old.Id.ToString(),
            old.Version,
            "The use case has or had keys, and records tell what they spent. Set its stage to retired.",
            ct
        );

    public Task DeletePersonAsync(Person old, CancellationToken ct) =>
        DeleteAsync(
            "governance_people",
            old.Id.ToString(),
            old.Version,
            "The person has or had keys, or an account. Disable the person.",
            ct
        );

    /// <summary>Removes what nothing refers to: history is never cut off from its names.</summary>
    async Task DeleteAsync(string table, string id, long version, string inUse, CancellationToken ct)
    {
        int removed;
        try
        {
            removed = await database.WriteAsync(
                async work =>
                {
                    var count = await work.Connection.ExecuteAsync(
                        $"delete from {table} where id = @id and version = @version",
                        new { id, version },
                        work.Transaction
                    );
                    if (count > 0)
                        await GrantStore.RemoveAtAsync(work, id);
                    work.Signal(GovernanceStore.Signal, id, version + 1);
                    return count;
                },
                ct
            );
        }
        catch (Exception e) when (DbErrors.IsReferred(e))
        {
            throw new PorticoException(ErrorTable.Conflict, inUse, inner: e);
        }
        if (removed == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while you removed it.");
        await catalog.RefreshAsync(ct);
    }
}
