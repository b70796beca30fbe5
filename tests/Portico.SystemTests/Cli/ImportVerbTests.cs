using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>
/// portico import litellm: a proxy's configuration with its keys, teams and users, in the forms that its documentation gives them
/// (https://docs.litellm.ai/docs/proxy/configs, /proxy/virtual_keys, /proxy/users). Old keys go on working; a bad file takes nothing.
/// </summary>
public sealed class ImportVerbTests
{
    const string OldKey = "sk-Lite1234567890abcdef";

    static string DigestOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    static async Task<string> WriteAsync(CommandLine cli, string name, string text)
    {
        var path = Path.Combine(cli.Directory, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    static string ConfigFor(Uri here, Uri there) =>
        $$"""
            model_list:
              - model_name: house-chat        # two deployments of one model
                litellm_params: &defaults
                  model: openai/up-1
                  api_base: {{here}}v1
                  api_key: os.environ/HOUSE_KEY
                  rpm: 30
                  input_cost_per_token: 0.000001
                  output_cost_per_token: 0.000002
              - model_name: house-chat
                litellm_params:
                  <<: *defaults
                  api_base: {{there}}v1
                  rpm: 60
              - model_name: house-spare
                litellm_params:
                  model: openai/up-2
                  litellm_credential_name: shared
                  temperature: 0.2
                model_info:
                  max_input_tokens: 4000
                  input_cost_per_token: 1e-6
                  output_cost_per_token: 2e-6
              - model_name: house-free
                litellm_params: { model: openai/up-3, litellm_credential_name: shared }
              - model_name: "*"
                litellm_params: { model: "*" }
              - model_name: pictures
                litellm_params: { model: openai/dall-e-3, api_key: x }
                model_info: { mode: video_generation }
              - model_name: nova
                litellm_params: { model: nlp_cloud/dolphin }
            credential_list:
              - credential_name: shared
                credential_values:
                  api_base: {{there}}v1
                  api_key: sk-upstream-canary-credential
            router_settings:
              num_retries: 1
              timeout: 30
              model_group_alias: { old-name: house-chat }
              redis_host: localhost
            litellm_settings:
              fallbacks: [{ house-chat: [house-spare] }]
              drop_params: true
            general_settings:
              master_key: sk-1234
            """;

    static string KeysOf() =>
        new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject
                {
                    ["token"] = DigestOf(OldKey),
                    ["key_name"] = "sk-...cdef",
                    ["key_alias"] = "billing service",
                    ["team_id"] = "t1",
                    ["user_id"] = "u1",
                    ["models"] = new JsonArray("all-team-models"),
                    ["max_budget"] = 7,
                    ["budget_duration"] = "7d",
                    ["rpm_limit"] = 3,
                    ["spend"] = 1.5,
                    ["blocked"] = null,
                },
                new JsonObject
                {
                    ["token"] = "sk-blocked-one",
                    ["blocked"] = true,
                    ["max_budget"] = 10,
                    ["spend"] = 4,
                },
                new JsonObject { ["token"] = DigestOf("sk-past"), ["expires"] = "2020-01-01T00:00:00Z" },
                new JsonObject { ["token"] = "hand-made", ["key_alias"] = "by hand" }
            ),
            ["teams"] = new JsonArray(
                new JsonObject
                {
                    ["team_id"] = "t1",
                    ["team_alias"] = "Finance",
                    ["models"] = new JsonArray("house-chat", "old-name"),
                    ["max_budget"] = 100,
                    ["budget_duration"] = "30d",
                }
            ),
            ["users"] = new JsonArray(
                new JsonObject { ["user_id"] = "u1", ["user_email"] = "Ada@Example.org" },
                new JsonObject { ["user_id"] = "u2" }
            ),
        }.ToJsonString();

    [Fact]
    public async Task A_proxy_moves_with_its_models_routes_teams_budgets_and_the_keys_that_its_callers_have()
    {
        using var cli = new CommandLine();
        await using var node = await ServedNode.StartAsync(cli);
        cli.Environment["PORTICO_URL"] = node.Address.ToString();
        cli.Environment["HOUSE_KEY"] = "sk-upstream-canary-credential";
        await using var here = await Upstream.StartAsync();
        await using var there = await Upstream.StartAsync();
        var config = await WriteAsync(cli, "config.yaml", ConfigFor(here.Address, there.Address));
        var keys = await WriteAsync(cli, "keys.json", KeysOf());
        string[] typed = ["import", "litellm", "--config", config, "--keys", keys, "--approve"];
        using var admin = new Api(node.Client(node.AdminToken));
        using var caller = node.Client(OldKey);

        var dry = await cli.RunAsync([.. typed, "--dry-run"]);
        dry.ExitCode.ShouldBe(0, dry.All);
        dry.Output.ShouldContain("Would take: 2 connections, 3 models, 4 deployments, 4 routes, 1 workspaces, 1 people, 3 keys");
        dry.Output.ShouldContain("Nothing was changed.");
        (await admin.GetAsync("/api/routes"))["items"]!.AsArray().ShouldBeEmpty();

        var run = await cli.RunAsync(typed);
        run.ExitCode.ShouldBe(0, run.All);
        run.Output.ShouldContain("2 keys go on working as they are.");
        run.Output.ShouldContain("key by hand has a new secret, shown once: pk_live_");
        run.Output.ShouldContain("No price is known of these models");
        run.Output.Split('\n').ShouldContain("  house-free");
        run.Output.ShouldContain("key billing service: $7 in 7d is $1 a day here, which never allows more.");
        run.Output.ShouldContain("$10 in all, of which $6 is left.");
        foreach (
            var told in new[]
            {
                "model * (*): names with * stand for every model of a provider",
                "model pictures (openai/dall-e-3): models of the mode video_generation are not served here.",
                "model nova (nlp_cloud/dolphin): its provider has no family here.",
                "temperature of model house-spare",
                "general_settings.master_key: the management API has admin tokens of its own.",
                "litellm_settings.drop_params",
                "router_settings.redis_host: nodes share their database and nothing else.",
                "user u2: a person is known by an e-mail address",
                "it expired on 2020-01-01.",
            }
        )
            run.Output.ShouldContain(told);
        run.All.ShouldNotContain("sk-upstream-canary-credential");

        var route = await admin.GetAsync("/api/routes/house-chat");
        (route.Text("strategy"), route.Number("retries"), route.Number("timeout_ms")).ShouldBe(("ordered", 1, 30_000));
        route["targets"]!.AsArray().Select(t => t!.Text("model")).ShouldBe(["house-chat", "house-spare"]);
        foreach (var name in new[] { "house-chat", "old-name", "house-chat" })
            (await caller.ChatAsync(name)).EnsureSuccessStatusCode();
        (here.Calls + there.Calls).ShouldBe(3);
        using (var fourth = await caller.ChatAsync("house-chat"))
            await fourth.ShouldBeRefusedAsync(429, "rate_limit_exceeded");
        using (var closed = await caller.ChatAsync("house-spare"))
            ((int)closed.StatusCode).ShouldBeOneOf(404, 429);
        using (var blocked = node.Client("sk-blocked-one"))
        using (var refused = await blocked.ChatAsync("house-chat"))
            await refused.ShouldBeRefusedAsync(401, "invalid_api_key");

        var imported = (await admin.GetAsync("/api/keys?limit=1000"))["items"]!
            .AsArray()
            .Single(k => k!.Text("name") == "billing service")!;
        imported.Text("prefix").ShouldBe("sk-...cdef");
        (await admin.GetAsync($"/api/people/{imported.Text("person_id")}")).Text("email").ShouldBe("ada@example.org");
        var workspace = (await admin.GetAsync("/api/workspaces?limit=1000"))["items"]!.AsArray().Single(w => w!.Text("name") == "Finance")!;
        var budget = (await admin.GetAsync($"/api/budgets?scope=workspace&scope_id={workspace.Text("id")}"))["items"]!.AsArray().Single()!;
        (budget.Text("limit_usd"), budget.Text("meter", "window")).ShouldBe(("100.00", "month"));
        // The file's prices: 11 tokens of input at 1,000 nano-USD and 4 of output at 2,000.
        budget["counts"]![0]!.Number("spent").ShouldBe(3 * 19_000);

        var again = await cli.RunAsync(typed);
        again.ExitCode.ShouldBe(0, again.All);
        again.Output.ShouldContain("0 things were made");
    }

    [Fact]
    public async Task A_bad_file_takes_nothing_and_every_mistake_is_told_with_its_line()
    {
        using var cli = new CommandLine();
        await using var node = await ServedNode.StartAsync(cli);
        cli.Environment["PORTICO_URL"] = node.Address.ToString();
        var config = await WriteAsync(
            cli,
            "config.yaml",
            """
            model_list:
              - litellm_params: { model: openai/a }
              - model_name: b
              - model_name: c
                litellm_params:
                  model: openai/c
                  api_key: os.environ/NOT_SET_ANYWHERE
              - model_name: d
                litellm_params: { model: azure/d, rpm: many }
              - just text
            router_settings:
              fallbacks: [{ c: [nobody] }]
            include: [more.yaml]
            """
        );
        var keys = await WriteAsync(
            cli,
            "keys.json",
            "{\n\"keys\": [\n {\"key_alias\": \"x\"},\n {\"token\": \"sk-1\", \"team_id\": \"t9\",\n \"max_budget\": -1}\n]}"
        );
        var run = await cli.RunAsync("import", "litellm", "--config", config, "--keys", keys);
        run.ExitCode.ShouldBe(1, run.All);
        foreach (
            var told in new[]
            {
                "config.yaml:2: model_name is missing.",
                "config.yaml:3: litellm_params is missing.",
                "config.yaml:7: NOT_SET_ANYWHERE is not set in this environment.",
                "config.yaml:8: api_base is missing: the address of azure is not known without it.",
                "config.yaml:9: rpm must be a number from 0 on; it is 'many'.",
                "config.yaml:10: An entry of model_list must be a mapping.",
                "config.yaml:12: fallbacks: model_list has no 'nobody'.",
                "config.yaml:13: include is not followed",
                "keys.json:3: A key needs its token.",
                "keys.json:4: there is no team 't9' in the files",
                "keys.json:5: max_budget must be a number from 0 on; it is '-1'.",
                "There are mistakes in the files, so nothing is taken.",
            }
        )
            run.Errors.ShouldContain(told);
        using var admin = new Api(node.Client(node.AdminToken));
        (await admin.GetAsync("/api/connections"))["items"]!
            .AsArray()
            .Select(c => c!.Text("name"))
            .ShouldBe(["portico", "sim"], ignoreOrder: true);

        var broken = await WriteAsync(cli, "broken.yaml", "model_list:\n  - model_name: [x\n");
        (await cli.RunAsync("import", "litellm", "--config", broken)).Errors.ShouldContain("broken.yaml:");
        (await cli.RunAsync("import", "litellm", "--config", broken + ".away")).Errors.ShouldContain("There is no file");
    }
}
