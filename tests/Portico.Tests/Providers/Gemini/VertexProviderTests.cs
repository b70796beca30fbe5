using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// Models of three publishers on Vertex AI, each in its protocol: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference,
/// https://platform.claude.com/docs/en/api/claude-on-vertex-ai, https://cloud.google.com/vertex-ai/generative-ai/docs/migrate/openai/overview.
/// </summary>
public sealed class VertexProviderTests : IAsyncLifetime
{
    const string Place = "/v1/projects/a-project/locations/europe-west6";

    readonly UpstreamHttp http = new(TimeProvider.System);
    FakeGoogle google = null!;

    public async ValueTask InitializeAsync() => google = await FakeGoogle.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await google.DisposeAsync();
        http.Dispose();
    }

    ProviderFamily Family => VertexProvider.Family(http, new Uri("http://127.0.0.1:1"), null, _ => null);

    static string Fixture(string name) => File.ReadAllText(Repo.PathOf($"tests/Portico.Tests/Providers/Gemini/Fixtures/answers/{name}"));

    void Gives(string json) => google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 200, json);

    [Fact]
    public async Task Gemini_is_called_in_project_and_location_with_a_bearer_token()
    {
        Gives(Fixture("plain.json"));
        var reply = await Family.Chat!.ChatAsync(Geminis.Call(Ask("Hi"), google.Vertex()), default);
        var got = google.Requests.ShouldHaveSingleItem();
        got.Target.ShouldBe(Place + "/publishers/google/models/gemini-2.5-flash:generateContent");
        got.Headers.ContainsKey("x-goog-api-key").ShouldBeFalse();
        (await DrainAsync(reply.Events)).Events[^1].Completion!.Finish.ShouldBe(FinishReason.Stop);
    }

    [Fact]
    public async Task Gemini_streams_and_a_tuned_model_has_an_endpoint_of_its_own()
    {
        google.Answer = (context, _) => FakeGoogle.SseAsync(context, Fixture("stream.sse"));
        var call = Geminis.Call(Ask("Hi", stream: true), google.Vertex(), "endpoints/4567");
        var reply = await Family.Chat!.ChatAsync(call, default);
        await using var stream = reply.Events;
        (await DrainAsync(stream)).Failure.ShouldBeNull();
        google.Requests.Single().Target.ShouldBe(Place + "/endpoints/4567:streamGenerateContent?alt=sse");
    }

    [Theory]
    [InlineData("claude-sonnet-4-5@20250929")]
    [InlineData("anthropic/claude-sonnet-4-5@20250929")]
    public async Task Claude_gets_the_Messages_API_with_the_version_in_the_place_of_the_model(string name)
    {
        Gives(MessagesFixtures.Message);
        var reply = await Family.Chat!.ChatAsync(
            Geminis.Call(Ask("Hi") with { Seed = 7 }, google.Vertex(), name) with
            {
                AnthropicBeta = "context-1m-2025-08-07",
            },
            default
        );
        var got = google.Requests.ShouldHaveSingleItem();
        got.Headers["anthropic-beta"].ShouldBe("context-1m-2025-08-07");
        got.Target.ShouldBe(Place + "/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict");
        var body = JsonNode.Parse(got.Body)!;
        body["anthropic_version"]!.GetValue<string>().ShouldBe("vertex-2023-10-16");
        body["model"].ShouldBeNull();
        body["messages"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe("Hi");
        reply.DroppedFields.ShouldBe(["seed"]);
        (await DrainAsync(reply.Events)).Events[^1].Completion!.Usage.ShouldBe(FixtureUsage);
    }

    [Fact]
    public async Task Claude_streams_its_own_frames_to_a_caller_of_its_dialect()
    {
        google.Answer = (context, _) => FakeGoogle.SseAsync(context, MessagesFixtures.Stream);
        var call = Geminis.Call(Ask("Hi", stream: true), google.Vertex(), "claude-sonnet-4-5") with
        {
            ReplyDialect = Dialect.AnthropicMessages,
        };
        var reply = await Family.Chat!.ChatAsync(call, default);
        reply.Events.Dialect.ShouldBe(Dialect.AnthropicMessages);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        Frames(events).ShouldContain("event: message_stop");
        google.Requests.Single().Target.ShouldEndWith(":streamRawPredict");
    }

    [Theory]
    [InlineData(
        """{"model":"m","max_tokens":5,"messages":[]}""",
        """{"anthropic_version":"vertex-2023-10-16","max_tokens":5,"messages":[]}"""
    )]
    [InlineData("""{"a":{"model":1}, "model" : "m"}""", """{"a":{"model":1}, "anthropic_version":"vertex-2023-10-16"}""")]
    [InlineData("""{"anthropic_version":"b","model":"m","z":1}""", """{"anthropic_version":"vertex-2023-10-16","z":1}""")]
    [InlineData("""{"model":"m", "anthropic_version":"b"}""", """{"anthropic_version":"vertex-2023-10-16"}""")]
    [InlineData("""{"anthropic_version":"b" , "model":"m"}""", """{"anthropic_version":"vertex-2023-10-16" }""")]
    public void The_version_takes_the_place_of_the_model_whatever_stands_around_it(string body, string expected) =>
        Encoding.UTF8.GetString(VertexAnthropic.WithVersion(Encoding.UTF8.GetBytes(body)).Span).ShouldBe(expected);

    [Fact]
    public async Task An_open_model_gets_OpenAIs_protocol_and_its_frames_pass_to_a_caller_of_that_dialect()
    {
        const string answer = """
            {"id":"c","object":"chat.completion","created":1,"model":"meta/llama-4","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}
            """;
        Gives(answer);
        var read = OpenAiChatReader.Read(
            Encoding.UTF8.GetBytes("""{"model":"route","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":9,"x_own":1}""")
        );
        var call = Geminis.Call(read.Request, google.Vertex(), "meta/llama-4-maverick-17b-128e-instruct-maas") with
        {
            Body = read.Body,
            ReplyDialect = Dialect.OpenAiChat,
        };
        var reply = await Family.Chat!.ChatAsync(call, default);
        var got = google.Requests.ShouldHaveSingleItem();
        got.Target.ShouldBe(Place + "/endpoints/openapi/chat/completions");
        JsonNode
            .Parse(got.Body)!
            .ToJsonString()
            .ShouldBe(
                """{"model":"meta/llama-4-maverick-17b-128e-instruct-maas","messages":[{"role":"user","content":"Hi"}],"max_tokens":9,"x_own":1}"""
            );
        var (events, _) = await DrainAsync(reply.Events);
        Frames(events).ShouldBe(answer);
        events[^1].Completion!.Usage.Input.ShouldBe(3);
    }

    [Theory]
    [InlineData("gemini-2.5-flash")]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("meta/llama-4")]
    public async Task A_limit_and_a_missing_right_are_told_alike_by_every_publisher(string model)
    {
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 429, GoogleErrorTests.Exhausted);
        var call = Geminis.Call(Ask("Hi"), google.Vertex(), model);
        var limit = await Should.ThrowAsync<UpstreamException>(() => Family.Chat!.ChatAsync(call, default));
        limit.Fault.ShouldBe(Fault.RateLimit);
        google.Answer = (context, _) =>
            FakeGoogle.JsonAsync(
                context,
                403,
                """[{"error":{"code":403,"message":"Permission 'aiplatform.endpoints.predict' denied.","status":"PERMISSION_DENIED"}}]"""
            );
        var right = await Should.ThrowAsync<UpstreamException>(() => Family.Chat!.ChatAsync(call, default));
        right.Fault.ShouldBe(Fault.Credential);
        right.Message.ShouldContain("aiplatform.endpoints.predict");
    }

    // https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
    [Theory]
    [InlineData("text-embedding-005", ":predict", 1)]
    [InlineData("gemini-embedding-001", ":predict", 3)]
    [InlineData("gemini-embedding-2-preview", ":embedContent", 3)]
    public async Task Embeddings_are_asked_for_as_the_model_takes_them(string model, string method, int requests)
    {
        google.Answer = (context, body) =>
        {
            var asked = JsonNode.Parse(body)!;
            if (asked["content"] is { } content)
            {
                var number = content["parts"]![0]!["text"]!.GetValue<string>();
                return FakeGoogle.JsonAsync(
                    context,
                    200,
                    $$"""{"embedding":{"values":[{{number}}]},"usageMetadata":{"promptTokenCount":2} }"""
                );
            }
            var vectors = asked["instances"]!
                .AsArray()
                .Select(i =>
                    $$"""{"embeddings":{"values":[{{i!["content"]!.GetValue<string>()}}],"statistics":{"truncated":false,"token_count":2.0} } }"""
                );
            return FakeGoogle.JsonAsync(context, 200, $$"""{"predictions":[{{string.Join(',', vectors)}}]}""");
        };
        var request = new EmbeddingRequest
        {
            Model = "route",
            Inputs = ["1", "2", "3"],
            Dimensions = 1,
        };
        var reply = await Family.Embeddings!.EmbedAsync(Geminis.Embed(google.Vertex(), model, request), default);
        google.Requests.Count.ShouldBe(requests);
        google.Requests.ShouldAllBe(r =>
            r.Target == $"{Place}/publishers/google/models/{model}{method}" && r.Body.Contains("outputDimensionality")
        );
        JsonNode.Parse(reply.OpenAiBody.Span)!["data"]!.AsArray().Select(d => d!["embedding"]![0]!.GetValue<int>()).ShouldBe([1, 2, 3]);
        reply.Usage.ShouldBe(new Usage { Input = 6, Source = UsageSource.Reported });
        google.Exchanges.ShouldBe(1);
    }

    // https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list
    [Fact]
    public async Task Lists_the_models_of_Google_and_Anthropic_in_the_name_of_the_project()
    {
        google.Answer = (context, _) =>
            FakeGoogle.JsonAsync(
                context,
                200,
                context.Request.Path.Value!.Contains("anthropic", StringComparison.Ordinal)
                    ? """{"publisherModels":[{"name":"publishers/anthropic/models/claude-opus-4-6","versionId":"1"}]}"""
                    : """{"publisherModels":[{"name":"publishers/google/models/gemini-2.5-pro"},{"name":"publishers/google/models/imagen-4"},{"name":"publishers/google/models/text-embedding-005"},{"name":7},{}]}"""
            );
        (await Family.Models!.ListModelsAsync(google.Vertex(), default)).ShouldBe([
            new OfferedModel("gemini-2.5-pro", "google"),
            new OfferedModel("text-embedding-005", "google"),
            new OfferedModel("claude-opus-4-6", "anthropic"),
        ]);
        google.Requests.ShouldAllBe(r => r.Headers["x-goog-user-project"] == "a-project");
        google.Requests[0].Target.ShouldBe("/v1beta1/publishers/google/models?pageSize=200");
    }
}
