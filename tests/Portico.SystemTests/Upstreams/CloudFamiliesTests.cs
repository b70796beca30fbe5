using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Azure;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Providers.Oci;

namespace Portico.SystemTests.Upstreams;

/// <summary>
/// SageMaker, OCI Generative AI and Azure's dated API behind a whole node: connected as an administrator does, called as an application does, by servers that check
/// what signs the request in.
/// </summary>
public sealed class CloudFamiliesTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string AwsCredential =
        $$"""{"access_key_id":"{{ScriptedBedrock.KeyId}}","secret_access_key":"{{ScriptedBedrock.Secret}}","region":"{{ScriptedBedrock.Region}}"}""";

    readonly Node node = shared.Node;
    readonly string name = "cloud-" + Guid.NewGuid().ToString("N")[..8];

    static string OciCredential =>
        new JsonObject
        {
            ["user"] = ScriptedOci.User,
            ["tenancy"] = ScriptedOci.Tenancy,
            ["fingerprint"] = ScriptedOci.Fingerprint,
            ["private_key"] = ScriptedOci.Key.ExportPkcs8PrivateKeyPem(),
        }.ToJsonString();

    static JsonObject Connection(string family, string url, string credential, string? preset = null) =>
        new()
        {
            ["name"] = $"{family}-{Guid.NewGuid():N}"[..24],
            ["family"] = family,
            ["preset"] = preset,
            ["base_url"] = url,
            ["credential"] = credential,
        };

    async Task<string> ConnectAsync(string family, string url, string credential, string upstreamModel, string? preset = null)
    {
        var connection = (await node.Admin.PostAsync("/api/connections", Connection(family, url, credential, preset))).Text("id");
        var model = (await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = name, ["approve"] = true })).Text("id");
        await node.Admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = model,
                ["usd_per_mtok"] = new JsonObject
                {
                    ["input"] = "1",
                    ["cache_read"] = "0.1",
                    ["output"] = "2",
                },
            }
        );
        await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = model,
                ["connection_id"] = connection,
                ["upstream_model"] = upstreamModel,
            }
        );
        return connection;
    }

    const string Usage = """{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42,"prompt_tokens_details":{"cached_tokens":10}}""";

    static readonly string Sse = string.Concat(
        (
            (string[])
                [
                    """{"id":"c","object":"chat.completion.chunk","created":1,"model":"lmi","choices":[{"index":0,"delta":{"role":"assistant","content":"Zürich "},"finish_reason":null}]}""",
                    """{"id":"c","object":"chat.completion.chunk","created":1,"model":"lmi","choices":[{"index":0,"delta":{"content":"🚲"},"finish_reason":null}]}""",
                    """{"id":"c","object":"chat.completion.chunk","created":1,"model":"lmi","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
                    $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"lmi","choices":[],"usage":{{Usage}}}""",
                    "[DONE]",
                ]
        ).Select(d => $"data: {d}\n\n")
    );

    static byte[] Parts(string text) =>
        Encoding
            .UTF8.GetBytes(text)
            .Chunk(90)
            .SelectMany(bytes =>
                EventFrames.Frame(
                    [(":event-type", "PayloadPart"), (":content-type", "application/octet-stream"), (":message-type", "event")],
                    bytes
                )
            )
            .ToArray();

    static async Task<ScriptedBedrock> SageMakerAsync()
    {
        var server = await ScriptedBedrock.StartAsync((_, http) => ScriptedBedrock.StreamAsync(http, Parts(Sse)[..400], Parts(Sse)[400..]));
        server.Service = "sagemaker";
        return server;
    }

    [Fact]
    public async Task An_endpoint_of_SageMaker_streams_to_a_caller_of_OpenAIs_form_and_is_billed()
    {
        await using var server = await SageMakerAsync();
        await ConnectAsync("sagemaker", server.Url, AwsCredential, "llama/component-1");
        using var response = await node.Door.ChatAsync(name, stream: true);
        var events = await response.EventsAsync();
        events[^1].ShouldBe("[DONE]");
        Calls.Said(events).ShouldBe("Zürich 🚲");
        server.Requests.ShouldHaveSingleItem().Headers["X-Amzn-SageMaker-Inference-Component"].ShouldBe("component-1");
        (await node.RecordOfAsync(response)).Number("cost_nano_usd").ShouldBe(20 * 1_000 + 10 * 100 + 12 * 2_000);
    }

    [Fact]
    public async Task An_endpoint_of_SageMaker_streams_to_a_caller_of_Anthropics_form()
    {
        await using var server = await SageMakerAsync();
        await ConnectAsync("sagemaker", server.Url, AwsCredential, "llama");
        using var door = node.AsAnthropic();
        using var response = await door.MessageAsync(
            $$"""{"model":"{{name}}","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hi"}]}"""
        );
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        text.ShouldContain("Zürich ");
        text.ShouldContain("event: message_stop");
        server.Requests.ShouldHaveSingleItem().Text.ShouldContain("\"max_tokens\":64");
    }

    const string OciAnswer = """
        {"modelId":"meta.llama-3.3-70b-instruct","chatResponse":{"apiFormat":"GENERIC","choices":[{"index":0,"message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"Hello from OCI"}],
         "toolCalls":[{"type":"FUNCTION","id":"t1","name":"weather","arguments":"{\"city\":\"Bern\"}"}]},"finishReason":"tool_calls"}],
         "usage":{"promptTokens":30,"completionTokens":12,"totalTokens":42,"promptTokensDetails":{"cachedTokens":10}}}}
        """;

    [Fact]
    public async Task A_model_on_OCI_answers_with_its_tools_and_is_billed()
    {
        await using var server = await ScriptedOci.StartAsync((_, http) => ScriptedOci.JsonAsync(http, OciAnswer));
        await ConnectAsync("oci", server.Url, OciCredential, "meta.llama-3.3-70b-instruct");
        using var response = await node.Door.ChatAsync(Calls.Chat(name).With("user", "ada"));
        var answer = await response.JsonAsync();
        ((int)response.StatusCode).ShouldBe(200, answer.ToJsonString());
        answer["choices"]![0]!.Text("message", "content").ShouldBe("Hello from OCI");
        answer["choices"]![0]!["message"]!["tool_calls"]![0]!.Text("function", "arguments").ShouldBe("""{"city":"Bern"}""");
        response.Header("x-portico-dropped-fields").ShouldBe("user");
        (await node.RecordOfAsync(response)).Number("cost_nano_usd").ShouldBe(20 * 1_000 + 10 * 100 + 12 * 2_000);
    }

    [Fact]
    public async Task A_key_that_Oracle_does_not_know_is_told_as_the_connections_problem()
    {
        await using var server = await ScriptedOci.StartAsync((_, http) => ScriptedOci.JsonAsync(http, OciAnswer));
        var wrong = OciCredential.Replace(ScriptedOci.Fingerprint, "00:" + ScriptedOci.Fingerprint[3..], StringComparison.Ordinal);
        var connection = await ConnectAsync("oci", server.Url, wrong, "meta.llama-3.3-70b-instruct");
        using var response = await node.Door.ChatAsync(name);
        ((int)response.StatusCode).ShouldBe(502);
        var error = (await response.JsonAsync())["error"]!;
        error.Text("code").ShouldBe("upstream_credential");
        error.Text("message").ShouldContain(connection);
        error.Text("message").ShouldContain("do not belong together");
    }

    [Fact]
    public async Task Azures_dated_API_is_called_by_its_deployment_and_its_filter_is_told()
    {
        await using var server = await ScriptedAzure.StartAsync();
        await ConnectAsync("azure-openai", server.Url, ScriptedAzure.Key, ScriptedAzure.Deployment, "2024-10-21");
        using var response = await node.Door.ChatAsync(name);
        (await response.JsonAsync())["choices"]![0]!.Text("message", "content").ShouldBe("Zürich 🚲");
        server.Requests[^1].Target.ShouldBe("/openai/deployments/our-gpt-5/chat/completions?api-version=2024-10-21");
        server.Answer = ScriptedAnthropic.Json(AzureFixtures.Filtered, 400);
        using var filtered = await node.Door.ChatAsync(name);
        ((int)filtered.StatusCode).ShouldBe(400);
        var error = (await filtered.JsonAsync())["error"]!;
        error.Text("code").ShouldBe("content_filter");
        error.Text("message").ShouldContain("Filtered: hate (high), jailbreak.");
    }

    [Theory]
    [InlineData("azure-openai", """{"identity":"me"}""", null, "neither default nor managed")]
    [InlineData("azure-openai", "a-key", "2024", "no version of Azure OpenAI's API")]
    [InlineData("bedrock", """{"access_key_id":"AKIAIOSFODNN7EXAMPLE"}""", null, "needs access_key_id and secret_access_key together")]
    [InlineData("sagemaker", """{"canary":"x"}""", null, "has a member that is not known")]
    [InlineData("oci", """{"user":"canary"}""", null, "needs user, tenancy and fingerprint")]
    [InlineData("oci", "", null, "is missing")]
    public async Task A_connection_that_could_sign_nothing_in_is_refused_when_it_is_made(
        string family,
        string credential,
        string? preset,
        string why
    )
    {
        using var response = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/connections",
            Connection(family, "https://cloud.example.org", credential, preset)
        );
        var problem = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(400, problem);
        JsonNode.Parse(problem)!.Text("detail").ShouldContain(why);
        problem.ShouldNotContain("canary");
    }

    [Fact]
    public async Task A_change_is_checked_with_what_the_connection_has()
    {
        var made = await node.Admin.PostAsync(
            "/api/connections",
            Connection("azure-openai", "https://house.openai.azure.com", "a-key", "2024-10-21")
        );
        using var wrong = await ChangeAsync(made, new JsonObject { ["credential"] = """{"tenant_id":"t"}""" });
        ((int)wrong.StatusCode).ShouldBe(400);
        using var right = await ChangeAsync(made, new JsonObject { ["credential"] = """{"identity":"managed"}""" });
        ((int)right.StatusCode).ShouldBe(200, await right.Content.ReadAsStringAsync());
        // The credential that is kept counts, where a change names none.
        using var preset = await ChangeAsync(made, new JsonObject { ["preset"] = "tomorrow" });
        (await preset.Content.ReadAsStringAsync()).ShouldContain("no version of Azure OpenAI's API");
    }

    Task<HttpResponseMessage> ChangeAsync(JsonNode connection, JsonObject change) =>
        node.Admin.RawAsync(HttpMethod.Patch, $"/api/connections/{connection.Text("id")}", change, "*");
}
