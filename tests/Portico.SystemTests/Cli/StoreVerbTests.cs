using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Portico.Server;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>The verbs that look at this machine: migrate, seed, doctor, and what a start meets.</summary>
public sealed class StoreVerbTests : IDisposable
{
    readonly CommandLine cli = new();

    public void Dispose() => cli.Dispose();

    async Task<CliRun> DoctorAsync(int exitCode, params string[] more)
    {
        var run = await cli.RunAsync(["doctor", "--set", "Server:Url=http://127.0.0.1:1", "--data", cli.Data, .. more]);
        run.ExitCode.ShouldBe(exitCode, run.All);
        run.Errors.ShouldBeEmpty();
        return run;
    }

    [Fact]
    public async Task Migrate_shows_what_is_missing_and_applies_it_once()
    {
        var dry = await cli.RunAsync("migrate", "--dry-run");
        dry.ExitCode.ShouldBe(0, dry.All);
        dry.Output.ShouldContain("storage/0001_storage");
        dry.Output.ShouldEndWith("to apply. Nothing was changed.\n");
        (await cli.RunAsync("migrate")).Output.ShouldMatch(@"gateway/0001_gateway[\s\S]*\n\d+ applied\.\n$");
        (await cli.RunAsync("migrate")).Output.ShouldBe("The store has all tables of this build.\n");
    }

    [Fact]
    public async Task Seed_makes_the_demo_once_and_another_when_asked()
    {
        var first = await cli.RunAsync("seed");
        first.ExitCode.ShouldBe(0, first.All);
        foreach (var line in new[] { "organisation", "workspace", "use case", "key", "service key", "admin sign-in" })
            first.Line(line + " ").ShouldNotBeEmpty();
        first.Output.ShouldContain("(shown once)");
        (await cli.RunAsync("seed")).Output.ShouldStartWith("The store holds an organisation already; nothing was made.");
        (await cli.RunAsync("seed", "demo", "--again")).Output.ShouldContain("service key    pk_live_");
        // What it printed opens a node on this store.
        await using var node = await ServedNode.StartAsync(cli);
        using var door = node.Client(first.Line("service key").Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
        using var answer = await door.ChatAsync("sim/echo");
        ((int)answer.StatusCode).ShouldBe(200);
        node.Printed.ShouldNotContain("pk_live_");
        node.Printed.ShouldContain("Bearer $PORTICO_KEY");
    }

    [Fact]
    public async Task Doctor_finds_a_fresh_machine_well_and_changes_nothing()
    {
        var run = await DoctorAsync(0);
        run.Output.ShouldContain("data directory     " + cli.Data + " will be made at the first start");
        run.Output.ShouldContain("✓ master key         will be made at the first start");
        run.Output.ShouldContain("✓ store              will be made at the first start");
        run.Output.ShouldEndWith("All is well.\n");
        Directory.Exists(cli.Data).ShouldBeFalse();
        Directory.GetFileSystemEntries(cli.Directory).ShouldBeEmpty();
    }

    [Fact]
    public async Task Doctor_tells_a_data_directory_that_cannot_be()
    {
        await File.WriteAllTextAsync(cli.Data, "a file");
        var file = await DoctorAsync(1);
        file.Output.ShouldContain($"✗ data directory     {cli.Data} is a file\n  fix: move that file away");
        var under = await cli.RunAsync("doctor", "--data", Path.Combine(cli.Data, "below"));
        under.Output.ShouldContain($"{cli.Data} is a file");
        (await cli.RunAsync("serve", "--url", "http://127.0.0.1:0")).ExitCode.ShouldBe(1);
        // Nobody can write there, not even root.
        var system = await cli.RunAsync("doctor", "--data", "/proc/portico");
        system.ExitCode.ShouldBe(1);
        system.Output.ShouldContain("✗ data directory     nothing can be written in /proc");
        system.Output.ShouldContain(
            "fix: sudo install -d -m 700 -o \"$(id -un)\" '/proc/portico', or choose another directory with --data DIR"
        );
    }

    [Fact]
    public async Task Doctor_tells_a_port_that_another_program_has()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var run = await cli.RunAsync("doctor", "--set", $"Server:Url=http://127.0.0.1:{port}");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain(
            $"✗ port               127.0.0.1:{port}: Address already in use\n  fix: stop what listens there, or choose another: --url"
        );
    }

    [Fact]
    public async Task Doctor_tells_settings_that_are_wrong_before_anything_that_reads_them()
    {
        var run = await DoctorAsync(1, "--set", "Records:BatchMs=0", "--set", "Server:Ulr=x");
        run.Output.ShouldContain(
            "✗ settings           Server:Ulr is not a setting. Did you mean Server:Url?; Records:BatchMs is '0'; it must be from 1 to 5,000"
        );
        run.Output.ShouldContain("fix: correct these; 'portico config' shows all");
        run.Output.ShouldEndWith("1 to fix.\n");
    }

    [Fact]
    public async Task A_key_vault_that_is_none_is_told_by_doctor_and_stops_the_start()
    {
        cli.Environment["PORTICO_MasterKey__KeyVault"] = "http://house.example.org";
        const string Says = "MasterKey:KeyVault is 'http://house.example.org'; write it as https://NAME.vault.azure.net/.";
        (await DoctorAsync(1)).Output.ShouldContain($"✗ master key         {Says}");
        var serve = await cli.RunAsync("serve", "--url", "http://127.0.0.1:0");
        serve.ExitCode.ShouldBe(1);
        serve.Errors.ShouldBe(Says + "\n");
    }

    [Fact]
    public async Task Doctor_tells_a_postgres_that_cannot_be_reached_and_no_password()
    {
        var run = await DoctorAsync(1, "--set", "Storage:PostgresConnection=Host=127.0.0.1;Port=1;Username=portico;Password=canary-77");
        run.Output.ShouldContain("✗ store              PostgreSQL does not answer");
        run.Output.ShouldContain(
            "fix: start the database, or correct host, port, name and password in PORTICO_Storage__PostgresConnection"
        );
        run.All.ShouldNotContain("canary-77");
        var serve = await cli.RunAsync(
            "serve",
            "--url",
            "http://127.0.0.1:0",
            "--set",
            "Storage:PostgresConnection=Host=127.0.0.1;Port=1;Password=canary-77"
        );
        serve.ExitCode.ShouldBe(1);
        serve.Errors.ShouldNotContain("   at ");
        serve.All.ShouldNotContain("canary-77");
    }

    [Fact]
    public async Task Doctor_tells_a_build_without_token_ranks_which_still_works()
    {
        using var directory = new TemporaryDirectory();
        var configuration = Settings.Read(null, [new("Storage:DataDirectory", directory.Path), new("Server:Url", "http://127.0.0.1:1")]);
        var findings = new List<Finding>();
        await foreach (var finding in new Doctor(configuration, encoding => encoding != "o200k_base").ExamineAsync(default))
            findings.Add(finding);
        var counts = findings.Single(f => f.What == "token counts");
        counts.State.ShouldBe(Health.Degraded);
        counts.Detail.ShouldBe("this build has no ranks of o200k_base: tokens are estimated, and marked so in records");
        counts.Fix.ShouldContain("install Node.js");
        findings.ShouldNotContain(f => f.State == Health.Failed);
    }

    [Fact]
    public async Task A_master_key_that_is_not_this_stores_is_told_by_doctor_and_stops_the_start()
    {
        await using (var node = await ServedNode.StartAsync(cli))
        {
            using var admin = node.Client(node.AdminToken);
            var body = """{"name":"house","family":"openai","base_url":"http://127.0.0.1:9/v1","credential":"sk-canary-credential"}""";
            using var made = await admin.PostAsync("/api/connections", new StringContent(body, Encoding.UTF8, "application/json"));
            ((int)made.StatusCode).ShouldBe(201);
            (await node.StopAsync()).ShouldBe(0);
        }
        (await DoctorAsync(0)).Output.ShouldContain("✓ master key         from the file");
        var file = Path.Combine(cli.Data, "master.key");
        var right = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, Convert.ToBase64String(new byte[32]));
        var wrong = await DoctorAsync(1);
        wrong.Output.ShouldContain("✗ credentials        The keys of this store are wrapped under master key");
        wrong.Output.ShouldContain("fix: put the master key in place that belongs to this store");
        var serve = await cli.RunAsync("serve", "--url", "http://127.0.0.1:0");
        serve.ExitCode.ShouldBe(1);
        serve.Errors.ShouldContain("The keys of this store are wrapped under master key");
        serve.Errors.ShouldContain("The master key must be the one that this store was made with.");
        serve.Errors.ShouldNotContain("   at ");
        await File.WriteAllTextAsync(file, "not a key");
        (await DoctorAsync(1)).Output.ShouldContain("✗ master key         The master key from the file");
        (await cli.RunAsync("serve", "--url", "http://127.0.0.1:0")).Errors.ShouldContain(
            "must be 32 bytes in base 64, as 'openssl rand -base64 32' makes them"
        );
        await File.WriteAllTextAsync(file, right);
        await ModeAsync("640", file);
        (await DoctorAsync(1)).Output.ShouldContain($"chmod 600 '{file}'");
        (await cli.RunAsync("serve", "--url", "http://127.0.0.1:0")).Errors.ShouldContain("Run: chmod 600 './data/master.key'");
        await ModeAsync("600", file);
        (await DoctorAsync(0)).Output.ShouldEndWith("All is well.\n");
    }

    static async Task ModeAsync(string mode, string file)
    {
        using var chmod = System.Diagnostics.Process.Start("chmod", [mode, file]);
        await chmod.WaitForExitAsync();
    }

    [Fact]
    public async Task Doctor_asks_every_connected_provider_and_tells_the_one_that_refuses()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 401, "Wrong key.", "authentication_error"));
        await using (var node = await ServedNode.StartAsync(cli))
        {
            using var admin = new Api(node.Client(node.AdminToken));
            var connection = await admin.PostAsync(
                "/api/connections",
                new JsonObject
                {
                    ["name"] = "house",
                    ["family"] = "openai",
                    ["base_url"] = new Uri(upstream.Address, "/v1").ToString(),
                    ["credential"] = "sk-canary-credential",
                }
            );
            var model = await admin.PostAsync("/api/models", new JsonObject { ["name"] = "house-1" });
            await admin.PostAsync(
                "/api/deployments",
                new JsonObject
                {
                    ["model_id"] = model.Text("id"),
                    ["connection_id"] = connection.Text("id"),
                    ["upstream_model"] = "up-1",
                }
            );
            await node.StopAsync();
        }
        var run = await DoctorAsync(1);
        run.Output.ShouldContain("✓ connection sim     offers");
        run.Output.ShouldContain("✗ connection house   ");
        run.Output.ShouldContain("fix: give it a new credential");
        run.All.ShouldNotContain("sk-canary-credential");
    }

    [Fact]
    public async Task A_node_that_is_asked_to_stop_ends_with_0_and_its_keys_work_on()
    {
        string key;
        await using (var first = await ServedNode.StartAsync(cli))
        {
            key = first.Key;
            (await first.StopAsync()).ShouldBe(0);
        }
        await using var second = await ServedNode.StartAsync(cli);
        second.Printed.ShouldContain("Keys of earlier starts work on.");
        using var door = second.Client(key);
        using var answer = await door.ChatAsync("sim/echo");
        ((int)answer.StatusCode).ShouldBe(200);
    }
}
