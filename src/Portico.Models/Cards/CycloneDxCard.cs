using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.Models.Cards;

/// <summary>
/// A CycloneDX 1.7 document in JSON with one component of type machine-learning-model and its modelCard, as
/// https://cyclonedx.org/schema/bom-1.7.schema.json describes it. What it has no field for stands in properties whose names begin with
/// <c>portico:</c>, by the rule of https://github.com/CycloneDX/cyclonedx-property-taxonomy.
/// </summary>
static partial class CycloneDxCard
{
    const string ModelType = "machine-learning-model";
    const string OwnRest = "portico:rest";
    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    public static string Write(string name, ModelCard card)
    {
        var component = new JsonObject { ["type"] = ModelType, ["name"] = name };
        if (card.Licence is { } licence)
            component["licenses"] = Array(Licence(licence));
        var links = new List<JsonNode>();
        if (card.Source?.Url is { } site)
            links.Add(new JsonObject { ["type"] = "website", ["url"] = site });
        if (card.Lineage?.BaseModels is { Count: > 0 } bases)
            component["pedigree"] = new JsonObject
            {
                ["ancestors"] = Array(bases.Select(b => new JsonObject { ["type"] = ModelType, ["name"] = b })),
            };
        if (links.Count > 0)
            component["externalReferences"] = Array(links);
        component["modelCard"] = Card(card);
        return new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.7.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.7",
            ["version"] = 1,
            ["components"] = Array(component),
        }.ToJsonString(Readable);
    }

    static JsonArray Array(params IEnumerable<JsonNode> items) => new(items.ToArray());

    static JsonObject Licence(CardLicence licence)
    {
        // An expression over several ids is no id of the list; it goes under its name.
        var named = new JsonObject();
        if (IsOneId(licence.Id))
            named["id"] = licence.Id;
        else
            named["name"] = licence.Name ?? licence.Id;
        if (licence.Url is not null)
            named["url"] = licence.Url;
        return new JsonObject { ["license"] = named };
    }

    /// <summary>The schema takes ids of SPDX's list alone; we know some of them, and any other goes under its name.</summary>
    static bool IsOneId(string? id) => Licences.ToHuggingFace(id) is not null;

    static JsonObject Card(ModelCard card)
    {
        var parameters = new JsonObject();
        if (card.Task is not null)
            parameters["task"] = card.Task;
        if (card.Lineage?.DataSets is { Count: > 0 } sets)
            parameters["datasets"] = Array(sets.Select(s => new JsonObject { ["type"] = "dataset", ["name"] = s }));
        if (card.Inputs.Count > 0)
            parameters["inputs"] = Array(card.Inputs.Select(i => new JsonObject { ["format"] = i }));
        if (card.Outputs.Count > 0)
            parameters["outputs"] = Array(card.Outputs.Select(o => new JsonObject { ["format"] = o }));
        var considerations = new JsonObject();
        if (card.IntendedUse.Count > 0)
            considerations["useCases"] = Array(card.IntendedUse.Select(u => (JsonNode)u));
        if (card.Limits.Count > 0)
            considerations["technicalLimitations"] = Array(card.Limits.Select(l => (JsonNode)l));
        var model = new JsonObject();
        if (parameters.Count > 0)
            model["modelParameters"] = parameters;
        if (card.Evaluations.Count > 0)
            model["quantitativeAnalysis"] = new JsonObject
            {
                ["performanceMetrics"] = Array(
                    card.Evaluations.Select(e => new JsonObject
                    {
                        ["type"] = e.Metric,
                        ["value"] = e.Value,
                        ["slice"] = e.Name,
                    })
                ),
            };
        if (considerations.Count > 0)
            model["considerations"] = considerations;
        if (RestOf(card) is { IsEmpty: false } rest)
            model["properties"] = Array(new JsonObject { ["name"] = OwnRest, ["value"] = rest.ToJson() });
        return model;
    }

    static CardRest RestOf(ModelCard card) =>
        new()
        {
            Source = card.Source is { Name: not null } or { Url: null } ? card.Source : null,
            Licence = card.Licence is { } licence && licence != AsRead(licence) ? licence : null,
            Terms = card.Terms,
            Capabilities = CardRest.NotEmpty(card.Capabilities),
            Languages = CardRest.NotEmpty(card.Languages),
            Library = card.Library,
            Lineage =
                card.Lineage is { } l
                && (l.Relation is not null || l.BaseModels is null or { Count: 0 } || l.DataSets is null or { Count: 0 })
                    ? l
                    : null,
            Evaluations = card.Evaluations.Any(e => e.Source is not null) ? card.Evaluations : null,
            Retirement = card.Retirement,
        };

    static CardLicence AsRead(CardLicence licence) =>
        IsOneId(licence.Id)
            ? Licences.FromSpdx(licence.Id!) with
            {
                Url = licence.Url,
            }
            : new CardLicence(Name: licence.Name ?? licence.Id, Url: licence.Url);
}
