using Portico.Governance.Policy.Guards;

namespace Portico.Governance.Policy;

/// <summary>What can stand behind a line.</summary>
public enum PolicyShape
{
    AllowedNames,
    DeniedNames,
    AllowedRegions,
    AllowedWords,
    Duty,
    Count,
    Rank,

    /// <summary>No fewer than so many.</summary>
    Floor,

    /// <summary>An amount of money in a window.</summary>
    Budget,
}

/// <summary>A line that a policy may have.</summary>
/// <param name="Name">Section and word: <c>models.allow</c>.</param>
/// <param name="Shape">What stands behind it.</param>
/// <param name="Says">What it means, for editor and reference.</param>
/// <param name="Scale">Of a rank: its words, the strictest first; of words: those there are.</param>
/// <param name="Most">Of a count or a floor: its bound.</param>
/// <param name="Fewest">Of a count: its other bound.</param>
public sealed record PolicyLineKind(
    string Name,
    PolicyShape Shape,
    string Says,
    IReadOnlyList<string>? Scale = null,
    long Most = 0,
    long Fewest = 0
)
{
    public string Section => Name[..Name.IndexOf('.')];
    public string Word => Name[(Name.IndexOf('.') + 1)..];
}

/// <summary>All lines there are, in the order in which they are shown. Content rules and guards are lines too: <c>guardrails.</c> or <c>guards.</c> and the name.</summary>
public static class PolicySchema
{
    public const string Guardrails = "guardrails";
    public const string Guards = "guards";
    public const string Exceptions = "exceptions";
    public const string Mandatory = "mandatory";

    const int MaxApprovals = 2;

    static readonly string[] Unknown = ["refuse", "allow"];
    static readonly string[] OddShapes = ["refuse", "flag", "allow"];

    public static readonly IReadOnlyList<PolicyLineKind> Lines =
    [
        new(
            "models.allow",
            PolicyShape.AllowedNames,
            "Only these models may serve, by the hub's names; a trailing * stands for any ending."
        ),
        new("models.deny", PolicyShape.DeniedNames, "These models may not serve."),
        new(
            "providers.allow",
            PolicyShape.AllowedNames,
            "Only connections of these families or presets may serve: openai, anthropic, azure …"
        ),
        new("providers.deny", PolicyShape.DeniedNames, "Connections of these families or presets may not serve."),
        new("regions.allow", PolicyShape.AllowedRegions, "What is sent is processed in these regions alone; eu covers eu-west-1."),
        new("regions.when_unknown", PolicyShape.Rank, "Refuse or allow a deployment whose region is not known.", Unknown),
        new("data.no_training", PolicyShape.Duty, "The provider does not train on what is sent."),
        new(
            "data.max_retention_days",
            PolicyShape.Count,
            "The provider keeps what is sent no longer than this, 0 = not at all.",
            Most: 36_500
        ),
        new("data.when_unknown", PolicyShape.Rank, "Refuse or allow a deployment whose terms are not known.", Unknown),
        new("licences.allow", PolicyShape.AllowedNames, "Only models under these licences, by SPDX id: apache-2.0, mit …"),
        new("licences.commercial_use", PolicyShape.Duty, "The licence allows commercial use."),
        new("licences.when_unknown", PolicyShape.Rank, "Refuse or allow a model whose licence is not known.", Unknown),
        new(
            "data_classes.development",
            PolicyShape.AllowedWords,
            "Classes of data that calls of use cases in development may hold.",
            DataClasses.All
        ),
        new(
            "data_classes.production",
            PolicyShape.AllowedWords,
            "Classes of data that calls of use cases in production may hold.",
            DataClasses.All
        ),
        new("data_classes.required", PolicyShape.Duty, "A call must name its class of data in x-portico-data-class."),
        new(
            CompiledPolicy.WhenOddLine,
            PolicyShape.Rank,
            "Refuse, flag or allow a call that is far longer than those its key or person made before: once 200 are known, four robust deviations above the usual length, or longer than 99.9 % of them. Known on each node since its start.",
            OddShapes
        ),
        new(
            "capture.state",
            PolicyShape.Rank,
            "What is kept of a call: none (its record without the end user's name), metadata (its record), redacted (and what was said, as the guardrails leave it), full (and what was said, as it came; encrypted as always). Keeps for every call, whatever route and key ask for.",
            CaptureStates
        ),
        new(
            "capture.retention_days",
            PolicyShape.Count,
            "What was said is removed after so many days, where that is sooner than for all.",
            Most: 36_500
        ),
        new(
            "retention.contents_days",
            PolicyShape.Count,
            "What was said is removed so many days after its call, what was kept before the line included; 0 = within the hour.",
            Most: 36_500
        ),
        new(
            "retention.responses_days",
            PolicyShape.Count,
            "Responses and conversations are removed so many days after they were made, what was kept before the line included; 0 = none can be read again.",
            Most: 36_500
        ),
        new(
            "retention.records_months",
            PolicyShape.Count,
            "Records of calls are removed so many whole months after the month of the call, where that is sooner than for all; 0 = as the month ends. Sums stay.",
            Most: 1_200
        ),
        new(
            "retention.records_min_months",
            PolicyShape.Floor,
            "Records of calls stay at least so many whole months, whatever another line or the installation says.",
            Most: 1_200
        ),
        new(
            "approvals.minimal",
            PolicyShape.Floor,
            "So many people with the permission policies.approve approve a use case of minimal risk before it makes calls.",
            Most: MaxApprovals
        ),
        new("approvals.limited", PolicyShape.Floor, "The same for a use case of limited risk.", Most: MaxApprovals),
        new(
            "approvals.high",
            PolicyShape.Floor,
            "The same for a use case of high risk, and for one whose risk nobody has said.",
            Most: MaxApprovals
        ),
        new("approvals.valid_days", PolicyShape.Count, "An approval of a use case lapses after so many days.", Most: 3_650, Fewest: 1),
        new(
            "budgets.key",
            PolicyShape.Budget,
            "The budget of a key that is made without one, as { limit_usd: \"50\", window: month }. Where the line is mandatory, no larger one can be made.",
            MoneyBound.Windows
        ),
        new("budgets.use_case", PolicyShape.Budget, "The same for a use case.", MoneyBound.Windows),
    ];

    public static IReadOnlyList<string> CaptureStates => ["none", "metadata", "redacted", "full"];

    public static IEnumerable<string> Sections =>
        Lines.Select(l => l.Section).Append(Guardrails).Append(Guards).Append(Exceptions).Distinct();

    /// <summary>The line of what findings and requests name: a content rule, or a guard by its kind.</summary>
    public static string LineOf(string rule) =>
        rule.StartsWith(Guard.KindPrefix, StringComparison.Ordinal)
            ? $"{Guards}.{rule[Guard.KindPrefix.Length..]}"
            : $"{Guardrails}.{rule}";

    public static PolicyLineKind? Find(string name)
    {
        foreach (var line in Lines)
            if (line.Name == name)
                return line;
        return null;
    }
}

/// <summary>Classes of data, the least delicate first.</summary>
public static class DataClasses
{
    public const string Header = "x-portico-data-class";
    public static readonly IReadOnlyList<string> All = ["public", "internal", "confidential", "restricted"];
}
