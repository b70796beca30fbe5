using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Providers;

/// <summary>The providers' words for the class of service: what is asked bounds what may be billed, what the answer says is billed.</summary>
public sealed class ServiceTierTests
{
    static ChatRequest Asking(string? json, string name = "service_tier") =>
        Anthropics.Ask("Hello") with
        {
            Extra = json is null ? [] : [new("x_other", Anthropics.Element("1")), new(name, Anthropics.Element(json))],
        };

    [Theory]
    [InlineData(null, PriceClass.Priority)]
    [InlineData("\"auto\"", PriceClass.Priority)]
    [InlineData("\"priority\"", PriceClass.Priority)]
    [InlineData("\"scale\"", PriceClass.Priority)]
    [InlineData("null", PriceClass.Priority)]
    [InlineData("\"flex\"", PriceClass.Flex)]
    [InlineData("\"default\"", PriceClass.Standard)]
    public void What_is_asked_of_openai_says_what_may_serve(string? asked, PriceClass mayServe)
    {
        ServiceTiers.AskedOfOpenAi(Asking(asked), Dialect.OpenAiChat).ShouldBe(mayServe);
        ServiceTiers.AskedOfOpenAi(Asking(asked), Dialect.OpenAiResponses).ShouldBe(mayServe);
        // Fields of Anthropic's form do not arrive at OpenAI: the project's setting decides.
        ServiceTiers.AskedOfOpenAi(Asking(asked), Dialect.AnthropicMessages).ShouldBe(PriceClass.Priority);
    }

    [Theory]
    [InlineData(null, PriceClass.Priority)]
    [InlineData("\"auto\"", PriceClass.Priority)]
    [InlineData("\"standard_only\"", PriceClass.Standard)]
    public void What_is_asked_of_anthropic_says_what_may_serve(string? asked, PriceClass mayServe)
    {
        ServiceTiers.AskedOfAnthropic(Asking(asked), Dialect.AnthropicMessages).ShouldBe(mayServe);
        ServiceTiers.AskedOfAnthropic(Asking(asked), Dialect.OpenAiChat).ShouldBe(PriceClass.Priority);
    }

    [Theory]
    [InlineData(null, PriceClass.Standard)]
    [InlineData("""{"type":"default"}""", PriceClass.Standard)]
    [InlineData("""{"type":"reserved"}""", PriceClass.Standard)]
    [InlineData("""{"type":"flex"}""", PriceClass.Flex)]
    [InlineData("""{"type":"priority"}""", PriceClass.Priority)]
    [InlineData("\"priority\"", PriceClass.Standard)]
    public void What_is_asked_of_bedrock_says_what_may_serve(string? asked, PriceClass mayServe) =>
        ServiceTiers.AskedOfBedrock(Asking(asked, "serviceTier"), Dialect.OpenAiChat).ShouldBe(mayServe);

    [Theory]
    [InlineData("\"flex\"", PriceClass.Flex)]
    [InlineData("\"priority\"", PriceClass.Priority)]
    [InlineData("\"default\"", PriceClass.Standard)]
    [InlineData("\"on_demand\"", PriceClass.Standard)]
    [InlineData("null", PriceClass.Standard)]
    [InlineData("{\"priority\":1}", PriceClass.Standard)]
    public void A_whole_answer_of_openai_names_the_class(string told, PriceClass served)
    {
        var body = $$$"""{"id":"c","service_tier":{{{told}}},"model":"m","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1}}""";
        OpenAiUsage.Scan(Encoding.UTF8.GetBytes(body)).Usage.Class.ShouldBe(served);
    }

    /// <summary>The first chunks, and the usage chunk behind them: what is told last holds, and what is not told changes nothing.</summary>
    [Theory]
    [InlineData("priority", "priority", PriceClass.Priority)]
    [InlineData("priority", "default", PriceClass.Standard)]
    [InlineData("default", "flex", PriceClass.Flex)]
    [InlineData("priority", null, PriceClass.Priority)]
    [InlineData(null, "flex", PriceClass.Flex)]
    [InlineData(null, null, PriceClass.Standard)]
    public async Task A_stream_of_openai_names_the_class_however_it_is_framed_and_cut(string? first, string? last, PriceClass served)
    {
        static string Tier(string? tier) => tier is null ? "" : $"\"service_tier\":\"{tier}\",";
        string[] chunks =
        [
            $$$"""{"id":"c",{{{Tier(first)}}}"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}""",
            """{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
            $$$"""{"id":"c",{{{Tier(last)}}}"model":"m","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1}}""",
            "[DONE]",
        ];
        foreach (var end in new[] { "\n", "\r\n" })
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(chunks.Select(c => $"data: {c}{end}{end}")));
            for (var cut = 0; cut < bytes.Length; cut += 7)
                foreach (var asFrames in new[] { true, false })
                {
                    var source = new UpstreamBytes(
                        new HttpResponseMessage(),
                        new Anthropics.PieceStream([bytes[..cut], bytes[cut..]]),
                        Anthropics.Connection(),
                        new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None),
                        CancellationToken.None
                    );
                    await using var stream = new OpenAiStream(source, Anthropics.Connection(), asFrames, false);
                    var (events, failure) = await Anthropics.DrainAsync(stream);
                    failure.ShouldBeNull();
                    var usage = events[^1].Completion!.Usage;
                    (usage.Input, usage.Class).ShouldBe((2, served), $"cut at {cut}, frames {asFrames}");
                }
        }
    }

    [Theory]
    [InlineData("\"standard\"", PriceClass.Standard)]
    [InlineData("\"priority\"", PriceClass.Priority)]
    [InlineData("\"batch\"", PriceClass.Batch)]
    [InlineData("null", PriceClass.Standard)]
    public async Task The_head_of_a_stream_of_anthropic_names_the_class(string told, PriceClass served)
    {
        var stream = MessagesFixtures.Stream.Replace(
            "\"input_tokens\":25",
            $"\"service_tier\":{told},\"input_tokens\":25",
            StringComparison.Ordinal
        );
        stream.ShouldNotBe(MessagesFixtures.Stream);
        var (events, failure) = await Anthropics.ReadAsync(stream);
        failure.ShouldBeNull();
        events[^1].Completion!.Usage.ShouldBe(Anthropics.FixtureUsage with { Class = served });
    }

    [Theory]
    [InlineData("""{"type":"priority"}""", PriceClass.Priority)]
    [InlineData("""{"type":"flex"}""", PriceClass.Flex)]
    [InlineData("""{"type":"default"}""", PriceClass.Standard)]
    [InlineData("7", PriceClass.Standard)]
    public void The_metadata_of_bedrock_names_the_class(string told, PriceClass served)
    {
        using var e = JsonDocument.Parse($$$"""{"usage":{"inputTokens":5,"outputTokens":2},"serviceTier":{{{told}}}}""");
        var usage = BedrockUsage.Of(e.RootElement);
        (usage.Input, usage.Output, usage.Class).ShouldBe((5, 2, served));
    }
}
