using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Api;

namespace Portico.Models.Cards;

/// <summary>Model cards on the management API.</summary>
static class CardEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/models/{id}/card", Get)
            .WithSummary("What is known of a model: source, licence, terms, lineage, evaluations, retirement");
        api.MapPut("/models/{id}/card", Put).WithSummary("Enter a model's card; the one before it is replaced");
        api.MapGet("/models/{id}/card/export", Export).WithSummary("The card as Hugging Face front matter or as a CycloneDX document");
        api.MapPut("/models/{id}/card/import", Import)
            .WithSummary("Enter a card from Hugging Face front matter or from a CycloneDX document");
    }

    /// <summary>Origin: catalogue (ships with this build), entered (by a person), none (nothing is known).</summary>
    public sealed record CardView(
        string Model,
        ModelCard Card,
        string Origin,
        int? ContextTokens,
        int? MaxOutputTokens,
        string? UpdatedBy,
        DateTimeOffset? UpdatedAt,
        long Version
    );

    /// <summary>Format: hf or cyclonedx. Text: the file as it is.</summary>
    public sealed record CardFile(string Format, string Text);

    public sealed record CardExport(string Format, string FileName, string Text);

    /// <summary>LeftOut: names in the file that a card has no place for.</summary>
    public sealed record CardImport(CardView Card, IReadOnlyList<string> LeftOut);

    static Ok<CardView> Get(HttpContext http, string id, ModelsCatalog catalog, GovernanceCatalog governance)
    {
        var view = View(catalog, Seen(http, id, catalog, governance));
        Preconditions.SetTag(http, view.Version);
        return TypedResults.Ok(view);
    }

    static async Task<Ok<CardView>> Put(
        HttpContext http,
        string id,
        ModelCard body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    ) => TypedResults.Ok(await PutAsync(http, ModelEndpoints.Find(catalog, id), body, catalog, hub, ct));

    static Model Seen(HttpContext http, string id, ModelsCatalog catalog, GovernanceCatalog governance) =>
        ModelsInReach.Find(catalog.Current, governance.Current, AdminAccess.ReachOf(http), id);

    static Ok<CardExport> Export(HttpContext http, string id, string? format, ModelsCatalog catalog, GovernanceCatalog governance)
    {
        var model = Seen(http, id, catalog, governance);
        var view = View(catalog, model);
        Preconditions.SetTag(http, view.Version);
        return TypedResults.Ok(
            format switch
            {
                null or "hf" => new CardExport("hf", "README.md", HuggingFaceCard.Write(model.Name, view.Card)),
                "cyclonedx" => new CardExport("cyclonedx", "bom.json", CycloneDxCard.Write(model.Name, view.Card)),
                _ => throw WrongFormat(),
            }
        );
    }

    static async Task<Ok<CardImport>> Import(
        HttpContext http,
        string id,
        CardFile body,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        var model = ModelEndpoints.Find(catalog, id);
        var read = (body.Format, body.Text) switch
        {
            (_, null) => throw new PorticoException(ErrorTable.InvalidRequest, "'text' is missing.", "text"),
            ("hf", _) => HuggingFaceCard.Parse(body.Text),
            ("cyclonedx", _) => CycloneDxCard.Parse(body.Text),
            _ => throw WrongFormat(),
        };
        return TypedResults.Ok(new CardImport(await PutAsync(http, model, read.Card, catalog, hub, ct), read.LeftOut));
    }

    static async Task<CardView> PutAsync(
        HttpContext http,
        Model model,
        ModelCard card,
        ModelsCatalog catalog,
        HubService hub,
        CancellationToken ct
    )
    {
        CardCheck.Require(card);
        var version = catalog.Current.CardOf(model.Id).Version;
        Preconditions.Require(http, version);
        await hub.PutCardAsync(model, card, version, AdminAccess.Actor(http).Name, ct);
        var view = View(catalog, model);
        Preconditions.SetTag(http, view.Version);
        return view;
    }

    static CardView View(ModelsCatalog catalog, Model model)
    {
        var known = catalog.Current.CardOf(model.Id);
        return new CardView(
            model.Name,
            known.Card,
            OriginOf(known),
            model.ContextTokens,
            model.MaxOutputTokens,
            known.Version > 0 ? known.UpdatedBy : null,
            known.Version > 0 ? known.UpdatedAt : null,
            known.Version
        );
    }

    internal static string OriginOf(StoredCard known) =>
        known.Version > 0 ? "entered"
        : CardJson.Text(known.Card) == CardJson.Text(new ModelCard()) ? "none"
        : "catalogue";

    static PorticoException WrongFormat() => new(ErrorTable.InvalidRequest, "format must be hf or cyclonedx.", "format");
}
