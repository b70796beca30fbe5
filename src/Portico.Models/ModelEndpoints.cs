using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Models;

/// <summary>Models, deployments and prices on the management API.</summary>
static class ModelEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/models", ListModels).WithSummary("Models of the hub");
        api.MapPost("/models", CreateModel).WithSummary("Add a model");
        api.MapPatch("/models/{id}", ChangeModel).WithSummary("Change a model's facts, switch it off or on");
        api.MapGet("/deployments", ListDeployments).WithSummary("Deployments, by model");
        api.MapPost("/deployments", CreateDeployment).WithSummary("Serve a model through a connection");
        api.MapPatch("/deployments/{id}", ChangeDeployment).WithSummary("Change weight, switch off or on");
        api.MapGet("/prices", ListPrices).WithSummary("The price book, by model, newest first");
        api.MapPost("/prices", AddPrice).WithSummary("Add a version of a model's price");
    }

    public sealed record ModelBody(
        string Name,
        int? ContextTokens = null,
        int? MaxOutputTokens = null,
        string? TokenFamily = null,
        bool Embeddings = false
    );

    public sealed record ModelChange(
        int? ContextTokens = null,
        int? MaxOutputTokens = null,
        string? TokenFamily = null,
        bool? Disabled = null
    );

    public sealed record DeploymentBody(ModelId ModelId, ConnectionId ConnectionId, string UpstreamModel, int Weight = 1);

    public sealed record DeploymentChange(int? Weight = null, bool? Disabled = null);

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
        string? ImageInput = null
    );

    public sealed record PriceBody(
        ModelId ModelId,
        RatesBody UsdPerMtok,
        long? TierAboveInputTokens = null,
        RatesBody? TierUsdPerMtok = null,
        string? UsdPerRequest = null,
        string? Source = null,
        DateTimeOffset? ValidFrom = null,
        DateTimeOffset? ValidUntil = null
    );

    static Ok<Page<Model>> ListModels(ModelsCatalog catalog, int? limit, string? cursor)
    {
        var page = PageRequest.From(limit, cursor);
        var rows = catalog
            .Current.Models.OrderBy(m => m.Name, StringComparer.Ordinal)
            .Where(m => page.After is null || string.CompareOrdinal(m.Name, page.After) > 0)
            .Take(page.Limit + 1)
            .ToList();
        return TypedResults.Ok(page.Cut(rows, m => m.Name));
    }

    static async Task<Created<Model>> CreateModel(HttpContext http, ModelBody body, HubService hub, CancellationToken ct)
    {
        var shipped = Catalogue.ShippedCatalogue.Find(body.Name);
        var made = await hub.CreateModelAsync(
            new Model
            {
                Id = default,
                Name = body.Name,
                ContextTokens = body.ContextTokens ?? shipped?.ContextTokens,
                MaxOutputTokens = body.MaxOutputTokens ?? shipped?.MaxOutputTokens,
                TokenFamily = body.TokenFamily ?? body.Name,
                Embeddings = body.Embeddings,
            },
            ct
        );
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/models/{made.Id}", made);
    }

    static async Task<Ok<Model>> ChangeModel(
        HttpContext http,
        string id,
        ModelChange body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var old =
            catalog.Current.Models.FirstOrDefault(m => m.Id.ToString() == id)
            ?? throw new PorticoException(ErrorTable.NotFound, $"There is no model '{id}'.");
        Preconditions.Require(http, old.Version);
        var now = await hub.ChangeModelAsync(
            old with
            {
                ContextTokens = body.ContextTokens ?? old.ContextTokens,
                MaxOutputTokens = body.MaxOutputTokens ?? old.MaxOutputTokens,
                TokenFamily = body.TokenFamily ?? old.TokenFamily,
                Disabled = body.Disabled ?? old.Disabled,
            },
            ct
        );
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static Ok<Page<Deployment>> ListDeployments(ModelsCatalog catalog, string? model_id) =>
        TypedResults.Ok(
            new Page<Deployment>(
                catalog
                    .Current.Deployments.Select(d => d.Deployment)
                    .Where(d => model_id is null || d.ModelId.ToString() == model_id)
                    .OrderBy(d => d.Id)
                    .ToList(),
                null
            )
        );

    static async Task<Created<Deployment>> CreateDeployment(HttpContext http, DeploymentBody body, HubService hub, CancellationToken ct)
    {
        var made = await hub.CreateDeploymentAsync(
            new Deployment(default, body.ModelId, body.ConnectionId, body.UpstreamModel, body.Weight, false, 1),
            ct
        );
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/deployments/{made.Id}", made);
    }

    static async Task<Ok<Deployment>> ChangeDeployment(
        HttpContext http,
        string id,
        DeploymentChange body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var old =
            DeploymentId.TryParse(id, out var parsed) && catalog.Current.FindDeployment(parsed) is { } found
                ? found.Deployment
                : throw new PorticoException(ErrorTable.NotFound, $"There is no deployment '{id}'.");
        Preconditions.Require(http, old.Version);
        var now = await hub.ChangeDeploymentAsync(
            old with
            {
                Weight = body.Weight ?? old.Weight,
                Disabled = body.Disabled ?? old.Disabled,
            },
            ct
        );
        Preconditions.SetTag(http, now.Version);
        return TypedResults.Ok(now);
    }

    static Ok<Page<PriceRow>> ListPrices(ModelsCatalog catalog, string? model_id, int? limit, string? cursor)
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

    static async Task<Created<PriceRow>> AddPrice(
        PriceBody body,
        ModelsCatalog catalog,
        HubService hub,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (catalog.Current.Models.All(m => m.Id != body.ModelId))
            throw new PorticoException(ErrorTable.InvalidRequest, "model_id must name a model.", "model_id");
        var price = new Price
        {
            Id = default,
            Version = 0,
            Rates = Rates(body.UsdPerMtok, "usd_per_mtok"),
            TierAboveInputTokens = body.TierAboveInputTokens,
            TierRates = body.TierUsdPerMtok is null ? null : Rates(body.TierUsdPerMtok, "tier_usd_per_mtok"),
            PerRequestNanoUsd = Nano(body.UsdPerRequest, "usd_per_request") ?? 0,
            Source = body.Source,
        };
        var made = await hub.AddPriceAsync(new PriceRow(body.ModelId, price, body.ValidFrom ?? time.GetUtcNow(), body.ValidUntil), ct);
        return TypedResults.Created($"/api/prices?model_id={made.ModelId}", made);
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
        };

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
