using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>Rerank over a server that checks signatures (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html).</summary>
public sealed class BedrockRerankTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ISingleProvider Singles => BedrockProvider.Family(http, new Portico.Providers.Aws.AwsAuth(http)).Singles!;

    static SingleCall Call(string url, string body, string model = "cohere.rerank-v3-5:0", string credential = Bedrocks.Credential)
    {
        var (request, wire) = SingleReaders.Rerank(Encoding.UTF8.GetBytes(body), 2);
        return new SingleCall(Bedrocks.Connection(url, credential), model, request, wire, CallId.New(TimeProvider.System));
    }

    [Fact]
    public async Task Ranks_in_AWSs_words_over_all_pages_and_answers_in_Coheres()
    {
        await using var server = await ScriptedBedrock.StartAsync(
            (got, context) =>
                ScriptedBedrock.JsonAsync(
                    context,
                    got.Text.Contains("nextToken", StringComparison.Ordinal)
                        ? """{"results":[{"index":0,"relevanceScore":0.1}]}"""
                        : """{"nextToken":"p2","results":[{"document":{"type":"TEXT","textDocument":{"text":"b"}},"index":1,"relevanceScore":0.98}]}"""
                )
        );
        var reply = await Singles.AskAsync(
            Call(
                server.Url,
                """{"model":"route","query":"q","documents":["Zürich","b"],"top_n":7,"max_tokens_per_doc":100,"return_documents":true,"priority":1}"""
            ),
            default
        );
        reply.DroppedFields.ShouldBe(["priority"]);
        (Singles.Serves(CallKind.Rerank), Singles.Serves(CallKind.Image)).ShouldBe((true, false));
        server.Requests.Select(r => (r.Method, r.Target)).ShouldBe([("POST", "/rerank"), ("POST", "/rerank")]);
        var sent = JsonNode.Parse(server.Requests[0].Text)!;
        JsonNode
            .DeepEquals(
                sent,
                JsonNode.Parse(
                    """
                    {"queries":[{"type":"TEXT","textQuery":{"text":"q"}}],
                     "sources":[{"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"Zürich"}}},{"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"b"}}}],
                     "rerankingConfiguration":{"type":"BEDROCK_RERANKING_MODEL","bedrockRerankingConfiguration":{"numberOfResults":2,
                      "modelConfiguration":{"modelArn":"arn:aws:bedrock:eu-central-1::foundation-model/cohere.rerank-v3-5:0","additionalModelRequestFields":{"max_tokens_per_doc":100}}}}}
                    """
                )
            )
            .ShouldBeTrue(sent.ToJsonString());
        JsonNode.Parse(server.Requests[1].Text)!["nextToken"]!.GetValue<string>().ShouldBe("p2");
        var (events, _) = await DrainAsync(reply.Events);
        Encoding
            .UTF8.GetString(events[0].Bytes.Span)
            .ShouldBe(
                """{"id":"0b7d1b8e-6e1c-4d6e-9f0c-7f3a6a1f0001","results":[{"index":1,"relevance_score":0.98,"document":{"text":"b"}},{"index":0,"relevance_score":0.1,"document":{"text":"Zürich"}}]}"""
            );
        events[^1].Completion!.Usage.Source.ShouldBe(UsageSource.None);
    }

    [Fact]
    public async Task Amazons_own_model_has_no_fields_of_its_own_and_an_ARN_is_taken_as_it_is()
    {
        await using var server = await ScriptedBedrock.StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, """{"results":[]}"""));
        const string arn = "arn:aws:bedrock:us-west-2::foundation-model/amazon.rerank-v1:0";
        var reply = await Singles.AskAsync(
            Call(server.Url, """{"model":"route","query":"q","documents":["a"],"max_tokens_per_doc":100}""", arn),
            default
        );
        reply.DroppedFields.ShouldBe(["max_tokens_per_doc"]);
        JsonNode.Parse(server.Requests.ShouldHaveSingleItem().Text)!["rerankingConfiguration"]!["bedrockRerankingConfiguration"]![
            "modelConfiguration"
        ]!
            .ToJsonString()
            .ShouldBe($$"""{"modelArn":"{{arn}}"}""");
    }

    // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html
    [Fact]
    public async Task An_API_key_is_refused_before_anyone_is_called_with_what_to_do()
    {
        await using var server = await ScriptedBedrock.StartAsync();
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Singles.AskAsync(
                Call(server.Url, """{"model":"route","query":"q","documents":["a"]}""", credential: ScriptedBedrock.ApiKey),
                default
            )
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldContain("access key");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task More_documents_than_Bedrock_ranks_are_refused_by_name()
    {
        var documents = string.Join(',', Enumerable.Repeat("\"a\"", BedrockRerank.MaxDocuments + 1));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Singles.AskAsync(Call("http://127.0.0.1:1", $$"""{"model":"route","query":"q","documents":[{{documents}}]}"""), default)
        );
        (e.UpstreamParam, e.Kind).ShouldBe(("documents", ErrorTable.UnsupportedByModel));
        var longest = new string('a', 32_001);
        e = await Should.ThrowAsync<UpstreamException>(() =>
            Singles.AskAsync(Call("http://127.0.0.1:1", $$"""{"model":"route","query":"q","documents":["a","{{longest}}"]}"""), default)
        );
        e.UpstreamParam.ShouldBe("documents[1]");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"results":[{"index":0}]}""")]
    [InlineData("""{"results":[{"index":7,"relevanceScore":1}]}""")]
    [InlineData("""{"results":[{"index":"0","relevanceScore":1}]}""")]
    [InlineData("""{"nextToken":"again","results":[]}""")]
    public async Task An_answer_that_ranks_nothing_that_was_sent_is_malformed(string answer)
    {
        await using var server = await ScriptedBedrock.StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, answer));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Singles.AskAsync(Call(server.Url, """{"model":"route","query":"q","documents":["a"]}"""), default)
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamMalformed, Fault.Upstream));
    }

    [Theory]
    [InlineData("https://bedrock-runtime.eu-central-1.amazonaws.com", "https://bedrock-agent-runtime.eu-central-1.amazonaws.com/rerank")]
    [InlineData("http://127.0.0.1:8123/aws/", "http://127.0.0.1:8123/aws/rerank")]
    public void Documents_are_ranked_at_the_runtime_of_agents_in_the_same_region(string given, string address) =>
        BedrockAddresses.Agents(new Uri(given), "rerank").ToString().ShouldBe(address);
}
