using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico models as a person types it: a model comes from a connection, is looked at, approved, and taken away again.</summary>
public sealed class ModelVerbTests(ServedFixture served) : IClassFixture<ServedFixture>
{
    async Task<string> GoodAsync(params string[] typed)
    {
        var run = await served.Cli.RunAsync(typed);
        run.ExitCode.ShouldBe(0, run.All);
        run.Errors.ShouldBeEmpty();
        return run.Output;
    }

    async Task<string> BadAsync(params string[] typed)
    {
        var run = await served.Cli.RunAsync(typed);
        run.ExitCode.ShouldBe(1, run.All);
        run.Errors.ShouldNotContain("   at ");
        return run.Errors;
    }

    async Task<int> StatusAsync(string model)
    {
        using var client = served.Node.Client(served.Node.Key);
        using var response = await client.ChatAsync(model);
        return (int)response.StatusCode;
    }

    [Fact]
    public async Task What_a_connection_may_be_used_for_is_listed_and_switched()
    {
        using var admin = new Api(served.Node.Client(served.Node.AdminToken));
        await admin.PostAsync(
            "/api/connections",
            new System.Text.Json.Nodes.JsonObject
            {
                ["name"] = "house-openai",
                ["family"] = "openai",
                ["base_url"] = "http://127.0.0.1:1/v1",
                ["credential"] = "sk-x",
            }
        );
        (await GoodAsync("connections", "set", "house-openai", "--responses", "true")).ShouldBe("house-openai: responses is on.\n");
        (await GoodAsync("connections")).ShouldContain("responses");
        (await GoodAsync("connections", "set", "house-openai", "--responses", "false")).ShouldContain("is off");
        (await BadAsync("connections", "set", "sim", "--responses", "true")).ShouldContain("the protocol of the family sim has none");
        (await BadAsync("connections", "set", "sim")).ShouldContain("Say what to switch");
        (await BadAsync("connections", "set", "nobody", "--responses", "true")).ShouldContain("There is no connection 'nobody'");
    }

    [Fact]
    public async Task A_model_is_added_looked_at_approved_and_retired()
    {
        (await GoodAsync("models", "offered", "--connection", "sim")).ShouldContain("echo");
        (await GoodAsync("models", "add", "house/echo", "--connection", "sim", "--upstream", "echo")).ShouldContain("is in quarantine");
        (await StatusAsync("house/echo")).ShouldBe(404);
        var file = Path.Combine(served.Cli.Directory, "README.md");
        await File.WriteAllTextAsync(file, "---\nlicense: apache-2.0\nlanguage: de\ntags: [x]\n---\n# house\n");
        var card = await GoodAsync("models", "card", "house/echo", "--import", file);
        card.ShouldContain("left out: tags");
        card.ShouldContain("Apache-2.0 · commercial use");
        (await GoodAsync("models", "card", "house/echo", "--export", "cyclonedx")).ShouldContain("\"specVersion\": \"1.7\"");
        (await GoodAsync("models", "card", "house/echo", "--export", "hf")).ShouldContain("license: apache-2.0");
        (
            await GoodAsync(
                "models",
                "approve",
                "house/echo",
                "--workspace",
                "Playground",
                "--purpose",
                "development",
                "--reason",
                "a trial"
            )
        ).ShouldBe("house/echo is approved for workspace Playground, development alone.\n");
        (await StatusAsync("house/echo")).ShouldBe(403, "it exists and has no price");
        (await GoodAsync("models")).ShouldContain("approved");
        var shown = await GoodAsync("models", "show", "house/echo");
        shown.ShouldContain("development · by ");
        shown.ShouldContain("· a trial\n");
        shown.ShouldContain("price      unpriced\n");
        shown.ShouldContain("licence    Apache-2.0");
        shown.ShouldContain("last 30 d  no calls\n");
        (await GoodAsync("models", "retire", "house/echo")).ShouldBe("house/echo is retired for all workspaces.\n");
        (await StatusAsync("house/echo")).ShouldBe(404);
        (await GoodAsync("models", "add", "house/two", "--connection", "sim", "--upstream", "echo", "--approve")).ShouldBe(
            "house/two is approved for all workspaces.\n"
        );
    }

    [Fact]
    public async Task Rules_and_retirements_are_listed()
    {
        (await GoodAsync("models", "rules")).ShouldBe("No rules: every approved model may be called.\n");
        (await GoodAsync("models", "add", "gpt-5", "--connection", "sim", "--upstream", "echo", "--approve")).ShouldContain("approved");
        var calendar = await GoodAsync("models", "retirements");
        calendar.ShouldContain("gpt-5");
        calendar.ShouldContain("2026-12-11");
        calendar.ShouldContain("gpt-6.1-sol");
    }

    [Fact]
    public async Task The_health_of_what_was_called_is_a_table()
    {
        (await StatusAsync("sim/echo")).ShouldBe(200);
        var table = await GoodAsync("models", "health");
        table.ShouldStartWith("Node node_");
        table
            .Split('\n')
            .ShouldContain(l => l.Contains("sim/echo", StringComparison.Ordinal) && l.Contains(" ok ", StringComparison.Ordinal));
        table.ShouldNotContain("sim/tool-call");
        (await GoodAsync("models", "health", "--all")).ShouldContain("sim/tool-call");
    }

    [Fact]
    public async Task A_table_of_prices_is_compared_and_then_entered()
    {
        var file = Path.Combine(served.Cli.Directory, "prices.json");
        await File.WriteAllTextAsync(
            file,
            """{"sim/fixed":{"input_cost_per_token":1e-6,"output_cost_per_token":3e-6},"no/such":{"input_cost_per_token":1e-6}}"""
        );
        var looked = await GoodAsync("models", "prices", "import", file, "--format", "litellm");
        looked.ShouldContain("+50 %");
        looked.ShouldContain("Nothing was changed.");
        (await GoodAsync("models", "prices", "import", file, "--format", "litellm", "--apply")).ShouldContain("Entered as new versions");
        (await GoodAsync("models", "prices", "import", file, "--format", "litellm")).ShouldContain(
            "2 rows: 1 agree, 0 parts differ, 0 new, 1 of models"
        );
        await File.WriteAllTextAsync(file, """{"sim/fixed":{"input_cost_per_token":-1},"x":7}""");
        (await BadAsync("models", "prices", "import", file, "--format", "litellm", "--apply")).ShouldContain(
            "2 rows cannot be taken, so none is"
        );
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        (await BadAsync("models", "approve", "no/such")).ShouldContain("There is no model 'no/such'.");
        (await BadAsync("models", "add", "x", "--connection", "nobody")).ShouldContain("There is no connection 'nobody'.");
        (await BadAsync("models", "approve", "sim/echo", "--workspace", "nobody")).ShouldContain("There is no workspace 'nobody'.");
        var file = Path.Combine(served.Cli.Directory, "bad.md");
        await File.WriteAllTextAsync(file, "---\nlicense: {}\nlanguage: [a b]\n---\n");
        var bad = await BadAsync("models", "card", "sim/echo", "--import", file);
        bad.ShouldContain("The card has 2 problems.");
        bad.ShouldContain("license");
        bad.ShouldContain("language");
        (await BadAsync("models", "card", "sim/echo", "--import", file + ".away")).ShouldContain("There is no file");
    }

    [Fact]
    public async Task A_table_with_bad_rows_is_not_taken_and_every_one_is_listed()
    {
        var file = Path.Combine(served.Cli.Directory, "bad-prices.json");
        var rows = Enumerable.Range(0, 130).Select(i => $"\"bad-{i:000}\":{{\"input_cost_per_token\":-1}}");
        await File.WriteAllTextAsync(file, $"{{\"house/good\":{{\"input_cost_per_token\":1e-6}},{string.Join(',', rows)}}}");
        var told = await BadAsync("models", "prices", "import", file, "--format", "litellm", "--apply");
        told.ShouldContain("130 rows cannot be taken, so none is");
        for (var i = 0; i < 130; i++)
            told.ShouldContain($"bad-{i:000}: ");
    }
}
