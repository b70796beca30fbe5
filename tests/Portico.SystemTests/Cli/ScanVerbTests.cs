using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico scan: places of what detectors find in files, without a server, and no word of it.</summary>
public sealed class ScanVerbTests : IDisposable
{
    readonly CommandLine cli = new();

    public void Dispose() => cli.Dispose();

    string Write(string name, string text)
    {
        var path = Path.Combine(cli.Directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task Tells_file_line_and_column_of_every_finding_and_no_word_of_it()
    {
        Write(
            "notes/a.txt",
            "first\nsecond: anna@example.org and\n" + string.Concat(Enumerable.Range(0, 80).Select(i => $"u{i}@example.org\n"))
        );
        Write("notes/.git/config", "bob@example.org");
        Write("notes/data.bin", "\0 carl@example.org");
        var run = await cli.RunAsync("scan", "notes", "--detect", "pii.email");
        run.ExitCode.ShouldBe(1, run.All);
        run.Output.ShouldContain("notes/a.txt:2:9");
        run.Output.ShouldContain("81 findings in 1 file.");
        run.All.ShouldNotContain("anna");
    }

    [Fact]
    public async Task Nothing_found_is_exit_code_0_and_json_is_a_line_each()
    {
        var path = Write("clean.txt", "nothing to see");
        var run = await cli.RunAsync("scan", path);
        (run.ExitCode, run.Output).ShouldBe((0, "Nothing is found.\n0 findings in 1 file.\n"));
        run = await cli.RunAsync("scan", Write("one.txt", "\nto x@example.org"), "--json");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("\"line\":2,\"column\":4,\"length\":13,\"kind\":\"pii.email\"");
    }

    [Fact]
    public async Task An_answer_is_compared_with_its_sources()
    {
        Write("terms/one.txt", "Wear of the seal is not covered by the warranty.");
        Write("terms/two.txt", "The warranty of the pump covers defects of material for 24 months.");
        var good = Write("good.txt", "The warranty of the pump covers defects of material for 24 months.");
        var bad = Write("bad.txt", "Sure. The warranty of the pump covers defects of material for 36 months.");
        var run = await cli.RunAsync("scan", good, "--channel", "output", "--sources", "terms");
        (run.ExitCode, run.Output).ShouldBe((0, "Nothing is found.\n0 findings in 1 file.\n"), run.All);
        run = await cli.RunAsync("scan", bad, "--channel", "output", "--sources", "terms");
        run.ExitCode.ShouldBe(1, run.All);
        run.Output.ShouldContain("bad.txt:1:7");
        run.Output.ShouldContain("grounding.unsupported");
        run = await cli.RunAsync("scan", bad, "--channel", "output");
        run.ExitCode.ShouldBe(0, run.All);
    }

    [Fact]
    public async Task The_rules_of_a_policy_search_in_place_of_kinds()
    {
        var policy = Write(
            "policy.yaml",
            "guardrails:\n  advice:\n    examples:\n      - Which stocks would you recommend for a long-term portfolio?\n      - Should I buy shares of this company now or wait for a lower price?\n    action: block\n  names:\n    words: [Falcon]\n    action: redact\n"
        );
        var path = Write("answer.txt", "Which stocks would you buy now for a portfolio?\nAsk Falcon");
        var run = await cli.RunAsync("scan", path, "--policy", policy, "--channel", "output");
        run.ExitCode.ShouldBe(1, run.All);
        run.Output.ShouldContain("topic.advice");
        run.Output.ShouldContain("answer.txt:2:5");
        run.Output.ShouldContain("names");
    }

    [Theory]
    [InlineData("Say --policy or --detect, not both", ".", "--policy", "x.yaml", "--detect", "pii")]
    [InlineData("There is no file 'x.yaml'", ".", "--policy", "x.yaml")]
    [InlineData("--sources are what an answer is compared with", ".", "--sources", ".")]
    [InlineData("There is no file or folder 'gone'", ".", "--channel", "output", "--sources", "gone")]
    [InlineData("There is no file or folder 'absent'", "absent")]
    [InlineData("No detector finds 'pii.nothing'", ".", "--detect", "pii.nothing")]
    [InlineData("--min-score is more than 0", ".", "--min-score", "2")]
    public async Task A_mistake_is_told_in_a_line(string says, params string[] arguments)
    {
        var run = await cli.RunAsync(["scan", .. arguments]);
        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain(says);
    }
}
