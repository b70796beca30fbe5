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
        await What_waits_for_a_person_is_listed_and_decided_from_the_command_line();
    }

    /// <summary>Behind the other, in one test: both write the policy of one use case, and versions are counted.</summary>
    async Task What_waits_for_a_person_is_listed_and_decided_from_the_command_line()
    {
        var level = await LevelOfTheKeyAsync();
        var file = Path.Combine(cli.Directory, "waits.yaml");
        (await GoodAsync("policies requests")).ShouldContain("No call waits");
        (await GoodAsync($"policies use-cases --level {level}")).ShouldContain("No use case waits");
        await File.WriteAllTextAsync(file, "approvals:\n  limited: 1\n  high: 2\n");
        (await GoodAsync($"policy set {level} waits.yaml")).ShouldContain("In force");
        Row(await GoodAsync("policies use-cases"), level).ShouldContain("0 of 2");
        (await BadAsync($"policies approve {level}")).ShouldContain("no risk class yet");
        (await GoodAsync($"policies classify {level} limited")).ShouldContain("needs 1 approval before it makes calls");
        (await GoodAsync($"policies approve {level} --note looked")).ShouldContain("risk limited, 1 of 1 approvals");
        (await GoodAsync($"policy effective {level}")).ShouldContain("✓ It has 1 of 1");
        (await GoodAsync($"policies decline {level} --reason gone")).ShouldContain("0 of them are there");

        (await BadAsync("policies approve polreq_01k8zbm3w0e9tafx2m1q4v7h5c")).ShouldContain("--minutes");
        (await BadAsync("policies approve polreq_01k8zbm3w0e9tafx2m1q4v7h5c --minutes 5")).ShouldContain("There is no policy request");
        await File.WriteAllTextAsync(file, "");
        (await GoodAsync($"policy set {level} waits.yaml")).ShouldContain("In force");
    }

    async Task<string> LevelOfTheKeyAsync()
    {
        var keys = JsonNode.Parse(await GoodAsync("keys list --json"))!["items"]!.AsArray();
        return keys[0]!.Text("use_case_id");
    }
}
