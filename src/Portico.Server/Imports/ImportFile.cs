using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Portico.Server.Imports;

/// <summary>What is wrong in a file, and in which line.</summary>
sealed record FileProblem(string File, long Line, string Text)
{
    public override string ToString() => $"{File}:{Line}: {Text}";
}

/// <summary>
/// A file in YAML or JSON with the line of every value, and what was found wrong in it: everything, not the first. JSON is read as the YAML that it is.
/// </summary>
sealed class ImportFile
{
    const string MergeKey = "<<";

    readonly string name;
    readonly List<FileProblem> problems;

    ImportFile(string name, List<FileProblem> problems) => (this.name, this.problems) = (name, problems);

    /// <summary>The first document; null when there is none, or it cannot be read at all, which is then noted.</summary>
    public YamlNode? Root { get; private init; }

    public static ImportFile Read(string name, string text, List<FileProblem> problems)
    {
        try
        {
            // Between the values of a JSON file tabs are blanks, and inside them they are written otherwise.
            if (text.TrimStart() is ['{' or '[', ..])
                text = text.Replace('\t', ' ');
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return new ImportFile(name, problems) { Root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode };
        }
        catch (YamlException e)
        {
            problems.Add(new FileProblem(name, e.Start.Line, e.InnerException?.Message ?? e.Message));
            return new ImportFile(name, problems);
        }
    }

    public void Wrong(YamlNode at, string text) => problems.Add(new FileProblem(name, at.Start.Line, text));

    public static bool IsNull(YamlNode? node) =>
        node is null || node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "Null" or "NULL" or "~" };

    /// <summary>A member, its own or one that is merged in; null when it is absent or says nothing.</summary>
    public static YamlNode? Find(YamlMappingNode at, string member)
    {
        if (at.Children.TryGetValue(new YamlScalarNode(member), out var node))
            return IsNull(node) ? null : node;
        if (!at.Children.TryGetValue(new YamlScalarNode(MergeKey), out var merged))
            return null;
        IEnumerable<YamlMappingNode> from = merged switch
        {
            YamlSequenceNode several => several.OfType<YamlMappingNode>(),
            YamlMappingNode one => [one],
            _ => [],
        };
        return from.Where(m => !ReferenceEquals(m, at)).Select(m => Own(m, member)).FirstOrDefault(n => n is not null);
    }

    static YamlNode? Own(YamlMappingNode at, string member) =>
        at.Children.TryGetValue(new YamlScalarNode(member), out var node) && !IsNull(node) ? node : null;

    public YamlMappingNode? Mapping(YamlMappingNode at, string member) =>
        Find(at, member) switch
        {
            null => null,
            YamlMappingNode mapping => mapping,
            { } other => Say<YamlMappingNode>(other, $"{member} must be a mapping of names to values."),
        };

    public IReadOnlyList<YamlNode> List(YamlMappingNode at, string member) =>
        Find(at, member) switch
        {
            null => [],
            YamlSequenceNode list => [.. list.Children],
            { } other => Say<List<YamlNode>>(other, $"{member} must be a list.") ?? [],
        };

    public string? Text(YamlMappingNode at, string member) =>
        Find(at, member) switch
        {
            null => null,
            YamlScalarNode { Value: { } value } => value,
            { } other => Say<string>(other, $"{member} must be one value."),
        };

    public List<string> Texts(YamlMappingNode at, string member)
    {
        var found = new List<string>();
        foreach (var node in List(at, member))
            if (node is YamlScalarNode { Value: { } value })
                found.Add(value);
            else
                Wrong(node, $"{member} must be a list of names.");
        return found;
    }

    /// <summary>A number that is not negative.</summary>
    public decimal? Number(YamlMappingNode at, string member)
    {
        if (Text(at, member) is not { } text)
            return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0)
            return number;
        Wrong(Find(at, member)!, $"{member} must be a number from 0 on; it is '{Short(text)}'.");
        return null;
    }

    public bool Truth(YamlMappingNode at, string member)
    {
        if (Text(at, member) is not { } text)
            return false;
        if (bool.TryParse(text, out var truth))
            return truth;
        Wrong(Find(at, member)!, $"{member} must be true or false.");
        return false;
    }

    static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    T? Say<T>(YamlNode at, string text)
        where T : class
    {
        Wrong(at, text);
        return null;
    }
}
