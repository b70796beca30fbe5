using System.Text.Json.Serialization;
using Portico.Models.Cards;

namespace Portico.Models.Rules;

/// <summary>
/// What a route demands of whatever serves it. A fact that is not known does not meet a demand: who does not care leaves the demand out.
/// </summary>
/// <param name="Residency">What is sent is processed in these regions alone: eu covers eu and eu-west-1. Null or empty = anywhere.</param>
/// <param name="NoTraining">The provider does not train on what is sent to it.</param>
/// <param name="MaxRetentionDays">The provider keeps what is sent no longer than this, 0 = not at all; null = any time.</param>
public sealed record DataDemands(IReadOnlyList<string>? Residency = null, bool NoTraining = false, int? MaxRetentionDays = null)
{
    public const int MaxRegions = 50;
    public const int MaxDays = 36_500;

    /// <summary>Why these demands cannot be taken: the field, and what is wrong with it. Null when they can.</summary>
    [JsonIgnore]
    public (string Field, string Text)? Problem =>
        Residency is { } regions && (regions.Count > MaxRegions || regions.Any(r => !CardCheck.IsRegion(r)))
            ? ("demands.residency", $"demands.residency must hold at most {MaxRegions} lower-case regions such as eu or eu-west-1.")
        : MaxRetentionDays is < 0 or > MaxDays ? ("demands.max_retention_days", $"demands.max_retention_days must be from 0 to {MaxDays}.")
        : null;

    /// <summary>The first demand that the facts do not meet, and the fact, in words.</summary>
    internal string? UnmetBy(ModelCard facts)
    {
        if (Residency is { Count: > 0 } regions && DataFacts.OutsideOf(regions, facts, strict: true) is { } region)
            return $"residency {string.Join(", ", regions)} is demanded, and {region}";
        if (NoTraining && DataFacts.Trains(facts, strict: true) is { } training)
            return $"no training on data is demanded, and {training}";
        if (MaxRetentionDays is { } days && DataFacts.KeepsLonger(days, facts, strict: true) is { } kept)
            return $"retention of at most {days} days is demanded, and {kept}";
        return null;
    }
}

/// <summary>What the facts of a deployment say against something that is asked of them; null = nothing.</summary>
static class DataFacts
{
    /// <summary>The provider names no end of what it keeps: longer than any demand.</summary>
    public const int NoEnd = int.MaxValue;

    /// <summary>The facts that hold behind a connection: the contract of the account goes before what is known of the model.</summary>
    /// <param name="connection">Whose terms go before the model's.</param>
    /// <param name="card">What is known of the model.</param>
    /// <param name="inBatches">Days for which the provider keeps what lies in its own batches, where the connection is switched on for them.</param>
    public static ModelCard Of(Connection connection, ModelCard card, int inBatches)
    {
        if (connection is { Region: null, TrainsOnData: null, RetentionDays: null, ProviderBatches: false })
            return card;
        var terms = card.Terms ?? new DataTerms();
        var kept = connection.RetentionDays ?? terms.RetentionDays;
        return card with
        {
            Terms = terms with
            {
                TrainsOnData = connection.TrainsOnData ?? terms.TrainsOnData,
                RetentionDays = connection.ProviderBatches && (kept < inBatches || inBatches == NoEnd) ? inBatches : kept,
                Regions = connection.Region is { } region ? [region] : terms.Regions,
            },
        };
    }

    public static string? Trains(ModelCard facts, bool strict) =>
        facts.Terms?.TrainsOnData switch
        {
            null => Unknown("terms.trains_on_data", strict),
            true => "terms.trains_on_data is true",
            false => null,
        };

    public static string? KeepsLonger(int? days, ModelCard facts, bool strict) =>
        facts.Terms?.RetentionDays switch
        {
            null => Unknown("terms.retention_days", strict),
            NoEnd => "what lies in the provider's own batches is kept without an end",
            { } kept when kept > days => $"terms.retention_days is {kept}",
            _ => null,
        };

    public static string? OutsideOf(IReadOnlyList<string> regions, ModelCard facts, bool strict) =>
        facts.Terms?.Regions is not { Count: > 0 } known ? Unknown("terms.regions", strict)
        : known.FirstOrDefault(r => !regions.Any(allowed => Covers(allowed, r))) is { } other ? $"terms.regions has {other}"
        : null;

    public static string? Unknown(string field, bool strict) => strict ? $"{field} is not known" : null;

    /// <summary>eu covers eu and eu-west-1, and not europe.</summary>
    static bool Covers(string allowed, string region) =>
        region.StartsWith(allowed, StringComparison.Ordinal) && (region.Length == allowed.Length || region[allowed.Length] == '-');
}
