using System.Text.Json;

namespace Portico.Models.Prices;

/// <summary>
/// Prices of Portkey's files for what is no token (https://github.com/Portkey-AI/models), in US cents. Images stand by quality and size. Searches, minutes and
/// characters stand where tokens do, with nothing but the model's name to tell.
/// </summary>
static class PortkeyUnits
{
    const decimal UsdOfCent = 0.01m;
    const string Usual = "default";

    /// <summary>A tenth of a cent for one token: no token is as dear, a minute of audio is.</summary>
    const long DearestTokens = 1_000_000_000_000;

    /// <summary>Of additional_units, those that are read here or with the tokens, and those that are no price.</summary>
    static readonly string[] Known =
    [
        "cache_write_1h",
        "thinking_token",
        "request_audio_token",
        "response_audio_token",
        "image_token",
        "generated_images",
        "default_duration_seconds",
        "default_sample_count",
        "default_steps",
    ];

    /// <exception cref="FormatException">A price is no number, negative, or too large to be one.</exception>
    public static (TokenRates Tokens, UnitRates? Units) Read(string name, JsonElement rates, JsonElement more, TokenRates tokens)
    {
        var units = new UnitRates();
        if (rates.TryGetProperty("image", out var images) && images.ValueKind == JsonValueKind.Object)
            units = ImagesOf(images);
        else if (more.ValueKind == JsonValueKind.Object && more.TryGetProperty("generated_images", out var made))
            units = new UnitRates
            {
                Image = new Dictionary<string, long>(StringComparer.Ordinal) { ["*"] = PriceOf(made, "generated_images") },
            };
        if (name.Contains("rerank", StringComparison.OrdinalIgnoreCase) && tokens.Input >= DearestTokens)
            (units, tokens) = (units with { Search = tokens.Input / 1_000_000 }, tokens with { Input = null });
        if (tokens.AudioInput >= DearestTokens)
            (units, tokens) = (
                units with
                {
                    AudioMinute = tokens.AudioInput / 1_000_000,
                },
                tokens with
                {
                    AudioInput = null,
                    Input = tokens.Input >= DearestTokens ? null : tokens.Input,
                }
            );
        if (name.StartsWith("tts-", StringComparison.Ordinal) && tokens.Input is > 0)
            (units, tokens) = (units with { MillionCharacters = tokens.Input }, tokens with { Input = null });
        // Beside a price by unit a zero for tokens is a place that was left empty.
        return units == new UnitRates() ? (tokens, null) : (TableRows.WithoutZeros(tokens), units);
    }

    /// <summary>By quality and size. Default is what a request without one gets; its class is the one of the same price.</summary>
    static UnitRates ImagesOf(JsonElement qualities)
    {
        var prices = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var quality in qualities.EnumerateObject())
        {
            if (quality.Value.ValueKind != JsonValueKind.Object)
                throw new FormatException($"image.{quality.Name} is not an object");
            foreach (var size in quality.Value.EnumerateObject())
            {
                var words = new[] { quality.Name, size.Name }.Where(w => w != Usual);
                prices[string.Join(' ', words) is { Length: > 0 } named ? named : "*"] = PriceOf(
                    size.Value,
                    $"image.{quality.Name}.{size.Name}"
                );
            }
        }
        if (prices.Count == 0)
            return new UnitRates();
        var usual = prices.TryGetValue("*", out var other)
            ? prices.Where(p => p.Key.Contains(' ', StringComparison.Ordinal) && p.Value == other).Select(p => p.Key).FirstOrDefault()
            : null;
        return new UnitRates { Image = prices, ImageDefault = usual };
    }

    static long PriceOf(JsonElement at, string shown) =>
        at.ValueKind == JsonValueKind.Object && UnitPrice.Nano(at, "price", 1, UsdOfCent) is { } nano
            ? nano
            : throw new FormatException($"{shown} has no price");

    public static IReadOnlyList<string> NotHeld(JsonElement more) =>
        more.ValueKind != JsonValueKind.Object
            ? []
            : more.EnumerateObject()
                .Where(p =>
                    !Known.Contains(p.Name, StringComparer.Ordinal)
                    && p.Value.ValueKind == JsonValueKind.Object
                    && p.Value.TryGetProperty("price", out var price)
                    && price.ValueKind == JsonValueKind.Number
                    && price.GetDouble() > 0
                )
                .Select(p => p.Name)
                .ToList();
}
