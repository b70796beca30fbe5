using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// Classes of service at Google. The Gemini API: https://ai.google.dev/gemini-api/docs/optimization and https://ai.google.dev/gemini-api/docs/priority-inference
/// (service_tier asks, x-gemini-service-tier and usageMetadata.serviceTier tell). Vertex AI:
/// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo (a header asks) and the values of trafficType in
/// https://docs.cloud.google.com/dotnet/docs/reference/Google.Cloud.AIPlatform.V1/latest/Google.Cloud.AIPlatform.V1.GenerateContentResponse.Types.UsageMetadata.Types.TrafficType.
/// </summary>
public sealed class GoogleTierTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    static ChatRequest Asking(string? json, bool stream = false) =>
        Ask("Hello", stream) with
        {
            Extra = json is null ? [] : [new("service_tier", Element(json))],
        };

    static string Answer(string? told) =>
        $$$"""{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":5,{{{told}}}"candidatesTokenCount":2},"modelVersion":"m"}""";

    [Theory]
    [InlineData(null, null, PriceClass.Standard)]
    [InlineData("\"flex\"", "flex", PriceClass.Flex)]
    [InlineData("\"priority\"", "priority", PriceClass.Priority)]
    [InlineData("\"standard\"", null, PriceClass.Standard)]
    [InlineData("\"default\"", null, PriceClass.Standard)]
    [InlineData("\"auto\"", null, PriceClass.Standard)]
    [InlineData("\"standard_only\"", null, PriceClass.Standard)]
    [InlineData("null", null, PriceClass.Standard)]
    public async Task What_is_asked_is_sent_where_each_host_takes_it_and_says_what_may_serve(
        string? asked,
        string? sent,
        PriceClass mayServe
    )
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 200, Answer(null));
        var gemini = GeminiProvider.Family(http);
        var vertex = VertexProvider.Family(http, new Uri("http://127.0.0.1:1"), null, _ => null);
        var reply = await gemini.Chat!.ChatAsync(Geminis.Call(Asking(asked), Geminis.Connection(google.Url)), default);
        reply.DroppedFields.ShouldBeEmpty();
        reply = await vertex.Chat!.ChatAsync(Geminis.Call(Asking(asked), google.Vertex()), default);
        reply.DroppedFields.ShouldBeEmpty();

        var (atGemini, atVertex) = (google.Requests[0], google.Requests[1]);
        JsonNode.Parse(atGemini.Body)!["service_tier"]?.GetValue<string>().ShouldBe(sent);
        (JsonNode.Parse(atGemini.Body)!["service_tier"] is null).ShouldBe(sent is null);
        atGemini.Headers.ContainsKey(GoogleTiers.AskedHeader).ShouldBeFalse();
        JsonNode.Parse(atVertex.Body)!["service_tier"].ShouldBeNull();
        atVertex.Headers.GetValueOrDefault(GoogleTiers.AskedHeader.ToLowerInvariant()).ShouldBe(sent);
        gemini.ClassAsked!(Geminis.Connection(), Asking(asked), Dialect.OpenAiChat).ShouldBe(mayServe);
        vertex.ClassAsked!(google.Vertex(), Asking(asked), Dialect.OpenAiResponses).ShouldBe(mayServe);
    }

    [Theory]
    [InlineData("\"scale\"")]
    [InlineData("7")]
    [InlineData("{\"type\":\"flex\"}")]
    public void A_class_that_Google_does_not_have_is_named_as_left_out(string asked)
    {
        foreach (var host in new[] { GeminiHost.GeminiApi, GeminiHost.Vertex })
        {
            JsonNode.Parse(Geminis.Written(Asking(asked), out var dropped, host: host))!["service_tier"].ShouldBeNull();
            dropped.ShouldBe(["service_tier"]);
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("\"priority\"", true)]
    [InlineData("\"auto\"", true)]
    [InlineData("\"flex\"", false)]
    [InlineData("\"default\"", false)]
    public async Task The_class_of_a_connection_holds_for_all_its_calls_and_another_word_is_named(string? asked, bool taken)
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) => FakeGoogle.JsonAsync(context, 200, Answer(null));
        var connection = google.Vertex() with { Headers = [new("x-vertex-ai-llm-shared-request-type", "priority")] };
        var vertex = VertexProvider.Family(http, new Uri("http://127.0.0.1:1"), null, _ => null);
        var reply = await vertex.Chat!.ChatAsync(Geminis.Call(Asking(asked), connection), default);
        google.Requests.Single().Headers[GoogleTiers.AskedHeader.ToLowerInvariant()].ShouldBe("priority");
        reply.DroppedFields.ShouldBe(taken ? [] : ["service_tier"]);
        vertex.ClassAsked!(connection, Asking(asked), Dialect.OpenAiChat).ShouldBe(PriceClass.Priority);
    }

    /// <summary>The newest word counts: the usage over the head, and of the usage what was told last.</summary>
    [Theory]
    [InlineData("", null, PriceClass.Standard)]
    [InlineData("\"trafficType\":\"ON_DEMAND\",", null, PriceClass.Standard)]
    [InlineData("\"trafficType\":\"ON_DEMAND_FLEX\",", null, PriceClass.Flex)]
    [InlineData("\"trafficType\":\"ON_DEMAND_PRIORITY\",", null, PriceClass.Priority)]
    [InlineData("\"trafficType\":\"PROVISIONED_THROUGHPUT\",", null, PriceClass.Standard)]
    [InlineData("\"trafficType\":7,", null, PriceClass.Standard)]
    [InlineData("\"serviceTier\":\"flex\",", null, PriceClass.Flex)]
    [InlineData("\"serviceTier\":\"SERVICE_TIER_PRIORITY\",", null, PriceClass.Priority)]
    [InlineData("", "priority", PriceClass.Priority)]
    [InlineData("", "Flex", PriceClass.Flex)]
    [InlineData("", "standard", PriceClass.Standard)]
    [InlineData("\"serviceTier\":\"standard\",", "priority", PriceClass.Standard)]
    public async Task The_class_that_served_is_read_of_plain_answers_and_of_streams(string told, string? head, PriceClass served)
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, body) =>
        {
            if (head is not null)
                context.Response.Headers[GoogleTiers.ToldHeader] = head;
            // The second chunk is the one that is read in one pass.
            return context.Request.Path.Value!.EndsWith(":generateContent", StringComparison.Ordinal)
                ? FakeGoogle.JsonAsync(context, 200, Answer(told))
                : FakeGoogle.SseAsync(
                    context,
                    $"data: {Answer(null).Replace(",\"finishReason\":\"STOP\"", "", StringComparison.Ordinal)}\n\n",
                    $"data: {Answer(told).Replace(",\"finishReason\":\"STOP\"", "", StringComparison.Ordinal)}\n\n",
                    $"data: {Answer(null)}\n\n"
                );
        };
        foreach (var stream in new[] { false, true })
        {
            var reply = await GeminiProvider
                .Family(http)
                .Chat!.ChatAsync(Geminis.Call(Asking(null, stream), Geminis.Connection(google.Url)), default);
            await using var events = reply.Events;
            var (all, failure) = await DrainAsync(events);
            failure.ShouldBeNull();
            var usage = all[^1].Completion!.Usage;
            (usage.Input, usage.Output, usage.Class).ShouldBe((5, 2, served), $"stream {stream}");
        }
    }

    [Fact]
    public async Task A_stream_that_breaks_off_before_any_usage_has_told_its_class_in_its_head()
    {
        await using var google = await FakeGoogle.StartAsync();
        google.Answer = (context, _) =>
        {
            context.Response.Headers[GoogleTiers.ToldHeader] = "priority";
            return FakeGoogle.SseAsync(context, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"index\":0}]}\n\n");
        };
        var reply = await GeminiProvider
            .Family(http)
            .Chat!.ChatAsync(Geminis.Call(Asking(null, stream: true), Geminis.Connection(google.Url)), default);
        await using var events = reply.Events;
        (await DrainAsync(events)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamCut);
        (events.ReportedUsage.Source, events.ReportedUsage.Class).ShouldBe((UsageSource.None, PriceClass.Priority));
    }
}
