using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using Portico.Tests.Providers.Bedrock;

namespace Portico.SystemTests.Cli;

/// <summary>
/// What the environment and this machine offer is connected at the start, listed and callable at once, and the start says what it found and what it
/// did not. The providers are scripted servers; the program is the real one.
/// </summary>
public sealed class OnboardingTests : IDisposable
{
    const string Key = "sk-canary-of-the-environment";

    readonly CommandLine cli = new();

    /// <summary>Headers by which requests came in, as "path header".</summary>
    readonly ConcurrentQueue<string> seen = new();

    public void Dispose() => cli.Dispose();

    /// <summary>A server that lists these models and answers chats, when the header is right.</summary>
    Task<Upstream> ProviderAsync(string header, Func<string> right, params string[] models) =>
        Upstream.StartAsync(http =>
        {
            var given = http.Request.Headers[header].ToString();
            seen.Enqueue($"{http.Request.Path} {given}");
            if (given != right())
                return Upstream.ErrorAsync(http, 401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key");
            return http.Request.Method == "GET" ? ListAsync(http, models) : Upstream.WholeAsync(http, "from the provider");
        });

    static Task ListAsync(HttpContext http, string[] models) =>
        Upstream.JsonAsync(
            http,
            200,
            new JsonObject
            {
                ["object"] = "list",
                ["has_more"] = false,
                ["data"] = new JsonArray(models.Select(m => (JsonNode)new JsonObject { ["id"] = m, ["owned_by"] = "them" }).ToArray()),
            }.ToJsonString()
        );

    Task<Upstream> OpenAiAsync(params string[] models) => ProviderAsync("Authorization", () => $"Bearer {Key}", models);

    static string Line(ServedNode node, string name) =>
        node.Printed.Split('\n').Single(l => l.Length > 4 && l[4..].StartsWith(name + " ", StringComparison.Ordinal));

    static async Task<string[]> ListedAsync(ServedNode node)
    {
        using var door = node.Client(node.Key);
        using var response = await door.GetAsync("/v1/models");
        return (await response.JsonAsync())["data"]!.AsArray().Select(m => m!.Text("id")).ToArray();
    }

    static async Task<JsonNode> AnswerAsync(ServedNode node, string model)
    {
        using var door = node.Client(node.Key);
        using var response = await door.ChatAsync(Calls.Chat(model).With("max_tokens", 64));
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonNode.Parse(text)!;
    }

    void FromEnvironment(params (string Name, string Value)[] variables)
    {
        cli.Environment["PORTICO_Models__FromEnvironment"] = "true";
        foreach (var (name, value) in variables)
            cli.Environment[name] = value;
    }

    [Fact]
    public async Task Bedrock_is_connected_by_an_API_key_of_its_own_and_by_no_other_key_of_AWS()
    {
        await using var bedrock = await ScriptedBedrock.StartAsync(
            (got, http) =>
                ScriptedBedrock.JsonAsync(
                    http,
                    got.Target == "/foundation-models"
                        ? ConverseFixtures.FoundationModels
                        : ConverseFixtures.Profiles(null, ConverseFixtures.Model)
                )
        );
        FromEnvironment(
            ("AWS_BEARER_TOKEN_BEDROCK", ScriptedBedrock.ApiKey),
            ("AWS_REGION", ScriptedBedrock.Region),
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.Url)
        );
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "bedrock").ShouldStartWith($"  ✓ bedrock            3 models at {bedrock.Url}");
        (await ListedAsync(node)).ShouldContain(ConverseFixtures.Model);
        bedrock.Requests.ShouldAllBe(r => r.Headers["authorization"] == "Bearer " + ScriptedBedrock.ApiKey);
    }

    [Fact]
    public async Task Keys_of_AWS_for_other_purposes_connect_nothing()
    {
        FromEnvironment(
            ("AWS_ACCESS_KEY_ID", ScriptedBedrock.KeyId),
            ("AWS_SECRET_ACCESS_KEY", ScriptedBedrock.Secret),
            ("AWS_REGION", "eu-central-1")
        );
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "bedrock").ShouldBe("  – bedrock            set AWS_BEARER_TOKEN_BEDROCK and AWS_REGION");
    }

    [Fact]
    public async Task OpenAI_is_connected_by_its_key_and_a_model_with_a_known_price_answers_at_once()
    {
        await using var upstream = await OpenAiAsync("gpt-4o-mini", "gpt-of-tomorrow");
        FromEnvironment(("OPENAI_API_KEY", Key), ("OPENAI_BASE_URL", new Uri(upstream.Address, "/v1").ToString()));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "openai")
            .ShouldBe($"  ✓ openai             2 models at {upstream.Address}v1; 1 without a price, refused where a money budget applies");
        Line(node, "anthropic").ShouldBe("  – anthropic          set ANTHROPIC_API_KEY");
        Line(node, "azure-openai").ShouldBe("  – azure-openai       set AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY");
        (await ListedAsync(node)).ShouldContain("gpt-4o-mini");
        (await AnswerAsync(node, "gpt-4o-mini"))["choices"]![0]!.Text("message", "content").ShouldBe("from the provider");
        seen.ShouldContain($"/v1/chat/completions Bearer {Key}");
        node.Printed.ShouldNotContain(Key);
        using var door = node.Client(node.Key);
        using var unpriced = await door.ChatAsync("gpt-of-tomorrow");
        (await unpriced.JsonAsync())["error"]!.Text("code").ShouldBe("unpriced_model");
    }

    [Theory]
    [InlineData("AZURE_OPENAI_API_KEY")]
    [InlineData("AZURE_OPENAI_KEY")]
    public async Task Azure_OpenAI_is_connected_by_its_endpoint_and_key(string variable)
    {
        await using var upstream = await ProviderAsync("api-key", () => Key, "gpt-4o");
        FromEnvironment(("AZURE_OPENAI_ENDPOINT", upstream.Address.ToString()), (variable, Key));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "azure-openai").ShouldBe($"  ✓ azure-openai       1 models at {upstream.Address}");
        (await ListedAsync(node)).ShouldContain("gpt-4o");
        await AnswerAsync(node, "gpt-4o");
        seen.ShouldContain($"/openai/v1/chat/completions {Key}");
    }

    [Fact]
    public async Task Anthropic_is_connected_by_its_key()
    {
        await using var upstream = await Upstream.StartAsync(http =>
        {
            seen.Enqueue($"{http.Request.Path} {http.Request.Headers["x-api-key"]}");
            return http.Request.Method == "GET"
                ? ListAsync(http, ["claude-sonnet-4-5"])
                : Upstream.JsonAsync(
                    http,
                    200,
                    """
                    {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"from Claude"}],
                     "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":3}}
                    """
                );
        });
        FromEnvironment(("ANTHROPIC_API_KEY", Key), ("ANTHROPIC_BASE_URL", upstream.Address.ToString()));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "anthropic").ShouldStartWith("  ✓ anthropic          1 models at ");
        (await ListedAsync(node)).ShouldContain("claude-sonnet-4-5");
        (await AnswerAsync(node, "claude-sonnet-4-5"))["choices"]![0]!.Text("message", "content").ShouldBe("from Claude");
        seen.ShouldContain($"/v1/messages {Key}");
    }

    [Fact]
    public async Task Servers_on_this_machine_are_found_and_cost_nothing()
    {
        await using var ollama = await ProviderAsync("Authorization", () => "", "llama3.2:3b", "nomic-embed-text");
        await using var vllm = await ProviderAsync("Authorization", () => "", "llama3.2:3b");
        await using var closed = await ProviderAsync("Authorization", () => "Bearer a key of its own", "secret-model");
        cli.Environment["PORTICO_Models__FromLoopback"] = "true";
        cli.Environment["PORTICO_Models__LoopbackServers"] =
            $"ollama={ollama.Address.Port},vllm={vllm.Address.Port},vllm=1,lm-studio={closed.Address.Port}";
        cli.Environment["PORTICO_Models__ProbeMs"] = "5000";
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "ollama").ShouldBe($"  ✓ ollama             2 models at http://127.0.0.1:{ollama.Address.Port}/v1");
        Line(node, "vllm").ShouldBe($"  ✓ vllm               1 models at http://127.0.0.1:{vllm.Address.Port}/v1");
        Line(node, "vllm-1").ShouldBe("  – vllm-1             nothing listens on 127.0.0.1:1");
        Line(node, "lm-studio").ShouldBe($"  – lm-studio          http://127.0.0.1:{closed.Address.Port}/v1 answered 401: not connected");
        var listed = await ListedAsync(node);
        // Equal names at two servers are two models: they need not be the same weights.
        listed.ShouldContain("llama3.2:3b");
        listed.ShouldContain("vllm/llama3.2:3b");
        await AnswerAsync(node, "vllm/llama3.2:3b");
        vllm.Bodies.Last().ShouldContain("\"llama3.2:3b\"");
        using var admin = new Api(node.Client(node.AdminToken));
        JsonNode? call = null;
        await Eventually.IsTrueAsync(async () =>
            (call = (await admin.GetAsync("/api/calls?limit=1"))["items"]!.AsArray().FirstOrDefault()) is not null
        );
        call!.Number("cost_nano_usd").ShouldBe(0);
        call!["unpriced"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task A_provider_that_refuses_the_key_is_told_and_the_node_starts_all_the_same()
    {
        await using var upstream = await ProviderAsync("Authorization", () => "Bearer another", "gpt-4o-mini");
        FromEnvironment(("OPENAI_API_KEY", Key), ("OPENAI_BASE_URL", new Uri(upstream.Address, "/v1").ToString()));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "openai").ShouldStartWith("  – openai             ");
        Line(node, "openai").ShouldContain("Incorrect API key provided.");
        node.Printed.ShouldNotContain(Key);
        await AnswerAsync(node, "sim/echo");
    }

    [Theory]
    [InlineData("http://169.254.169.254/v1", "leads to a link-local, metadata or otherwise special address")]
    [InlineData("not an address", "'not an address' is not an address")]
    [InlineData("https://user:pass@example.org/v1", "must not hold a user name or password")]
    public async Task An_address_of_the_environment_that_may_not_be_is_told(string url, string says)
    {
        FromEnvironment(("OPENAI_API_KEY", Key), ("OPENAI_BASE_URL", url));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "openai").ShouldContain(says);
        node.Printed.ShouldNotContain("user:pass");
    }

    [Fact]
    public async Task A_second_start_adds_what_is_new_follows_a_new_key_and_leaves_what_an_administrator_switched_off()
    {
        var right = Key;
        string[] models = ["gpt-4o-mini"];
        await using var upstream = await Upstream.StartAsync(http =>
            http.Request.Headers.Authorization != $"Bearer {right}" ? Upstream.ErrorAsync(http, 401)
            : http.Request.Method == "GET" ? ListAsync(http, models)
            : Upstream.WholeAsync(http)
        );
        FromEnvironment(("OPENAI_API_KEY", Key), ("OPENAI_BASE_URL", new Uri(upstream.Address, "/v1").ToString()));
        string key,
            token;
        await using (var first = await ServedNode.StartAsync(cli))
        {
            (key, token) = (first.Key, first.AdminToken);
            await first.StopAsync();
        }
        // The account got a new key and a new model.
        right = "sk-the-next-key";
        models = ["gpt-4o-mini", "gpt-4o"];
        cli.Environment["OPENAI_API_KEY"] = right;
        await using (var second = await ServedNode.StartAsync(cli))
        {
            Line(second, "openai").ShouldContain("2 models at");
            Line(second, "openai").ShouldEndWith(", with the environment's new address or key");
            using var door = second.Client(key);
            foreach (var model in models)
                using (var answer = await door.ChatAsync(Calls.Chat(model).With("max_tokens", 64)))
                    ((int)answer.StatusCode).ShouldBe(200, model);
            using var admin = new Api(second.Client(token));
            var connection = (await admin.GetAsync("/api/connections"))["items"]!.AsArray().Single(c => c!.Text("name") == "openai")!;
            await admin.PatchAsync(
                $"/api/connections/{connection.Text("id")}",
                new JsonObject { ["credential"] = "sk-by-hand", ["disabled"] = true }
            );
            await second.StopAsync();
        }
        await using var third = await ServedNode.StartAsync(cli);
        Line(third, "openai").ShouldNotContain("new address or key");
        using var still = new Api(third.Client(token));
        var kept = (await still.GetAsync("/api/connections"))["items"]!.AsArray().Single(c => c!.Text("name") == "openai")!;
        kept["disabled"]!.GetValue<bool>().ShouldBeTrue();
        kept.Text("origin").ShouldBe("api");
    }
}
