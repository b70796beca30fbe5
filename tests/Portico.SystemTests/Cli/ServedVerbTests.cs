using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>The verbs that ask a running node, as a person types them.</summary>
public sealed partial class ServedVerbTests(ServedFixture served) : ServedVerbs(served)
{
    async Task<string> CallAsync(string model = "sim/echo", string? key = null)
    {
        using var client = node.Client(key ?? node.Key);
        using var response = await client.ChatAsync(model);
        return response.CallId();
    }

    [Fact]
    public void The_start_prints_the_address_the_sign_in_one_key_and_a_curl_that_holds_them()
    {
        node.Printed.ShouldStartWith("Portico ");
        node.Address.Port.ShouldBeGreaterThan(0);
        node.AdminToken.ShouldStartWith("pa_live_");
        node.Printed.ShouldContain("(shown once)");
        Regex.Count(node.Printed, Regex.Escape(node.Key)).ShouldBe(2, "once by itself and once in the curl");
        node.Printed.ShouldContain($"curl {node.Address.ToString().TrimEnd('/')}/v1/chat/completions");
        node.Printed.ShouldContain("✓ sim");
    }

    [Fact]
    public async Task The_printed_curl_answers_when_it_is_pasted()
    {
        var curl = node.Printed[node.Printed.IndexOf("curl ", StringComparison.Ordinal)..];
        var shell = new System.Diagnostics.ProcessStartInfo("bash", ["-c", curl])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = System.Diagnostics.Process.Start(shell)!;
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        JsonNode.Parse(answer)!["choices"]![0]!.Text("message", "content").ShouldBe("Hello, Portico");
    }

    [Fact]
    public async Task A_key_lives_from_create_to_revoke()
    {
        var made = (await GoodAsync("keys create for-a-test --days 30")).Split('\n');
        var id = made[0].Split(' ')[0];
        var secret = made[1].Split(' ')[0];
        made[1].ShouldEndWith("(shown once)");
        using var client = node.Client(secret);
        using (var first = await client.ChatAsync("sim/echo"))
            ((int)first.StatusCode).ShouldBe(200);
        var row = Row(await GoodAsync("keys list"), id);
        row[1].ShouldBe("for-a-test");
        secret.ShouldStartWith(row[2]);
        row[3].ShouldBe("active");
        row[4].ShouldMatch(@"^\d{4}-\d\d-\d\d \d\d:\d\dZ$");
        (await GoodAsync($"keys disable {id}")).ShouldBe($"{id} is disabled.\n");
        using (var disabled = await client.ChatAsync("sim/echo"))
            ((int)disabled.StatusCode).ShouldBe(401);
        (await GoodAsync($"keys enable {id}")).ShouldBe($"{id} is active.\n");
        var rotated = (await GoodAsync($"keys rotate {id} --overlap-seconds 0")).Split('\n')[1].Split(' ')[0];
        rotated.ShouldNotBe(secret);
        using (var old = await client.ChatAsync("sim/echo"))
            ((int)old.StatusCode).ShouldBe(401);
        (await GoodAsync($"keys revoke {id}")).ShouldBe($"{id} is revoked.\n");
        (await BadAsync($"keys enable {id}")).ShouldContain("revoked");
    }

    [Fact]
    public async Task The_list_never_shows_a_secret_and_is_what_the_noun_alone_prints()
    {
        var list = await GoodAsync("keys list");
        list.ShouldNotContain(node.Key);
        list.Split('\n')[0].ShouldStartWith("ID ");
        (await GoodAsync("keys")).Split('\n')[0].ShouldBe(list.Split('\n')[0]);
        JsonNode.Parse(await GoodAsync("keys list --json"))!["items"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_id_that_is_none_is_told_with_its_form()
    {
        (await BadAsync("keys create x --use-case nonsense")).ShouldContain("Not an id of the form uc_…");
        (await BadAsync("keys rotate key_nonsense")).ShouldContain("There is no key");
        (await BadAsync("budgets change nonsense --usd 1")).ShouldContain("There is no budget 'nonsense'");
        (await BadAsync("calls call_nonsense")).ShouldContain("There is no call 'call_nonsense'");
    }

    [Fact]
    public async Task A_budget_is_added_changed_shown_and_removed()
    {
        var key = (await GoodAsync("keys create budgeted")).Split(' ')[0];
        var added = await GoodAsync($"budgets add --scope key --of {key} --window day --usd 5");
        added.ShouldMatch(@"^budget_\w+: \$5 a day\n$");
        var id = added.Split(':')[0];
        var row = Row(await GoodAsync("budgets"), id);
        row[1..5].ShouldBe(["key", key, "day", "5.00"]);
        (await GoodAsync($"budgets change {id} --usd 7.50")).ShouldBe($"{id}: $7.50\n");
        Row(await GoodAsync("budgets list"), id)[4].ShouldBe("7.50");
        (await GoodAsync($"budgets remove {id}")).ShouldBe($"{id} is removed.\n");
        (await GoodAsync("budgets")).ShouldNotContain(id);
        (await BadAsync($"budgets add --scope key --of {key} --usd lots")).ShouldContain("limit_usd");
    }

    [Fact]
    public async Task Models_are_listed_with_their_prices()
    {
        var table = await GoodAsync("models");
        Row(table, "sim/echo")[..6].ShouldBe(["sim/echo", "chat", "128000", "1.00", "2.00", "approved"]);
        Row(table, "sim/embeddings")[1].ShouldBe("embeddings");
        JsonNode.Parse(await GoodAsync("models --json"))!["items"]!.AsArray().Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Calls_are_listed_and_one_is_shown_with_its_attempts()
    {
        var good = await CallAsync("sim/fail-503-twice");
        var refused = await CallAsync("no/such");
        await Eventually.IsTrueAsync(async () => (await GoodAsync("calls")).Contains(refused, StringComparison.Ordinal));
        var list = await GoodAsync("calls");
        list.Split('\n')[0].ShouldStartWith("STARTED ");
        Row(list, good).ShouldContain("completed");
        Row(list, refused)[^1].ShouldBe("model_not_found");
        (await GoodAsync("calls --outcome refused")).ShouldNotContain(good);
        (await GoodAsync("calls --model sim/fail-503-twice --limit 1")).ShouldContain(good);
        var one = await GoodAsync($"calls {good}");
        one.ShouldContain("outcome    completed (200)");
        one.ShouldContain("asked for  sim/fail-503-twice");
        one.ShouldContain("price version 1");
        one.Split('\n')
            .Count(l => l.Contains("  503  ", StringComparison.Ordinal) && l.Contains("upstream_overloaded", StringComparison.Ordinal))
            .ShouldBe(2);
        JsonNode.Parse(await GoodAsync($"calls {good} --json"))!.Text("id").ShouldBe(good);
        (await GoodAsync($"calls {refused}")).ShouldContain("model_not_found");
    }

    [Fact]
    public async Task Explain_says_what_a_call_would_meet()
    {
        var id = (await GoodAsync("keys create explained")).Split(' ')[0];
        var passes = await GoodAsync($"explain --key {id} --model sim/echo");
        passes.ShouldStartWith("✓ the call would pass");
        passes.ShouldContain("key 'explained'");
        passes.ShouldContain("route    sim/echo");
        passes.ShouldContain(" tokens of 128000 · fits · output cap ");
        Row(passes, "dep_")[1..4].ShouldBe(["sim/echo", "sim", "closed"]);
        Row(passes, "organisation  nano_usd")[2..5].ShouldBe(["nano_usd", "month", "$100.00"]);
        await GoodAsync($"budgets add --scope key --of {id} --window total --usd 0.01");
        var dear = await cli.RunAsync("explain", "--key", id, "--model", "sim/echo", "--max-output-tokens", "100000");
        dear.ExitCode.ShouldBe(1);
        dear.Output.ShouldStartWith("✗ refused with insufficient_quota");
        var tooLong = await cli.RunAsync("explain", "--key", id, "--model", "sim/echo", "--max-output-tokens", "90000000");
        tooLong.Output.ShouldStartWith("✗ refused with context_length_exceeded");
        var unknown = await cli.RunAsync("explain", "--key", id, "--model", "no/such");
        unknown.ExitCode.ShouldBe(1);
        unknown.Output.ShouldStartWith("✗ refused with model_not_found: No route and no model is named 'no/such'.");
        unknown.Output.ShouldNotContain("Nothing yet");
        JsonNode.Parse(await GoodAsync($"explain --key {id} --model sim/echo --json"))!["would_pass"]!.GetValue<bool>().ShouldBeTrue();
        (await GoodAsync($"explain --key {id} --model sim/embeddings --embeddings --from 10.0.0.1")).ShouldContain(
            "route    sim/embeddings"
        );
        (await BadAsync("explain --key key_nonsense --model sim/echo")).ShouldContain("There is no key 'key_nonsense'");
    }

    [Fact]
    public async Task Bench_prints_what_it_measured_and_refuses_to_measure_refusals()
    {
        var printed = await GoodAsync($"bench --key {node.Key} --seconds 1 --callers 2 --stream");
        printed.ShouldMatch(@"^\d+ calls in \d+\.\d s with 2 callers: \d+ calls/s\n  status 200: \d+\n  first byte +p50 .*\n  whole +p50 ");
        (await BadAsync("bench --key pk_live_wrong --seconds 1")).ShouldContain("The first call was refused with 401");
        (await BadAsync($"bench --key {node.Key} --model no/such --seconds 1")).ShouldContain("no/such");
    }

    [Fact]
    public async Task A_wrong_token_is_told_with_where_it_came_from()
    {
        (await BadAsync("keys list --token pa_live_wrong")).ShouldContain("does not know the admin token from --token");
        (await BadAsync($"keys list --token {node.Key}")).ShouldContain("--token gives a service key");
        using var other = new CommandLine();
        other.Environment["PORTICO_URL"] = node.Address.ToString();
        other.Environment["PORTICO_ADMIN"] = "pa_live_wrong";
        (await other.RunAsync("models")).Errors.ShouldContain("does not know the admin token from PORTICO_ADMIN");
        other.Environment["PORTICO_ADMIN"] = node.AdminToken;
        (await other.RunAsync("models")).ExitCode.ShouldBe(0);
        other.Environment.Remove("PORTICO_ADMIN");
        (await other.RunAsync("models", "--data", cli.Data)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task The_address_of_the_settings_is_the_one_the_verbs_ask()
    {
        using var other = new CommandLine();
        var settings = new JsonObject
        {
            ["Server"] = new JsonObject { ["Url"] = $"http://*:{node.Address.Port}" },
            ["Storage"] = new JsonObject { ["DataDirectory"] = cli.Data },
        };
        await File.WriteAllTextAsync(Path.Combine(other.Directory, "portico.json"), settings.ToJsonString());
        (await other.RunAsync("models")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Doctor_asks_the_running_node_and_finds_all_well()
    {
        var run = await cli.RunAsync("doctor", "--set", $"Server:Url={node.Address.ToString().TrimEnd('/')}");
        run.ExitCode.ShouldBe(0, run.All);
        run.Output.ShouldContain("✓ node               a Portico at");
        run.Output.ShouldContain("✓ store              in use by the running node");
        run.Output.ShouldEndWith("All is well.\n");
    }

    [Fact]
    public async Task What_needs_the_store_itself_says_who_has_it()
    {
        foreach (var typed in new[] { "migrate", "seed", "serve --url http://127.0.0.1:0" })
        {
            var error = await BadAsync(typed);
            error.ShouldContain("Another Portico process uses the data directory");
            error.ShouldNotContain("does not answer");
        }
        (await cli.RunAsync("doctor")).Output.ShouldContain("✗ store              Another Portico process uses the data directory");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_without_a_stack()
    {
        var error = await BadAsync($"serve --url {node.Address.ToString().TrimEnd('/')} --data elsewhere");
        error.ShouldContain("address already in use");
        error.ShouldContain("Another program listens there. Choose another address: --url");
        error.ShouldNotContain("Exception");
    }
}
