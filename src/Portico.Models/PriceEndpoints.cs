using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Models.Prices;

namespace Portico.Models;

/// <summary>The price book on the management API. A price is never changed or removed: a new version supersedes it.</summary>
static class PriceEndpoints
{
    const int MaxSourceLength = 500;
    const int MaxImageClasses = 100;
    const int MaxImageClassLength = 130;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/prices", List).WithSummary("The price book, by model, newest first");
        api.MapPost("/prices", Add).WithSummary("Add a version of a model's price");
        api.MapPost("/prices/import", Import)
            .WithSummary("Compare a public table (LiteLLM, Portkey, Langfuse) with the price book, and enter it whole or not at all");
        api.MapGet("/prices/{id}", Get).WithSummary("One version of a price");
    }

    /// <summary>USD per million tokens as decimal texts; an absent part has no price, which is not zero.</summary>
    public sealed record RatesBody(
        string? Input = null,
        string? CacheRead = null,
        string? CacheWrite = null,
        string? CacheWriteLong = null,
        string? Output = null,
        string? Reasoning = null,
        string? AudioInput = null,
        string? AudioOutput = null,
        string? ImageInput = null,
        string? ImageOutput = null
    );

    /// <summary>
    /// USD as decimal texts for what is not counted in tokens: a search of a rerank call, a million characters spoken, a minute of audio listened to; of tools
    /// that the provider runs a search of the web, a search of files and a container for code; and an image by quality and size (<c>hd 1024x1792</c>), by one of the two, or <c>*</c> for all others. ImageDefault is the class that the provider makes
    /// where a request names none.
    /// </summary>
    public sealed record UnitsBody(
        string? Search = null,
        string? MillionCharacters = null,
        string? AudioMinute = null,
        IReadOnlyDictionary<string, string>? Image = null,
        string? ImageDefault = null,
        string? WebSearch = null,
        string? FileSearch = null,
        string? Container = null
    );

    /// <summary>Rates of a class of service; the tier's hold above the price's tier_above_input_tokens. A part left out costs what it costs at the standard class.</summary>
    public sealed record ClassBody(RatesBody? UsdPerMtok = null, RatesBody? TierUsdPerMtok = null);

    /// <summary>The classes of service that a provider prices apart: in its batches, slower, and faster.</summary>
    public sealed record ClassesBody(ClassBody? Batch = null, ClassBody? Flex = null, ClassBody? Priority = null);

    public sealed record PriceBody(
        ModelId ModelId,
        RatesBody? UsdPerMtok = null,
        long? TierAboveInputTokens = null,
        RatesBody? TierUsdPerMtok = null,
        UnitsBody? UsdPerUnit = null,
        string? UsdPerRequest = null,
        ClassesBody? Classes = null,
        string? Source = null,
        DateTimeOffset? ValidFrom = null,
        DateTimeOffset? ValidUntil = null
    );

    /// <summary>
    /// Format: litellm, portkey or langfuse. Text: the table, a JSON file as it is. Apply: enter what differs as new versions; without it nothing is changed.
    /// </summary>
    public sealed record ImportBody(string Format, string Text, bool Apply = false, string? Source = null);

    static async Task<Ok<PriceComparison>> Import(ImportBody body, PriceImport import, CancellationToken ct)
    {
        if (body.Source?.Length > MaxSourceLength)
            throw new PorticoException(ErrorTable.InvalidRequest, $"source has at most {MaxSourceLength} characters.", "source");
        if (body.Text is null)
            throw new PorticoException(ErrorTable.InvalidRequest, "'text' is missing.", "text");
        return TypedResults.Ok(await import.RunAsync(body.Format, body.Text, body.Source, body.Apply, ct));
    }

    static Ok<Page<PriceRow>> List(ModelsCatalog catalog, string? model_id, int? limit, string? cursor)
    {
        var page = PageRequest.From(limit, cursor);
        static string Key(PriceRow p) => p.Price.Id.ToString();
        var rows = catalog
            .Current.Prices.Where(p => model_id is null || p.ModelId.ToString() == model_id)
            .OrderByDescending(Key, StringComparer.Ordinal)
            .Where(p => page.After is null || string.CompareOrdinal(Key(p), page.After) < 0)
            .Take(page.Limit + 1)
            .ToList();
        return TypedResults.Ok(page.Cut(rows, Key));
    }

    static Ok<PriceRow> Get(string id, ModelsCatalog catalog) =>
        TypedResults.Ok(
            catalog.Current.Prices.FirstOrDefault(p => p.Price.Id.ToString() == id)
                ?? throw new PorticoException(ErrorTable.NotFound, $"There is no price '{id}'.")
        );

    static async Task<Created<PriceRow>> Add(PriceBody body, ModelsCatalog catalog, HubService hub, TimeProvider time, CancellationToken ct)
    {
        if (catalog.Current.Models.All(m => m.Id != body.ModelId))
            throw new PorticoException(ErrorTable.InvalidRequest, "model_id must name a model.", "model_id");
        CheckTier(body);
        if (body.UsdPerMtok is null && body.UsdPerUnit is null && body.UsdPerRequest is null)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A price has usd_per_mtok, usd_per_unit or usd_per_request.",
                "usd_per_mtok"
            );
        if (body.Source?.Length > MaxSourceLength)
            throw new PorticoException(ErrorTable.InvalidRequest, $"source has at most {MaxSourceLength} characters.", "source");
        var price = new Price
        {
            Id = default,
            Version = 0,
            Rates = Rates(body.UsdPerMtok ?? new RatesBody(), "usd_per_mtok"),
            Units = body.UsdPerUnit is null ? null : Units(body.UsdPerUnit),
            TierAboveInputTokens = body.TierAboveInputTokens,
            TierRates = body.TierUsdPerMtok is null ? null : Rates(body.TierUsdPerMtok, "tier_usd_per_mtok"),
            Classes = body.Classes is null ? null : Classes(body.Classes, body.TierAboveInputTokens is not null),
            PerRequestNanoUsd = Nano(body.UsdPerRequest, "usd_per_request") ?? 0,
            Source = body.Source,
        };
        var made = await hub.AddPriceAsync(new PriceRow(body.ModelId, price, body.ValidFrom ?? time.GetUtcNow(), body.ValidUntil), ct);
        return TypedResults.Created($"/api/prices/{made.Price.Id}", made);
    }

    /// <summary>A tier is its bound and its rates; half of one would be a price that never holds.</summary>
    static void CheckTier(PriceBody body)
    {
        if (body.TierAboveInputTokens is null != body.TierUsdPerMtok is null)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A tier needs both tier_above_input_tokens and tier_usd_per_mtok.",
                body.TierUsdPerMtok is null ? "tier_usd_per_mtok" : "tier_above_input_tokens"
            );
        if (body.TierAboveInputTokens < 1)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "tier_above_input_tokens must be a positive whole number.",
                "tier_above_input_tokens"
            );
    }

    static PriceClasses? Classes(ClassesBody b, bool hasTier)
    {
        ClassRates? Of(ClassBody? of, string name)
        {
            if (of is null)
                return null;
            var path = "classes." + name;
            if (of.UsdPerMtok is null && of.TierUsdPerMtok is null)
                throw new PorticoException(ErrorTable.InvalidRequest, $"{path} has no usd_per_mtok.", path + ".usd_per_mtok");
            if (of.TierUsdPerMtok is not null && !hasTier)
                throw new PorticoException(
                    ErrorTable.InvalidRequest,
                    $"{path}.tier_usd_per_mtok needs the price's tier_above_input_tokens.",
                    path + ".tier_usd_per_mtok"
                );
            return new ClassRates
            {
                Rates = Rates(of.UsdPerMtok ?? new RatesBody(), path + ".usd_per_mtok"),
                TierRates = of.TierUsdPerMtok is null ? null : Rates(of.TierUsdPerMtok, path + ".tier_usd_per_mtok"),
            };
        }
        var classes = new PriceClasses
        {
            Batch = Of(b.Batch, "batch"),
            Flex = Of(b.Flex, "flex"),
            Priority = Of(b.Priority, "priority"),
        };
        return classes == new PriceClasses() ? null : classes;
    }

    static TokenRates Rates(RatesBody b, string path) =>
        new()
        {
            Input = Nano(b.Input, path + ".input"),
            CacheRead = Nano(b.CacheRead, path + ".cache_read"),
            CacheWrite = Nano(b.CacheWrite, path + ".cache_write"),
            CacheWriteLong = Nano(b.CacheWriteLong, path + ".cache_write_long"),
            Output = Nano(b.Output, path + ".output"),
            Reasoning = Nano(b.Reasoning, path + ".reasoning"),
            AudioInput = Nano(b.AudioInput, path + ".audio_input"),
            AudioOutput = Nano(b.AudioOutput, path + ".audio_output"),
            ImageInput = Nano(b.ImageInput, path + ".image_input"),
            ImageOutput = Nano(b.ImageOutput, path + ".image_output"),
        };

    static UnitRates Units(UnitsBody b)
    {
        if (b.Image?.Count > MaxImageClasses)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"usd_per_unit.image has at most {MaxImageClasses} classes.",
                "usd_per_unit.image"
            );
        if (b.ImageDefault?.Length > MaxImageClassLength)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"usd_per_unit.image_default has at most {MaxImageClassLength} characters.",
                "usd_per_unit.image_default"
            );
        return new UnitRates
        {
            ImageDefault = b.ImageDefault?.Trim(),
            Search = Nano(b.Search, "usd_per_unit.search"),
            MillionCharacters = Nano(b.MillionCharacters, "usd_per_unit.million_characters"),
            AudioMinute = Nano(b.AudioMinute, "usd_per_unit.audio_minute"),
            WebSearch = Nano(b.WebSearch, "usd_per_unit.web_search"),
            FileSearch = Nano(b.FileSearch, "usd_per_unit.file_search"),
            Container = Nano(b.Container, "usd_per_unit.container"),
            Image = b.Image?.ToDictionary(
                p => p.Key.Trim(),
                p =>
                    Nano(p.Value, $"usd_per_unit.image.{p.Key}")
                    ?? throw new PorticoException(
                        ErrorTable.InvalidRequest,
                        $"usd_per_unit.image.{p.Key} has no price.",
                        $"usd_per_unit.image.{p.Key}"
                    ),
                StringComparer.Ordinal
            ),
        };
    }

    static long? Nano(string? usd, string param)
    {
        if (usd is null)
            return null;
        return NanoUsd.TryParse(usd, out var nano) && nano >= 0
            ? nano
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"{param} must be decimal USD such as \"2.50\", at most nine decimals.",
                param
            );
    }
}
