using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.OpenAi;
using Portico.Tests.Repository;

namespace Portico.SystemTests.Matrix;

/// <summary>
/// Every wire of the door with every family of providers: each cell is a call, or several, against a scripted server. It works, is refused with a sentence, or
/// names in the header what it left out; anything else fails here. The page of providers is printed from the result.
/// </summary>
public sealed class MatrixTests(MatrixRun run) : IClassFixture<MatrixRun>
{
    /// <summary>Wires that have no row of the matrix, with the reason. A row is a class beside <see cref="ChatWire"/>.</summary>
    static readonly Dictionary<Type, string> WithoutRow = new()
    {
        [typeof(SingleWire)] =
            "Calls of one question: a provider gets the body as it came, or has no such kind. Their rows are MatrixKinds.",
        [typeof(PlaygroundWire)] =
            "Chat completions as OpenAiWire reads and writes them, for a person who is signed in; PlaygroundTests has what is its own.",
        [typeof(ExerciseWire)] = "The same within the bounds of an exercise; LearningDoorTests has what is its own.",
    };

    public static TheoryData<string> Families => [.. MatrixFamilies.All.Select(f => f.Title)];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Every_wire_works_or_refuses_with_a_sentence_or_names_what_it_left_out(string family)
    {
        var cells = await run.OfAsync(MatrixFamilies.All.Single(f => f.Title == family));
        cells
            .Where(c => c.Value.Fault is not null)
            .Select(c => $"{c.Key.Wire}, {Features.Title(c.Key.Feature)}: {c.Value.Fault}")
            .ShouldBeEmpty();
        foreach (var feature in new[] { Feature.Plain, Feature.Error })
            cells.ShouldContain(c => c.Key.Feature == feature && c.Value.Cell == new Cell(CellKind.Works));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task What_reaches_a_provider_and_its_caller_is_what_the_golden_file_has(string title)
    {
        var family = MatrixFamilies.All.Single(f => f.Title == title);
        if (family.Protocol is null || family.EmbedsOnly)
            return;
        await run.OfAsync(family);
        Golden.Check(MatrixScenes.FileOf(family), run.ScenesOf(family).Print(family));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Every_kind_of_call_is_answered_recorded_and_billed_in_its_unit_or_refused_with_a_sentence(string title)
    {
        var family = MatrixFamilies.All.Single(f => f.Title == title);
        var cells = await run.KindsOfAsync(family);
        cells.Where(c => c.Value.Fault is not null).Select(c => $"{c.Key}: {c.Value.Fault}").ShouldBeEmpty();
        // What a route asks of the family, and what a call of it finds.
        var provider = run.Node.Services.GetRequiredService<ProviderRegistry>().Get(family.Family);
        foreach (var kind in Enum.GetValues<CallKind>().Where(k => k is not (CallKind.Chat or CallKind.Embeddings)))
        {
            var columns = cells.Where(c => c.Key.Operation == CallKinds.Name(kind)).ToList();
            columns.ShouldNotBeEmpty();
            columns.ShouldAllBe(c => c.Value.Cell!.Kind == (provider.Serves(kind) ? CellKind.Works : CellKind.Refused));
        }
    }

    [Fact]
    public void Every_family_and_every_preset_has_a_row()
    {
        var registry = run.Node.Services.GetRequiredService<ProviderRegistry>();
        // This node's own models answer moderations alone, and nobody is called: LocalModerationTests.
        registry
            .All.Select(f => f.Name)
            .Except(MatrixFamilies.All.Select(f => f.Family))
            .Except([InProcessFamilies.Portico])
            .ShouldBeEmpty();
        OpenAiPresets.All.Select(p => p.Name).Except(MatrixFamilies.All.Select(f => f.Preset).Concat(["openai", "azure"])).ShouldBeEmpty();
        MatrixFamilies.All.Select(f => f.Title).ShouldBeUnique();
    }

    [Fact]
    public void Every_wire_has_a_row()
    {
        var wires = typeof(IWire)
            .Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(IWire).IsAssignableFrom(t))
            .Except(WithoutRow.Keys)
            .Select(t => ((IWire)run.Node.Services.GetRequiredService(t)).Name)
            .ToList();
        wires.Count.ShouldBeGreaterThan(5);
        wires.Except(MatrixRun.Wires.Select(w => w.Name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_page_of_providers_is_what_the_matrix_found()
    {
        var page = new StringBuilder("# Providers\n\n");
        page.Append(
            "<!-- Printed from the code by tests/Portico.SystemTests/Matrix. Change the code, then run the tests with UPDATE_GOLDEN=1. -->\n\n"
        );
        page.Append("What works where. Every cell is run through the door against a scripted server, plain and streamed.\n\n");
        page.Append("| sign | meaning |\n|---|---|\n");
        page.Append("| yes | it works: asked for, carried, and heard in the caller's dialect |\n");
        page.Append("| *a name* | the call works without it; `x-portico-dropped-fields` names it |\n");
        page.Append("| (1) | it is refused with the sentence below the table, before the provider is called |\n");
        page.Append("| – | dialect or provider has no such thing |\n");
        foreach (var wire in MatrixRun.Wires)
            await PrintAsync(page, wire);
        await PrintKindsAsync(page);
        PrintFacts(page);
        Golden.Check("docs/reference/providers.md", page.ToString());
    }

    async Task PrintAsync(StringBuilder page, MatrixWire wire)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {wire.Title}\n\n`POST {wire.Path}`\n\n| provider |");
        page.AppendJoin("", wire.Asks.Select(f => $" {Features.Title(f)} |"));
        page.Append("\n|---|").Append(string.Concat(Enumerable.Repeat("---|", wire.Asks.Count))).Append('\n');
        var sentences = new List<string>();
        var rows = new List<(string Cells, List<string> Titles)>();
        foreach (var family in MatrixFamilies.All)
        {
            var found = await run.OfAsync(family);
            var cells = string.Concat(wire.Asks.Select(f => $" {Print(found[(wire.Name, f)].Cell, sentences)} |"));
            // Providers that do not differ share a row.
            if (rows.Find(r => r.Cells == cells) is { Titles: { } titles })
                titles.Add(family.Title);
            else
                rows.Add((cells, [family.Title]));
        }
        foreach (var (cells, titles) in rows)
            page.Append("| ").AppendJoin(", ", titles).Append(" |").Append(cells).Append('\n');
        for (var i = 0; i < sentences.Count; i++)
            page.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "\n" : "")}{i + 1}. {sentences[i]}\n");
    }

    static string Print(Cell? cell, List<string> sentences)
    {
        switch (cell?.Kind)
        {
            case CellKind.Works:
                return "yes";
            case CellKind.Dropped:
                return string.Join(", ", cell.Says.Split(',').Select(n => $"`{n}`"));
            case CellKind.Refused:
                if (!sentences.Contains(cell.Says))
                    sentences.Add(cell.Says);
                return $"({sentences.IndexOf(cell.Says) + 1})";
            case CellKind.None:
                return "–";
            default:
                return "fails";
        }
    }

    void PrintFacts(StringBuilder page)
    {
        var registry = run.Node.Services.GetRequiredService<ProviderRegistry>();
        page.Append("\n## Families\n\n");
        page.Append(
            "| provider | `family` | signs in with | is called at | embeddings | lists its models | counts tokens itself | takes responses as they are | batches at its lower price | documentation |\n"
        );
        page.Append("|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var row in MatrixFamilies.All.Where(f => !f.IsVariant))
        {
            var family = registry.Get(row.Family);
            var title = row.Title.Split(" (")[0];
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {title} | `{row.Family}` | {row.SignsIn} | {row.Calls} | {Yes(family.Embeddings)} | {Yes(family.Models)} | {Yes(family.InputCounter)} | {(family.Responses is null ? "no" : "where the connection says `responses`")} | {Yes(family.Batches)} | {(row.Source.Length > 0 ? $"<{row.Source}>" : "–")} |\n"
            );
        }
        page.Append(
            "\n## Presets of the family `openai`\n\nServices that speak OpenAI's protocol: a connection names one in `preset`.\n\n"
        );
        page.Append(
            "| preset | address by default | caps output by | asked for usage in streams | batches at its lower price |\n|---|---|---|---|---|\n"
        );
        foreach (var preset in OpenAiPresets.All.Where(p => p.BaseUrl.Length > 0))
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{preset.Name}` | {preset.BaseUrl} | `{preset.CapField}` | {(preset.TakesStreamOptions ? "yes" : "no, it tells it unasked")} | {Yes(preset.Batches)} |\n"
            );
    }

    /// <summary>The other kinds of calls, by how they are billed.</summary>
    async Task PrintKindsAsync(StringBuilder page)
    {
        page.Append("\n## Kinds of calls\n\n");
        page.Append(
            """
            Each cell is a call, and one that the provider fails: `tokens`, `searches`, `characters`, `audio` or `images` is what its record counts and what it is
            billed by where the price has rates for all of them; a count of tokens costs nothing. A route leaves out the deployments of families that lack the kind of a call. A service of OpenAI's protocol gets
            the body as it came: what it does not have itself, it refuses in its own words.

            | provider |
            """
        );
        page.AppendJoin("", MatrixKinds.All.Select(k => $" {k.Title} |"));
        page.Append("\n|---|").Append(string.Concat(Enumerable.Repeat("---|", MatrixKinds.All.Count))).Append('\n');
        var sentences = new List<string>();
        var rows = new List<(string Cells, List<string> Titles)>();
        foreach (var family in MatrixFamilies.All)
        {
            var found = await run.KindsOfAsync(family);
            var cells = string.Concat(
                MatrixKinds.All.Select(k =>
                    found[k].Cell is { Kind: CellKind.Works } cell ? $" {cell.Says} |" : $" {Print(found[k].Cell, sentences)} |"
                )
            );
            if (rows.Find(r => r.Cells == cells) is { Titles: { } titles })
                titles.Add(family.Title);
            else
                rows.Add((cells, [family.Title]));
        }
        foreach (var (cells, titles) in rows)
            page.Append("| ").AppendJoin(", ", titles).Append(" |").Append(cells).Append('\n');
        for (var i = 0; i < sentences.Count; i++)
            page.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "\n" : "")}{i + 1}. {sentences[i]}\n");
    }

    static string Yes(object? capability) => capability is null ? "no" : "yes";
}
