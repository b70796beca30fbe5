using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Risks;
using Portico.Governance.Risks.Controls;

namespace Portico.Tests.Repository;

/// <summary>The risk register says what supports what. These tests hold it to what there is, and print its reference.</summary>
public sealed partial class RiskBookTests
{
    static IEnumerable<(Framework Framework, FrameworkItem Item)> Items => FrameworkBook.All.SelectMany(f => f.Items.Select(i => (f, i)));

    [Fact]
    public void Every_test_page_guide_and_endpoint_that_a_control_names_is_there()
    {
        var tests = Repo.FilesWith("Tests.cs").Select(f => Path.GetFileNameWithoutExtension(f)!).ToHashSet(StringComparer.Ordinal);
        var endpoints = Repo.Read("docs/reference/endpoints.md");
        var pages = Repo.Read("console/src/shell/places.ts");
        ControlBook.All.Count.ShouldBeGreaterThan(30);
        ControlBook.All.Select(c => c.Id).ShouldBeUnique();
        foreach (var c in ControlBook.All)
        {
            SnakeCase().IsMatch(c.Id).ShouldBeTrue(c.Id);
            c.Says.ShouldEndWith(".", customMessage: c.Id);
            c.Tests.ShouldNotBeEmpty(c.Id);
            c.Tests.Where(t => !tests.Contains(t)).ShouldBeEmpty($"{c.Id} names tests that are not there");
            Repo.Files.ShouldContain(c.Guide, c.Id);
            var (method, path) = (c.Endpoint.Split(' ')[0], c.Endpoint.Split(' ')[1]);
            endpoints.ShouldContain($"| {method} | `{path}` |", customMessage: c.Id);
            if (c.Page is { } page)
                pages.ShouldContain($"to: \"{page}\"", customMessage: c.Id);
        }
    }

    [Fact]
    public async Task Every_control_that_is_checked_has_one_check_on_a_node_and_no_other_has_any()
    {
        using var folder = new TemporaryFolder();
        await using var node = BareNode.Build(folder);
        var checks = node.Services.GetServices<IControlCheck>().Select(c => c.Control).ToList();
        checks
            .Order(StringComparer.Ordinal)
            .ShouldBe(ControlBook.All.Where(c => c.IsChecked).Select(c => c.Id).Order(StringComparer.Ordinal));
        ControlBook.All.Where(c => c is { Always: not null, Unseen: not null }).ShouldBeEmpty();
    }

    [Fact]
    public void Every_item_says_what_supports_it_and_what_is_left()
    {
        Items.Count().ShouldBeGreaterThan(90);
        FrameworkBook.All.Select(f => f.Id).ShouldBeUnique();
        foreach (var framework in FrameworkBook.All)
        {
            framework.Url.ShouldStartWith("https://");
            framework.Edition.ShouldNotBeEmpty();
            framework.Items.Select(i => i.Id).ShouldBeUnique();
        }
        foreach (var (framework, item) in Items)
        {
            item.Left.ShouldEndWith(".", customMessage: $"{framework.Id} {item.Id}");
            item.Controls.ShouldBeUnique();
            item.Controls.Where(c => ControlBook.Find(c) is null).ShouldBeEmpty($"{framework.Id} {item.Id}");
        }
        var used = Items.SelectMany(i => i.Item.Controls).ToHashSet(StringComparer.Ordinal);
        ControlBook.All.Where(c => !used.Contains(c.Id)).Select(c => c.Id).ShouldBeEmpty("a control that answers nothing");
        Items.Count(i => i.Item.Controls.Count == 0).ShouldBeGreaterThan(5, "what is not covered is said");
    }

    [Fact]
    public void Nothing_claims_that_anybody_complies()
    {
        var texts = Items
            .Select(i => i.Item.Left)
            .Concat(FrameworkBook.All.Select(f => f.Says))
            .Concat(ControlBook.All.SelectMany(c => new[] { c.Title, c.Says, c.Always, c.Unseen }).OfType<string>());
        texts.Where(t => Claim().IsMatch(t)).ShouldBeEmpty();
        RiskFile.Says.ShouldContain("no statement that anybody complies");
    }

    [Fact]
    public void The_page_of_risks_is_what_the_book_says()
    {
        var page = new StringBuilder(
            "# Risks\n\n<!-- Printed from the code by tests/Portico.Tests/Repository. Change the code, then run the tests with UPDATE_GOLDEN=1. -->\n\n"
        );
        page.Append(RiskFile.Says)
            .Append(
                " How to read it off at a level, and as a file: [show risks](../how-to/show-risks.md). Titles are the publishers'; the rest is ours.\n"
            );
        foreach (var framework in FrameworkBook.All)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"\n## {framework.Name}\n\n`{framework.Id}`. {framework.Edition}, <{framework.Url}>. {framework.Says}\n\n"
            );
            page.Append("| item | title | controls | what is left |\n|---|---|---|---|\n");
            foreach (var item in framework.Items)
            {
                var controls = item.Controls.Count == 0 ? RiskFile.NotCovered : string.Join(", ", item.Controls.Select(c => $"`{c}`"));
                page.Append(CultureInfo.InvariantCulture, $"| {item.Id} | {item.Title} | {controls} | {item.Left} |\n");
            }
        }
        page.Append(
            "\n## Controls\n\nChecked: in force, partial or absent at a level, as its check finds. Else why it needs no check, or has none.\n\n"
        );
        page.Append("| control | what it does | how it stands | evidence | guide | tests |\n|---|---|---|---|---|---|\n");
        foreach (var c in ControlBook.All)
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{c.Id}` | {c.Says} | {c.Always ?? c.Unseen ?? "checked"} | `{c.Endpoint}` | [guide](../{c.Guide["docs/".Length..]}) | {string.Join(", ", c.Tests.Select(t => $"`{t}`"))} |\n"
            );
        Golden.Check("docs/reference/risks.md", page.ToString());
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex SnakeCase();

    [GeneratedRegex("\\b(?:compl(?:y|ies|iant|iance)|conform\\w*|certif\\w+|guarantee\\w*)\\b", RegexOptions.IgnoreCase)]
    private static partial Regex Claim();
}
