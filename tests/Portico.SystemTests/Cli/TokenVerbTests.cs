using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico tokens, as a person types it.</summary>
public sealed class TokenVerbTests(ServedFixture served) : IClassFixture<ServedFixture>
{
    readonly CommandLine cli = served.Cli;

    async Task<string> GoodAsync(params string[] typed)
    {
        var run = await cli.RunAsync(typed);
        run.ExitCode.ShouldBe(0, run.All);
        run.Errors.ShouldBeEmpty();
        return run.Output;
    }

    async Task<string> BadAsync(params string[] typed)
    {
        var run = await cli.RunAsync(typed);
        run.ExitCode.ShouldBe(1, run.All);
        run.Errors.ShouldNotContain("   at ");
        return run.Errors;
    }

    [Fact]
    public async Task A_token_of_two_roles_is_made_used_listed_and_revoked()
    {
        var made = (await GoodAsync("tokens", "create", "platform team", "--role", "engineer", "--role", "analyst")).Split('\n');
        made[0].ShouldEndWith("platform team  engineer, analyst");
        var (id, secret) = (made[0].Split(' ')[0], made[1].Split(' ')[0]);
        secret.ShouldStartWith("pa_live_");

        var me = await GoodAsync("tokens", "me", "--token", secret);
        me.ShouldContain("models.write");
        me.ShouldNotContain("models.approve");
        (await BadAsync("models", "approve", "sim/echo", "--token", secret)).ShouldContain("models.approve");
        (await GoodAsync("models", "list", "--token", secret)).ShouldContain("sim/echo");

        var row = (await GoodAsync("tokens")).Split('\n').Single(l => l.StartsWith(id, StringComparison.Ordinal));
        row.ShouldContain("engineer, analyst");
        row.ShouldContain("live");
        (await GoodAsync("tokens", "revoke", id)).ShouldContain($"{id} is revoked.");
        (await GoodAsync("tokens", "list")).Split('\n').Single(l => l.StartsWith(id, StringComparison.Ordinal)).ShouldContain("revoked");
        await BadAsync("tokens", "me", "--token", secret);
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("keys")]
    [InlineData("models")]
    [InlineData("routes")]
    [InlineData("budgets")]
    [InlineData("batches")]
    public async Task List_may_be_said_or_left_out(string noun) => (await GoodAsync(noun, "list")).ShouldBe(await GoodAsync(noun));

    [Fact]
    public async Task What_is_missing_or_not_allowed_is_said_with_what_to_do()
    {
        (await BadAsync("tokens", "create", "nobody")).ShouldContain("--role");
        (await BadAsync("tokens", "create", "nobody", "--role", "god")).ShouldContain("There are owner, admin, engineer");
        var me = JsonNode.Parse(await GoodAsync("tokens", "me", "--json"))!;
        (await BadAsync("tokens", "revoke", me.Text("id"))).ShouldContain("last owner");
        (await GoodAsync("tokens", "roles")).ShouldContain("officer");
    }
}
