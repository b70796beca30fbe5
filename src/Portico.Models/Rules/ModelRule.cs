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

    /// <summary>What is sent is processed in these regions alone.</summary>
    [JsonStringEnumMemberName("regions")]
    Regions,
}

/// <summary>What must hold for a model that an organisation uses for a purpose.</summary>
sealed record ModelRule
{
    public required RuleId Id { get; init; }
    public required OrganisationId OrganisationId { get; init; }
    public required RuleKind Kind { get; init; }
    public Purpose Purpose { get; init; }

    /// <summary>Refuse where the fact is not known; otherwise that is allowed.</summary>
    public required bool Strict { get; init; }
    public int? MaxRetentionDays { get; init; }
    public IReadOnlyList<string>? Regions { get; init; }
    public long Version { get; init; }

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
            RuleKind.NoTraining => card.Terms?.TrainsOnData switch
            {
                null => Unknown("terms.trains_on_data"),
                true => "terms.trains_on_data is true",
                false => null,
            },
            RuleKind.MaxRetention => card.Terms?.RetentionDays switch
            {
                null => Unknown("terms.retention_days"),
                { } days when days > MaxRetentionDays => $"terms.retention_days is {days}",
                _ => null,
            },
            RuleKind.CommercialLicence => card.Licence?.CommercialUse switch
            {
                null => Unknown("licence.commercial_use"),
                false => $"licence.commercial_use is false ({card.Licence!.Id ?? card.Licence.Name})",
                true => null,
            },
            _ => card.Terms?.Regions is not { Count: > 0 } known ? Unknown("terms.regions")
            : known.FirstOrDefault(r => !(Regions ?? []).Contains(r, StringComparer.Ordinal)) is { } other ? $"terms.regions has {other}"
            : null,
        };

    string? Unknown(string field) => Strict ? $"{field} is not known, and the rule is strict" : null;
}

/// <summary>A rule that a model breaks, and the fact that breaks it.</summary>
sealed record RuleBreach(ModelRule Rule, string Fact)
{
    public override string ToString() => $"rule {Rule.Id} ({Rule.Says}): {Fact}";
}

/// <summary>All rules, by organisation.</summary>
sealed class RuleBook(IReadOnlyList<ModelRule> rules)
{
    public IReadOnlyList<ModelRule> All => rules;

    /// <summary>The first rule of an organisation for a purpose that a card breaks, by the age of the rules.</summary>
    public RuleBreach? Find(OrganisationId organisation, Purpose purpose, ModelCard card)
    {
        foreach (var rule in rules)
            if (rule.OrganisationId == organisation && rule.Purpose.Covers(purpose) && rule.BrokenBy(card) is { } fact)
                return new RuleBreach(rule, fact);
        return null;
    }
}
