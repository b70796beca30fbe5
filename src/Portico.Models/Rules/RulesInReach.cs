using Portico.Governance;
using Portico.Governance.Access;

namespace Portico.Models.Rules;

/// <summary>A rule is seen by whom it binds, and changed where it was made.</summary>
static class RulesInReach
{
    public static bool IsSeen(ModelRule rule, GovernanceSnapshot all, Reach within) =>
        within.IsEverywhere
        || (
            rule.KeyId is { } key ? all.Callers.TryGetValue(key, out var caller) && within.Has(caller)
            : rule.WorkspaceId is { } workspace ? all.Workspaces.TryGetValue(workspace, out var found) && within.Touches(found, all)
            : all.Organisations.TryGetValue(rule.OrganisationId, out var organisation) && within.Touches(organisation, all)
        );

    /// <summary>Of a rule that is seen.</summary>
    /// <exception cref="PorticoException">It was made above.</exception>
    public static void RequireWhole(ModelRule rule, GovernanceSnapshot all, Reach within)
    {
        var whole =
            rule.KeyId is not null
            || (rule.WorkspaceId is { } workspace && within.Has(all.Workspaces[workspace]))
            || (rule.WorkspaceId is null && within.Has(rule.OrganisationId));
        if (!whole)
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"This rule is one of the whole {(rule.WorkspaceId is null ? "organisation" : "workspace")}, where you do not have the permission {Permissions.RulesWrite.Name}."
            );
    }

    /// <exception cref="PorticoException">The organisation, workspace or key is not there, or not for whoever asks.</exception>
    public static void RequireKnown(ModelRule rule, GovernanceSnapshot all, Reach within)
    {
        if (!all.Organisations.TryGetValue(rule.OrganisationId, out var organisation) || !within.Touches(organisation, all))
            throw Missing("organisation", rule.OrganisationId.ToString(), "organisation_id");
        if (rule.WorkspaceId is { } w && !(all.Workspaces.TryGetValue(w, out var workspace) && within.Touches(workspace, all)))
            throw Missing("workspace", w.ToString(), "workspace_id");
        if (rule.KeyId is { } k && !(all.Callers.TryGetValue(k, out var caller) && within.Has(caller)))
            throw Missing("key", k.ToString(), "key_id");
    }

    static PorticoException Missing(string noun, string id, string param) => new(ErrorTable.NotFound, $"There is no {noun} '{id}'.", param);
}
