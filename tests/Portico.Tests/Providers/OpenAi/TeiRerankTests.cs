using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Tests.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Rerank of Text Embeddings Inference (https://huggingface.co/docs/text-embeddings-inference/quick_tour#re-rankers).</summary>
public sealed class TeiRerankTests : IDisposable
{
    readonly Singled singled = new();

    public void Dispose() => singled.Dispose();

    static SingleCall Call(string url, string body)
    {
        var (request, wire) = SingleReaders.Rerank(Encoding.UTF8.GetBytes(body), 2);
        var connection = new ProviderConnection(default, "openai", "tei", new Uri(url + "/v1"), new Secret(Singled.Key));
        return new SingleCall(connection, "BAAI/bge-reranker-v2-m3", request, wire, default);
    }

    async Task<string> AskAsync(string url, string body)
    {
        var reply = await singled.Family.Singles!.AskAsync(Call(url, body), default);
        var (events, failure) = await DrainAsync(reply.Events);
        failure.ShouldBeNull();
        events[^1].Completion!.Usage.Source.ShouldBe(UsageSource.None);
        return Encoding.UTF8.GetString(events[0].Bytes.Span) + string.Join(',', reply.DroppedFields);
    }

    [Fact]
    public async Task Ranks_in_its_words_and_answers_in_Coheres()
    {
        await using var server = await ScriptedAnthropic.StartAsync(
            Json("""[{"index":1,"score":0.98},{"index":2,"score":0.5},{"index":0,"score":0.1}]""")
        );
        (
            await AskAsync(
                server.Url,
                """{"model":"route","query":"q","documents":["a","b","c"],"top_n":2,"return_documents":true,"max_tokens_per_doc":9}"""
            )
        ).ShouldBe(
            """{"results":[{"index":1,"relevance_score":0.98,"document":{"text":"b"}},{"index":2,"relevance_score":0.5,"document":{"text":"c"}}]}max_tokens_per_doc"""
        );
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target, got.Headers["Authorization"]).ShouldBe(("POST", "/rerank", "Bearer " + Singled.Key));
        got.Body.ShouldBe("""{"query":"q","texts":["a","b","c"],"truncate":true}""");
    }

    [Fact]
    public async Task A_long_list_is_asked_for_in_pieces_and_is_one_order()
    {
        var scores = Json($"[{string.Join(',', Enumerable.Range(0, 32).Select(i => $$"""{"index":{{i}},"score":{{i}}}"""))}]");
        await using var server = await ScriptedAnthropic.StartAsync(scores, scores);
        var documents = string.Join(',', Enumerable.Range(0, 64).Select(i => $"\"{i}\""));
        var answer = JsonNode.Parse(
            await AskAsync(server.Url, $$"""{"model":"route","query":"q","documents":[{{documents}}],"top_n":3}""")
        )!;
        answer["results"]!.AsArray().Select(r => r!["index"]!.GetValue<int>()).ShouldBe([31, 63, 30]);
        server
            .Requests.SelectMany(r => JsonNode.Parse(r.Body)!["texts"]!.AsArray().Select(t => t!.GetValue<string>()))
            .Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, 64).Select(i => $"{i}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""[{"index":0,"score":1}]""")]
    [InlineData("""[{"index":0,"score":1},{"index":0,"score":1}]""")]
    [InlineData("""[{"index":0,"score":1},{"index":2,"score":1}]""")]
    [InlineData("""[{"index":0,"score":"1"},{"index":1,"score":1}]""")]
    [InlineData("nothing")]
    public async Task An_answer_that_does_not_score_every_text_once_is_malformed(string answer)
    {
        await using var server = await ScriptedAnthropic.StartAsync(Json(answer));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            AskAsync(server.Url, """{"model":"m","query":"q","documents":["a","b"]}""")
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamMalformed, Fault.Upstream));
    }

    [Fact]
    public async Task A_model_that_ranks_nothing_is_named_in_the_servers_words()
    {
        await using var server = await ScriptedAnthropic.StartAsync(
            Json("""{"error":"model is not a re-ranker model","error_type":"Backend"}""", 424)
        );
        var e = await Should.ThrowAsync<UpstreamException>(() => AskAsync(server.Url, """{"model":"m","query":"q","documents":["a"]}"""));
        (e.Fault, e.Status).ShouldBe((Fault.Upstream, 424));
        e.Message.ShouldBe("model is not a re-ranker model");
    }
}
