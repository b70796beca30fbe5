using System.Text.Json;

namespace Portico.Models.Prices;

/// <summary>
/// Prices of LiteLLM's table for what is no token (https://docs.litellm.ai/docs/proxy/model_cost_map): USD a search, a character, a second, an image or a pixel.
/// What one of them means hangs on the mode of the row.
/// </summary>
static class LiteLlmUnits
{
    static readonly string[] Tools =
    [
        "search_context_cost_per_query",
        "file_search_cost_per_1k_calls",
        "code_interpreter_cost_per_session",
    ];
    static readonly string[] Images = ["input_cost_per_image", "output_cost_per_image", "input_cost_per_pixel", "output_cost_per_pixel"];

    /// <summary>By which the price book bills where the row's mode is one of these.</summary>
    static readonly Dictionary<string, string[]> OfMode = new(StringComparer.Ordinal)
    {
        ["chat"] = Tools,
        ["responses"] = Tools,
        ["rerank"] = ["input_cost_per_query"],
        ["audio_speech"] = ["input_cost_per_character"],
        ["audio_transcription"] = ["input_cost_per_second"],
        ["image_generation"] = Images,
        ["image_edit"] = Images,
    };

    /// <summary>Names that end so are of other ways to call, and read elsewhere or not at all.</summary>
    static readonly string[] OtherWays = ["_flex", "_priority", "_batches"];

    /// <exception cref="FormatException">A price is no number, negative, or too large to be one.</exception>
    public static UnitRates? Read(string name, JsonElement row)
    {
        var mode = ModeOf(row);
        var units = new UnitRates
        {
            Search = mode == "rerank" ? UnitPrice.Nano(row, "input_cost_per_query", 1) : null,
            MillionCharacters = mode == "audio_speech" ? UnitPrice.Nano(row, "input_cost_per_character", 1_000_000) : null,
            AudioMinute = mode == "audio_transcription" ? UnitPrice.Nano(row, "input_cost_per_second", 60) : null,
            Image = mode is "image_generation" or "image_edit" ? ImagesOf(name, row) : null,
            WebSearch = mode is "chat" or "responses" ? DearestSearch(row) : null,
            FileSearch = mode is "chat" or "responses" ? UnitPrice.Nano(row, "file_search_cost_per_1k_calls", 1, 0.001m) : null,
            Container = mode is "chat" or "responses" ? UnitPrice.Nano(row, "code_interpreter_cost_per_session", 1) : null,
        };
        return units == new UnitRates() ? null : units;
    }

    static Dictionary<string, long>? ImagesOf(string name, JsonElement row)
    {
        var made = TableRows.ImageClassOf(name);
        // An image that is put in has a price of its own only beside those that come out.
        var price =
            UnitPrice.Nano(row, "output_cost_per_image", 1)
            ?? (row.TryGetProperty("output_cost_per_image_token", out _) ? null : UnitPrice.Nano(row, "input_cost_per_image", 1));
        if (price is null && made is { Pixels: var pixels })
            price = UnitPrice.Nano(row, "input_cost_per_pixel", pixels, decimals: 4) is > 0 and var input
                ? input
                : UnitPrice.Nano(row, "output_cost_per_pixel", pixels, decimals: 4);
        return price is { } one ? new Dictionary<string, long>(StringComparer.Ordinal) { [made?.Class ?? "*"] = one } : null;
    }

    /// <summary>The table has a price for each size of what a search brings into the context; which one is made no record says, so that the dearest holds.</summary>
    static long? DearestSearch(JsonElement row)
    {
        if (!row.TryGetProperty("search_context_cost_per_query", out var sizes) || sizes.ValueKind != JsonValueKind.Object)
            return null;
        long? dearest = null;
        foreach (var size in sizes.EnumerateObject())
            if (UnitPrice.Nano(sizes, size.Name, 1) is { } price && price > (dearest ?? -1))
                dearest = price;
        return dearest;
    }

    static string ModeOf(JsonElement row) =>
        row.TryGetProperty("mode", out var mode) && mode.ValueKind == JsonValueKind.String ? mode.GetString()! : "";

    /// <summary>Prices above zero of the row, neither of a token nor read by <see cref="Read"/>.</summary>
    public static IReadOnlyList<string> NotHeld(JsonElement row)
    {
        var read = OfMode.GetValueOrDefault(ModeOf(row)) ?? [];
        return row.EnumerateObject()
            .Where(p =>
                p.Name.Contains("_cost_per_", StringComparison.Ordinal)
                && (!p.Name.Contains("_token", StringComparison.Ordinal) || p.Name.Contains("video", StringComparison.Ordinal))
                && !read.Contains(p.Name, StringComparer.Ordinal)
                && !OtherWays.Any(p.Name.Contains)
                && IsPrice(p.Value)
            )
            .Select(p => p.Name)
            .ToList();
    }

    static bool IsPrice(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var price) && price > 0);
}

/// <summary>A price of one of something.</summary>
static class UnitPrice
{
    /// <summary>USD of one: no image and no search costs more, and what does is a mistake of the table.</summary>
    const decimal Dearest = 1_000;

    /// <param name="at">Where the price stands.</param>
    /// <param name="field">Its name.</param>
    /// <param name="count">Of how many the price is wanted.</param>
    /// <param name="usd">Of one unit of the table's money.</param>
    /// <param name="decimals">Of a dollar, to which the product is rounded: tables have prices by second or pixel that are rounded quotients.</param>
    /// <exception cref="FormatException">The value is no number, negative, or too large to be a price.</exception>
    public static long? Nano(JsonElement at, string field, long count, decimal usd = 1, int decimals = 6)
    {
        if (!at.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var price) || price < 0 || price * usd >= Dearest)
            throw new FormatException($"{field} is {value.GetRawText()}, which is not a price");
        return (long)(decimal.Round(price * usd * count, decimals) * NanoUsd.PerUsd);
    }
}
