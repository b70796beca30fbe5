using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Models.Cards;

/// <summary>What was read of a foreign card, and the names in it that a card of ours has no place for.</summary>
sealed record CardReading(ModelCard Card, IReadOnlyList<string> LeftOut);

/// <summary>
/// The facts that a foreign form has no field for. They travel in it under our own name, as the form allows, so that a card that is exported and imported
/// again is the same card.
/// </summary>
sealed record CardRest
{
    public CardSource? Source { get; init; }
    public CardLicence? Licence { get; init; }
    public DataTerms? Terms { get; init; }
    public IReadOnlyList<string>? Inputs { get; init; }
    public IReadOnlyList<string>? Outputs { get; init; }
    public IReadOnlyList<string>? Capabilities { get; init; }
    public IReadOnlyList<string>? Languages { get; init; }
    public string? Library { get; init; }
    public CardLineage? Lineage { get; init; }
    public IReadOnlyList<string>? IntendedUse { get; init; }
    public IReadOnlyList<string>? Limits { get; init; }
    public IReadOnlyList<CardEvaluation>? Evaluations { get; init; }
    public CardRetirement? Retirement { get; init; }

    [JsonIgnore]
    public bool IsEmpty => this == new CardRest();

    public static IReadOnlyList<T>? NotEmpty<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    /// <summary>The card with what stands here, which wins: it says all that the form's own field says, and more.</summary>
    public ModelCard Over(ModelCard card) =>
        card with
        {
            Source = Source ?? card.Source,
            Licence = Licence ?? card.Licence,
            Terms = Terms ?? card.Terms,
            Inputs = Inputs ?? card.Inputs,
            Outputs = Outputs ?? card.Outputs,
            Capabilities = Capabilities ?? card.Capabilities,
            Languages = Languages ?? card.Languages,
            Library = Library ?? card.Library,
            Lineage = Lineage ?? card.Lineage,
            IntendedUse = IntendedUse ?? card.IntendedUse,
            Limits = Limits ?? card.Limits,
            Evaluations = Evaluations ?? card.Evaluations,
            Retirement = Retirement ?? card.Retirement,
        };

    public string ToJson() => JsonSerializer.Serialize(this, CardJson.Readable.CardRest);

    public static CardRest? FromJson(string json, string field, List<CardProblem> problems)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CardJson.Readable.CardRest);
        }
        catch (JsonException e)
        {
            problems.Add(
                new CardProblem(field, $"{(e.Path is { } path && path != "$" ? path.TrimStart('$', '.') + " " : "")}cannot be read.")
            );
            return null;
        }
    }
}
