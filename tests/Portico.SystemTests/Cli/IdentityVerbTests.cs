using Portico.OidcProvider;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico identity, scim and workloads, as a person types them.</summary>
public sealed class IdentityVerbTests(ServedFixture served) : IClassFixture<ServedFixture>
{
    readonly CommandLine cli = served.Cli;

    async Task<string> GoodAsync(params string[] typed)
    {
        var run = await cli.RunAsync(typed);
        run.ExitCode.ShouldBe(0, run.All);
        run.Errors.ShouldBeEmpty();
        return run.Output;
    }

    static string Row(string output, string id) => output.Split('\n').Single(l => l.StartsWith(id, StringComparison.Ordinal));

    [Fact]
    public async Task A_provider_is_added_checked_switched_and_removed()
    {
        await using var oidc = await OidcServer.StartAsync();
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "secret.txt");
        await File.WriteAllTextAsync(file, OidcServer.ClientSecret + "\n");
        var made = await GoodAsync(
            "identity",
            "add",
            "Directory",
            oidc.Issuer,
            "--client-id",
            OidcServer.ClientId,
            "--client-secret-file",
            file,
            "--group",
            "portico-admins=admin",
            "--allow-special-addresses"
        );
        made.ShouldContain("/console/sign-in");
        made.ShouldNotContain(OidcServer.ClientSecret);
        var id = made.Split(' ')[0];
        Row(await GoodAsync("identity"), id).ShouldContain("portico-admins=admin");
        (await GoodAsync("identity", "check", id)).ShouldContain("takes S256");
        (await GoodAsync("identity", "disable", id)).ShouldContain("lets nobody in");
        Row(await GoodAsync("identity", "list"), id).ShouldContain("off");
        (await GoodAsync("identity", "enable", id)).ShouldContain("lets people in");
        oidc.Fault = OidcFault.Down;
        (await cli.RunAsync("identity", "check", id)).ExitCode.ShouldBe(1);
        (await GoodAsync("identity", "remove", id)).ShouldContain("is removed");
        var wrong = await cli.RunAsync("identity", "add", "X", oidc.Issuer, "--client-id", "x", "--group", "nothing");
        wrong.ExitCode.ShouldBe(1);
        wrong.Errors.ShouldContain("is no GROUP=ROLE");
    }

    [Fact]
    public async Task A_SCIM_token_is_shown_once_and_revoked()
    {
        var lines = (await GoodAsync("scim", "create", "directory")).Split('\n');
        var (id, secret) = (lines[0].Split(' ')[0], lines[1].Split(' ')[0]);
        secret.ShouldStartWith("ps_live_");
        (await GoodAsync("scim")).ShouldNotContain(secret);
        Row(await GoodAsync("scim", "list"), id).ShouldContain("directory");
        (await GoodAsync("scim", "revoke", id)).ShouldContain("is revoked");
        (await GoodAsync("scim")).ShouldNotContain(id);
    }

    [Fact]
    public async Task A_workload_is_added_listed_and_removed()
    {
        var key = (await GoodAsync("keys")).Split('\n').First(l => l.StartsWith("key_", StringComparison.Ordinal)).Split(' ')[0];
        var made = await GoodAsync(
            "workloads",
            "add",
            "pipeline",
            "--key",
            key,
            "--issuer",
            "https://token.example.com",
            "--audience",
            "portico",
            "--subject",
            "repo:bank/*",
            "--claim",
            "ref=refs/heads/main"
        );
        var id = made.Split(' ')[0];
        Row(await GoodAsync("workloads"), id).ShouldContain("repo:bank/*");
        (await GoodAsync("workloads", "remove", id)).ShouldContain("is removed");
    }

    [Fact]
    public async Task A_workload_of_an_admin_token_is_added_and_a_token_held_against_it()
    {
        await using var oidc = await OidcServer.StartAsync();
        using var folder = new TemporaryDirectory();
        var token = (await GoodAsync("tokens", "create", "pipeline", "--role", "analyst")).Split(' ')[0];
        string[] demands = ["--issuer", oidc.Issuer, "--audience", "portico", "--subject", "repo:bank/*", "--allow-special-addresses"];
        var id = (await GoodAsync(["workloads", "add", "pipeline", "--admin-token", token, .. demands])).Split(' ')[0];
        Row(await GoodAsync("workloads"), id).ShouldContain(token);
        var file = Path.Combine(folder.Path, "token.txt");
        await File.WriteAllTextAsync(file, oidc.ServiceToken("repo:bank/letters", "portico") + "\n");
        (await GoodAsync("workloads", "check", id, "--token-file", file)).ShouldContain("it is of a key that the issuer publishes");
        await File.WriteAllTextAsync(file, oidc.ServiceToken("repo:other", "portico"));
        var other = await cli.RunAsync("workloads", "check", id, "--token-file", file);
        other.ExitCode.ShouldBe(1);
        other.Output.ShouldContain("'repo:bank/*' is taken");
        var claims = Path.Combine(folder.Path, "claims.json");
        await File.WriteAllTextAsync(claims, """{"iss":"https://token.example.com"}""");
        (await cli.RunAsync("workloads", "check", id, "--claims-file", claims)).Output.ShouldContain("it is missing");
        await File.WriteAllTextAsync(claims, "no JSON");
        (await cli.RunAsync("workloads", "check", id, "--claims-file", claims)).Errors.ShouldContain("is no JSON");
        (await cli.RunAsync("workloads", "check", id)).ExitCode.ShouldBe(1);
        (await cli.RunAsync(["workloads", "add", "none", .. demands])).Errors.ShouldContain("one of the two");
        await GoodAsync("workloads", "remove", id);
        await GoodAsync("tokens", "revoke", token);
    }

    [Fact]
    public async Task Passwords_are_refused_only_where_somebody_comes_in_without_the_provider()
    {
        await using var oidc = await OidcServer.StartAsync();
        (await GoodAsync("identity", "passwords")).ShouldContain("or with a password");
        var early = await cli.RunAsync("identity", "passwords", "refuse");
        early.ExitCode.ShouldBe(1);
        early.Errors.ShouldContain("no identity provider");
        var id = (
            await GoodAsync(
                "identity",
                "add",
                "Alone",
                oidc.Issuer,
                "--client-id",
                "alone",
                "--group",
                "g=analyst",
                "--allow-special-addresses"
            )
        ).Split(' ')[0];
        var refused = await cli.RunAsync("identity", "passwords", "refuse");
        refused.ExitCode.ShouldBe(1);
        refused.Errors.ShouldContain("break_glass");
        (await cli.RunAsync("identity", "passwords", "perhaps")).Errors.ShouldContain("refuse and allow");
        (await cli.RunAsync("identity", "passwords", "allow", "--break-glass", "person_x")).Errors.ShouldContain("goes with refuse");
        (await GoodAsync("identity", "passwords", "allow")).ShouldContain("or with a password");
        await GoodAsync("identity", "remove", id);
    }
}
