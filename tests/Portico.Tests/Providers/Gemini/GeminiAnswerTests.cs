using System.Text;
using Portico.Core.Chat;
using Portico.Providers.Gemini;
using static Portico.Tests.Providers.Gemini.Geminis;

namespace Portico.Tests.Providers.Gemini;

public sealed class GeminiAnswerTests
{
    static string Answer(string candidate, string usage = "{}") =>
        $$"""{"candidates":[{{candidate}}],"usageMetadata":{{usage}},"modelVersion":"m","responseId":"r"}""";

    // https://ai.google.dev/api/generate-content#FinishReason
    [Theory]
    [InlineData("STOP", FinishReason.Stop)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("SAFETY", FinishReason.ContentFilter)]
    [InlineData("RECITATION", FinishReason.ContentFilter)]
    [InlineData("BLOCKLIST", FinishReason.ContentFilter)]
    [InlineData("PROHIBITED_CONTENT", FinishReason.ContentFilter)]
    [InlineData("SPII", FinishReason.ContentFilter)]
    [InlineData("IMAGE_SAFETY", FinishReason.ContentFilter)]
    [InlineData("LANGUAGE", FinishReason.Other)]
    [InlineData("OTHER", FinishReason.Other)]
    [InlineData("A_REASON_OF_TOMORROW", FinishReason.Other)]
    public async Task Reasons_of_an_end_are_told(string reason, FinishReason expected)
    {
        var events = await WholeAsync(Answer($$"""{"content":{"parts":[{"text":"a"}]},"finishReason":"{{reason}}"}"""));
        events[^1].Completion!.Finish.ShouldBe(expected);
        events[^2].Finish.ShouldBe(expected);
    }

    [Theory]
    [InlineData("MALFORMED_FUNCTION_CALL")]
    [InlineData("UNEXPECTED_TOOL_CALL")]
    [InlineData("TOO_MANY_TOOL_CALLS")]
    public void A_call_that_the_model_could_not_write_is_a_failure_that_another_try_may_mend(string reason)
    {
        var e = Should.Throw<UpstreamException>(() => Read(Answer($$"""{"content":{},"finishReason":"{{reason}}"}""")));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamMalformed, Fault.Upstream));
        e.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_withheld_answer_without_a_word_says_why()
    {
        var events = await WholeAsync(Answer("""{"finishReason":"RECITATION"}"""));
        events[0].ShouldBe(new ModelEvent { Kind = ModelEventKind.Refusal, Text = "Google withheld the answer (RECITATION)." });
    }

    [Fact]
    public async Task Calls_without_ids_get_the_same_ones_whenever_the_answer_is_read_and_different_ones_among_themselves()
    {
        var body = Answer(
            """{"content":{"parts":[{"functionCall":{"name":"a","args":{}}},{"functionCall":{"name":"a","args":{}}}]},"finishReason":"STOP"}"""
        );
        var first = (await WholeAsync(body)).Where(e => e.ToolCall is not null).Select(e => e.ToolCall!.Id).ToList();
        (await WholeAsync(body)).Where(e => e.ToolCall is not null).Select(e => e.ToolCall!.Id).ShouldBe(first);
        first.Distinct().Count().ShouldBe(2);
        // OpenAI takes ids of at most 40 characters, Anthropic letters, digits, '_' and '-'.
        first.ShouldAllBe(id => id!.StartsWith("call_") && id.Length <= 40 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
    }

    // Prompt, cached, candidates, thoughts, total and details; then input, read, audio, image, output, reasoning.
    [Theory]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15}""", 10, 0, 0, 0, 5, 0)]
    [InlineData("""{"promptTokenCount":10,"cachedContentTokenCount":8,"candidatesTokenCount":5}""", 2, 8, 0, 0, 5, 0)]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":7,"totalTokenCount":22}""", 10, 0, 0, 0, 5, 7)]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":12,"thoughtsTokenCount":7,"totalTokenCount":22}""", 10, 0, 0, 0, 5, 7)]
    [InlineData("""{"promptTokenCount":10,"toolUsePromptTokenCount":3,"candidatesTokenCount":5,"totalTokenCount":18}""", 13, 0, 0, 0, 5, 0)]
    [InlineData(
        """{"promptTokenCount":10,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":4},{"modality":"IMAGE","tokenCount":3}]}""",
        3,
        0,
        4,
        3,
        0,
        0
    )]
    [InlineData(
        """{"promptTokenCount":10,"cachedContentTokenCount":9,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":4},{"modality":"IMAGE","tokenCount":6}]}""",
        0,
        9,
        1,
        0,
        0,
        0
    )]
    [InlineData("""{"promptTokenCount":-4,"candidatesTokenCount":99999999999999,"thoughtsTokenCount":"7"}""", 0, 0, 0, 0, 0, 0)]
    public async Task Usage_is_split_into_disjoint_parts(string usage, int input, int read, int audio, int image, int output, int reasoning)
    {
        var events = await WholeAsync(Answer("""{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}""", usage));
        events[^1]
            .Completion!.Usage.ShouldBe(
                new Usage
                {
                    Input = input,
                    CacheRead = read,
                    AudioInput = audio,
                    ImageInput = image,
                    Output = output,
                    Reasoning = reasoning,
                    Source = UsageSource.Reported,
                }
            );
    }

    [Fact]
    public async Task Without_usage_none_is_claimed()
    {
        var events = await WholeAsync("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}""");
        events[^1].Completion!.Usage.Source.ShouldBe(UsageSource.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{} {}")]
    [InlineData("{\"candidates\":{}}")]
    [InlineData("{\"candidates\":[]}")]
    [InlineData("{\"candidates\":[{}]}")]
    [InlineData("{\"candidates\":[5]}")]
    [InlineData("{\"candidates\":[{\"index\":900000}]}")]
    [InlineData("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\\udc00\"}]}}]}")]
    [InlineData("{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"args\":{}}}]}}]}")]
    [InlineData("{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"a\",\"args\":[]}}]}}]}")]
    public void What_is_not_an_answer_is_malformed(string body) =>
        Should.Throw<UpstreamException>(() => Read(body)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    [Fact]
    public void An_image_as_the_answer_is_refused_and_not_lost()
    {
        var e = Should.Throw<UpstreamException>(() =>
            Read(Answer("""{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBO"}}]},"finishReason":"STOP"}"""))
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UnsupportedByModel, Fault.Model));
    }

    static object Read(string body) => GeminiAnswer.Read(Encoding.UTF8.GetBytes(body), Connection());
}
