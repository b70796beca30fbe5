using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>What was found, at the command line.</summary>
public sealed class FindingVerbTests(ServedFixture served) : ServedVerbs(served)
{
    [Fact]
    public async Task Findings_are_listed_counted_asked_and_answered_from_the_command_line()
    {
        var organisation = await MadeAsync("organisations", new JsonObject { ["name"] = "Found " + Guid.NewGuid().ToString("N")[..8] });
        var workspace = await MadeAsync("workspaces", new JsonObject { ["organisation_id"] = organisation, ["name"] = "claims" });
        var useCase = await MadeAsync("use-cases", new JsonObject { ["workspace_id"] = workspace, ["name"] = "letters" });
        using var admin = new Api(node.Client(node.AdminToken));
        var key = (await admin.PostAsync("/api/keys", new JsonObject { ["name"] = "letters", ["use_case_id"] = useCase })).Text("secret");
        var policy = Path.Combine(cli.Directory, "found.yaml");
        await File.WriteAllTextAsync(
            policy,
            "guardrails:\n  personal:\n    detect: [pii.email]\n    channels: [user]\n    action: redact\n"
        );
        await GoodAsync($"policy set {useCase} found.yaml");
        using var door = node.Client(key);
        using (var said = await door.ChatAsync(Calls.Chat("sim/echo", "Write to erin@example.org")))
            ((int)said.StatusCode).ShouldBe(200);
        await Eventually.IsTrueAsync(async () =>
            (await GoodAsync($"findings list --workspace {workspace}")).Contains("pii.email", StringComparison.Ordinal)
        );

        var listed = await GoodAsync($"findings list --workspace {workspace} --kind pii --min-score 50");
        listed.ShouldContain("messages[0] 9-25");
        listed.ShouldNotContain("erin");
        Row(await GoodAsync($"findings summary --workspace {workspace}"), "personal").ShouldContain("1 of 1");
        (await GoodAsync($"findings list --workspace {workspace} --export found.csv")).ShouldContain("found.csv: ");
        (await File.ReadAllLinesAsync(Path.Combine(cli.Directory, "found.csv"))).Length.ShouldBe(2);
        var queue = await GoodAsync($"findings queue --workspace {workspace}");
        queue.ShouldStartWith("0 of 1 reviewed");
        var asked = Row(queue, "call_");
        var answer = await GoodAsync($"findings review {asked[0]} {asked[1]} false-alarm");
        answer.ShouldContain("was a false alarm");
        (await GoodAsync($"findings queue --workspace {workspace}")).ShouldContain("1 of 1 reviewed, false alarms 100 % (20.7-100 %)");
        (await GoodAsync($"findings undo {answer.Split(':')[0]}")).ShouldContain("taken back");
        (await GoodAsync($"findings queue --workspace {workspace}")).ShouldStartWith("0 of 1 reviewed");
        (await BadAsync($"findings review {asked[0]} {asked[1]} maybe")).ShouldContain("right or false-alarm");
        (await BadAsync("findings list --export found.xlsx")).ShouldContain(".csv or .jsonl");
        (await BadAsync("findings list --channel radio")).ShouldContain("channel must be user");

        async Task<string> MadeAsync(string noun, JsonObject body)
        {
            using var api = new Api(node.Client(node.AdminToken));
            return (await api.PostAsync($"/api/{noun}", body)).Text("id");
        }
    }
}
