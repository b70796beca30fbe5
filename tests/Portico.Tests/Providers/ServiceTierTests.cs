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
        ServiceTiers.AskedOfOpenAi(Anthropics.Connection(), Asking(asked), Dialect.OpenAiChat).ShouldBe(mayServe);
        ServiceTiers.AskedOfOpenAi(Anthropics.Connection(), Asking(asked), Dialect.OpenAiResponses).ShouldBe(mayServe);
        // Fields of Anthropic's form do not arrive at OpenAI: the project's setting decides.
        ServiceTiers.AskedOfOpenAi(Anthropics.Connection(), Asking(asked), Dialect.AnthropicMessages).ShouldBe(PriceClass.Priority);
    }

    /// <summary>
    /// Services of OpenAI's form with words of their own: https://console.groq.com/docs/service-tiers,
    /// https://docs.x.ai/developers/advanced-api-usage/priority-processing, https://openrouter.ai/docs/guides/features/service-tiers.
    /// </summary>
    [Theory]
    [InlineData("groq", null, PriceClass.Standard)]
    [InlineData("groq", "on_demand", PriceClass.Standard)]
    [InlineData("groq", "flex", PriceClass.Flex)]
    [InlineData("groq", "auto", PriceClass.Priority)]
    [InlineData("groq", "performance", PriceClass.Priority)]
    [InlineData("x-ai", null, PriceClass.Standard)]
    [InlineData("x-ai", "default", PriceClass.Standard)]
    [InlineData("x-ai", "priority", PriceClass.Priority)]
    [InlineData("openrouter", null, PriceClass.Priority)]
    [InlineData("openrouter", "fast", PriceClass.Priority)]
    [InlineData("openrouter", "default", PriceClass.Standard)]
    [InlineData("openrouter", "flex", PriceClass.Flex)]
    public void What_is_asked_of_a_service_of_OpenAIs_form_counts_in_its_own_words(string preset, string? asked, PriceClass mayServe)
    {
        var connection = Anthropics.Connection() with { Family = "openai", Preset = preset };
        ServiceTiers.AskedOfOpenAi(connection, Asking(asked is null ? null : $"\"{asked}\""), Dialect.OpenAiChat).ShouldBe(mayServe);
    }

    /// <summary>Groq's flex class fails quickly when it is full, with a status of its own (https://console.groq.com/docs/flex-processing).</summary>
    [Fact]
    public void A_class_that_is_full_is_not_the_callers_fault_so_that_a_route_may_go_on()
    {
        var full = UpstreamErrors.From(498, new UpstreamErrorBody("Full", null, "capacity_exceeded", null), null, Anthropics.Connection());
        (full.Kind, full.Fault).ShouldBe((ErrorTable.UpstreamOverloaded, Fault.Upstream));
    }

    [Theory]
    [InlineData(null, PriceClass.Priority)]
    [InlineData("\"auto\"", PriceClass.Priority)]
    [InlineData("\"standard_only\"", PriceClass.Standard)]
    public void What_is_asked_of_anthropic_says_what_may_serve(string? asked, PriceClass mayServe)
    {
        ServiceTiers.AskedOfAnthropic(Anthropics.Connection(), Asking(asked), Dialect.AnthropicMessages).ShouldBe(mayServe);
        ServiceTiers.AskedOfAnthropic(Anthropics.Connection(), Asking(asked), Dialect.OpenAiChat).ShouldBe(PriceClass.Priority);
    }

    [Theory]
    [InlineData(null, PriceClass.Standard)]
    [InlineData("""{"type":"default"}""", PriceClass.Standard)]
    [InlineData("""{"type":"reserved"}""", PriceClass.Standard)]
    [InlineData("""{"type":"flex"}""", PriceClass.Flex)]
    [InlineData("""{"type":"priority"}""", PriceClass.Priority)]
    [InlineData("\"priority\"", PriceClass.Standard)]
    public void What_is_asked_of_bedrock_says_what_may_serve(string? asked, PriceClass mayServe) =>
        ServiceTiers.AskedOfBedrock(Anthropics.Connection(), Asking(asked, "serviceTier"), Dialect.OpenAiChat).ShouldBe(mayServe);

    [Theory]
    [InlineData("\"flex\"", PriceClass.Flex)]
    [InlineData("\"priority\"", PriceClass.Priority)]
    [InlineData("\"default\"", PriceClass.Standard)]
    [InlineData("\"on_demand\"", PriceClass.Standard)]
    [InlineData("\"performance\"", PriceClass.Priority)]
    [InlineData("\"fast\"", PriceClass.Priority)]
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
