using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>What a person types wrong: one line that names the word that was meant, where help is, and exit code 2; never a page, never a stack.</summary>
public sealed class MistakeTests : IDisposable
{
    readonly CommandLine cli = new();

    public void Dispose() => cli.Dispose();

    async Task RefusedAsync(string typed, int exitCode, params string[] says)
    {
        var run = await cli.RunAsync(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        run.ExitCode.ShouldBe(exitCode, run.All);
        run.Output.ShouldBeEmpty();
        foreach (var text in says)
            run.Errors.ShouldContain(text);
        run.Errors.ShouldNotContain("   at ");
        run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThanOrEqualTo(4, run.Errors);
    }

    [Theory]
    [InlineData("srve", "'srve' is not a verb of 'portico'. Did you mean 'serve'?", "Help: portico --help")]
    [InlineData("keys crate x", "'crate' is not a verb of 'portico keys'. Did you mean 'create'?", "Help: portico keys --help")]
    [InlineData(
        "serve --ulr http://127.0.0.1:1",
        "'--ulr' is not an option of 'portico serve'. Did you mean '--url'?",
        "Help: portico serve --help"
    )]
    [InlineData("serve --dat=x", "'--dat' is not an option of 'portico serve'. Did you mean '--data'?")]
    [InlineData("serve now", "'portico serve' takes no 'now'.")]
    [InlineData("keys create", "NAME is missing: What the key is for.")]
    [InlineData("keys rotate", "ID is missing: key_…")]
    [InlineData("explain --model sim/echo", "--key is missing: key_…", "Help: portico explain --help")]
    [InlineData("calls --limit many", "--limit takes a whole number, not 'many'.")]
    [InlineData("calls --limit", "--limit needs a value.")]
    [InlineData(
        "calls --outcome complete",
        "--outcome takes completed, refused, failed or abandoned, not 'complete'. Did you mean 'completed'?"
    )]
    [InlineData("budgets add --scope workspaces --of x --usd 1", "not 'workspaces'. Did you mean 'workspace'?")]
    public Task A_wrong_word_is_told_with_the_nearest_right_one(string typed, params string[] says) => RefusedAsync(typed, 2, says);

    [Fact]
    public Task A_word_that_is_near_to_nothing_gets_no_guess() => RefusedAsync("zzzzzzzz", 2, "'zzzzzzzz' is not a verb of 'portico'.\n");

    [Theory]
    [InlineData("keys list", "No admin token: there is no ./data/admin.token.", "--data DIR")]
    [InlineData("keys list --token pa_x --url nonsense", "--url is 'nonsense'; write it as http://127.0.0.1:8080.")]
    [InlineData("keys create x --token pa_x --days 0 --use-case uc_x", "--days must be from 1 to 36,500.")]
    [InlineData("bench", "Give a service key with --key or PORTICO_KEY", "portico keys create")]
    [InlineData("bench --key pk_x --callers 9999", "--callers must be from 1 to 512.")]
    [InlineData("seed nonsense", "There is no scenario 'nonsense'. Scenarios: demo, calls-50k")]
    [InlineData("config --set Url", "--set Url: write it as Section:Name=value.")]
    [InlineData("config --set Server:Url=http://a:1 --set server:url=http://b:2", "--set server:url is given twice.")]
    [InlineData("serve --config absent.json", "There is no settings file", "absent.json")]
    [InlineData("serve --url nonsense", "Server:Url is 'nonsense'; it must be written as http://127.0.0.1:8080")]
    [InlineData("migrate --set Storage:WriteQueue=few", "Storage:WriteQueue is 'few'; it must be a whole number")]
    public Task A_value_that_cannot_be_is_told_with_the_way_out(string typed, params string[] says) => RefusedAsync(typed, 1, says);

    [Fact]
    public async Task Where_nothing_listens_it_says_how_to_start_it()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await RefusedAsync(
            $"keys list --token pa_live_x --url http://127.0.0.1:{port}",
            1,
            $"Portico does not answer at http://127.0.0.1:{port}: Connection refused.",
            "Start it with 'portico serve', or say where it runs with --url or PORTICO_URL."
        );
        await RefusedAsync($"bench --key pk_live_x --url http://127.0.0.1:{port}", 1, "Start it with 'portico serve'");
    }

    [Fact]
    public async Task What_it_tells_to_type_is_the_command_it_was_called_by()
    {
        cli.Environment["PORTICO_COMMAND"] = "./run";
        await RefusedAsync("srve", 2, "Help: ./run --help");
        await RefusedAsync("models --token pa_live_x --url http://127.0.0.1:1", 1, "Start it with './run serve'");
    }

    [Fact]
    public async Task Something_else_that_answers_is_not_taken_for_Portico()
    {
        await using var other = await Upstream.StartAsync(http =>
        {
            http.Response.ContentType = "text/html";
            return Upstream.WriteAsync(http, "<html>Welcome to another server</html>");
        });
        await RefusedAsync(
            $"models --token pa_live_x --url {other.Address}",
            1,
            $"What answers at {other.Address.GetLeftPart(UriPartial.Authority)} is not Portico's management API"
        );
    }

    [Fact]
    public async Task A_settings_file_that_is_no_json_is_named_with_the_place()
    {
        await File.WriteAllTextAsync(Path.Combine(cli.Directory, "portico.json"), "{\"Server\":\n{\"Url\":}}");
        await RefusedAsync("serve", 1, "portico.json", "LineNumber: 1");
    }

    [Fact]
    public async Task Help_names_every_verb_and_exits_with_0()
    {
        foreach (var typed in new[] { Array.Empty<string>(), ["--help"] })
        {
            var run = await cli.RunAsync(typed);
            run.ExitCode.ShouldBe(0);
            foreach (var verb in "serve migrate seed doctor config explain keys budgets models calls bench version".Split(' '))
                run.Output.ShouldContain($"\n  {verb}");
        }
    }

    [Fact]
    public async Task Version_says_the_version_and_the_platform()
    {
        var run = await cli.RunAsync("version");
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldMatch(@"^portico \d+\.\d+\.\d+  \(\.NET \d+\.\d+\.\d+, \w+-\w+\)\s*$");
    }
}
