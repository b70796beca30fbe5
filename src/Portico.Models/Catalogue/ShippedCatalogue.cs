using System.Text.Json;

namespace Portico.Models.Catalogue;

/// <summary>A model that ships with Portico: window, output bound and list price in USD per million tokens, with source and date.</summary>
public sealed record ShippedModel
{
    public required string Name { get; init; }
    public required string Provider { get; init; }

    /// <summary>Where this model's figures come from when that is not its provider's source.</summary>
    public string? Source { get; init; }
    public int? ContextTokens { get; init; }
    public int? MaxOutputTokens { get; init; }
    public bool Embeddings { get; init; }
    public required ShippedRates Usd { get; init; }

    /// <summary>What is not counted in tokens; null where all is.</summary>
    public ShippedUnits? UsdPerUnit { get; init; }
    public long? TierAboveInputTokens { get; init; }
    public ShippedRates? TierUsd { get; init; }

    /// <summary>What the provider has announced to charge from a day on.</summary>
    public ShippedChange? Later { get; init; }
}

/// <summary>Rates that hold from a day on, in UTC.</summary>
public sealed record ShippedChange(DateOnly From, ShippedRates Usd);

/// <summary>Decimal USD per million tokens, as texts so that no digit is lost.</summary>
public sealed record ShippedRates
{
    public string? Input { get; init; }
    public string? CacheRead { get; init; }
    public string? CacheWrite { get; init; }
    public string? CacheWriteLong { get; init; }
    public string? Output { get; init; }
    public string? AudioInput { get; init; }
    public string? AudioOutput { get; init; }
    public string? ImageInput { get; init; }
    public string? ImageOutput { get; init; }

    public TokenRates ToRates() =>
        new()
        {
            Input = Nano(Input),
            CacheRead = Nano(CacheRead),
            CacheWrite = Nano(CacheWrite),
            CacheWriteLong = Nano(CacheWriteLong),
            Output = Nano(Output),
            AudioInput = Nano(AudioInput),
            AudioOutput = Nano(AudioOutput),
            ImageInput = Nano(ImageInput),
            ImageOutput = Nano(ImageOutput),
        };

    internal static long? Nano(string? usd)
    {
        if (usd is null)
            return null;
        return NanoUsd.TryParse(usd, out var nano) ? nano : throw new InvalidDataException($"'{usd}' is not a price in USD.");
    }
}

/// <summary>Decimal USD of a search, a million characters, a minute of audio, and images by class, as texts.</summary>
public sealed record ShippedUnits
{
    public string? Search { get; init; }
    public string? MillionCharacters { get; init; }
    public string? AudioMinute { get; init; }
    public IReadOnlyDictionary<string, string>? Image { get; init; }
    public string? ImageDefault { get; init; }

    public UnitRates ToRates() =>
        new()
        {
            Search = ShippedRates.Nano(Search),
            MillionCharacters = ShippedRates.Nano(MillionCharacters),
            AudioMinute = ShippedRates.Nano(AudioMinute),
            Image = Image?.ToDictionary(p => p.Key, p => ShippedRates.Nano(p.Value)!.Value, StringComparer.Ordinal),
            ImageDefault = ImageDefault,
        };
}

/// <summary>A page with prices and the day it was read. The source of a provider's models has the provider's name.</summary>
public sealed record ShippedSource(string Id, string Url, string ReadOn);

public sealed record ShippedModels(IReadOnlyList<ShippedSource> Sources, IReadOnlyList<ShippedModel> Models);

/// <summary>The models whose facts and list prices ship with this build. Prices are a start: the price book in the store is what bills.</summary>
public static class ShippedCatalogue
{
    static readonly Lazy<ShippedModels> Data = new(Read);

    public static ShippedModels All => Data.Value;

    /// <summary>The entry of a model by the name its provider uses; a dated name (gpt-4o-2024-08-06) falls back to the undated one.</summary>
    public static ShippedModel? Find(string name)
    {
        var bare = name.Contains('/', StringComparison.Ordinal) ? name[(name.LastIndexOf('/') + 1)..] : name;
        return Exact(bare) ?? (Undated(bare) is { } undated ? Exact(undated) : null);
    }

    public static string SourceOf(ShippedModel model)
    {
        var source = All.Sources.First(s => s.Id == (model.Source ?? model.Provider));
        return $"list price, {source.Url}, read {source.ReadOn}";
    }

    /// <summary>The rows of the price book with which a model begins: its list price, and what is announced behind it.</summary>
    public static IReadOnlyList<PriceRow> PricesOf(ShippedModel shipped, ModelId model, TimeProvider time)
    {
        Price Of(ShippedRates usd, bool tiered) =>
            new()
            {
                Id = PriceId.New(time),
                Version = 1,
                Rates = usd.ToRates(),
                Units = shipped.UsdPerUnit?.ToRates(),
                TierAboveInputTokens = tiered ? shipped.TierAboveInputTokens : null,
                TierRates = tiered ? shipped.TierUsd?.ToRates() : null,
                Source = SourceOf(shipped),
            };
        if (shipped.Later is not { } later)
            return [new PriceRow(model, Of(shipped.Usd, tiered: true), DateTimeOffset.UnixEpoch, null)];
        var turn = new DateTimeOffset(later.From, TimeOnly.MinValue, TimeSpan.Zero);
        return
        [
            new PriceRow(model, Of(shipped.Usd, tiered: true), DateTimeOffset.UnixEpoch, turn),
            new PriceRow(model, Of(later.Usd, tiered: false), turn, null),
        ];
    }

    static ShippedModel? Exact(string name) => All.Models.FirstOrDefault(m => m.Name == name);

    // -2024-08-06 (OpenAI) or -20250514 (Anthropic) at the end.
    internal static string? Undated(string name)
    {
        if (name.Length > 11 && name[^11] == '-' && DateOnly.TryParseExact(name.AsSpan(name.Length - 10), "yyyy-MM-dd", out _))
            return name[..^11];
        if (name.Length > 9 && name[^9] == '-' && DateOnly.TryParseExact(name.AsSpan(name.Length - 8), "yyyyMMdd", out _))
            return name[..^9];
        return null;
    }

    static ShippedModels Read()
    {
        using var stream = typeof(ShippedCatalogue).Assembly.GetManifestResourceStream("Portico.Models.Catalogue.models.json")!;
        return JsonSerializer.Deserialize(stream, ModelsJson.Default.ShippedModels)!;
    }
}
