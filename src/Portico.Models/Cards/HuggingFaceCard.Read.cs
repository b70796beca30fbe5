using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Portico.Models.Cards;

static partial class HuggingFaceCard
{
    const int MaxNodes = 20_000;
    const int MaxDepth = 32;

    static readonly HashSet<string> Read = new(StringComparer.Ordinal)
    {
        "license",
        "license_name",
        "license_link",
        "language",
        "pipeline_tag",
        "library_name",
        "base_model",
        "base_model_relation",
        "datasets",
        "model-index",
        Own,
    };

    /// <exception cref="PorticoException">The text is no such card; the details name every problem.</exception>
    public static CardReading Parse(string text)
    {
        var problems = new List<CardProblem>();
        var root = Metadata(text, problems);
        CardCheck.Require(problems);
        var reader = new YamlReader(problems);
        var card = new ModelCard
        {
            Licence = ReadLicence(reader, root!),
            Languages = reader.Strings(root!, "language") ?? [],
            Task = reader.String(root!, "pipeline_tag"),
            Library = reader.String(root!, "library_name"),
            Lineage = ReadLineage(reader, root!),
            Evaluations = ReadModelIndex(reader, root!),
        };
        if (YamlReader.Find(root!, Own) is { } own && YamlReader.ToJson(own) is { } json)
            card = CardRest.FromJson(json.ToJsonString(), Own, problems)?.Over(card) ?? card;
        problems.AddRange(CardCheck.Problems(card));
        CardCheck.Require(problems);
        return new CardReading(card, root!.Children.Keys.Select(k => k.ToString()).Where(k => !Read.Contains(k)).ToList());
    }

    static YamlMappingNode? Metadata(string text, List<CardProblem> problems)
    {
        var lines = text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n');
        var end = Array.FindIndex(lines, 1, lines.Length - 1, l => l.TrimEnd() == "---");
        if (lines[0].TrimEnd() != "---" || end < 0)
        {
            problems.Add(new CardProblem("text", "does not begin with a metadata block between two lines of ---."));
            return null;
        }
        try
        {
            var block = string.Join('\n', lines[1..end]);
            if (Excess(block) is { } excess)
            {
                problems.Add(new CardProblem("text", excess));
                return null;
            }
            var stream = new YamlStream();
            stream.Load(new StringReader(block));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return root;
            problems.Add(new CardProblem("text", "the metadata block must be one mapping of names to values."));
        }
        catch (YamlException e)
        {
            problems.Add(new CardProblem("text", $"line {e.Start.Line + 1} is not YAML: {e.InnerException?.Message ?? e.Message}"));
        }
        return null;
    }

    /// <summary>What of a block would cost too much to read: the tree is built by recursion, and aliases of aliases grow without end.</summary>
    static string? Excess(string block)
    {
        var parser = new Parser(new StringReader(block));
        var (depth, nodes) = (0, 0);
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth)
                return $"is nested deeper than {MaxDepth} levels.";
            if (++nodes > MaxNodes)
                return $"has more than {MaxNodes} values.";
            if (parser.Current is AnchorAlias)
                return "uses an alias (*name), which is not taken here: write the value out.";
        }
        return null;
    }

    static CardLicence? ReadLicence(YamlReader reader, YamlMappingNode root)
    {
        var words = reader.Strings(root, "license");
        var (name, link) = (reader.String(root, "license_name"), reader.String(root, "license_link"));
        if (words is { Count: > 1 })
            reader.Problems.Add(new CardProblem("license", "must be one licence; write several as license: other with a license_name."));
        // A link to a file of the repository is no address: it is left to the source.
        var url = link is not null && link.Contains("://", StringComparison.Ordinal) ? link : null;
        if (words is [var word] && word != "other")
            return Licences.FromHuggingFace(word) with { Url = url };
        return name is null && words is null ? null : new CardLicence(Name: name ?? "other", Url: url);
    }

    static CardLineage? ReadLineage(YamlReader reader, YamlMappingNode root)
    {
        var lineage = new CardLineage(
            reader.Strings(root, "base_model"),
            reader.String(root, "base_model_relation"),
            reader.Strings(root, "datasets")
        );
        return lineage == new CardLineage() ? null : lineage;
    }

    static List<CardEvaluation> ReadModelIndex(YamlReader reader, YamlMappingNode root)
    {
        var found = new List<CardEvaluation>();
        foreach (var (model, at) in reader.Mappings(root, "model-index", ""))
        foreach (var (result, path) in reader.Mappings(model, "results", at))
        {
            var dataSet = reader.Mapping(result, "dataset", path);
            var name = dataSet is null
                ? null
                : reader.String(dataSet, "name", path + ".dataset") ?? reader.String(dataSet, "type", path + ".dataset");
            var source = reader.Mapping(result, "source", path);
            var url = source is null ? null : reader.String(source, "url", path + ".source");
            foreach (var (metric, place) in reader.Mappings(result, "metrics", path))
                found.Add(
                    new CardEvaluation(
                        name ?? "",
                        reader.String(metric, "type", place) ?? reader.String(metric, "name", place) ?? "",
                        reader.String(metric, "value", place) ?? "",
                        url
                    )
                );
        }
        return found;
    }
}
