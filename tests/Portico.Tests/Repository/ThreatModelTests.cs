using System.Text.RegularExpressions;

namespace Portico.Tests.Repository;

/// <summary>docs/threat-model.md says what stands against whom. These tests hold it to what there is.</summary>
public sealed partial class ThreatModelTests
{
    const string Page = "docs/threat-model.md";

    static readonly string[] Kinds = ["S", "T", "R", "I", "D", "E"];

    [Fact]
    public void Every_test_that_shows_something_is_there()
    {
        var page = Repo.Read(Page);
        var tests = Repo.FilesWith("Tests.cs").Select(f => Path.GetFileNameWithoutExtension(f)!).ToHashSet(StringComparer.Ordinal);
        var named = NamedTest().Matches(page).Select(m => m.Groups["name"].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(40);
        named.Where(n => !tests.Contains(n)).ShouldBeEmpty($"{Page} names tests that are not there");
        NamedFile().Matches(page).Select(m => m.Groups["path"].Value).Where(p => !Repo.Files.Contains(p)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_module_has_an_answer_to_each_kind_of_threat()
    {
        var sections = Section().Matches(Repo.Read(Page)).ToDictionary(m => m.Groups["title"].Value, m => m.Groups["text"].Value);
        foreach (var module in Repo.Modules)
        {
            var titles = sections.Keys.Where(t => Regex.IsMatch(t, $@"\b{module}\b")).ToList();
            titles.ShouldHaveSingleItem($"{Page} needs one section for the module {module}");
            var rows = Row().Matches(sections[titles[0]]).ToList();
            rows.Select(r => r.Groups["kind"].Value).Distinct().ShouldBe(Kinds, ignoreOrder: true, $"of {module}");
            rows.Where(r => !r.Groups["shown"].Value.Contains('`')).ShouldBeEmpty($"each line of {module} names what shows it");
        }
    }

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex("`(?<path>tests/[a-z/.-]+)`")]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"^## (?<title>.+)\n(?<text>(?:(?!## ).*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| (?<kind>[STRIDE]) \|.*\|.*\|(?<shown>.*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
