using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>
/// Gemini and Vertex AI behind a whole node: connected through the management API, called in OpenAI's dialect. The server answers as
/// https://ai.google.dev/api/generate-content publishes, wants the key in x-goog-api-key, and gives Vertex AI's tokens only for a statement that is
/// signed by the account's key.
/// </summary>
public sealed partial class GoogleTests(SharedNode shared) : IClassFixture<SharedNode>, IDisposable
{
    const string Place = "/v1/projects/a-project/locations/global";

    readonly Node node = shared.Node;
    readonly FakeGoogle google = new();
    readonly string name = "g-" + Guid.NewGuid().ToString("N")[..8];

    public void Dispose() => google.Dispose();

    static string Chunk(string parts, string more = "") =>
        $$"""{"candidates":[{"content":{"role":"model","parts":[{{parts}}]},"index":0{{more}}}],"usageMetadata":{"promptTokenCount":20,"cachedContentTokenCount":8,"candidatesTokenCount":4,"thoughtsTokenCount":6,"totalTokenCount":30},"modelVersion":"gemini-2.5-flash","responseId":"r1"}""";

    static readonly string Whole = Chunk("""{"text":"Adding.","thought":true},{"text":"It is 42."}""", ",\"finishReason\":\"STOP\"");

    static readonly string Exhausted = """
        {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7s"}]}}
        """;

    async Task<(string Connection, string Deployment)> ConnectAsync(
        Upstream server,
        string family,
        string upstreamModel,
        string? credential = null,
        string? model = null
    )
    {
        var connection = await node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = $"{family}-{Guid.NewGuid():N}"[..20],
                ["family"] = family,
                ["base_url"] = new Uri(server.Address, family == "gemini" ? "/v1beta" : Place).ToString(),
                ["credential"] = credential ?? (family == "gemini" ? FakeGoogle.Key : google.AccountKey(server)),
            }
        );
        var modelId = await ModelAsync(model ?? name);
        var deployment = await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = modelId,
                ["connection_id"] = connection.Text("id"),
                ["upstream_model"] = upstreamModel,
            }
        );
        return (connection.Text("id"), deployment.Text("id"));
    }

    async Task<string> ModelAsync(string model)
    {
        var known = (await node.Admin.GetAsync("/api/models?limit=1000"))["items"]!.AsArray().FirstOrDefault(m => m!.Text("name") == model);
        if (known is not null)
            return known.Text("id");
        var id = (await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = model, ["approve"] = true })).Text("id");
        await node.Admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = id,
                ["usd_per_mtok"] = new JsonObject
                {
                    ["input"] = "1",
                    ["cache_read"] = "0.1",
                    ["output"] = "2",
                },
            }
        );
        return id;
    }

    [Theory]
    [InlineData("gemini")]
    [InlineData("vertex")]
    public async Task A_plain_call_is_answered_with_thinking_tokens_and_cost(string family)
    {
        await using var server = await google.StartAsync(http => Upstream.JsonAsync(http, 200, Whole));
        await ConnectAsync(server, family, "gemini-2.5-flash");
        using var response = await node.Door.ChatAsync(Calls.Chat(name).With("user", "ada").With("max_tokens", 64));
        var answer = await response.JsonAsync();
        ((int)response.StatusCode).ShouldBe(200, answer.ToJsonString());
        answer["choices"]![0]!.Text("message", "content").ShouldBe("It is 42.");
        answer["choices"]![0]!.Text("message", "reasoning_content").ShouldBe("Adding.");
        answer["choices"]![0]!.Text("finish_reason").ShouldBe("stop");
        answer.Number("usage", "prompt_tokens").ShouldBe(20);
        answer.Number("usage", "prompt_tokens_details", "cached_tokens").ShouldBe(8);
        answer.Number("usage", "completion_tokens").ShouldBe(10);
        answer.Number("usage", "completion_tokens_details", "reasoning_tokens").ShouldBe(6);
        var record = await node.RecordOfAsync(response);
        record.Number("cost_nano_usd").ShouldBe(12 * 1_000 + 8 * 100 + 10 * 2_000);
        server.Bodies.Last().ShouldContain("\"maxOutputTokens\":64");
    }

    [Theory]
    [InlineData("gemini")]
    [InlineData("vertex")]
    public async Task A_streamed_call_of_a_tool_reaches_the_caller_as_OpenAIs(string family)
    {
        await using var server = await google.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Upstream.Frame(Chunk("""{"text":"I look."}"""))
                    + Upstream.Frame(
                        Chunk(
                            """{"functionCall":{"name":"weather","args":{"city":"Bern"}},"thoughtSignature":"AAEC"}""",
                            ",\"finishReason\":\"STOP\""
                        )
                    )
            )
        );
        await ConnectAsync(server, family, "gemini-2.5-flash");
        using var response = await node.Door.ChatAsync(
            Calls
                .Chat(name, stream: true)
                .With("stream_options", new JsonObject { ["include_usage"] = true })
                .With(
                    "tools",
                    new JsonArray(
                        new JsonObject
                        {
                            ["type"] = "function",
                            ["function"] = new JsonObject { ["name"] = "weather" },
                        }
                    )
                )
        );
        var events = await response.EventsAsync();
        events[^1].ShouldBe("[DONE]");
        Calls.Said(events).ShouldBe("I look.");
        var call = events
            .Where(e => e.Contains("\"tool_calls\":[", StringComparison.Ordinal))
            .Select(e => JsonNode.Parse(e)!["choices"]![0]!["delta"]!["tool_calls"]![0]!)
            .ShouldHaveSingleItem();
        call.Text("id").ShouldStartWith("call_");
        call.Text("function", "name").ShouldBe("weather");
        JsonNode.Parse(call.Text("function", "arguments"))!.Text("city").ShouldBe("Bern");
        JsonNode.Parse(events[^3])!["choices"]![0]!.Text("finish_reason").ShouldBe("tool_calls");
        JsonNode.Parse(events[^2])!.Number("usage", "completion_tokens").ShouldBe(10);
    }

    [Fact]
    public async Task Claude_on_Vertex_AI_answers_a_caller_of_OpenAIs_dialect_and_one_exchange_serves_all_calls()
    {
        await using var server = await google.StartAsync(http =>
            Upstream.JsonAsync(
                http,
                200,
                """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"from Claude"}],
                 "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":3}}
                """
            )
        );
        await ConnectAsync(server, "vertex", "claude-sonnet-4-5@20250929");
        for (var i = 0; i < 3; i++)
        {
            using var response = await node.Door.ChatAsync(name);
            (await response.JsonAsync())["choices"]![0]!.Text("message", "content").ShouldBe("from Claude");
        }
        google.Exchanges.ShouldBe(1);
    }

    [Fact]
    public async Task A_limit_that_Google_tells_sends_the_call_to_the_other_project()
    {
        await using var full = await google.StartAsync(http => Upstream.JsonAsync(http, 429, Exhausted));
        await using var free = await google.StartAsync(http => Upstream.JsonAsync(http, 200, Whole));
        var one = await ConnectAsync(full, "gemini", "gemini-2.5-flash");
        var two = await ConnectAsync(free, "vertex", "gemini-2.5-flash");
        await node.RouteAsync(name + "-route", [one.Deployment, two.Deployment]);
        using var response = await node.Door.ChatAsync(name + "-route");
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-attempts").ShouldBe("2");
        (await node.RecordOfAsync(response))["attempts"]![0]!.Text("fault").ShouldBe("rate_limit");
        // It cools down for the seconds that Google named: the next call does not ask it.
        using var next = await node.Door.ChatAsync(name + "-route");
        next.Header("x-portico-attempts").ShouldBe("1");
        full.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_limit_with_nowhere_else_to_go_tells_the_caller_when_to_come_back()
    {
        await using var full = await google.StartAsync(http => Upstream.JsonAsync(http, 429, Exhausted));
        await ConnectAsync(full, "gemini", "gemini-2.5-flash");
        using var response = await node.Door.ChatAsync(name);
        ((int)response.StatusCode).ShouldBe(429);
        response.Header("retry-after").ShouldBe("7");
    }

    [Fact]
    public async Task A_blocked_prompt_is_a_refusal_with_the_finish_reason_content_filter()
    {
        await using var server = await google.StartAsync(http =>
            Upstream.JsonAsync(
                http,
                200,
                """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}"""
            )
        );
        await ConnectAsync(server, "gemini", "gemini-2.5-flash");
        using var response = await node.Door.ChatAsync(name);
        var choice = (await response.JsonAsync())["choices"]![0]!;
        choice.Text("finish_reason").ShouldBe("content_filter");
        choice.Text("message", "refusal").ShouldBe("Google blocked the prompt (PROHIBITED_CONTENT).");
    }

    [Fact]
    public async Task A_wrong_credential_is_told_to_the_administrator_and_never_repeated()
    {
        await using var server = await google.StartAsync(http => Upstream.JsonAsync(http, 200, Whole));
        var (connection, _) = await ConnectAsync(server, "gemini", "gemini-2.5-flash", "AIzaSy-canary-of-a-wrong-key");
        using var response = await node.Admin.RawAsync(HttpMethod.Get, $"/api/connections/{connection}/offered");
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeFalse();
        text.ShouldContain(connection);
        text.ShouldNotContain("canary");
        using var call = await node.Door.ChatAsync(name);
        call.IsSuccessStatusCode.ShouldBeFalse();
        (await call.Content.ReadAsStringAsync()).ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("AIzaSy-canary-of-a-wrong-key", "is not JSON")]
    [InlineData(
        """{"type":"external_account","audience":"canary","subject_token_type":"t","token_url":"https://example.com"}""",
        "token_url"
    )]
    public async Task A_credential_that_Vertex_AI_cannot_use_is_refused_when_the_connection_is_made(string credential, string why)
    {
        using var response = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/connections",
            new JsonObject
            {
                ["name"] = $"vertex-{Guid.NewGuid():N}"[..20],
                ["family"] = "vertex",
                ["base_url"] = "https://us-central1-aiplatform.googleapis.com" + Place,
                ["credential"] = credential,
            }
        );
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode, text.Contains(why, StringComparison.Ordinal)).ShouldBe((400, true), text);
        text.ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("gemini", "gemini-embedding-001")]
    [InlineData("vertex", "text-embedding-005")]
    public async Task Embeddings_and_the_list_of_models_come_in_OpenAIs_form(string family, string model)
    {
        await using var server = await google.StartAsync(http =>
            Upstream.JsonAsync(
                http,
                200,
                http.Request.Method == "GET"
                    ? family == "gemini"
                        ? """{"models":[{"name":"models/gemini-2.5-flash","inputTokenLimit":1048576,"supportedGenerationMethods":["generateContent"]}]}"""
                        : """{"publisherModels":[{"name":"publishers/google/models/gemini-2.5-flash"}]}"""
                    : family == "gemini"
                        ? """{"embeddings":[{"values":[0.5,1]},{"values":[0.25,2]}],"usageMetadata":{"promptTokenCount":7}}"""
                        : """{"predictions":[{"embeddings":{"values":[0.5,1],"statistics":{"token_count":3}}},{"embeddings":{"values":[0.25,2],"statistics":{"token_count":4}}}]}"""
            )
        );
        var (connection, _) = await ConnectAsync(server, family, model);
        using var content = new StringContent(
            new JsonObject { ["model"] = name, ["input"] = new JsonArray("one", "two") }.ToJsonString(),
            Encoding.UTF8,
            "application/json"
        );
        using var response = await node.Door.PostAsync("/v1/embeddings", content);
        var answer = await response.JsonAsync();
        ((int)response.StatusCode).ShouldBe(200, answer.ToJsonString());
        answer["data"]![1]!["embedding"]!.ToJsonString().ShouldBe("[0.25,2]");
        answer.Number("usage", "prompt_tokens").ShouldBe(7);
        var offered = await node.Admin.GetAsync($"/api/connections/{connection}/offered");
        offered["items"]!.AsArray().Select(m => m!.Text("name")).ShouldContain("gemini-2.5-flash");
    }
}
