using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico config: what is in force and where it comes from, secrets masked, mistakes with the nearest name.</summary>
public sealed class ConfigVerbTests : IDisposable
{
    readonly CommandLine cli = new();

    public void Dispose() => cli.Dispose();

    static string Line(CliRun run, string name) =>
        run.Output.Split('\n').Single(l => l.Length > 2 && l[2..].StartsWith(name + " ", StringComparison.Ordinal));

    [Fact]
    public async Task Every_setting_is_shown_with_its_default()
    {
        var run = await cli.RunAsync("config");
        run.ExitCode.ShouldBe(0, run.All);
        run.Errors.ShouldBeEmpty();
        Line(run, "Server:Url").ShouldBe($"  {"Server:Url", -29}  http://127.0.0.1:8080");
        Line(run, "Models:FromLoopback").ShouldEndWith("  true");
        run.Output.Split('\n').Count(l => l.StartsWith("  ", StringComparison.Ordinal)).ShouldBeGreaterThan(35);
        (await cli.RunAsync("config", "--set-only")).Output.ShouldStartWith("Every setting has its default.");
    }

    [Fact]
    public async Task The_later_source_wins_and_is_named()
    {
        await File.WriteAllTextAsync(
            Path.Combine(cli.Directory, "portico.json"),
            """{"Server":{"Url":"http://127.0.0.1:1111","MaxConnections":7},"Gateway":{"DrainSeconds":1}}"""
        );
        cli.Environment["PORTICO_Server__Url"] = "http://127.0.0.1:2222";
        cli.Environment["PORTICO_Server__MaxConnections"] = "8";
        var run = await cli.RunAsync("config", "--set-only", "--set", "Server:Url=http://127.0.0.1:3333");
        run.ExitCode.ShouldBe(0, run.All);
        Line(run, "Server:Url").ShouldEndWith("http://127.0.0.1:3333   (from the command line)");
        Line(run, "Server:MaxConnections").ShouldEndWith("8   (from the environment)");
        Line(run, "Gateway:DrainSeconds").ShouldEndWith("1   (from portico.json)");
        run.Output.ShouldNotContain("Storage:WriteQueue");
    }

    [Fact]
    public async Task No_secret_is_ever_shown()
    {
        const string Canary = "canary-5f1c";
        foreach (
            var name in new[]
            {
                "OPENAI_API_KEY",
                "AZURE_OPENAI_API_KEY",
                "AZURE_OPENAI_KEY",
                "ANTHROPIC_API_KEY",
                "AWS_BEARER_TOKEN_BEDROCK",
                "PORTICO_MASTER_KEY",
            }
        )
            cli.Environment[name] = Canary;
        cli.Environment["OPENAI_BASE_URL"] = $"https://me:{Canary}@example.org/v1";
        cli.Environment["PORTICO_Storage__PostgresConnection"] =
            $"Host=db.internal;Username=portico;Password={Canary};SSL Password={Canary}";
        var run = await cli.RunAsync("config");
        run.All.ShouldNotContain(Canary);
        foreach (var name in new[] { "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AWS_BEARER_TOKEN_BEDROCK", "PORTICO_MASTER_KEY" })
            Line(run, name).ShouldEndWith("••••   (from the environment)");
        // What helps to see where it leads stays.
        Line(run, "Storage:PostgresConnection").ShouldContain("host=db.internal;username=portico;password=••••");
        Line(run, "OPENAI_BASE_URL").ShouldContain("https://••••@example.org/v1");
        cli.Environment["PORTICO_Storage__PostgresConnection"] = Canary;
        var broken = await cli.RunAsync("config");
        broken.ExitCode.ShouldBe(1);
        broken.All.ShouldNotContain(Canary);
        broken.Errors.ShouldContain("✗ Storage:PostgresConnection is '••••'; it must be a connection string");
    }

    [Theory]
    [InlineData("Server:Ulr", "Server:Url")]
    [InlineData("Sevrer:Url", "Server:Url")]
    [InlineData("Server:DataDirectory", "Storage:DataDirectory")]
    [InlineData("Storage:PostgressConnection", "Storage:PostgresConnection")]
    [InlineData("MasterKey:Fil", "MasterKey:File")]
    [InlineData("OPENAI_APIKEY", "OPENAI_API_KEY")]
    public async Task A_name_that_no_setting_has_is_told_with_the_nearest(string typed, string meant)
    {
        var given = await cli.RunAsync("config", "--set-only", "--set", $"{typed}=x");
        given.ExitCode.ShouldBe(1);
        given.Errors.ShouldContain($"✗ {typed} is not a setting. Did you mean {meant}?");
        var parts = typed.Split(':');
        await File.WriteAllTextAsync(
            Path.Combine(cli.Directory, "portico.json"),
            parts.Length == 1 ? $$"""{"{{typed}}":"x"}""" : $$"""{"{{parts[0]}}":{"{{parts[1]}}":"x"} }"""
        );
        (await cli.RunAsync("config", "--set-only")).Errors.ShouldContain($"✗ {typed} is not a setting. Did you mean {meant}?");
    }

    [Theory]
    [InlineData("PORTICO_Server__Ulr", "Server:Ulr is not a setting. Did you mean Server:Url?")]
    [InlineData("PORTICO_Sevrer__Url", "PORTICO_Sevrer__Url is not a setting. Did you mean PORTICO_Server__Url?")]
    [InlineData("PORTICO_SERVER_URL", "PORTICO_SERVER_URL is not a setting. Did you mean PORTICO_Server__Url?")]
    public async Task A_variable_that_no_setting_has_is_told_too(string variable, string says)
    {
        cli.Environment[variable] = "x";
        var run = await cli.RunAsync("config", "--set-only");
        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain($"✗ {says}");
    }

    [Fact]
    public async Task What_belongs_to_the_platform_or_to_others_is_no_mistake()
    {
        cli.Environment["PORTICO_Logging__LogLevel__Default"] = "Warning";
        cli.Environment["PORTICO_HOME"] = "x";
        cli.Environment["PORTICO_URL"] = "http://127.0.0.1:1";
        await File.WriteAllTextAsync(
            Path.Combine(cli.Directory, "portico.json"),
            """{"$schema":"x","Logging":{"LogLevel":{"Default":"Warning"}},"OTEL_EXPORTER_OTLP_ENDPOINT":"http://127.0.0.1:4318"}"""
        );
        var run = await cli.RunAsync("config");
        run.Errors.ShouldBeEmpty();
        run.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("Server:MaxHeaderBytes=abc", "Server:MaxHeaderBytes is 'abc'; it must be a whole number")]
    [InlineData("Server:MaxHeaderBytes=1", "Server:MaxHeaderBytes is '1'; it must be from 4,096 to 262,144")]
    [InlineData("Server:SeedDemo=perhaps", "Server:SeedDemo is 'perhaps'; it must be true or false")]
    [InlineData("Records:BatchMs=0", "Records:BatchMs is '0'; it must be from 1 to 5,000")]
    [InlineData("Records:MaxJournalBytes=1", "Records:MaxJournalBytes is '1'; it must be from 1,048,576 to 1,099,511,627,776")]
    [InlineData("Records:GenAiProfile=v9", "Records:GenAiProfile is 'v9'; it must be v1.41 or latest")]
    [InlineData("Gateway:BudgetStatus=500", "Gateway:BudgetStatus is '500'; it must be 429 or 402")]
    [InlineData("Gateway:DrainSeconds=-1", "Gateway:DrainSeconds is '-1'; it must be from 0 to 3,600")]
    [InlineData("Storage:DataDirectory=", "Storage:DataDirectory is ''; it must not be empty")]
    [InlineData("Models:ProbeMs=1", "Models:ProbeMs is '1'; it must be from 50 to 10,000")]
    [InlineData("Models:LoopbackServers=olama=1", "Models:LoopbackServers is 'olama=1'; it must be a list such as ollama=11434,vllm=8000")]
    [InlineData("Server:Url=ftp://127.0.0.1:1", "Server:Url is 'ftp://127.0.0.1:1'; it must be written as http://127.0.0.1:8080")]
    public async Task A_value_that_cannot_be_is_told_beside_all_the_others_and_stops_the_start(string set, string says)
    {
        var config = await cli.RunAsync("config", "--set", set);
        config.ExitCode.ShouldBe(1);
        config.Errors.ShouldContain($"✗ {says}");
        config.Output.ShouldContain("Gateway:CacheMegabytes");
        var serve = await cli.RunAsync("serve", "--set", set);
        serve.ExitCode.ShouldBe(1);
        serve.Errors.ShouldContain(says);
        Directory.Exists(cli.Data).ShouldBeFalse("nothing was begun");
    }
}
