using System.Collections.Frozen;

namespace Portico.Governance.Access;

/// <summary>What an endpoint of the management API needs: by its noun, the first word of its address, unless its row here says otherwise.</summary>
public static class PermissionTable
{
    /// <summary>A noun, and what reading and what changing it needs. Changing is every method but GET.</summary>
    static readonly FrozenDictionary<string, (Permission Read, Permission? Write)> Nouns = new Dictionary<string, (Permission, Permission?)>
    {
        ["organisations"] = (Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["workspaces"] = (Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["use-cases"] = (Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["people"] = (Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["keys"] = (Permissions.KeysRead, Permissions.KeysWrite),
        ["admin-tokens"] = (Permissions.AccessRead, Permissions.AccessWrite),
        ["accounts"] = (Permissions.AccessRead, Permissions.AccessWrite),
        ["connections"] = (Permissions.ConnectionsRead, Permissions.ConnectionsWrite),
        ["provider-families"] = (Permissions.ConnectionsRead, null),
        ["provider-health"] = (Permissions.ConnectionsRead, null),
        ["models"] = (Permissions.ModelsRead, Permissions.ModelsWrite),
        ["hub"] = (Permissions.ModelsRead, null),
        ["model-rules"] = (Permissions.RulesRead, Permissions.RulesWrite),
        ["routes"] = (Permissions.RoutesRead, Permissions.RoutesWrite),
        ["deployments"] = (Permissions.RoutesRead, Permissions.RoutesWrite),
        ["prices"] = (Permissions.PricesRead, Permissions.PricesWrite),
        ["reratings"] = (Permissions.PricesRead, Permissions.PricesWrite),
        ["budgets"] = (Permissions.BudgetsRead, Permissions.BudgetsWrite),
        ["limits"] = (Permissions.BudgetsRead, Permissions.BudgetsWrite),
        ["budget-requests"] = (Permissions.BudgetsRead, Permissions.BudgetsWrite),
        ["alerts"] = (Permissions.BudgetsRead, null),
        ["calls"] = (Permissions.CallsRead, null),
        ["usage"] = (Permissions.UsageRead, null),
        ["health"] = (Permissions.HealthRead, null),
        ["audit"] = (Permissions.AuditRead, null),
        ["keyring"] = (Permissions.KeyringRead, Permissions.KeyringRotate),
        ["key-destructions"] = (Permissions.KeyringRead, Permissions.KeyringDestroy),
        ["holds"] = (Permissions.HoldsRead, Permissions.HoldsWrite),
        ["purges"] = (Permissions.HoldsRead, null),
        ["reveals"] = (Permissions.RevealsRead, Permissions.ContentsApprove),
        ["batches"] = (Permissions.BatchesRead, Permissions.BatchesWrite),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, Permission> Rows = new Dictionary<string, Permission>
    {
        ["POST /api/models/{id}/approve"] = Permissions.ModelsApprove,
        ["POST /api/models/{id}/quarantine"] = Permissions.ModelsApprove,
        ["POST /api/models/{id}/retire"] = Permissions.ModelsApprove,
        ["POST /api/budget-requests"] = Permissions.BudgetsAsk,
        ["POST /api/budget-requests/{id}/withdraw"] = Permissions.BudgetsAsk,
        ["POST /api/explain"] = Permissions.RoutesRead,
        ["POST /api/playground/chat/completions"] = Permissions.PlaygroundUse,
        ["POST /api/organisations/{id}/reveal-rule"] = Permissions.ContentsApprove,
        ["POST /api/reveals"] = Permissions.ContentsRead,
        ["POST /api/reveals/{id}/withdraw"] = Permissions.ContentsRead,
        ["POST /api/reveals/{id}/end"] = Permissions.ContentsRead,
        ["GET /api/calls/contents"] = Permissions.ContentsRead,
        ["GET /api/calls/{id}/contents"] = Permissions.ContentsRead,
        ["DELETE /api/calls/{id}/contents"] = Permissions.ContentsRemove,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Open to everybody who is signed in: who one is, what the roles are, one's own session and views.</summary>
    static readonly FrozenSet<string> ForAll = FrozenSet.ToFrozenSet(
        [
            "GET /api/me",
            "PATCH /api/me",
            "GET /api/roles",
            "DELETE /api/session",
            "POST /api/session/password",
            "GET /api/sessions",
            "DELETE /api/sessions",
            "GET /api/views",
            "POST /api/views",
            "GET /api/views/{id}",
            "PATCH /api/views/{id}",
            "DELETE /api/views/{id}",
        ],
        StringComparer.Ordinal
    );

    /// <summary>True where the endpoint is known here: deny by default, so another is open to nobody.</summary>
    /// <param name="method">GET, POST …</param>
    /// <param name="pattern">As it is mapped: <c>/api/models/{id}</c>.</param>
    /// <param name="permission">What it needs; null = to be signed in.</param>
    public static bool TryFind(string method, string pattern, out Permission? permission)
    {
        var line = $"{method} {pattern}";
        if (Rows.TryGetValue(line, out permission))
            return true;
        if (ForAll.Contains(line))
            return true;
        var noun = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) ?? "";
        if (!Nouns.TryGetValue(noun, out var needed))
            return false;
        permission = method is "GET" or "HEAD" ? needed.Read : needed.Write;
        return permission is not null;
    }
}
