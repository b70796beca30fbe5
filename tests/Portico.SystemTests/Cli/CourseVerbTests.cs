using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico courses and portico acceptable-use, as a person types them.</summary>
public sealed class CourseVerbTests(ServedFixture served) : IClassFixture<ServedFixture>
{
    readonly CommandLine cli = served.Cli;

    async Task<string> GoodAsync(params string[] typed)
    {
        var run = await cli.RunAsync(typed);
        run.ExitCode.ShouldBe(0, run.All);
        run.Errors.ShouldBeEmpty();
        return run.Output;
    }

    [Fact]
    public async Task A_course_is_shown_checked_with_lines_changed_and_imported()
    {
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "basics.md");
        (await GoodAsync("courses", "list")).ShouldContain("AI basics");
        var shipped = await GoodAsync("courses", "show", "ai-basics");
        await File.WriteAllTextAsync(file, shipped.Replace("minutes: 12", "minutes: soon", StringComparison.Ordinal));
        var bad = await cli.RunAsync("courses", "check", file);
        bad.ExitCode.ShouldBe(1, bad.All);
        bad.Errors.ShouldContain($"{file}:7: minutes must be a whole number");

        await File.WriteAllTextAsync(file, shipped.Replace("version: 1", "version: 2", StringComparison.Ordinal));
        (await GoodAsync("courses", "check", file)).ShouldContain("'AI basics' (ai-basics, version 2) has 3 lessons");
        (await GoodAsync("courses", "import", file)).ShouldContain("(ai-basics) is there in version 2.");
        (await GoodAsync("courses"))
            .Split('\n')
            .Single(l => l.StartsWith("ai-basics", StringComparison.Ordinal))
            .ShouldContain("organisation");
    }

    [Fact]
    public async Task The_policy_is_shown_and_published()
    {
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "policy.md");
        (await GoodAsync("acceptable-use", "show")).ShouldContain("Acceptable use of generative AI");
        await File.WriteAllTextAsync(file, "# Ours\n\nBe good.\n");
        (await GoodAsync("acceptable-use", "publish", file, "--asks-again")).ShouldContain("Version 2 holds. Everybody is asked");
        (await GoodAsync("acceptable-use", "show")).ShouldContain("Be good.");
        (await GoodAsync("acceptable-use", "versions")).ShouldContain("with portico");
    }
}
