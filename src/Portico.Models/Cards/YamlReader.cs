using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Portico.Models.Cards;

/// <summary>Takes values out of YAML and notes what has the wrong shape.</summary>
sealed class YamlReader(List<CardProblem> problems)
{
    public List<CardProblem> Problems => problems;

    public static YamlNode? Find(YamlMappingNode at, string name) =>
        at.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;

    static string In(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    public string? String(YamlMappingNode at, string name, string path = "")
    {
        if (Find(at, name) is not { } node || IsNull(node))
            return null;
        if (node is YamlScalarNode scalar)
            return scalar.Value;
        problems.Add(new CardProblem(In(path, name), "must be one value."));
        return null;
    }

    /// <summary>One text or a list of them.</summary>
    public List<string>? Strings(YamlMappingNode at, string name)
    {
        if (Find(at, name) is not { } node || IsNull(node))
            return null;
        if (node is YamlScalarNode one)
            return [one.Value!];
        if (node is YamlSequenceNode several && several.All(n => n is YamlScalarNode))
            return several.Select(n => ((YamlScalarNode)n).Value ?? "").ToList();
        problems.Add(new CardProblem(name, "must be a text or a list of texts."));
        return null;
    }

    public YamlMappingNode? Mapping(YamlMappingNode at, string name, string path)
    {
        if (Find(at, name) is not { } node || IsNull(node))
            return null;
        if (node is YamlMappingNode mapping)
            return mapping;
        problems.Add(new CardProblem(In(path, name), "must be a mapping of names to values."));
        return null;
    }

    public IEnumerable<(YamlMappingNode Node, string Path)> Mappings(YamlMappingNode at, string name, string path)
    {
        if (Find(at, name) is not { } node || IsNull(node))
            yield break;
        if (node is not YamlSequenceNode list)
        {
            problems.Add(new CardProblem(In(path, name), "must be a list."));
            yield break;
        }
        for (var i = 0; i < list.Children.Count; i++)
            if (list[i] is YamlMappingNode one)
                yield return (one, $"{In(path, name)}[{i}]");
            else
                problems.Add(new CardProblem($"{In(path, name)}[{i}]", "must be a mapping of names to values."));
    }

    /// <summary>The same value as JSON.</summary>
    public static JsonNode? ToJson(YamlNode node)
    {
        if (IsNull(node))
            return null;
        return node switch
        {
            YamlMappingNode m => new JsonObject(m.Children.Select(c => KeyValuePair.Create(c.Key.ToString(), ToJson(c.Value)))),
            YamlSequenceNode s => new JsonArray(s.Select(ToJson).ToArray()),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => JsonValue.Create(true),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => JsonValue.Create(false),
            YamlScalarNode { Style: ScalarStyle.Plain } n
                when long.TryParse(n.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                JsonValue.Create(number),
            YamlScalarNode t => JsonValue.Create(t.Value),
            _ => null,
        };
    }
}
