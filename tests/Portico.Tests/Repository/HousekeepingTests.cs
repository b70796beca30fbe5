using System.Text.RegularExpressions;

namespace Portico.Tests.Repository;

/// <summary>Keeps the repository small, whole and readable.</summary>
public sealed partial class HousekeepingTests
{
    const int MaxFileBytes = 300 * 1024;
    const int MaxLines = 500;
    const int LongLines = 300;

    /// <summary>Files over <see cref="LongLines"/> lines when the ratchet was set last. It may only be lowered.</summary>
    const int LongFilesAllowed = 4;

    static readonly string[] RootEntries =
    [
        ".ci",
        ".csharpierrc.yaml",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        "ARCHITECTURE.md",
        "BannedSymbols.txt",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Directory.Build.props",
        "Directory.Build.targets",
        "Directory.Packages.props",
        "LICENSE",
        "Portico.slnx",
        "README.md",
        "SECURITY.md",
        "STYLE.md",
        "bench",
        "build",
        "console",
        "deploy",
        "docs",
        "dotnet-tools.json",
        "examples",
        "global.json",
        "run",
        "src",
        "test",
        "tests",
    ];

    [Fact]
    public void The_root_holds_only_what_the_list_names()
    {
        var entries = Repo.Files.Select(f => f.Split('/')[0]).Distinct(StringComparer.Ordinal).ToList();
        entries.Count.ShouldBeGreaterThan(15);
        entries
            .Except(RootEntries, StringComparer.Ordinal)
            .ShouldBeEmpty("a new entry at the root needs a place in the list, or a better place");
    }

    [Fact]
    public void No_file_is_larger_than_300_KB_but_lock_files_and_the_description_of_the_API()
    {
        Repo.Files.Count.ShouldBeGreaterThan(150);
        // The weights of the tagger of names are one file.
        string[] large = ["docs/reference/openapi.json", "src/Portico.Guardrails/Resources/names.bin"];
        Repo.Files.Where(f => !IsLockFile(f) && !large.Contains(f) && new FileInfo(Repo.PathOf(f)).Length > MaxFileBytes).ShouldBeEmpty();
    }

    [Fact]
    public void No_source_file_has_more_than_500_lines_and_long_ones_do_not_multiply()
    {
        var lengths = Repo.FilesWith(".cs").Select(f => (File: f, Lines: File.ReadLines(Repo.PathOf(f)).Count())).ToList();
        lengths.Count.ShouldBeGreaterThan(150);
        lengths.Where(l => l.Lines > MaxLines).ShouldBeEmpty("ask which second noun is in the file");
        var longOnes = lengths.Where(l => l.Lines > LongLines).Select(l => $"{l.File} {l.Lines}").ToList();
        longOnes.Count.ShouldBeLessThanOrEqualTo(LongFilesAllowed, $"no more files over {LongLines} lines: {string.Join(", ", longOnes)}");
    }

    [Fact]
    public void Nothing_is_put_off_in_a_comment()
    {
        string[] words = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "XX" + "X:"];
        var found = Texts().Where(t => words.Any(w => t.Text.Contains(w, StringComparison.Ordinal))).Select(t => t.File);
        found.ShouldBeEmpty("open an issue instead");
    }

    [Fact]
    public void No_path_of_somebodys_machine_is_written_down()
    {
        var texts = Texts().ToList();
        texts.Count.ShouldBeGreaterThan(150);
        texts.Where(t => MachinePath().IsMatch(t.Text)).Select(t => t.File).ShouldBeEmpty();
    }

    [Fact]
    public void Links_in_pages_lead_somewhere()
    {
        var seen = 0;
        var broken = new List<string>();
        foreach (var page in Repo.FilesWith(".md"))
        foreach (Match link in Link().Matches(WithoutCode(Repo.Read(page))))
        {
            var target = link.Groups["target"].Value.Split('#')[0];
            if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal))
                continue;
            seen++;
            var path = Path.GetFullPath(Path.Combine(Repo.Root, Path.GetDirectoryName(page)!, target));
            if (!File.Exists(path) && !Directory.Exists(path))
                broken.Add($"{page}: {target}");
        }
        seen.ShouldBeGreaterThan(40);
        broken.ShouldBeEmpty();
    }

    /// <summary>Names that stand for a pattern, or for a file that a running Portico makes.</summary>
    static readonly string[] NotInTheTree = ["portico.json", "XModule.cs", "XOptions.cs", "YEndpoints.cs"];

    [Fact]
    public void Files_named_in_pages_exist()
    {
        var seen = 0;
        var missing = new List<string>();
        foreach (var page in Repo.FilesWith(".md"))
        foreach (Match match in BackTicked().Matches(WithoutCode(Repo.Read(page))))
        {
            var name = match.Groups["name"].Value;
            if (NotInTheTree.Contains(name, StringComparer.Ordinal))
                continue;
            seen++;
            if (!Exists(name))
                missing.Add($"{page}: {name}");
        }
        seen.ShouldBeGreaterThan(40);
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Every_package_has_its_sentence_and_every_sentence_its_package()
    {
        var pinned = Repo.Includes("Directory.Packages.props", "PackageVersion").Append("js-tiktoken (npm)").ToList();
        var page = Repo.Read("docs/decisions/0002-packages.md");
        var rows = PackageRow().Matches(page).Select(m => (Name: m.Groups["name"].Value, Reason: m.Groups["reason"].Value)).ToList();
        rows.RemoveAll(r => r.Name == "package");
        rows.Select(r => r.Name).Order(StringComparer.Ordinal).ShouldBe(pinned.Order(StringComparer.Ordinal));
        rows.ShouldAllBe(r => r.Reason.Length > 20 && r.Reason.EndsWith('.'));
        Repo.Read("build/tokens/package.json").ShouldContain("js-tiktoken");
    }

    [Fact]
    public void Guides_can_be_run()
    {
        var seen = 0;
        foreach (var page in Repo.FilesWith(".md").Where(f => f.StartsWith("docs/", StringComparison.Ordinal)))
        {
            var before = "";
            foreach (Match fence in Fence().Matches(Repo.Read(page)))
            {
                var (info, body) = (fence.Groups["info"].Value, fence.Groups["body"].Value);
                if (info.Contains(' ', StringComparison.Ordinal))
                {
                    seen++;
                    info.ShouldBeOneOf(["bash run", "text expect"], page);
                    body.Trim().ShouldNotBeEmpty(page);
                    if (info == "text expect")
                        before.ShouldBe("bash run", $"{page}: a 'text expect' block must follow a 'bash run' block:\n{body}");
                }
                before = info;
            }
        }
        seen.ShouldBeGreaterThan(60);
    }

    static bool Exists(string name)
    {
        name = name.TrimEnd('/');
        if (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..];
        var isFolder = Directory.Exists(Repo.PathOf(name));
        return isFolder
            || Repo.Files.Any(f =>
                f == name || (f.EndsWith(name, StringComparison.Ordinal) && (name[0] == '.' || f[^(name.Length + 1)] is '/' or '.'))
            );
    }

    static bool IsLockFile(string file) =>
        file.EndsWith("packages.lock.json", StringComparison.Ordinal) || file.EndsWith("package-lock.json", StringComparison.Ordinal);

    static IEnumerable<(string File, string Text)> Texts() =>
        Repo.FilesWith(
                ".cs",
                ".md",
                ".json",
                ".props",
                ".targets",
                ".csproj",
                ".sql",
                ".mjs",
                ".ts",
                ".tsx",
                ".sh",
                ".yaml",
                ".yml",
                ".editorconfig"
            )
            .Concat(Repo.Files.Where(f => f is "run" or "test" or ".ci/run"))
            .Where(f => !IsLockFile(f))
            .Select(f => (f, Repo.Read(f)));

    static string WithoutCode(string markdown) => Fence().Replace(markdown, "");

    [GeneratedRegex("(?<![\\w.$}\\-])/(?:work|root|home|Users)/[a-z]")]
    private static partial Regex MachinePath();

    [GeneratedRegex("\\]\\((?<target>[^)\\s]+)\\)")]
    private static partial Regex Link();

    // A name with an ending of ours, or a path that begins with a folder of the root.
    [GeneratedRegex(
        "`(?<name>(?:[\\w./\\-]+\\.(?:cs|md|props|targets|slnx|sql|csproj|mjs|txt|editorconfig)|[\\w\\-][\\w./\\-]*\\.json|(?:src|tests|docs|build|bench)/[\\w./\\-]+))`"
    )]
    private static partial Regex BackTicked();

    [GeneratedRegex("^\\| (?<name>[\\w.\\-]+(?: \\(npm\\))?) \\| (?<reason>.+) \\|$", RegexOptions.Multiline)]
    private static partial Regex PackageRow();

    [GeneratedRegex("^```(?<info>[^\\n]*)\\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
