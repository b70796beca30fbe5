using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Portico.Governance.Policy;

/// <summary>
/// Reads a document, YAML or JSON (which is YAML too), with the number of every line. Tells all that is wrong at once. Pure.
/// </summary>
public sealed partial class PolicyReader
{
    const int MaxItems = 1_000;
    const int MaxName = 128;
    const int MaxDepth = 16;

    readonly string[] source;
    readonly List<PolicyProblem> problems = [];
    readonly Dictionary<string, PolicyLine> lines = new(StringComparer.Ordinal);
    readonly List<PolicyException> exceptions = [];

    PolicyReader(string text) => source = text.Split('\n');

    /// <returns>The document, or null with what is wrong.</returns>
    public static (PolicyDocument? Document, IReadOnlyList<PolicyProblem> Problems) Read(string text)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(text) > PolicyDocument.MaxBytes)
            return (null, [new PolicyProblem(1, 1, $"A policy has at most {PolicyDocument.MaxBytes / 1024} KiB.")]);
        var reader = new PolicyReader(text);
        reader.ReadAll(text);
        return reader.problems.Count > 0
            ? (null, reader.problems.OrderBy(p => p.Line).ThenBy(p => p.Column).ToList())
            : (new PolicyDocument(reader.lines, reader.exceptions), []);
    }

    void ReadAll(string text)
    {
        YamlNode? root;
        try
        {
            if (!IsPlain(text))
                return;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count > 1)
            {
                Add(stream.Documents[1].RootNode.Start, "A policy is one document.");
                return;
            }
            root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Of some broken texts the parser does not say that they are.
            var (at, why) = e is YamlException yaml
                ? (yaml.Start, yaml.InnerException?.Message ?? yaml.Message)
                : (Mark.Empty, "it cannot be read.");
            Add(at, "This is no YAML: " + Sentence(why));
            return;
        }
        if (root is null || IsNothing(root))
            return;
        if (root is not YamlMappingNode sections)
        {
            Add(root.Start, $"A policy is a mapping of sections: {string.Join(", ", PolicySchema.Sections)}.");
            return;
        }
        foreach (var (key, value) in sections.Children)
            Section(key, value);
    }

    /// <summary>
    /// Looks before anything is built: an alias can make a small text grow without end, and what is nested deep takes the stack. No policy needs either.
    /// </summary>
    bool IsPlain(string text)
    {
        var depth = 0;
        for (var parser = new Parser(new StringReader(text)); parser.MoveNext(); )
        {
            var now = parser.Current!;
            if (now is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            {
                Add(now.Start, "Anchors and aliases are not taken.");
                return false;
            }
            depth += now.NestingIncrease;
            if (depth <= MaxDepth)
                continue;
            Add(now.Start, "This is nested deeper than any policy.");
            return false;
        }
        return true;
    }

    static bool IsNothing(YamlNode node) => node is YamlScalarNode { Value: null or "" or "null" or "~" };

    static string Sentence(string message) => message.Length <= 200 ? message : message[..200];

    void Section(YamlNode key, YamlNode value)
    {
        var name = key is YamlScalarNode { Value: { } text } ? text : "";
        // A section with nothing in it says nothing.
        if (IsNothing(value) && PolicySchema.Sections.Contains(name, StringComparer.Ordinal))
            return;
        if (name == PolicySchema.Exceptions)
            Exceptions(value);
        else if (name == PolicySchema.Guardrails)
            Guardrails(value);
        else if (name == PolicySchema.Guards)
            GuardsOf(value);
        else if (!PolicySchema.Sections.Contains(name, StringComparer.Ordinal))
            Add(key.Start, $"There is no section '{Short(name)}'. There are {string.Join(", ", PolicySchema.Sections)}.");
        else if (value is YamlMappingNode entries)
        {
            var mandatory = MandatoryOf(entries);
            foreach (var (word, said) in entries.Children)
                if (word is not YamlScalarNode { Value: PolicySchema.Mandatory })
                    Line(name, word, said, mandatory);
        }
        else
            Add(value.Start, $"{name} holds lines such as {PolicySchema.Lines.First(l => l.Section == name).Word}.");
    }

    void Line(string section, YamlNode word, YamlNode said, bool? mandatory)
    {
        var name = $"{section}.{(word as YamlScalarNode)?.Value}";
        if (PolicySchema.Find(name) is not { } kind)
        {
            var known = PolicySchema.Lines.Where(l => l.Section == section).Select(l => l.Word);
            Add(word.Start, $"There is no line '{Short(name)}'. Lines of {section} are {string.Join(", ", known)} and mandatory.");
        }
        else if (ValueOf(kind, said) is { } value)
            lines[name] = new PolicyLine(name, value, mandatory, (int)word.Start.Line, TextAt(word));
    }

    PolicyValue? ValueOf(PolicyLineKind kind, YamlNode said)
    {
        switch (kind.Shape)
        {
            case PolicyShape.AllowedNames:
                return Names(kind.Name, said, IsName, "names, of which a * may be the last character") is { } names
                    ? new AllowedNames(CoveringSet.OfNames(kind.Section == "models" ? names : names.Select(n => n.ToLowerInvariant())))
                    : null;
            case PolicyShape.DeniedNames:
                return Names(kind.Name, said, IsName, "names, of which a * may be the last character") is { } denied
                    ? new DeniedNames(CoveringSet.OfNames(kind.Section == "models" ? denied : denied.Select(n => n.ToLowerInvariant())))
                    : null;
            case PolicyShape.AllowedRegions:
                return Names(kind.Name, said, IsRegion, "lower-case regions such as eu or eu-west-1") is { } regions
                    ? new AllowedNames(CoveringSet.OfRegions(regions))
                    : null;
            case PolicyShape.AllowedWords:
                return
                    Names(kind.Name, said, w => kind.Scale!.Contains(w, StringComparer.Ordinal), string.Join(", ", kind.Scale!))
                        is { } words
                    ? new AllowedNames(CoveringSet.OfNames(words))
                    : null;
            case PolicyShape.Duty:
                return Truth(kind.Name, said) is { } holds ? new Duty(holds) : null;
            case PolicyShape.Count:
                return Count(kind.Name, said, kind.Most, kind.Fewest) is { } count ? new AtMost(count) : null;
            case PolicyShape.Floor:
                return Count(kind.Name, said, kind.Most) is { } floor ? new AtLeast(floor) : null;
            case PolicyShape.Budget:
                return Budget(kind.Name, said);
            default:
                return Word(kind.Name, said, kind.Scale!) is { } place ? new Rank(kind.Scale![place], place) : null;
        }
    }

    bool? MandatoryOf(YamlMappingNode section) =>
        section.Children.TryGetValue(new YamlScalarNode(PolicySchema.Mandatory), out var said) ? Truth(PolicySchema.Mandatory, said) : null;

    List<string>? Names(string line, YamlNode said, Func<string, bool> isOne, string what)
    {
        if (said is not YamlSequenceNode list || list.Children.Any(c => c is not YamlScalarNode))
        {
            Add(said.Start, $"{line} is a list of {what}.");
            return null;
        }
        if (list.Children.Count > MaxItems)
        {
            Add(said.Start, $"{line} has at most {MaxItems} entries.");
            return null;
        }
        var bad = list.Children.FirstOrDefault(c => !isOne(((YamlScalarNode)c).Value ?? ""));
        if (bad is not null)
            Add(bad.Start, $"{line} is a list of {what}; '{Short(bad.ToString())}' is none.");
        return bad is null ? list.Children.Select(c => ((YamlScalarNode)c).Value!).ToList() : null;
    }

    bool? Truth(string line, YamlNode said)
    {
        if (said is YamlScalarNode { Value: "true" or "false" } scalar)
            return scalar.Value == "true";
        Add(said.Start, $"{line} is true or false.");
        return null;
    }

    long? Count(string line, YamlNode said, long most, long least = 0)
    {
        if (
            said is YamlScalarNode { Value: { } text }
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
        )
            return number;
        Add(said.Start, $"{line} is a whole number from {least} to {most}.");
        return null;
    }

    int? Word(string line, YamlNode said, IReadOnlyList<string> scale)
    {
        for (var i = 0; i < scale.Count; i++)
            if (said is YamlScalarNode scalar && scalar.Value == scale[i])
                return i;
        Add(said.Start, $"{line} is one of {string.Join(", ", scale)}.");
        return null;
    }

    static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName
        && !name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && !name[..^1].Contains('*', StringComparison.Ordinal);

    static bool IsRegion(string region) =>
        region.Length is > 0 and <= 64
        && region.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
        && region[0] != '-'
        && region[^1] != '-';

    string TextAt(YamlNode node)
    {
        var line = (int)node.Start.Line;
        var text = line >= 1 && line <= source.Length ? source[line - 1].Trim() : "";
        return text.Length <= 200 ? text : text[..200] + "…";
    }

    static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    void Add(Mark at, string message) => problems.Add(new PolicyProblem(Math.Max(1, (int)at.Line), Math.Max(1, (int)at.Column), message));
}
