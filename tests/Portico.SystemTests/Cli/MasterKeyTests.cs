using System.Security.Cryptography;
using System.Text;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>Where the master key comes from: a file that is made, a file that is given, the environment. What is sealed under one opens under no other.</summary>
public sealed class MasterKeyTests : IDisposable
{
    readonly CommandLine cli = new();

    public void Dispose() => cli.Dispose();

    static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>A start that seals a credential, and a stop.</summary>
    async Task SealAsync(Upstream upstream)
    {
        await using var node = await ServedNode.StartAsync(cli);
        using var admin = node.Client(node.AdminToken);
        var body = $$"""{"name":"house","family":"openai","base_url":"{{upstream.Address}}v1","credential":"sk-canary-credential"}""";
        using var made = await admin.PostAsync("/api/connections", new StringContent(body, Encoding.UTF8, "application/json"));
        ((int)made.StatusCode).ShouldBe(201);
        (await node.StopAsync()).ShouldBe(0);
    }

    async Task<CliRun> StartFailsAsync()
    {
        var run = await cli.RunAsync("serve", "--url", "http://127.0.0.1:0");
        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldNotContain("   at ");
        return run;
    }

    [Fact]
    public async Task Without_any_a_key_is_made_in_the_data_directory_for_its_owner_alone()
    {
        await using var node = await ServedNode.StartAsync(cli);
        var file = Path.Combine(cli.Data, "master.key");
        Convert.FromBase64String((await File.ReadAllTextAsync(file)).Trim()).Length.ShouldBe(32);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(cli.Data).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_key_of_the_environment_seals_and_opens_and_no_file_is_made()
    {
        await using var upstream = await Upstream.StartAsync();
        cli.Environment["PORTICO_MASTER_KEY"] = NewKey();
        await SealAsync(upstream);
        File.Exists(Path.Combine(cli.Data, "master.key")).ShouldBeFalse();
        (await cli.RunAsync("doctor", "--set", "Server:Url=http://127.0.0.1:1")).Output.ShouldContain(
            "✓ master key         from the environment variable PORTICO_MASTER_KEY"
        );
        cli.Environment["PORTICO_MASTER_KEY"] = NewKey();
        (await StartFailsAsync()).Errors.ShouldContain("Start with the master key that belongs to this store.");
    }

    [Fact]
    public async Task A_key_of_a_file_elsewhere_seals_and_opens()
    {
        await using var upstream = await Upstream.StartAsync();
        var file = Path.Combine(cli.Directory, "keys", "portico.key");
        cli.Environment["PORTICO_MasterKey__File"] = file;
        await SealAsync(upstream);
        File.Exists(file).ShouldBeTrue();
        File.Exists(Path.Combine(cli.Data, "master.key")).ShouldBeFalse();
        await using (var again = await ServedNode.StartAsync(cli))
            (await again.StopAsync()).ShouldBe(0);
        cli.Environment["PORTICO_MasterKey__File"] = Path.Combine(cli.Directory, "another.key");
        await File.WriteAllTextAsync(cli.Environment["PORTICO_MasterKey__File"], NewKey());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cli.Environment["PORTICO_MasterKey__File"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await StartFailsAsync()).Errors.ShouldContain("Start with the master key that belongs to this store.");
    }

    [Theory]
    [InlineData("too short")]
    [InlineData("AAAA")]
    public async Task A_key_of_the_environment_that_is_none_is_told_and_not_repeated(string key)
    {
        cli.Environment["PORTICO_MASTER_KEY"] = key;
        var run = await StartFailsAsync();
        run.Errors.ShouldContain(
            "The master key from the environment variable PORTICO_MASTER_KEY must be 32 bytes in base 64, as 'openssl rand -base64 32' makes them."
        );
        run.Errors.ShouldNotContain(key);
    }

    [Fact]
    public async Task A_store_whose_key_is_lost_starts_again_when_its_credentials_are_taken_out()
    {
        await using var upstream = await Upstream.StartAsync();
        await SealAsync(upstream);
        await File.WriteAllTextAsync(Path.Combine(cli.Data, "master.key"), NewKey());
        (await StartFailsAsync()).Errors.ShouldContain("Start with the master key that belongs to this store.");
        await using (
            var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(cli.Data, "portico.db")};Pooling=False")
        )
        {
            await db.OpenAsync();
            await using var command = db.CreateCommand();
            // The audit key is sealed too: what opens it is lost with the master key, and the message of the start says so.
            command.CommandText =
                "update models_connections set credential = null; update governance_audit_keys set retired_us = 1; delete from governance_data_keys";
            await command.ExecuteNonQueryAsync();
        }
        await using var node = await ServedNode.StartAsync(cli);
        using var admin = new Api(node.Client((await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.token"))).Trim()));
        var house = (await admin.GetAsync("/api/connections"))["items"]!.AsArray().Single(c => c!.Text("name") == "house")!;
        house["has_credential"]!.GetValue<bool>().ShouldBeFalse();
        await admin.PatchAsync($"/api/connections/{house.Text("id")}", new() { ["credential"] = "sk-entered-again" });
    }

    [Fact]
    public async Task The_credential_lies_sealed_in_the_store()
    {
        await using var upstream = await Upstream.StartAsync();
        await SealAsync(upstream);
        foreach (var file in Directory.GetFiles(cli.Data, "*", SearchOption.AllDirectories))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).ShouldNotContain("sk-canary-credential", Case.Sensitive, file);
    }
}
