using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Portico.Models.Approval;
using Portico.Models.Cards;

namespace Portico.Models.Rules;

/// <summary>What a rule asks of a model's card.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleKind>))]
enum RuleKind
{
    /// <summary>The provider does not train on what is sent to it.</summary>
    [JsonStringEnumMemberName("no_training")]
    NoTraining,

    /// <summary>The provider keeps what is sent no longer than a number of days.</summary>
    [JsonStringEnumMemberName("max_retention")]
    MaxRetention,

    /// <summary>The licence allows commercial use.</summary>
    [JsonStringEnumMemberName("commercial_licence")]
    CommercialLicence,

    /// <summary>What is sent is processed in these regions alone: eu covers eu-west-1 too.</summary>
    [JsonStringEnumMemberName("regions")]
    Regions,
}

/// <summary>What must hold for a model that an organisation uses for a purpose.</summary>
sealed record ModelRule
{
    public required RuleId Id { get; init; }
    public required OrganisationId OrganisationId { get; init; }

    /// <summary>The rule is for this workspace alone; null = not.</summary>
    public WorkspaceId? WorkspaceId { get; init; }

    /// <summary>The rule is for this key alone; null = not.</summary>
    public KeyId? KeyId { get; init; }
    public required RuleKind Kind { get; init; }
    public Purpose Purpose { get; init; }

    /// <summary>Refuse where the fact is not known; otherwise that is allowed.</summary>
    public required bool Strict { get; init; }
    public int? MaxRetentionDays { get; init; }
    public IReadOnlyList<string>? Regions { get; init; }
    public long Version { get; init; }

    /// <summary>Whose rule it is.</summary>
    public string Whose =>
        KeyId is not null ? "key"
        : WorkspaceId is not null ? "workspace"
        : "organisation";

    /// <summary>The rule in words.</summary>
    public string Says =>
        Kind switch
        {
            RuleKind.NoTraining => "no provider may train on our data",
            RuleKind.MaxRetention => $"no provider may keep our data longer than {MaxRetentionDays} days",
            RuleKind.CommercialLicence => "the licence must allow commercial use",
            _ => $"only in {string.Join(", ", Regions ?? [])}",
        } + (Purpose == Purpose.Any ? "" : $" in {Purpose.ToString().ToLowerInvariant()}");

    /// <summary>The fact of a card that breaks the rule, null when none does.</summary>
    public string? BrokenBy(ModelCard card) =>
        Kind switch
        {
            RuleKind.NoTraining => InWords(DataFacts.Trains(card, Strict)),
            RuleKind.MaxRetention => InWords(DataFacts.KeepsLonger(MaxRetentionDays, card, Strict)),
            RuleKind.CommercialLicence => card.Licence?.CommercialUse switch
            {
                null => InWords(DataFacts.Unknown("licence.commercial_use", Strict)),
                false => $"licence.commercial_use is false ({card.Licence!.Id ?? card.Licence.Name})",
                true => null,
            },
            _ => InWords(DataFacts.OutsideOf(Regions ?? [], card, Strict)),
        };

    /// <summary>The fact that breaks the rule wherever a model is deployed; null when some deployment keeps it.</summary>
    public string? BrokenBy(IReadOnlyList<ModelCard> facts)
    {
        string? first = null;
        foreach (var one in facts)
        {
            if (BrokenBy(one) is not { } fact)
                return null;
            first ??= fact;
        }
        return first;
    }

    static string? InWords(string? fact) =>
        fact?.EndsWith("is not known", StringComparison.Ordinal) is true ? fact + ", and the rule is strict" : fact;
}

/// <summary>A rule that a model breaks, and the fact that breaks it.</summary>
sealed record RuleBreach(ModelRule Rule, string Fact)
{
    public override string ToString() => $"rule {Rule.Id} ({Rule.Says}): {Fact}";
}

/// <summary>Whom rules are looked up for. Without a workspace or a key only the rules of everybody in the organisation count.</summary>
public readonly record struct RuleAudience(OrganisationId Organisation, WorkspaceId? Workspace = null, KeyId? Key = null)
{
    internal bool Has(ModelRule rule) =>
        rule.OrganisationId == Organisation
        && (rule.WorkspaceId is null || rule.WorkspaceId == Workspace)
        && (rule.KeyId is null || rule.KeyId == Key);
}

/// <summary>All rules, by organisation.</summary>
sealed class RuleBook(IReadOnlyList<ModelRule> rules)
{
    readonly FrozenSet<KeyId> keys = rules.Where(r => r.KeyId is not null).Select(r => r.KeyId!.Value).ToFrozenSet();

    public IReadOnlyList<ModelRule> All => rules;

    /// <summary>Some rule is for this key alone.</summary>
    public bool Names(KeyId key) => keys.Count > 0 && keys.Contains(key);

    /// <summary>The first rule for somebody and a purpose that the facts break, by the age of the rules.</summary>
    /// <param name="whom">The organisation, and the workspace and key as far as they are known.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="facts">What holds of a deployment.</param>
    public RuleBreach? Find(RuleAudience whom, Purpose purpose, ModelCard facts) => Find(whom, purpose, [facts]);

    /// <summary>The first rule that a model breaks wherever it is deployed.</summary>
    public RuleBreach? Find(RuleAudience whom, Purpose purpose, IReadOnlyList<ModelCard> facts)
    {
        foreach (var rule in rules)
            if (whom.Has(rule) && rule.Purpose.Covers(purpose) && rule.BrokenBy(facts) is { } fact)
                return new RuleBreach(rule, fact);
        return null;
    }
}
