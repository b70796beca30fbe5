using Portico.Governance;
using Portico.Governance.Access;
using Portico.Models.Approval;

namespace Portico.Models;

/// <summary>
/// Models belong to the platform; from a place one sees what some workspace there may use, and who decides about the platform sees them all.
/// </summary>
static class ModelsInReach
{
    public static IEnumerable<Model> List(ModelsSnapshot models, GovernanceSnapshot governance, Reach within)
    {
        if (within.IsEverywhere)
            return models.Models;
        var workspaces = WorkspacesOf(governance, within);
        return models.Models.Where(m => IsOpen(models, m, workspaces));
    }

    /// <exception cref="PorticoException">There is none that may be seen.</exception>
    public static Model Find(ModelsSnapshot models, GovernanceSnapshot governance, Reach within, string id) =>
        models.Models.FirstOrDefault(m => m.Id.ToString() == id) is { } found
        && (within.IsEverywhere || IsOpen(models, found, WorkspacesOf(governance, within)))
            ? found
            : throw new PorticoException(ErrorTable.NotFound, $"There is no model '{id}'.");

    /// <summary>The workspaces of which something is within reach; null for all that there are.</summary>
    public static IReadOnlyList<WorkspaceId>? Named(GovernanceSnapshot governance, Reach within) =>
        within.IsEverywhere ? null : WorkspacesOf(governance, within);

    static List<WorkspaceId> WorkspacesOf(GovernanceSnapshot governance, Reach within) =>
        governance.Workspaces.Values.Where(w => within.Touches(w, governance)).Select(w => w.Id).ToList();

    static bool IsOpen(ModelsSnapshot models, Model model, List<WorkspaceId> workspaces) =>
        models.AccessOf(model.Id) is { } access
        && workspaces.Exists(w => access.Allows(w, Purpose.Development) || access.Allows(w, Purpose.Production));

    /// <summary>A decision about one workspace is that workspace's affair.</summary>
    public static bool IsSeen(ModelDecision decision, GovernanceSnapshot governance, Reach within) =>
        within.IsEverywhere
        || decision.WorkspaceId is not { } id
        || (governance.Workspaces.TryGetValue(id, out var workspace) && within.Touches(workspace, governance));
}
