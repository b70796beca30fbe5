using System.Text.Json;
using Portico.Models.Cards;

namespace Portico.Models.Catalogue;

/// <summary>
/// What is published of a provider's models in common. <paramref name="Terms"/> hold where the provider itself serves them, at one of its
/// <paramref name="Hosts"/>.
/// </summary>
sealed record KnownProvider(
    string Id,
    IReadOnlyList<string> Hosts,
    CardSource Source,
    CardLicence? Licence,
    DataTerms? Terms,
    IReadOnlyList<string>? Inputs,
    IReadOnlyList<string>? Outputs
);

/// <summary>What is published of one model, and the provider whose common facts hold for it too.</summary>
/// <param name="Name">As its maker calls it, or a service.</param>
/// <param name="Provider">Whose common facts hold too.</param>
/// <param name="Card">What is its own.</param>
/// <param name="Also">What else it is called, in small letters.</param>
/// <param name="ContextTokens">Its window where no price ships that tells it.</param>
/// <param name="MaxOutputTokens">The bound of its output, likewise.</param>
sealed record KnownCard(
    string Name,
    string Provider,
    ModelCard? Card,
    IReadOnlyList<string>? Also = null,
    int? ContextTokens = null,
    int? MaxOutputTokens = null
);

sealed record KnownCards(string ReadOn, IReadOnlyList<KnownProvider> Providers, IReadOnlyList<KnownCard> Models);

/// <summary>Cards of known models that ship with this build. Every fact has its source beside it, in <c>cards.json</c>.</summary>
static class CardCatalogue
{
    static readonly Lazy<KnownCards> Data = new(Read);

    public static KnownCards All => Data.Value;

    /// <summary>
    /// The card of a model by its name, empty where nothing is known. How a provider uses data, and under which licence it serves, is told only of what
    /// is served by itself: another one that serves the same model has terms of its own.
    /// </summary>
    /// <param name="name">The name that callers or the provider use.</param>
    /// <param name="hosts">Where its deployments are.</param>
    public static ModelCard Of(string name, IReadOnlyCollection<string> hosts)
    {
        var shipped = Shipped(name);
        var known = Known(name) ?? (shipped is null ? null : Exact(shipped.Name));
        var card = known?.Card ?? new ModelCard();
        if (shipped is { Embeddings: true } && card.Outputs.Count == 0)
            card = card with { Inputs = ["text"], Outputs = ["embedding"] };
        if (All.Providers.FirstOrDefault(p => p.Id == (known?.Provider ?? shipped?.Provider)) is not { } provider)
            return card;
        var isOwn = hosts.Count > 0 && hosts.All(h => provider.Hosts.Contains(h, StringComparer.OrdinalIgnoreCase));
        return card with
        {
            Source = card.Source ?? provider.Source,
            Licence = card.Licence ?? (isOwn ? provider.Licence : null),
            Terms = card.Terms ?? (isOwn ? provider.Terms : null),
            Inputs = card.Inputs.Count > 0 ? card.Inputs : provider.Inputs ?? [],
            Outputs = card.Outputs.Count > 0 ? card.Outputs : provider.Outputs ?? [],
        };
    }

    /// <summary>Window and bound of output, as far as known, whoever serves the model.</summary>
    public static (int? ContextTokens, int? MaxOutputTokens) BoundsOf(string name)
    {
        var (known, shipped) = (Known(name), Shipped(name));
        return (known?.ContextTokens ?? shipped?.ContextTokens, known?.MaxOutputTokens ?? shipped?.MaxOutputTokens);
    }

    /// <summary>The entry with its facts: of the name itself, or of what its maker calls it.</summary>
    static ShippedModel? Shipped(string name) =>
        ShippedCatalogue.Find(name) ?? UpstreamNames.Candidates(name).Select(ShippedCatalogue.Find).FirstOrDefault(m => m is not null);

    static KnownCard? Known(string name) =>
        Exact(name[(name.LastIndexOf('/') + 1)..])
        ?? UpstreamNames
            .Candidates(name)
            .Select(c => All.Models.FirstOrDefault(m => m.Name == c || m.Also?.Contains(c, StringComparer.Ordinal) == true))
            .FirstOrDefault(m => m is not null);

    static KnownCard? Exact(string name) => All.Models.FirstOrDefault(m => m.Name == name);

    static KnownCards Read()
    {
        using var stream = typeof(CardCatalogue).Assembly.GetManifestResourceStream("Portico.Models.Catalogue.cards.json")!;
        return JsonSerializer.Deserialize(stream, CardJson.Default.KnownCards)!;
    }
}
