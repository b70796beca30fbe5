using System.Collections.Frozen;

namespace Portico.Governance.Access;

/// <summary>What an endpoint of the management API needs: by its noun, the first word of its address, unless its row here says otherwise.</summary>
public static class PermissionTable
{
    /// <summary>A noun: what reading and what changing it needs, and whether each is about something at a place. Changing is every method but GET.</summary>
    sealed record Noun(Permission Read, Permission? Write, About Reading = About.Platform, About Changing = About.Platform);

    static Noun AtPlaces(Permission read, Permission? write) => new(read, write, About.Place, About.Place);

    static readonly FrozenDictionary<string, Noun> Nouns = new Dictionary<string, Noun>
    {
        ["organisations"] = AtPlaces(Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["workspaces"] = AtPlaces(Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["use-cases"] = AtPlaces(Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["people"] = AtPlaces(Permissions.OrganisationRead, Permissions.OrganisationWrite),
        ["keys"] = AtPlaces(Permissions.KeysRead, Permissions.KeysWrite),
        ["admin-tokens"] = AtPlaces(Permissions.AccessRead, Permissions.AccessWrite),
        ["accounts"] = AtPlaces(Permissions.AccessRead, Permissions.AccessWrite),
        ["identity-providers"] = new(Permissions.AccessRead, Permissions.AccessWrite),
        ["scim-tokens"] = new(Permissions.AccessRead, Permissions.AccessWrite),
        ["workloads"] = new(Permissions.KeysRead, Permissions.KeysWrite),
        ["roles"] = new(Permissions.AccessRead, Permissions.AccessWrite),
        ["connections"] = new(Permissions.ConnectionsRead, Permissions.ConnectionsWrite),
        ["provider-families"] = new(Permissions.ConnectionsRead, null),
        ["provider-health"] = new(Permissions.ConnectionsRead, null),
        // From a place one sees what it may use.
        ["models"] = new(Permissions.ModelsRead, Permissions.ModelsWrite, About.Place),
        ["hub"] = new(Permissions.ModelsRead, null, About.Place),
        ["model-rules"] = AtPlaces(Permissions.RulesRead, Permissions.RulesWrite),
        ["policies"] = AtPlaces(Permissions.PoliciesRead, Permissions.PoliciesWrite),
        // What holds against which risk is read off policies and what stands beside them.
        ["risks"] = AtPlaces(Permissions.PoliciesRead, null),
        // A try changes nothing.
        ["guardrails"] = AtPlaces(Permissions.PoliciesRead, Permissions.PoliciesRead),
        // Whoever sees what a replay found sees of every call whether a rule finds something in it.
        ["policy-replays"] = AtPlaces(Permissions.PoliciesWrite, Permissions.PoliciesWrite),
        ["policy-requests"] = AtPlaces(Permissions.PoliciesRead, Permissions.PoliciesApprove),
        ["use-case-approvals"] = AtPlaces(Permissions.PoliciesRead, Permissions.PoliciesApprove),
        // Calls name routes, and routes name deployments: neither is a tenant's secret.
        ["routes"] = new(Permissions.RoutesRead, Permissions.RoutesWrite, About.Place),
        ["deployments"] = new(Permissions.RoutesRead, Permissions.RoutesWrite, About.Place),
        ["prices"] = new(Permissions.PricesRead, Permissions.PricesWrite),
        ["reratings"] = new(Permissions.PricesRead, Permissions.PricesWrite),
        ["budgets"] = AtPlaces(Permissions.BudgetsRead, Permissions.BudgetsWrite),
        ["limits"] = AtPlaces(Permissions.BudgetsRead, Permissions.BudgetsWrite),
        ["budget-requests"] = AtPlaces(Permissions.BudgetsRead, Permissions.BudgetsWrite),
        ["alerts"] = AtPlaces(Permissions.BudgetsRead, null),
        ["calls"] = AtPlaces(Permissions.CallsRead, null),
        ["findings"] = AtPlaces(Permissions.CallsRead, null),
        ["finding-reviews"] = AtPlaces(Permissions.PoliciesRead, Permissions.PoliciesApprove),
        ["usage"] = AtPlaces(Permissions.UsageRead, null),
        ["health"] = new(Permissions.HealthRead, null),
        ["audit"] = new(Permissions.AuditRead, null),
        // What they decide reaches further than one place shows.
        ["keyring"] = new(Permissions.KeyringRead, Permissions.KeyringRotate),
        ["key-destructions"] = new(Permissions.KeyringRead, Permissions.KeyringDestroy),
        ["purges"] = new(Permissions.HoldsRead, null),
        // A reveal is of a workspace, a hold of what it is over, a request of the organisation of its person.
        ["reveals"] = AtPlaces(Permissions.RevealsRead, Permissions.ContentsApprove),
        ["holds"] = AtPlaces(Permissions.HoldsRead, Permissions.HoldsWrite),
        ["subject-requests"] = AtPlaces(Permissions.SubjectsRead, Permissions.SubjectsApprove),
        ["batches"] = AtPlaces(Permissions.BatchesRead, Permissions.BatchesWrite),
        // An officer looks after learning in the whole organisation.
        ["courses"] = new(Permissions.LearningRead, Permissions.LearningWrite),
        ["assignments"] = new(Permissions.LearningRead, Permissions.LearningWrite),
        ["access-rules"] = new(Permissions.LearningRead, Permissions.LearningWrite),
        ["exercise-settings"] = new(Permissions.LearningRead, Permissions.LearningWrite),
        ["acceptable-use"] = new(Permissions.LearningRead, Permissions.LearningWrite),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, Needed> Rows = new Dictionary<string, Needed>
    {
        ["POST /api/organisations"] = new(Permissions.OrganisationWrite, About.Platform),
        ["POST /api/models/{id}/approve"] = new(Permissions.ModelsApprove, About.Platform),
        ["POST /api/models/{id}/quarantine"] = new(Permissions.ModelsApprove, About.Platform),
        ["POST /api/models/{id}/retire"] = new(Permissions.ModelsApprove, About.Platform),
        ["POST /api/budget-requests"] = new(Permissions.BudgetsAsk, About.Place),
        ["POST /api/budget-requests/{id}/withdraw"] = new(Permissions.BudgetsAsk, About.Place),
        ["POST /api/guardrails/secret"] = new(Permissions.PoliciesWrite, About.Place),
        ["POST /api/explain"] = new(Permissions.RoutesRead, About.Place),
        ["POST /api/playground/chat/completions"] = new(Permissions.PlaygroundUse, About.Place),
        ["GET /api/organisations/{id}/reveal-rule"] = new(Permissions.RevealsRead, About.Platform),
        ["POST /api/organisations/{id}/reveal-rule"] = new(Permissions.ContentsApprove, About.Platform),
        ["POST /api/reveals"] = new(Permissions.ContentsRead, About.Place),
        ["POST /api/reveals/{id}/withdraw"] = new(Permissions.ContentsRead, About.Place),
        ["POST /api/reveals/{id}/end"] = new(Permissions.ContentsRead, About.Place),
        ["POST /api/subject-requests"] = new(Permissions.SubjectsAsk, About.Place),
        ["POST /api/subject-requests/{id}/withdraw"] = new(Permissions.SubjectsAsk, About.Place),
        ["GET /api/subject-requests/{id}/package"] = new(Permissions.SubjectsAsk, About.Place),
        // How people come in, owners too.
        ["GET /api/organisations/{id}/sign-in-rule"] = new(Permissions.AccessRead, About.Platform),
        ["POST /api/organisations/{id}/sign-in-rule"] = new(Permissions.AccessWrite, About.Platform),
        // Whoever sees the finding may say that it is none; somebody who decides about policies says whether that is so.
        ["POST /api/calls/{id}/findings/{number}/report"] = new(Permissions.CallsRead, About.Place),
        // What every policy finds goes by them.
        ["POST /api/guardrails/models"] = new(Permissions.DetectorsWrite, About.Platform),
        ["POST /api/guardrails/models/{id}/activate"] = new(Permissions.DetectorsWrite, About.Platform),
        ["POST /api/guardrails/models/rollback"] = new(Permissions.DetectorsWrite, About.Platform),
        ["DELETE /api/guardrails/models/{id}"] = new(Permissions.DetectorsWrite, About.Platform),
        ["GET /api/calls/contents"] = new(Permissions.ContentsRead, About.Place),
        ["GET /api/calls/{id}/contents"] = new(Permissions.ContentsRead, About.Place),
        ["DELETE /api/calls/{id}/contents"] = new(Permissions.ContentsRemove, About.Place),
        // They add up what everybody did.
        ["GET /api/usage/check"] = new(Permissions.UsageRead, About.Platform),
        ["GET /api/usage/recompute"] = new(Permissions.UsageRead, About.Platform),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Open to everybody who is signed in: who one is, what the roles are, one's own session, views and learning.</summary>
    static readonly FrozenSet<string> ForAll = FrozenSet.ToFrozenSet(
        [
            "GET /api/me",
            "PATCH /api/me",
            "GET /api/roles",
            "GET /api/roles/{id}",
            "DELETE /api/session",
            "POST /api/session/password",
            "GET /api/sessions",
            "DELETE /api/sessions",
            "GET /api/views",
            "POST /api/views",
            "GET /api/views/{id}",
            "PATCH /api/views/{id}",
            "DELETE /api/views/{id}",
            "GET /api/courses",
            "GET /api/learning",
            "GET /api/learning/courses/{id}",
            "POST /api/learning/courses/{id}/lessons/{number}",
            "POST /api/learning/courses/{id}/quiz",
            "POST /api/learning/exercise-runs",
            "GET /api/learning/exercise-runs/{id}",
            "POST /api/learning/exercise-runs/{id}/chat/completions",
            "GET /api/certificates",
            "GET /api/certificates/{id}",
            "GET /api/acceptable-use",
            "POST /api/acceptable-use/acknowledge",
        ],
        StringComparer.Ordinal
    );

    static readonly Needed SignedIn = new(null, About.Oneself);

    /// <summary>What an endpoint needs; null where it is not known here: deny by default, so it is open to nobody.</summary>
    /// <param name="method">GET, POST …</param>
    /// <param name="pattern">As it is mapped: <c>/api/models/{id}</c>.</param>
    public static Needed? Find(string method, string pattern)
    {
        var line = $"{method} {pattern}";
        if (Rows.TryGetValue(line, out var row))
            return row;
        if (ForAll.Contains(line))
            return SignedIn;
        var word = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) ?? "";
        if (!Nouns.TryGetValue(word, out var noun))
            return null;
        var (permission, about) = method is "GET" or "HEAD" ? (noun.Read, noun.Reading) : (noun.Write, noun.Changing);
        return permission is null ? null : new Needed(permission, about);
    }

    /// <summary>The same for who wants the permission alone; null = to be signed in.</summary>
    public static bool TryFind(string method, string pattern, out Permission? permission)
    {
        var found = Find(method, pattern);
        permission = found?.Permission;
        return found is not null;
    }

    /// <summary>Whether holding a permission at a place opens anything there.</summary>
    public static bool CountsAtPlaces(Permission permission) => AtSomePlace.Contains(permission);

    static readonly FrozenSet<Permission> AtSomePlace = Nouns
        .Values.SelectMany(n => new[] { (n.Reading, (Permission?)n.Read), (n.Changing, n.Write) })
        .Concat(Rows.Values.Select(r => (r.About, r.Permission)))
        .Where(r => r.Item1 == About.Place && r.Item2 is not null)
        .Select(r => r.Item2!)
        .ToFrozenSet();
}

/// <summary>What an endpoint is about, which decides where its permission must be held.</summary>
public enum About
{
    /// <summary>What belongs to nobody alone: the permission is needed everywhere.</summary>
    Platform,

    /// <summary>Something that belongs to an organisation, a workspace or a use case: what is out of reach is not there.</summary>
    Place,

    /// <summary>Who asks.</summary>
    Oneself,
}

/// <summary>A row of the table. Permission: null = to be signed in.</summary>
public sealed record Needed(Permission? Permission, About About);
