using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.Oci;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Oci;

/// <summary>Rerank over a server that checks signatures (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/RerankTextResult/RerankText).</summary>
public sealed class OciRerankTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ISingleProvider Singles => OciProvider.Family(http).Singles!;

    static SingleCall Call(string url, string body)
    {
        var (request, wire) = SingleReaders.Rerank(Encoding.UTF8.GetBytes(body), 2);
        return new SingleCall(Ocis.Connection(url), "cohere.rerank.v3-5", request, wire, CallId.New(TimeProvider.System));
    }

    [Fact]
    public async Task Ranks_in_Oracles_words_and_answers_in_Coheres()
    {
        await using var server = await ScriptedOci.StartAsync(
            (_, context) =>
                ScriptedOci.JsonAsync(
                    context,
                    """{"id":"r1","modelId":"cohere.rerank.v3-5","modelVersion":"1.0","documentRanks":[{"index":1,"relevanceScore":0.98},{"index":0,"relevanceScore":0.1}]}"""
                )
        );
        var reply = await Singles.AskAsync(
            Call(
                server.Url,
                """{"model":"route","query":"q","documents":["Zürich",{"text":"b"}],"top_n":2,"max_tokens_per_doc":100,"return_documents":true,"priority":1}"""
            ),
            default
        );
        reply.DroppedFields.ShouldBe(["priority"]);
        (Singles.Serves(CallKind.Rerank), Singles.Serves(CallKind.Image)).ShouldBe((true, false));
        var got = server.Requests.ShouldHaveSingleItem();
        got.Target.ShouldBe("/20231130/actions/rerankText");
        var sent = JsonNode.Parse(got.Text)!;
        sent["compartmentId"]!.GetValue<string>().ShouldBe(ScriptedOci.Compartment);
        sent["servingMode"]!["modelId"]!.GetValue<string>().ShouldBe("cohere.rerank.v3-5");
        (sent["input"]!.GetValue<string>(), sent["topN"]!.GetValue<int>(), sent["maxTokensPerDocument"]!.GetValue<int>()).ShouldBe(
            ("q", 2, 100)
        );
        sent["documents"]!.ToJsonString().ShouldBe("""["Z\u00FCrich","b"]""");
        var (events, _) = await DrainAsync(reply.Events);
        Encoding
            .UTF8.GetString(events[0].Bytes.Span)
            .ShouldBe(
                """{"id":"r1","results":[{"index":1,"relevance_score":0.98,"document":{"text":"b"}},{"index":0,"relevance_score":0.1,"document":{"text":"Zürich"}}]}"""
            );
        events[^1].Completion!.Usage.Source.ShouldBe(UsageSource.None);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"documentRanks":[{"index":0}]}""")]
    [InlineData("""{"documentRanks":[{"index":7,"relevanceScore":1}]}""")]
    [InlineData("""{"documentRanks":[{"index":"0","relevanceScore":1}]}""")]
    public async Task An_answer_that_ranks_nothing_that_was_sent_is_malformed(string answer)
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, answer));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Singles.AskAsync(Call(server.Url, """{"model":"route","query":"q","documents":["a"]}"""), default)
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamMalformed, Fault.Upstream));
    }
}
