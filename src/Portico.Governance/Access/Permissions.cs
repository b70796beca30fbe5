using System.Collections.Frozen;

namespace Portico.Governance.Access;

/// <summary>What a holder may do on the management API: an area and an act, as <c>models.approve</c>.</summary>
public sealed record Permission(string Name, string Says)
{
    public override string ToString() => Name;
}

/// <summary>Every permission there is. The areas of <see cref="PermissionTable"/> name them; roles are sets of them.</summary>
public static class Permissions
{
    public static readonly Permission OrganisationRead = new("organisation.read", "see organisations, workspaces, use cases and people");
    public static readonly Permission OrganisationWrite = new("organisation.write", "make, change and remove them");
    public static readonly Permission KeysRead = new("keys.read", "see service keys, never their secrets");
    public static readonly Permission KeysWrite = new("keys.write", "make, rotate, disable and revoke them");
    public static readonly Permission AccessRead = new(
        "access.read",
        "see who may come in: accounts and admin tokens, never their secrets"
    );
    public static readonly Permission AccessWrite = new("access.write", "make, change and end them, with no more than one may do oneself");
    public static readonly Permission ConnectionsRead = new("connections.read", "see connections, what they offer and how they fare");
    public static readonly Permission ConnectionsWrite = new("connections.write", "make, change and remove them, credentials included");
    public static readonly Permission ModelsRead = new("models.read", "see the hub: models, cards, decisions, retirements");
    public static readonly Permission ModelsWrite = new(
        "models.write",
        "add models, which wait in quarantine, change them and their cards"
    );
    public static readonly Permission ModelsApprove = new("models.approve", "decide who may call a model: approve, quarantine, retire");
    public static readonly Permission RulesRead = new("rules.read", "see the rules for models and what breaks them");
    public static readonly Permission RulesWrite = new("rules.write", "make, change and remove rules");
    public static readonly Permission PoliciesRead = new(
        "policies.read",
        "see policies, what holds for whom, and where each line comes from"
    );
    public static readonly Permission PoliciesWrite = new("policies.write", "write policies and drafts, replay them over past calls");
    public static readonly Permission PoliciesApprove = new(
        "policies.approve",
        "decide about calls and use cases that a policy has wait for a person"
    );
    public static readonly Permission DetectorsWrite = new(
        "detectors.write",
        "upload models of the detectors, bring them in force and roll back"
    );
    public static readonly Permission RoutesRead = new("routes.read", "see routes and deployments, and explain what a call would meet");
    public static readonly Permission RoutesWrite = new("routes.write", "make, change and remove routes and deployments");
    public static readonly Permission PricesRead = new("prices.read", "see the price book and re-ratings");
    public static readonly Permission PricesWrite = new("prices.write", "enter and import prices, rate past calls anew");
    public static readonly Permission BudgetsRead = new("budgets.read", "see budgets, limits and alerts");
    public static readonly Permission BudgetsWrite = new("budgets.write", "make, change and remove budgets and limits");
    public static readonly Permission BudgetsAsk = new("budgets.ask", "ask for a higher limit of a budget, which somebody else decides");
    public static readonly Permission CallsRead = new("calls.read", "see records of calls, without what was said");
    public static readonly Permission ContentsRead = new(
        "contents.read",
        "ask to read kept prompts and answers, and read what somebody else let one read"
    );
    public static readonly Permission ContentsRemove = new("contents.remove", "remove kept prompts and answers");
    public static readonly Permission RevealsRead = new("reveals.read", "see who asked to read what was said, why, and who let them");
    public static readonly Permission ContentsApprove = new(
        "contents.approve",
        "decide who may see prompts and answers, of which calls and for how long"
    );
    public static readonly Permission SubjectsRead = new(
        "subjects.read",
        "see who asked for everything about a person or its erasure, and what came of it"
    );
    public static readonly Permission SubjectsAsk = new(
        "subjects.ask",
        "ask for everything about a person and fetch it, or ask for its erasure, which somebody else decides"
    );
    public static readonly Permission SubjectsApprove = new(
        "subjects.approve",
        "decide who may have everything about a person, and whether it is erased"
    );
    public static readonly Permission HoldsRead = new("holds.read", "see legal holds, and what retention removed");
    public static readonly Permission HoldsWrite = new("holds.write", "make and release them");
    public static readonly Permission KeyringRead = new("keyring.read", "see which keys seal what, never the keys");
    public static readonly Permission KeyringRotate = new("keyring.rotate", "replace keys; data stays readable");
    public static readonly Permission KeyringDestroy = new(
        "keyring.destroy",
        "ask for and decide about the destruction of a workspace's key, two people together"
    );
    public static readonly Permission UsageRead = new("usage.read", "see reports of usage and cost");
    public static readonly Permission HealthRead = new("health.read", "see how the nodes fare: store, journal, disk, rounds");
    public static readonly Permission BatchesRead = new("batches.read", "see batches of all workspaces");
    public static readonly Permission BatchesWrite = new("batches.write", "cancel them");
    public static readonly Permission PlaygroundUse = new(
        "playground.use",
        "call models from the console as oneself, within all budgets and limits"
    );

    public static readonly Permission AuditRead = new("audit.read", "see who did what, export the audit log and prove it");

    public static readonly Permission LearningRead = new(
        "learning.read",
        "see who is asked to learn what, how far everybody is, and all certificates"
    );
    public static readonly Permission LearningWrite = new(
        "learning.write",
        "write courses and the acceptable-use policy, assign courses, demand them before people call"
    );

    public static readonly IReadOnlyList<Permission> All =
    [
        OrganisationRead,
        OrganisationWrite,
        KeysRead,
        KeysWrite,
        AccessRead,
        AccessWrite,
        ConnectionsRead,
        ConnectionsWrite,
        ModelsRead,
        ModelsWrite,
        ModelsApprove,
        RulesRead,
        RulesWrite,
        PoliciesRead,
        PoliciesWrite,
        PoliciesApprove,
        DetectorsWrite,
        RoutesRead,
        RoutesWrite,
        PricesRead,
        PricesWrite,
        BudgetsRead,
        BudgetsWrite,
        BudgetsAsk,
        CallsRead,
        ContentsRead,
        ContentsRemove,
        RevealsRead,
        ContentsApprove,
        SubjectsRead,
        SubjectsAsk,
        SubjectsApprove,
        HoldsRead,
        HoldsWrite,
        KeyringRead,
        KeyringRotate,
        KeyringDestroy,
        UsageRead,
        HealthRead,
        BatchesRead,
        BatchesWrite,
        PlaygroundUse,
        AuditRead,
        LearningRead,
        LearningWrite,
    ];

    static readonly FrozenDictionary<string, Permission> ByName = All.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    public static Permission? Find(string name) => ByName.GetValueOrDefault(name);
}
