using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico accounts, as a person types it.</summary>
public sealed class AccountVerbTests(ServedFixture served) : IClassFixture<ServedFixture>
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

    async Task<string> RowAsync(string email) =>
        (await GoodAsync("accounts")).Split('\n').Single(l => l.Contains(email, StringComparison.Ordinal));

    [Fact]
    public async Task A_person_is_invited_given_other_roles_disabled_enabled_and_removed()
    {
        const string Email = "olga@example.com";
        var invited = (await GoodAsync("accounts", "invite", Email, "--name", "Olga Berg", "--role", "officer", "analyst")).Split('\n');
        invited[0].ShouldEndWith("olga@example.com  officer, analyst");
        invited[1].ShouldContain("/console/welcome#");
        invited[1].ShouldContain("shown once");
        (await RowAsync(Email)).ShouldContain("invited until");
        (await RowAsync(Email)).ShouldContain("never");

        (await GoodAsync("accounts", "roles", Email, "--role", "auditor")).ShouldContain("olga@example.com has auditor.");
        (await RowAsync(Email)).ShouldContain("auditor");
        (await GoodAsync("accounts", "disable", Email.ToUpperInvariant())).ShouldContain("olga@example.com is disabled.");
        (await RowAsync(Email)).ShouldContain("disabled");
        (await GoodAsync("accounts", "enable", Email)).ShouldContain("is enabled.");
        var again = await GoodAsync("accounts", "reset", Email);
        again.ShouldContain("/console/welcome#");
        again.ShouldNotContain(invited[1].Split('#')[1].Split(' ')[0]);

        (await GoodAsync("accounts", "remove", Email)).ShouldContain("cannot sign in any more");
        (await GoodAsync("accounts")).ShouldNotContain(Email);
        // The person is still there: their name need not be said again.
        (await GoodAsync("accounts", "invite", Email, "--role", "analyst")).ShouldContain(Email);
    }

    [Fact]
    public async Task A_role_is_given_at_a_place_by_its_name_and_roles_of_ones_own_are_made()
    {
        (await GoodAsync("roles", "create", "key-keeper", "--says", "keeps keys", "--may", "keys.read", "keys.write")).ShouldContain(
            "is made"
        );
        (await GoodAsync("roles", "change", "key-keeper", "--says", "keeps the keys")).ShouldContain("is changed");
        (await GoodAsync("roles")).ShouldContain("keeps the keys");
        const string Email = "ida@example.com";
        (await GoodAsync("accounts", "invite", Email, "--name", "Ida", "--role", "key-keeper@Playground", "analyst")).ShouldContain(
            "analyst, key-keeper@Playground"
        );
        (await RowAsync(Email)).ShouldContain("key-keeper@Playground");
        (await BadAsync("accounts", "roles", Email, "--role", "analyst@Nowhere")).ShouldContain("'Nowhere'");
        (await BadAsync("roles", "remove", "key-keeper")).ShouldContain("Take it from them first");
        (await GoodAsync("accounts", "roles", Email, "--role", "user@First steps")).ShouldContain("ida@example.com has user@First steps.");
        (await GoodAsync("roles", "remove", "key-keeper")).ShouldContain("is removed");
    }

    [Fact]
    public async Task What_is_missing_or_not_allowed_is_said_with_what_to_do()
    {
        (await BadAsync("accounts", "invite", "new@example.com", "--role", "analyst")).ShouldContain("--name");
        (await BadAsync("accounts", "invite", "new@example.com", "--name", "New")).ShouldContain("--role");
        (await BadAsync("accounts", "roles", "nobody@example.com", "--role", "analyst")).ShouldContain("portico accounts");
        (await BadAsync("accounts", "roles", "person_00000000000000000000000000", "--role", "analyst")).ShouldContain("person_0");
        (await BadAsync("accounts", "invite", "new@example.com", "--name", "New", "--role", "god")).ShouldContain("There are owner, admin");
    }
}
