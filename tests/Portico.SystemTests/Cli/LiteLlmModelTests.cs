using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Providers;
using Portico.Server.Imports;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>
/// What portico import litellm makes of entries that are no chat model of OpenAI: other clouds, kinds of calls and prices, names with a star, in the forms of
/// https://docs.litellm.ai/docs/providers, …/proxy/custom_pricing and …/wildcard_routing. What has no place is told with its reason.
/// </summary>
public sealed class LiteLlmModelTests(SharedNode shared) : IClassFixture<SharedNode>
{
    static string ConfigFor(Uri there, string keyFile) =>
        $$"""
            model_list:
              - model_name: gem
                litellm_params: { model: vertex_ai/gemini-2.5-flash, vertex_project: house, vertex_location: europe-west4, vertex_credentials: "{{keyFile}}" }
              - model_name: claude
                litellm_params: { model: vertex_ai/claude-sonnet-4-5@20250929, vertex_project: house, vertex_location: global, vertex_credentials: "{{keyFile}}" }
              - model_name: sage
                litellm_params: &aws { model: sagemaker/my-endpoint, aws_region_name: eu-west-1, aws_access_key_id: AKIAIOSFODNN7EXAMPLE, aws_secret_access_key: a-secret, aws_role_name: somebody }
                model_info: { input_cost_per_second: 0.0004, access_groups: [beta] }
              - model_name: sage-vectors
                litellm_params: { <<: *aws, model: sagemaker/my-vectors, aws_role_name: null }
                model_info: { mode: embedding }
              - model_name: sorter
                litellm_params: { model: openai/sort-1, api_base: "{{there}}v1", api_key: sk-upstream-canary-credential }
                model_info: { mode: rerank, input_cost_per_query: 0.002 }
              - model_name: painter
                litellm_params: { model: openai/paint-1, api_base: "{{there}}v1", api_key: sk-upstream-canary-credential, output_cost_per_image: 0.04 }
                model_info: { mode: image_generation }
              - model_name: speaker
                litellm_params: { model: openai/speak-1, api_base: "{{there}}v1", api_key: sk-upstream-canary-credential }
                model_info: { mode: audio_speech, input_cost_per_character: 0.000015 }
              - model_name: listener
                litellm_params: { model: openai/listen-1, api_base: "{{there}}v1", api_key: sk-upstream-canary-credential }
                model_info: { mode: audio_transcription, input_cost_per_second: 0.0001 }
              - model_name: long
                litellm_params: { model: openai/long-1, api_base: "{{there}}v1", api_key: sk-upstream-canary-credential, input_cost_per_token: 1e-6 }
                model_info:
                  output_cost_per_token: 2e-6
                  cache_read_input_token_cost: 1e-7
                  input_cost_per_token_above_200k_tokens: 2e-6
                  output_cost_per_token_above_200k_tokens: 4e-6
                  output_cost_per_video_per_second: 0.1
              - model_name: house-azure
                litellm_params: { model: azure/assistant-eu, api_base: "https://house-eu.openai.azure.com/", api_key: a-key }
                model_info: { base_model: azure/gpt-4o }
              - model_name: "house/*"
                litellm_params: { model: "openai/*", api_base: "{{there}}v1", api_key: sk-upstream-canary-credential, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
              - model_name: film
                litellm_params: { model: openai/film-1, api_key: x }
                model_info: { mode: video_generation }
              - model_name: judge
                litellm_params: { model: anthropic/claude-judge, api_key: x }
                model_info: { mode: rerank }
            router_settings:
              model_group_alias: { "house/old": "house/small" }
            litellm_settings:
              fallbacks: [{ "house/small": ["house/big"] }]
            """;

    static async Task<JsonNode> OneAsync(Api admin, string list, string name) =>
        (await admin.GetAsync(list))["items"]!.AsArray().Single(i => i!.Text("name") == name)!;

    static async Task<JsonNode> PriceOfAsync(Api admin, string model)
    {
        var id = (await OneAsync(admin, "/api/models?limit=1000", model)).Text("id");
        return (await admin.GetAsync($"/api/prices?model_id={id}"))["items"]!.AsArray().Single()!["price"]!;
    }

    [Fact]
    public async Task Clouds_kinds_prices_and_names_with_a_star_are_taken_or_told()
    {
        using var cli = new CommandLine();
        await using var node = await ServedNode.StartAsync(cli);
        cli.Environment["PORTICO_URL"] = node.Address.ToString();
        await using var there = await Upstream.StartAsync(http =>
            http.Request.Path == "/v1/rerank"
                ? Upstream.JsonAsync(
                    http,
                    200,
                    """{"results":[{"index":0,"relevance_score":1}],"meta":{"billed_units":{"search_units":1}}}"""
                )
                : Upstream.WholeAsync(http)
        );
        using var google = new FakeGoogle();
        var keyFile = Path.Combine(cli.Directory, "vertex.json");
        await File.WriteAllTextAsync(keyFile, google.AccountKey(there));
        var config = Path.Combine(cli.Directory, "config.yaml");
        await File.WriteAllTextAsync(config, ConfigFor(there.Address, keyFile));
        var keys = Path.Combine(cli.Directory, "keys.json");
        await File.WriteAllTextAsync(keys, """{"keys":[{"token":"sk-old-one","models":["house/tiny","sorter","house/small"]}]}""");

        var run = await cli.RunAsync("import", "litellm", "--config", config, "--keys", keys, "--approve");
        run.ExitCode.ShouldBe(0, run.All);
        run.All.ShouldNotContain("canary");
        foreach (
            var told in new[]
            {
                "input_cost_per_second of model sage: a price has no place for the time that a call runs",
                "aws_role_name of model sage: give the node that role",
                "model_info.access_groups of model sage: keys name the models that they may call.",
                "model sage: its endpoint is given messages",
                "output_cost_per_video_per_second of model long: a price has no place for it.",
                "model house/* (openai/*): names with * stand for every model of a provider; taken are those that the files name, house/big, house/small, house/tiny. Add the others that are meant to the connection litellm-openai.",
                "model film (openai/film-1): models of the mode video_generation are not served here.",
                "model judge (anthropic/claude-judge): models of the mode rerank are not served by the family anthropic.",
            }
        )
            run.Output.ShouldContain(told);

        using var admin = new Api(node.Client(node.AdminToken));
        var connections = (await admin.GetAsync("/api/connections?limit=1000"))["items"]!.AsArray();
        connections
            .Select(c => (c!.Text("family"), c!.Text("base_url").TrimEnd('/')))
            .ShouldBeSubsetOf([
                ("portico", "http://portico.invalid"),
                ("sim", connections.Single(c => c!.Text("family") == "sim")!.Text("base_url").TrimEnd('/')),
                ("vertex", "https://europe-west4-aiplatform.googleapis.com/v1/projects/house/locations/europe-west4"),
                ("vertex", "https://aiplatform.googleapis.com/v1/projects/house/locations/global"),
                ("sagemaker", "https://runtime.sagemaker.eu-west-1.amazonaws.com"),
                ("openai", $"{there.Address}v1"),
                ("azure-openai", "https://house-eu.openai.azure.com"),
            ]);
        connections.Count.ShouldBe(7);
        (await OneAsync(admin, "/api/models?limit=1000", "sage-vectors"))["embeddings"]!.GetValue<bool>().ShouldBeTrue();

        (await PriceOfAsync(admin, "painter"))["units"]!.ToJsonString().ShouldContain("\"*\":40000000");
        (await PriceOfAsync(admin, "speaker")).Number("units", "million_characters").ShouldBe(15_000_000_000);
        (await PriceOfAsync(admin, "listener")).Number("units", "audio_minute").ShouldBe(6_000_000);
        var tiered = await PriceOfAsync(admin, "long");
        (tiered.Number("rates", "cache_read"), tiered.Number("tier_above_input_tokens"), tiered.Number("tier_rates", "output")).ShouldBe(
            (100_000_000, 200_000, 4_000_000_000)
        );
        (await PriceOfAsync(admin, "house-azure")).Number("rates", "input").ShouldBeGreaterThan(0);

        using var caller = node.Client("sk-old-one");
        using var ranked = await caller.AskAsync("/v1/rerank", Singles.Rerank("sorter", "q", "a")).GoodAsync();
        ranked.Header("x-portico-cost-usd").ShouldBe("0.002");
        using var tiny = await caller.ChatAsync("house/tiny");
        tiny.EnsureSuccessStatusCode();
        there.Bodies[^1].ShouldContain("\"model\":\"tiny\"");
        (await admin.GetAsync("/api/routes/house%2Fold"))["targets"]!.AsArray().Select(t => t!.Text("model")).ShouldBe(["house/small"]);
    }

    [Fact]
    public async Task A_place_that_is_not_known_and_a_file_that_is_not_there_are_mistakes()
    {
        using var cli = new CommandLine();
        await using var node = await ServedNode.StartAsync(cli);
        cli.Environment["PORTICO_URL"] = node.Address.ToString();
        var config = Path.Combine(cli.Directory, "config.yaml");
        await File.WriteAllTextAsync(
            config,
            """
            model_list:
              - model_name: a
                litellm_params: { model: vertex_ai/gemini-2.5-flash }
              - model_name: b
                litellm_params: { model: sagemaker_chat/b }
              - model_name: c
                litellm_params: { model: vertex_ai/gemini-2.5-flash, vertex_project: p, vertex_credentials: /nowhere/key.json }
            """
        );
        var run = await cli.RunAsync("import", "litellm", "--config", config);
        run.ExitCode.ShouldBe(1, run.All);
        run.Errors.ShouldContain("config.yaml:2: vertex_project is missing: the address of vertex_ai is not known without it.");
        run.Errors.ShouldContain("config.yaml:4: aws_region_name is missing");
        run.Errors.ShouldContain("config.yaml:6: vertex_credentials: there is no file /nowhere/key.json.");
    }

    /// <summary>The list of the import is written by hand, so that it needs no provider to plan.</summary>
    [Fact]
    public void The_import_knows_which_kinds_of_calls_a_family_serves()
    {
        var registry = shared.Node.Services.GetRequiredService<ProviderRegistry>();
        foreach (var family in LiteLlmProviders.Families)
        foreach (var kind in LiteLlmProviders.Modes.Values)
            LiteLlmProviders.Serves(family, kind).ShouldBe(registry.Get(family).Serves(kind), $"{family} {kind}");
    }
}
