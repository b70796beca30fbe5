using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

public sealed partial class ServedVerbTests
{
    [Fact]
    public async Task Policies_are_written_compared_replayed_and_restored_from_the_command_line()
    {
        var (level, call) = (await LevelOfTheKeyAsync(), await CallAsync());
        var file = Path.Combine(cli.Directory, "policy.yaml");
        await File.WriteAllTextAsync(file, "models:\n  deny: [sim/json]\n");
        (await GoodAsync("policy")).ShouldContain("No policies");
        (await GoodAsync($"policy set {level} policy.yaml --check")).ShouldContain("It can be written.");
        (await GoodAsync($"policy set {level} policy.yaml --note start")).ShouldContain("In force as version 1.");
        (await GoodAsync($"policy get {level}")).ShouldBe("models:\n  deny: [sim/json]\n");
        Row(await GoodAsync($"policy effective {level} --route sim/echo"), "models.deny").ShouldContain("[sim/json]");
        (await GoodAsync($"policy effective {level} --route sim/echo")).ShouldContain("✓ sim/echo at");

        await File.WriteAllTextAsync(file, "models:\n  deny: [sim/echo]\n");
        var diff = await GoodAsync($"policy diff {level} policy.yaml");
        diff.ShouldBe("  models:\n-   deny: [sim/json]\n+   deny: [sim/echo]\n");
        // The record of the call may be on its way.
        await Eventually.IsTrueAsync(async () =>
            (await GoodAsync($"policy replay {level} policy.yaml")).Contains(call, StringComparison.Ordinal)
        );
        (await GoodAsync($"policy shadow {level} policy.yaml")).ShouldContain("refuses none");
        (await GoodAsync($"policy shadow {level} --stop")).ShouldContain("no longer");
        (await GoodAsync($"policy set {level} policy.yaml")).ShouldContain("version 2");
        (await GoodAsync($"policy restore {level} 1")).ShouldContain("version 3");
        Row(await GoodAsync($"policy versions {level}"), "start")[0].ShouldBe("1");

        await File.WriteAllTextAsync(file, "models:\n  prefer: [a]\n");
        (await BadAsync($"policy set {level} policy.yaml")).ShouldContain("Line 2: There is no line 'models.prefer'");
        await File.WriteAllTextAsync(file, "");
        (await GoodAsync($"policy set {level} policy.yaml")).ShouldContain("version 4");
    }

    async Task<string> LevelOfTheKeyAsync()
    {
        var keys = JsonNode.Parse(await GoodAsync("keys list --json"))!["items"]!.AsArray();
        return keys[0]!.Text("use_case_id");
    }
}
