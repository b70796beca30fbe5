using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Portico.Governance.Learning;

/// <summary>YAML inside a course: reads members, and notes what is wrong with the line of the document that it stands in.</summary>
sealed class CourseYaml(int before, List<CourseProblem> problems)
{
    /// <param name="lines">Of the block.</param>
    /// <param name="before">Lines of the document before the first of them.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static (CourseYaml Yaml, YamlMappingNode? Root) Read(IEnumerable<string> lines, int before, List<CourseProblem> problems)
    {
        var yaml = new CourseYaml(before, problems);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(string.Join('\n', lines)));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return (yaml, root);
            problems.Add(new CourseProblem(before, "This block must hold names with values, as YAML has them."));
        }
        catch (YamlException e)
        {
            problems.Add(new CourseProblem(before + (int)e.Start.Line, e.InnerException?.Message ?? e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What the reader of YAML throws, without a line, on some damage: a tab behind a plain value.
            problems.Add(new CourseProblem(before, "This block is not YAML."));
        }
        return (yaml, null);
    }

    public void Wrong(YamlNode at, string text) => problems.Add(new CourseProblem(before + (int)at.Start.Line, text));

    public void Known(YamlMappingNode at, params ReadOnlySpan<string> names)
    {
        foreach (var key in at.Children.Keys.OfType<YamlScalarNode>())
            if (!names.Contains(key.Value!))
                Wrong(key, $"There is no '{key.Value}' here; there are {string.Join(", ", names.ToArray())}.");
    }

    public static YamlNode? Find(YamlMappingNode at, string name) =>
        at.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;

    /// <summary>A text that must be there; empty, and noted, where it is not.</summary>
    public string Text(YamlMappingNode at, string name)
    {
        if (OptionalText(at, name) is { Length: > 0 } text)
            return text;
        if (Find(at, name) is not YamlMappingNode and not YamlSequenceNode)
            Wrong(at, $"{name} is missing.");
        return "";
    }

    public string? OptionalText(YamlMappingNode at, string name)
    {
        switch (Find(at, name))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return scalar.Value?.Trim();
            case var other:
                Wrong(other, $"{name} must be a text.");
                return null;
        }
    }

    public int Whole(YamlMappingNode at, string name, int from, int to)
    {
        var node = Find(at, name);
        if (node is YamlScalarNode { Value: { } text } && int.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            if (number >= from && number <= to)
                return number;
        }
        Wrong(node ?? at, $"{name} must be a whole number from {from} to {to}.");
        return from;
    }

    public double Number(YamlNode node, string name)
    {
        if (
            node is YamlScalarNode { Value: { } text }
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= 0
        )
            return number;
        Wrong(node, $"{name} must be a number.");
        return 0;
    }

    /// <summary>Texts, at least one.</summary>
    public IReadOnlyList<string> Texts(YamlNode? node, YamlNode at, string name)
    {
        if (node is YamlSequenceNode { Children.Count: > 0 } list && list.Children.All(c => c is YamlScalarNode { Value.Length: > 0 }))
            return list.Children.Select(c => ((YamlScalarNode)c).Value!.Trim()).ToList();
        if (node is YamlScalarNode { Value.Length: > 0 } one)
            return [one.Value.Trim()];
        Wrong(node ?? at, $"{name} must be a list of texts.");
        return [];
    }

    /// <summary>Mappings, at least one.</summary>
    public IReadOnlyList<YamlMappingNode> Mappings(YamlMappingNode at, string name)
    {
        var node = Find(at, name);
        if (node is YamlSequenceNode { Children.Count: > 0 } list && list.Children.All(c => c is YamlMappingNode))
            return list.Children.Cast<YamlMappingNode>().ToList();
        Wrong(node ?? at, $"{name} must be a list, and each of it names with values.");
        return [];
    }
}
