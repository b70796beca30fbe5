namespace Portico.SystemTests.Cli;

public sealed partial class ServedVerbTests
{
    [Fact]
    public async Task Risks_are_shown_at_a_level_and_written_into_a_file_from_the_command_line()
    {
        var level = await LevelOfTheKeyAsync();
        var shown = await GoodAsync("risks --framework owasp_llm");
        Row(shown, "LLM10:2025").ShouldContain("budget_holds");
        shown.ShouldContain("no statement that anybody complies");
        var here = await GoodAsync($"risks --level {level} --framework hipaa");
        here.ShouldContain("not covered");
        Row(here, "164.312(b)").ShouldContain("in force");
        (await GoodAsync($"risks --level {level} --export risks.csv")).ShouldContain("risks.csv: ");
        (await File.ReadAllTextAsync(Path.Combine(cli.Directory, "risks.csv"))).ShouldContain($",{level},");
        (await BadAsync("risks --export risks.xlsx")).ShouldContain(".csv, .json or .md");
        (await BadAsync("risks --framework none")).ShouldContain("There is no framework 'none'");
    }
}
