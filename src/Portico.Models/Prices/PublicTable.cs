using System.Text.Json;

namespace Portico.Models.Prices;

/// <summary>A row of a public table in our units: nano-USD per million tokens, and what is not counted in tokens.</summary>
sealed record TableRow(string Name, TokenRates Rates, long? TierAboveInputTokens, TokenRates? TierRates)
{
    public UnitRates? Units { get; init; }

    /// <summary>Rates of the classes of service beside the standard one, where the table has them.</summary>
    public PriceClasses? Classes { get; init; }

    /// <summary>Names of prices that the table has and the price book has no place for.</summary>
    public IReadOnlyList<string> NotHeld { get; init; } = [];

    public bool IsEmpty => Rates == new TokenRates() && Units is null;
}

/// <summary>What was read of a table. Rows without a price are not there.</summary>
sealed record TableReading(IReadOnlyList<TableRow> Rows, IReadOnlyList<string> Bad);

/// <summary>
/// Reads public tables of prices. Shapes: LiteLLM's model_prices_and_context_window.json (https://github.com/BerriAI/litellm, USD per token), Portkey's
/// pricing files (https://github.com/Portkey-AI/models, US cents per token), Langfuse's default-model-prices.json (https://github.com/langfuse/langfuse, USD
/// per token).
/// </summary>
static class PublicTable
{
    public static readonly IReadOnlyList<string> Formats = ["litellm", "portkey", "langfuse"];

    const decimal NanoPerMTokOfUsdPerToken = 1_000_000_000_000_000m;
    const decimal NanoPerMTokOfCentsPerToken = NanoPerMTokOfUsdPerToken / 100;

    /// <exception cref="PorticoException">The text is not JSON of the format's shape.</exception>
    public static TableReading Parse(string format, string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new PorticoException(ErrorTable.InvalidRequest, $"text is not JSON: {e.Message}", "text", e);
        }
        using (document)
        {
            var root = document.RootElement;
            var kind = format == "langfuse" ? JsonValueKind.Array : JsonValueKind.Object;
            if (root.ValueKind != kind)
                throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    $"A table of {format} is a JSON {kind.ToString().ToLowerInvariant()}.",
                    "text"
                );
            return format switch
            {
                "litellm" => TableRows.OfImageClasses(
                    Read(root.EnumerateObject().Where(p => p.Name != "sample_spec").Select(p => (p.Name, p.Value)), LiteLlm)
                ),
                "portkey" => TableRows.OfTiers(
                    Read(root.EnumerateObject().Where(p => p.Name != "default").Select(p => (p.Name, p.Value)), Portkey)
                ),
                _ => Read(root.EnumerateArray().Select((e, i) => (NameOf(e, i), e)), Langfuse),
            };
        }
    }

    static TableReading Read(IEnumerable<(string Name, JsonElement Row)> rows, Func<string, JsonElement, TableRow?> read)
    {
        var (good, bad) = (new List<TableRow>(), new List<string>());
        foreach (var (name, row) in rows)
            try
            {
                if (row.ValueKind != JsonValueKind.Object)
                    throw new FormatException("is not an object");
                if (read(name, row) is { } one)
                    good.Add(one);
            }
            catch (FormatException e)
            {
                bad.Add($"{name}: {e.Message}");
            }
        return new TableReading(good, bad);
    }

    static TableRow? LiteLlm(string name, JsonElement row)
    {
        TokenRates At(string suffix) =>
            new()
            {
                Input = Usd(row, "input_cost_per_token" + suffix),
                CacheRead = Usd(row, "cache_read_input_token_cost" + suffix),
                CacheWrite = Usd(row, "cache_creation_input_token_cost" + suffix),
                CacheWriteLong = Usd(row, "cache_creation_input_token_cost_above_1hr" + suffix),
                Output = Usd(row, "output_cost_per_token" + suffix),
                Reasoning = Usd(row, "output_cost_per_reasoning_token" + suffix),
                AudioInput = Usd(row, "input_cost_per_audio_token" + suffix),
                AudioOutput = Usd(row, "output_cost_per_audio_token" + suffix),
                ImageInput = Usd(row, "input_cost_per_image_token" + suffix),
                ImageOutput = Usd(row, "output_cost_per_image_token" + suffix),
            };
        var tiers = row.EnumerateObject().Select(p => TierOf(p.Name)).OfType<long>().Distinct().ToList();
        if (tiers.Count > 1)
            throw new FormatException("has several tiers; the price book keeps one");
        var inTier = tiers.Count == 1 ? $"_above_{tiers[0] / 1000}k_tokens" : null;
        ClassRates? Class(string suffix)
        {
            var (own, ownTier) = (At(suffix), inTier is null ? null : At(inTier + suffix));
            if (ownTier == new TokenRates())
                ownTier = null;
            return own == new TokenRates() && ownTier is null ? null : new ClassRates { Rates = own, TierRates = ownTier };
        }
        var classes = new PriceClasses
        {
            Batch = Class("_batches"),
            Flex = Class("_flex"),
            Priority = Class("_priority"),
        };
        var units = LiteLlmUnits.Read(name, row);
        // Beside a price by unit a zero for tokens is a place that was left empty.
        var rates = units is null ? At("") : TableRows.WithoutZeros(At(""));
        var read = RowOf(
            name,
            rates,
            inTier is null ? null : tiers[0],
            inTier is null ? null : At(inTier),
            units,
            LiteLlmUnits.NotHeld(row)
        );
        return read is null || classes == new PriceClasses() ? read : read with { Classes = classes };
    }

    /// <summary>input_cost_per_token_above_200k_tokens: the bound of its tier.</summary>
    static long? TierOf(string field)
    {
        const string Begin = "input_cost_per_token_above_";
        const string End = "k_tokens";
        return
            field.StartsWith(Begin, StringComparison.Ordinal)
            && field.EndsWith(End, StringComparison.Ordinal)
            && long.TryParse(field[Begin.Length..^End.Length], out var thousands)
            ? thousands * 1000
            : null;
    }

    static TableRow? Portkey(string name, JsonElement row)
    {
        if (!row.TryGetProperty("pricing_config", out var config))
            throw new FormatException("has no pricing_config");
        if (
            config.ValueKind != JsonValueKind.Object
            || !config.TryGetProperty("pay_as_you_go", out var rates)
            || rates.ValueKind != JsonValueKind.Object
        )
            return null;
        if (
            config.TryGetProperty("currency", out var currency)
            && currency.ValueKind == JsonValueKind.String
            && currency.GetString() != "USD"
        )
            throw new FormatException($"is in {currency.GetString()}, not in USD");
        var more = rates.TryGetProperty("additional_units", out var units) && units.ValueKind == JsonValueKind.Object ? units : default;
        long? Cents(JsonElement at, string unit) =>
            at.ValueKind == JsonValueKind.Object && at.TryGetProperty(unit, out var part) && part.ValueKind == JsonValueKind.Object
                ? Nano(part, "price", NanoPerMTokOfCentsPerToken, unit + ".price")
                : null;
        // One part stands there under several names; the first that is there counts.
        long? First(params string[] names) => names.Select(n => Cents(rates, n)).FirstOrDefault(n => n is not null);
        var (tokens, read) = PortkeyUnits.Read(
            name,
            rates,
            more,
            new TokenRates
            {
                Input = First("request_token", "request_text_token"),
                CacheRead = First("cache_read_input_token", "cache_read_text_input_token", "cached_text_input_token"),
                CacheWrite = Cents(rates, "cache_write_input_token"),
                CacheWriteLong = Cents(more, "cache_write_1h"),
                Output = First("response_token", "response_text_token"),
                Reasoning = Cents(more, "thinking_token") ?? First("reasoning_token"),
                AudioInput = First("request_audio_token") ?? Cents(more, "request_audio_token"),
                AudioOutput = First("response_audio_token") ?? Cents(more, "response_audio_token"),
                ImageInput = First("request_image_token"),
                ImageOutput = First("response_image_token") ?? Cents(more, "image_token"),
            }
        );
        return RowOf(name, tokens, null, null, read, PortkeyUnits.NotHeld(more));
    }

    static string NameOf(JsonElement row, int index) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty("modelName", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : $"[{index}]";

    static TableRow? Langfuse(string name, JsonElement row)
    {
        if (name.StartsWith('['))
            throw new FormatException("has no modelName");
        if (!row.TryGetProperty("pricingTiers", out var tiers) || tiers.ValueKind != JsonValueKind.Array)
            return row.TryGetProperty("prices", out var flat) ? RowOf(name, LangfuseRates(flat), null, null) : null;
        TokenRates? rates = null;
        TokenRates? tier = null;
        long? above = null;
        foreach (var one in tiers.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("prices", out var prices))
                throw new FormatException("has a tier without prices");
            if (one.TryGetProperty("isDefault", out var main) && main.ValueKind == JsonValueKind.True)
                rates = LangfuseRates(prices);
            else if (tier is not null)
                throw new FormatException("has several tiers; the price book keeps one");
            else
                (tier, above) = (LangfuseRates(prices), BoundOf(one));
        }
        return rates is null ? throw new FormatException("has no default tier") : RowOf(name, rates, above, tier);
    }

    static long BoundOf(JsonElement tier) =>
        tier.TryGetProperty("conditions", out var conditions)
        && conditions.ValueKind == JsonValueKind.Array
        && conditions.GetArrayLength() == 1
        && conditions[0].TryGetProperty("operator", out var op)
        && op.ValueKind == JsonValueKind.String
        && op.GetString() == "gt"
        && conditions[0].TryGetProperty("value", out var value)
        && value.TryGetInt64(out var bound)
            ? bound
            : throw new FormatException("has a tier with a condition other than more than a number of input tokens");

    static TokenRates LangfuseRates(JsonElement prices)
    {
        if (prices.ValueKind != JsonValueKind.Object)
            throw new FormatException("has prices that are not an object");
        // One part stands there under several names; the first that is there counts.
        long? First(params string[] names) => names.Select(n => Usd(prices, n)).FirstOrDefault(n => n is not null);
        return new TokenRates
        {
            // What is embedded has one price for all.
            Input = First("input", "input_tokens", "input_text_tokens", "total"),
            CacheRead = First("input_cache_read", "cache_read_input_tokens", "input_cached_tokens"),
            CacheWrite = First("input_cache_creation_5m", "input_cache_creation", "cache_creation_input_tokens"),
            CacheWriteLong = First("input_cache_creation_1h"),
            Output = First("output", "output_tokens", "output_text_tokens"),
            Reasoning = First("output_reasoning", "output_reasoning_tokens"),
            AudioInput = First("input_audio", "input_audio_tokens"),
            AudioOutput = First("output_audio", "output_audio_tokens"),
        };
    }

    static TableRow? RowOf(
        string name,
        TokenRates rates,
        long? above,
        TokenRates? tier,
        UnitRates? units = null,
        IReadOnlyList<string>? notHeld = null
    )
    {
        var row = new TableRow(name, rates, above, tier) { Units = units, NotHeld = notHeld ?? [] };
        return row.IsEmpty && row.NotHeld.Count == 0 ? null : row;
    }

    static long? Usd(JsonElement row, string field) => Nano(row, field, NanoPerMTokOfUsdPerToken, field);

    /// <exception cref="FormatException">The value is no number, negative, or too large to be a price.</exception>
    static long? Nano(JsonElement row, string field, decimal factor, string shown)
    {
        if (!row.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        // A price of a dollar for a token is no price.
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var price) || price is < 0 or >= 1)
            throw new FormatException($"{shown} is {value.GetRawText()}, which is not a price for a token");
        return (long)decimal.Round(price * factor);
    }
}
