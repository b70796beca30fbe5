using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.Models.Cards;

static partial class CycloneDxCard
{
    const int MaxDepth = 64;

    /// <exception cref="PorticoException">The text is no such document; the details name every problem.</exception>
    public static CardReading Parse(string text)
    {
        var problems = new List<CardProblem>();
        var component = Component(text, problems);
        CardCheck.Require(problems);
        var reader = new JsonReader(problems);
        var left = new List<string>();
        LeaveOut(left, component!, "", ["type", "name", "licenses", "pedigree", "externalReferences", "modelCard"]);
        var model = reader.Object(component!, "modelCard", "") ?? [];
        LeaveOut(left, model, "modelCard", ["modelParameters", "quantitativeAnalysis", "considerations", "properties"]);
        var parameters = reader.Object(model, "modelParameters", "modelCard") ?? [];
        LeaveOut(left, parameters, "modelCard.modelParameters", ["task", "datasets", "inputs", "outputs"]);
        var considerations = reader.Object(model, "considerations", "modelCard") ?? [];
        LeaveOut(left, considerations, "modelCard.considerations", ["useCases", "technicalLimitations"]);
        var card = new ModelCard
        {
            Source = ReadSource(reader, component!),
            Licence = ReadLicence(reader, component!),
            Inputs = Formats(reader, parameters, "inputs"),
            Outputs = Formats(reader, parameters, "outputs"),
            Task = reader.String(parameters, "task", "modelCard.modelParameters"),
            Lineage = ReadLineage(reader, component!, parameters),
            IntendedUse = reader.Strings(considerations, "useCases", "modelCard.considerations"),
            Limits = reader.Strings(considerations, "technicalLimitations", "modelCard.considerations"),
            Evaluations = ReadMetrics(reader, model, left),
        };
        foreach (var (property, path) in reader.Objects(model, "properties", "modelCard"))
            if (reader.String(property, "name", path) == OwnRest)
                card = CardRest.FromJson(reader.String(property, "value", path) ?? "", path, problems)?.Over(card) ?? card;
            else
                left.Add(path);
        problems.AddRange(CardCheck.Problems(card));
        CardCheck.Require(problems);
        return new CardReading(card, left);
    }

    static JsonObject? Component(string text, List<CardProblem> problems)
    {
        try
        {
            var root =
                JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false })
                as JsonObject;
            if (root?["bomFormat"] is not JsonValue format || !format.TryGetValue<string>(out var name) || name != "CycloneDX")
                problems.Add(new CardProblem("bomFormat", "must be CycloneDX."));
            if (
                root?["specVersion"] is not JsonValue version
                || !version.TryGetValue<string>(out var number)
                || number is not ("1.5" or "1.6" or "1.7")
            )
                problems.Add(new CardProblem("specVersion", "must be 1.7; 1.5 and 1.6, which have the same card, are read too."));
            if (problems.Count > 0)
                return null;
            var models = Models(root!).ToList();
            if (models.Count == 1)
                return models[0];
            problems.Add(new CardProblem("components", $"must hold one component of type {ModelType}; there are {models.Count}."));
        }
        catch (JsonException e)
        {
            problems.Add(new CardProblem("text", $"is not JSON: {e.Message}"));
        }
        return null;
    }

    /// <summary>Of the components, else the one that the document is about.</summary>
    static IEnumerable<JsonObject> Models(JsonObject root)
    {
        static bool IsModel(JsonNode? node) =>
            node is JsonObject o && o["type"] is JsonValue type && type.TryGetValue<string>(out var text) && text == ModelType;
        var listed = (root["components"] as JsonArray)?.Where(IsModel).Select(n => n!.AsObject()).ToList() ?? [];
        if (listed.Count > 0)
            return listed;
        return root["metadata"] is JsonObject about && IsModel(about["component"]) ? [about["component"]!.AsObject()] : [];
    }

    static void LeaveOut(List<string> left, JsonObject at, string path, string[] known) =>
        left.AddRange(
            at.Select(p => p.Key).Where(k => !known.Contains(k, StringComparer.Ordinal)).Select(k => path.Length == 0 ? k : $"{path}.{k}")
        );

    static CardSource? ReadSource(JsonReader reader, JsonObject component)
    {
        foreach (var (link, path) in reader.Objects(component, "externalReferences", ""))
            if (reader.String(link, "type", path) == "website")
                return new CardSource(Url: reader.String(link, "url", path));
        return null;
    }

    static CardLicence? ReadLicence(JsonReader reader, JsonObject component)
    {
        var all = reader.Objects(component, "licenses", "").ToList();
        if (all.Count > 1)
            reader.Problems.Add(new CardProblem("licenses", "must hold one licence; write several as one expression."));
        if (all.Count == 0)
            return null;
        var (one, path) = all[0];
        if (reader.String(one, "expression", path) is { } expression)
            return Licences.FromSpdx(expression);
        if (reader.Object(one, "license", path) is not { } named)
            return null;
        var url = reader.String(named, "url", path + ".license");
        return reader.String(named, "id", path + ".license") is { } id
            ? Licences.FromSpdx(id) with
            {
                Url = url,
            }
            : new CardLicence(Name: reader.String(named, "name", path + ".license"), Url: url);
    }

    static List<string> Formats(JsonReader reader, JsonObject parameters, string name) =>
        reader.Objects(parameters, name, "modelCard.modelParameters").Select(p => reader.String(p.Node, "format", p.Path) ?? "").ToList();

    static CardLineage? ReadLineage(JsonReader reader, JsonObject component, JsonObject parameters)
    {
        var pedigree = reader.Object(component, "pedigree", "") ?? [];
        var bases = reader.Objects(pedigree, "ancestors", "pedigree").Select(a => reader.String(a.Node, "name", a.Path) ?? "").ToList();
        var sets = reader
            .Objects(parameters, "datasets", "modelCard.modelParameters")
            .Select(d => reader.String(d.Node, "name", d.Path) ?? reader.String(d.Node, "ref", d.Path) ?? "")
            .ToList();
        return bases.Count + sets.Count == 0 ? null : new CardLineage(bases.Count == 0 ? null : bases, null, sets.Count == 0 ? null : sets);
    }

    static List<CardEvaluation> ReadMetrics(JsonReader reader, JsonObject model, List<string> left)
    {
        var analysis = reader.Object(model, "quantitativeAnalysis", "modelCard") ?? [];
        LeaveOut(left, analysis, "modelCard.quantitativeAnalysis", ["performanceMetrics"]);
        return reader
            .Objects(analysis, "performanceMetrics", "modelCard.quantitativeAnalysis")
            .Select(m => new CardEvaluation(
                reader.String(m.Node, "slice", m.Path) ?? "all",
                reader.String(m.Node, "type", m.Path) ?? "",
                reader.String(m.Node, "value", m.Path) ?? ""
            ))
            .ToList();
    }
}
