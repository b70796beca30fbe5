using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Cohere;
using Portico.Providers.Http;
using Portico.Tests.Providers.Gemini;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;
using static Portico.Tests.Providers.Cohere.CohereFixtures;

namespace Portico.Tests.Providers.Cohere;

/// <summary>The family over HTTP (https://docs.cohere.com/reference/about).</summary>
public sealed class CohereProviderTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => CohereProvider.Family(http);

    [Theory]
    [InlineData("")]
    [InlineData("/v2")]
    [InlineData("/v1/")]
    public async Task Sends_key_and_body_and_gives_a_plain_answer(string path)
    {
        await using var server = await StartAsync(Json(Answer));
        var call = Call(Ask("Hi") with { User = "ada" }, CohereFixtures.Connection(server.Url + path), Model);
        var reply = await Family.Chat!.ChatAsync(call, default);
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target).ShouldBe(("POST", "/v2/chat"));
        got.Headers["authorization"].ShouldBe($"Bearer {CohereFixtures.Key}");
        JsonNode
            .Parse(got.Body)!
            .ToJsonString()
            .ShouldBe($$"""{"model":"{{Model}}","stream":false,"messages":[{"role":"user","content":"Hi"}]}""");
        reply.DroppedFields.ShouldBe(["user"]);
        (await DrainAsync(reply.Events)).Events[^1].Completion!.Finish.ShouldBe(FinishReason.Stop);
    }

    [Fact]
    public async Task Streams()
    {
        await using var server = await StartAsync(Sse(TextStream[..300], TextStream[300..]));
        var reply = await Family.Chat!.ChatAsync(Call(Ask("Hi", stream: true), CohereFixtures.Connection(server.Url), Model), default);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        string.Concat(events.Where(e => e.Kind == ModelEventKind.Text).Select(e => e.Text)).ShouldBe("Zürich 🚲");
    }

    // https://docs.cohere.com/reference/errors
    [Theory]
    [InlineData(400, "invalid request: message must be at least 1 token long", "upstream_rejected", Fault.Caller)]
    [InlineData(
        400,
        "too many tokens: total number of tokens in this conversation cannot exceed 256000",
        "context_length_exceeded",
        Fault.Caller
    )]
    [InlineData(401, "invalid api token", "upstream_credential_invalid", Fault.Credential)]
    [InlineData(498, "this token is blocked", "upstream_credential_invalid", Fault.Credential)]
    [InlineData(404, "model 'x' not found", "upstream_failed", Fault.Model)]
    [InlineData(429, "You are past the per minute request limit", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData(500, "internal server error", "upstream_failed", Fault.Upstream)]
    [InlineData(503, "service unavailable", "upstream_overloaded", Fault.Upstream)]
    public async Task Errors_say_whose_fault_they_are(int status, string message, string code, Fault fault)
    {
        await using var server = await StartAsync(Json($$"""{"id":"e1","message":"{{message}}"}""", status));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Chat!.ChatAsync(Call(Ask("Hi"), CohereFixtures.Connection(server.Url), Model), default)
        );
        e.Fault.ShouldBe(fault);
        if (fault != Fault.Credential)
            e.Kind.Code.ShouldBe(code);
        e.Message.ShouldContain(message);
    }

    // https://docs.cohere.com/reference/embed
    [Fact]
    public async Task Embeds_texts_in_batches()
    {
        var many = string.Join(',', Enumerable.Repeat("[0.5,1]", 96));
        await using var server = await StartAsync(
            Json($$"""{"id":"1","embeddings":{"float":[{{many}}]},"texts":[],"meta":{"billed_units":{"input_tokens":200} } }"""),
            Json("""{"id":"2","embeddings":{"float":[[0.25,2]]},"meta":{"billed_units":{"input_tokens":2}}}""")
        );
        var request = new EmbeddingRequest
        {
            Model = "route",
            Inputs = Enumerable.Range(0, 97).Select(i => $"text {i}").ToList(),
            Dimensions = 2,
        };
        var reply = await Family.Embeddings!.EmbedAsync(
            Geminis.Embed(CohereFixtures.Connection(server.Url), "embed-v4.0", request),
            default
        );
        server
            .Requests[1]
            .Body.ShouldBe(
                """{"model":"embed-v4.0","input_type":"search_document","texts":["text 96"],"embedding_types":["float"],"output_dimension":2}"""
            );
        reply.Usage.Input.ShouldBe(202);
        JsonNode.Parse(reply.OpenAiBody.Span)!["data"]![96]!["embedding"]!.ToJsonString().ShouldBe("[0.25,2]");
    }

    // https://docs.cohere.com/reference/embed#request.body.input_type
    [Fact]
    public async Task What_texts_are_for_is_taken_from_the_body_and_other_members_are_named()
    {
        await using var server = await StartAsync(
            Json("""{"id":"1","embeddings":{"float":[[1]]},"meta":{"billed_units":{"input_tokens":1}}}""")
        );
        var request = OpenAiEmbeddingReader
            .Read("""{"model":"m","input":"x","input_type":"search_query","user":"ada","x_of_tomorrow":1}"""u8.ToArray())
            .Request;
        var reply = await Family.Embeddings!.EmbedAsync(
            Geminis.Embed(CohereFixtures.Connection(server.Url), "embed-v4.0", request),
            default
        );
        server.Requests[0].Body.ShouldContain("\"input_type\":\"search_query\"");
        reply.DroppedFields.ShouldBe(["user", "x_of_tomorrow"]);
    }

    static SingleCall Rerank(string url, int version, string body)
    {
        var (request, wire) = SingleReaders.Rerank(Encoding.UTF8.GetBytes(body), version);
        return new SingleCall(CohereFixtures.Connection(url), "rerank-v3.5", request, wire, default);
    }

    // https://docs.cohere.com/reference/rerank, https://docs.cohere.com/v1/reference/rerank
    [Theory]
    [InlineData(1, "/v1/rerank")]
    [InlineData(2, "/v2/rerank")]
    public async Task Ranks_by_the_callers_own_body_and_reads_what_is_billed(int version, string path)
    {
        const string Answer = """
            {"results":[{"index":1,"relevance_score":0.98},{"index":0,"relevance_score":0.1}],"id":"07734bd2","meta":{"api_version":{"version":"2"},"billed_units":{"search_units":2.0}}}
            """;
        await using var server = await StartAsync(Json(Answer));
        var reply = await Family.Singles!.AskAsync(
            Rerank(server.Url, version, """{"model":"my route","query":"q","documents":["a","b"],"priority":3}"""),
            default
        );
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target).ShouldBe(("POST", path));
        got.Headers["authorization"].ShouldBe($"Bearer {CohereFixtures.Key}");
        got.Body.ShouldBe("""{"model":"rerank-v3.5","query":"q","documents":["a","b"],"priority":3}""");
        var (events, _) = await DrainAsync(reply.Events);
        Encoding.UTF8.GetString(events[0].Bytes.Span).ShouldBe(Answer);
        events[^1].Completion!.Usage.ShouldBe(new Usage { Searches = 2, Source = UsageSource.Reported });
    }

    [Fact]
    public async Task An_answer_without_results_is_none()
    {
        await using var server = await StartAsync(Json("""{"id":"1","meta":{}}"""));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Singles!.AskAsync(Rerank(server.Url, 2, """{"model":"m","query":"q","documents":["a"]}"""), default)
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamMalformed, Fault.Upstream));
    }

    [Fact]
    public void Serves_rerank_and_no_other_kind_of_single_calls() =>
        Enum.GetValues<CallKind>().Where(Family.Serves).ShouldBe([CallKind.Chat, CallKind.Embeddings, CallKind.Rerank]);

    // https://docs.cohere.com/reference/list-models
    [Fact]
    public async Task Lists_models_that_chat_embed_or_rank_page_by_page()
    {
        await using var server = await StartAsync(
            Json(
                """{"models":[{"name":"command-a-03-2025","endpoints":["chat"],"context_length":256000},{"name":"rerank-v3.5","endpoints":["rerank"]},{"name":"other","endpoints":["classify"]}],"next_page_token":"p2"}"""
            ),
            Json("""{"models":[{"name":"embed-v4.0","endpoints":["embed"],"context_length":0}]}""")
        );
        (await Family.Models!.ListModelsAsync(CohereFixtures.Connection(server.Url), default)).ShouldBe([
            new OfferedModel("command-a-03-2025", "cohere", 256_000),
            new OfferedModel("rerank-v3.5", "cohere"),
            new OfferedModel("embed-v4.0", "cohere"),
        ]);
        server.Requests.Select(r => r.Target).ShouldBe(["/v1/models?page_size=1000", "/v1/models?page_size=1000&page_token=p2"]);
    }
}
