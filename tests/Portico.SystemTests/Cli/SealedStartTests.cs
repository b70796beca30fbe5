using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Portico.Governance.Keys;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>A node without its master key runs, says that it is sealed and what to do, and goes on when the key is there.</summary>
public sealed class SealedStartTests : IDisposable
{
    readonly CommandLine cli = new();

    public void Dispose() => cli.Dispose();

    /// <summary>The program as it waits, and the rest of what it prints.</summary>
    sealed class Waiting(Process process, Uri address, string says) : IAsyncDisposable
    {
        static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

        readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address };

        public HttpClient Http => http;
        public string Says => says;
        public string Address => address.ToString();

        public static async Task<Waiting> StartAsync(CommandLine cli)
        {
            cli.Environment.TryAdd("PORTICO_Models__FromEnvironment", "false");
            cli.Environment.TryAdd("PORTICO_Models__FromLoopback", "false");
            var process = Process.Start(cli.StartInfo("serve", "--url", "http://127.0.0.1:0", "--data", cli.Data))!;
            using var bound = new CancellationTokenSource(Bound);
            var first = await process.StandardOutput.ReadLineAsync(bound.Token) ?? await process.StandardError.ReadToEndAsync(bound.Token);
            first.ShouldContain("is sealed on ");
            var says = await process.StandardOutput.ReadLineAsync(bound.Token);
            return new Waiting(process, new Uri(first[(first.IndexOf("sealed on ", StringComparison.Ordinal) + 10)..]), says!);
        }

        /// <summary>Reads on until the node has started.</summary>
        public async Task UntilStartedAsync()
        {
            using var bound = new CancellationTokenSource(Bound);
            while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
                if (line.Contains("listens on ", StringComparison.Ordinal))
                    return;
            throw new ShouldAssertException("It did not start: " + await process.StandardError.ReadToEndAsync(bound.Token));
        }

        public async Task<int> StopAsync()
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()])!;
            using var bound = new CancellationTokenSource(Bound);
            await process.WaitForExitAsync(bound.Token);
            return process.ExitCode;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    async Task<string> SeedAsync()
    {
        await using var node = await ServedNode.StartAsync(cli);
        var key = node.Key;
        (await node.StopAsync()).ShouldBe(0);
        return key;
    }

    static async Task ShouldBeSealedAsync(Waiting node)
    {
        foreach (var path in new[] { "/ready", "/health/ready" })
        {
            using var ready = await node.Http.GetAsync(path);
            ((int)ready.StatusCode).ShouldBe(503);
            var said = await ready.JsonAsync();
            (said["sealed"]!.GetValue<bool>(), said.Text("detail")).ShouldBe((true, node.Says));
        }
        using var health = await node.Http.GetAsync("/health");
        ((int)health.StatusCode, (await health.JsonAsync()).Text("status")).ShouldBe((200, "sealed"));
        using var api = await node.Http.GetAsync("/api/calls");
        (await api.JsonAsync()).Text("code").ShouldBe("sealed");
        using var chat = await node.Http.PostAsync("/v1/chat/completions", new StringContent("{}", Encoding.UTF8, "application/json"));
        ((int)chat.StatusCode, (await chat.JsonAsync())["error"]!.Text("code")).ShouldBe((503, "sealed"));
        using var message = await node.Http.PostAsync("/v1/messages", new StringContent("{}", Encoding.UTF8, "application/json"));
        (await message.JsonAsync()).Text("type").ShouldBe("error");
        using var page = await node.Http.GetAsync("/console");
        var html = await page.Content.ReadAsStringAsync();
        ((int)page.StatusCode, page.Content.Headers.ContentType!.MediaType).ShouldBe((503, "text/html"));
        html.ShouldContain("Portico is sealed");
        html.ShouldNotContain("<script");
    }

    [Fact]
    public async Task With_its_key_in_shares_a_node_waits_for_three_of_five_and_then_serves_what_it_served_before()
    {
        var key = await SeedAsync();
        var split = await cli.RunAsync("keyring", "split", "--data", cli.Data, "--into", "shares");
        split.ExitCode.ShouldBe(0, split.All);
        var shares = Enumerable
            .Range(1, 5)
            .Select(i => File.ReadAllText(Path.Combine(cli.Directory, "shares", $"share-{i}")).Trim())
            .ToList();
        split.All.ShouldNotContain(shares[0]);
        File.Delete(Path.Combine(cli.Data, "master.key"));
        cli.Environment["PORTICO_MasterKey__Shares"] = "true";
        await using var node = await Waiting.StartAsync(cli);
        node.Says.ShouldContain("in shares");
        await ShouldBeSealedAsync(node);

        (await UnsealAsync(node, 1)).Output.ShouldContain("1 of 3 shares are here.");
        var again = await UnsealAsync(node, 1);
        (again.ExitCode, again.Errors).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(1),
            r => r.Errors.ShouldContain("is here already")
        );
        using (var typo = await node.Http.PostAsJsonAsync("/api/seal/shares", new { share = Mistyped(shares[1]) }))
        {
            ((int)typo.StatusCode).ShouldBe(400);
            var said = await typo.Content.ReadAsStringAsync();
            said.ShouldContain("mistyped");
            said.ShouldNotContain(shares[1][30..50]);
        }
        (await node.Http.GetFromJsonAsync<JsonNode>("/api/seal"))!["splits"]![0]!["held"]!.GetValue<int>().ShouldBe(1);
        (await UnsealAsync(node, 4)).Output.ShouldContain("2 of 3 shares are here.");
        (await UnsealAsync(node, 2)).Output.ShouldContain("The master key is whole: the node starts.");
        await node.UntilStartedAsync();

        node.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var served = await node.Http.PostAsync(
            "/v1/chat/completions",
            new StringContent("""{"model":"sim/echo","messages":[{"role":"user","content":"hello"}]}""", Encoding.UTF8, "application/json")
        );
        ((int)served.StatusCode).ShouldBe(200);
        (await UnsealAsync(node, 5)).Errors.ShouldContain("is not sealed");
        (await node.StopAsync()).ShouldBe(0);
    }

    static string Mistyped(string share) => share[..60] + (share[60] == '7' ? '8' : '7') + share[61..];

    async Task<CliRun> UnsealAsync(Waiting node, int share) =>
        await cli.RunAsync("unseal", "--url", node.Address, "--file", Path.Combine("shares", $"share-{share}"));

    [Fact]
    public async Task Shares_of_another_store_are_told_and_too_many_in_a_minute_are_refused()
    {
        await SeedAsync();
        var other = Path.Combine(cli.Directory, "other.key");
        (
            await cli.RunAsync(
                "keyring",
                "split",
                "--data",
                Path.Combine(cli.Directory, "elsewhere"),
                "--set",
                $"MasterKey:File={other}",
                "--into",
                "shares"
            )
        ).ExitCode.ShouldBe(0);
        cli.Environment["PORTICO_MasterKey__Shares"] = "true";
        await using var node = await Waiting.StartAsync(cli);
        (await UnsealAsync(node, 1)).Errors.ShouldContain("it is of another Portico");
        var codes = new List<int>();
        for (var i = 0; i < 25; i++)
        {
            using var sent = await node.Http.PostAsJsonAsync("/api/seal/shares", new { share = "portico-share-x" });
            codes.Add((int)sent.StatusCode);
        }
        codes.ShouldContain(400);
        codes[^1].ShouldBe(429);
        await ShouldBeSealedAsync(node);
    }

    [Fact]
    public async Task A_node_whose_key_file_is_gone_says_so_makes_no_other_and_goes_on_when_it_is_put_back()
    {
        await SeedAsync();
        var (file, away) = (Path.Combine(cli.Data, "master.key"), Path.Combine(cli.Directory, "away.key"));
        File.Move(file, away);
        await using (var node = await Waiting.StartAsync(cli))
        {
            node.Says.ShouldContain("master.key' is not there");
            await ShouldBeSealedAsync(node);
            File.Exists(file).ShouldBeFalse();
            (await node.StopAsync()).ShouldNotBe(0, "a sealed node can be stopped");
        }
        await using var again = await Waiting.StartAsync(cli);
        File.Move(away, file);
        await again.UntilStartedAsync();
        (await again.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_root_is_rotated_by_a_verb_and_the_old_one_opens_nothing_any_more()
    {
        await SeedAsync();
        var fresh = Path.Combine(cli.Directory, "fresh.key");
        var rotated = await cli.RunAsync("keyring", "rotate-root", "--data", cli.Data, "--to-file", fresh);
        rotated.ExitCode.ShouldBe(0, rotated.All);
        rotated.Output.ShouldContain("destroy it wherever it lies");
        var old = await cli.RunAsync("serve", "--url", "http://127.0.0.1:0", "--data", cli.Data);
        old.ExitCode.ShouldBe(1);
        old.Errors.ShouldContain("Start with the master key that belongs to this store.");
        cli.Environment["PORTICO_MasterKey__File"] = fresh;
        await using var node = await ServedNode.StartAsync(cli);
        (await cli.RunAsync("keyring", "show", "--url", node.Address.ToString(), "--data", cli.Data)).Output.ShouldContain("fresh.key");
        (await RootOfTheLogAsync(node)).ShouldBe(MasterKey.FromFile(fresh).Id, "that it was rotated shows in the audit log");
        var act = (await EntriesOfTheLogAsync(node)).Single(l => l.Text("kind") == "machine.act" && l.Text("act") == "rotate-root");
        act.Text("who").ShouldBe($"{Environment.UserName}@{Environment.MachineName}");
        act.Text("detail").ShouldContain($"to {MasterKey.FromFile(fresh).Id}");
        (await node.StopAsync()).ShouldBe(0);
    }

    /// <summary>The root that the audit log names where a process last took it up.</summary>
    async Task<string> RootOfTheLogAsync(ServedNode node) =>
        (await EntriesOfTheLogAsync(node)).Last(l => l.Text("kind") == "log.opened").Text("root");

    async Task<List<JsonNode>> EntriesOfTheLogAsync(ServedNode node)
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            (await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.token"))).Trim()
        );
        using var zip = new ZipArchive(new MemoryStream(await client.GetByteArrayAsync("/api/audit/export")));
        using var reader = new StreamReader(
            zip.Entries.Single(e => e.FullName.EndsWith("/entries.jsonl", StringComparison.Ordinal)).Open()
        );
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(l => JsonNode.Parse(l)!)];
    }
}
