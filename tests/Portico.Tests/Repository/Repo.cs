using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Portico.Tests.Repository;

/// <summary>The working tree as a newcomer gets it: its root, and its files without what .gitignore leaves out.</summary>
static partial class Repo
{
    /// <summary>The modules from left to right; a reference may only point left.</summary>
    public static readonly string[] Modules =
    [
        "Core",
        "Storage",
        "Guardrails",
        "Providers",
        "Governance",
        "Observability",
        "Models",
        "Gateway",
        "Server",
    ];

    static readonly Lazy<string> FoundRoot = new(FindRoot);
    static readonly Lazy<IReadOnlyList<string>> FoundFiles = new(() => Walk(Root, Ignored()).Order(StringComparer.Ordinal).ToList());

    public static string Root => FoundRoot.Value;

    /// <summary>Every file, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files => FoundFiles.Value;

    public static IEnumerable<string> FilesWith(params string[] endings) =>
        Files.Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)));

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>The module of a file under src, or null.</summary>
    public static string? ModuleOf(string file) => ModuleFolder().Match(file) is { Success: true } m ? m.Groups["module"].Value : null;

    /// <summary>Names in <paramref name="element"/> items of a project file.</summary>
    public static IReadOnlyList<string> Includes(string projectFile, string element) =>
        XDocument
            .Load(PathOf(projectFile))
            .Descendants(element)
            .Select(e => e.Attribute("Include")?.Value)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .ToList();

    /// <summary>Modules that a module's project refers to, in the order of the list.</summary>
    public static IReadOnlyList<string> ReferencesOf(string module) =>
        Includes($"src/Portico.{module}/Portico.{module}.csproj", "ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))["Portico.".Length..])
            .OrderBy(m => Array.IndexOf(Modules, m))
            .ToList();

    static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Portico.slnx")))
                return at.FullName;
        throw new InvalidOperationException($"There is no Portico.slnx above {AppContext.BaseDirectory}: the tests run in the repository.");
    }

    /// <summary>Patterns of .gitignore in the forms it uses: a folder anywhere, a folder at the root, an ending.</summary>
    static string[] Ignored() =>
        File.ReadAllLines(Path.Combine(Root, ".gitignore"))
            .Select(l => l.Trim())
            .Where(l => l.Length > 0 && l[0] != '#')
            .Append(".git")
            .ToArray();

    static IEnumerable<string> Walk(string folder, string[] ignored)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            if (Relative(file) is var name && !IsIgnored(name, ignored))
                yield return name;
        foreach (var inner in Directory.EnumerateDirectories(folder))
            if (!IsIgnored(Relative(inner) + "/", ignored))
                foreach (var file in Walk(inner, ignored))
                    yield return file;
    }

    static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    static bool IsIgnored(string name, string[] ignored) =>
        ignored.Any(pattern =>
            pattern[0] == '/' ? name.StartsWith(pattern[1..], StringComparison.Ordinal)
            : pattern[0] == '*' ? name.EndsWith(pattern[1..], StringComparison.Ordinal)
            : name.TrimEnd('/').Split('/')[^1] == pattern.TrimEnd('/')
        );

    [GeneratedRegex("^src/Portico\\.(?<module>[A-Za-z]+)/")]
    private static partial Regex ModuleFolder();
}
