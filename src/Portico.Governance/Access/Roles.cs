using System.Collections.Frozen;

namespace Portico.Governance.Access;

/// <summary>A set of permissions with a name, given to accounts and admin tokens.</summary>
public sealed record Role(string Name, string Says, IReadOnlyList<Permission> Permissions);

/// <summary>The roles there are. None but owner has everything: who runs the machine approves no model, and no role but two reads what was said.</summary>
public static class Roles
{
    public const string Owner = "owner";

    public static readonly IReadOnlyList<Role> All =
    [
        new(Owner, "everything", Permissions.All),
        new(
            "admin",
            "everything but reading and removing what was said, having everything about a person, deciding about either, and destroying keys",
            [
                .. Permissions.All.Except([
                    Permissions.ContentsRead,
                    Permissions.ContentsRemove,
                    Permissions.ContentsApprove,
                    Permissions.SubjectsAsk,
                    Permissions.SubjectsApprove,
                    Permissions.KeyringDestroy,
                ]),
            ]
        ),
        new(
            "engineer",
            "connects providers, adds models, sets routes, hands out keys, tries models out; approves nothing",
            [
                .. Reading(),
                Permissions.KeysWrite,
                Permissions.ConnectionsWrite,
                Permissions.ModelsWrite,
                Permissions.RoutesWrite,
                Permissions.BudgetsAsk,
                Permissions.BatchesWrite,
                Permissions.PlaygroundUse,
            ]
        ),
        new(
            "officer",
            "decides about models, sets rules and policies, asks to read what was said and lets others, answers what people ask about themselves, holds and destroys; connects and spends nothing",
            [
                .. Reading(),
                Permissions.AccessRead,
                Permissions.ModelsApprove,
                Permissions.RulesWrite,
                Permissions.PoliciesWrite,
                Permissions.PoliciesApprove,
                Permissions.DetectorsWrite,
                Permissions.ContentsRead,
                Permissions.ContentsRemove,
                Permissions.ContentsApprove,
                Permissions.RevealsRead,
                Permissions.SubjectsRead,
                Permissions.SubjectsAsk,
                Permissions.SubjectsApprove,
                Permissions.HoldsRead,
                Permissions.HoldsWrite,
                Permissions.KeyringRead,
                Permissions.KeyringDestroy,
                Permissions.AuditRead,
                Permissions.LearningRead,
                Permissions.LearningWrite,
            ]
        ),
        new(
            "analyst",
            "reads usage, cost, calls and the hub; asks for more where a budget runs out",
            [.. Reading().Except([Permissions.KeysRead, Permissions.ConnectionsRead, Permissions.HealthRead]), Permissions.BudgetsAsk]
        ),
        new(
            "auditor",
            "reads everything but what was said, and the audit log",
            [
                .. Reading(),
                Permissions.AccessRead,
                Permissions.AuditRead,
                Permissions.LearningRead,
                Permissions.RevealsRead,
                Permissions.SubjectsRead,
                Permissions.HoldsRead,
                Permissions.KeyringRead,
            ]
        ),
        new(
            "user",
            "uses models in the playground, and sees for what and which",
            [Permissions.OrganisationRead, Permissions.ModelsRead, Permissions.RoutesRead, Permissions.PlaygroundUse]
        ),
    ];

    static readonly FrozenDictionary<string, Role> ByName = All.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    public static Role? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Where a role stands in the list; behind all of it one that was made here.</summary>
    internal static int RankOf(string name)
    {
        for (var i = 0; i < All.Count; i++)
            if (All[i].Name == name)
                return i;
        return All.Count;
    }

    /// <summary>Names of the roles that have a permission, for the sentence of a refusal.</summary>
    public static string With(Permission permission) =>
        string.Join(", ", All.Where(r => r.Permissions.Contains(permission)).Select(r => r.Name));

    /// <summary>All that is read without harm to a person or a secret.</summary>
    static IEnumerable<Permission> Reading() =>
        [
            Permissions.OrganisationRead,
            Permissions.KeysRead,
            Permissions.ConnectionsRead,
            Permissions.ModelsRead,
            Permissions.RulesRead,
            Permissions.PoliciesRead,
            Permissions.RoutesRead,
            Permissions.PricesRead,
            Permissions.BudgetsRead,
            Permissions.CallsRead,
            Permissions.UsageRead,
            Permissions.HealthRead,
            Permissions.BatchesRead,
        ];
}
