using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>Families with a protocol of their own, connected by their keys.</summary>
public sealed partial class OnboardingTests
{
    [Theory]
    [InlineData("GEMINI_API_KEY")]
    [InlineData("GOOGLE_API_KEY")]
    public async Task Gemini_is_connected_by_its_key(string variable)
    {
        await using var upstream = await Upstream.StartAsync(http =>
        {
            seen.Enqueue($"{http.Request.Path} {http.Request.Headers["x-goog-api-key"]}");
            return Upstream.JsonAsync(
                http,
                200,
                http.Request.Method == "GET"
                    ? """{"models":[{"name":"models/gemini-2.5-flash","inputTokenLimit":1048576,"supportedGenerationMethods":["generateContent"]}]}"""
                    : """{"candidates":[{"content":{"parts":[{"text":"from Gemini"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3}}"""
            );
        });
        FromEnvironment((variable, Key), ("GOOGLE_GEMINI_BASE_URL", new Uri(upstream.Address, "/v1beta").ToString()));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "gemini").ShouldBe($"  ✓ gemini             1 models at {upstream.Address}v1beta");
        (await AnswerAsync(node, "gemini-2.5-flash"))["choices"]![0]!.Text("message", "content").ShouldBe("from Gemini");
        seen.ShouldContain($"/v1beta/models/gemini-2.5-flash:generateContent {Key}");
        node.Printed.ShouldNotContain(Key);
    }

    [Fact]
    public async Task Cohere_is_connected_by_its_key()
    {
        await using var upstream = await Upstream.StartAsync(http =>
        {
            seen.Enqueue($"{http.Request.Path} {http.Request.Headers.Authorization}");
            return Upstream.JsonAsync(
                http,
                200,
                http.Request.Method == "GET"
                    ? """{"models":[{"name":"command","endpoints":["chat"],"context_length":128000}]}"""
                    : """{"id":"1","message":{"role":"assistant","content":[{"type":"text","text":"from Cohere"}]},"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":9,"output_tokens":3}}}"""
            );
        });
        FromEnvironment(("CO_API_KEY", Key), ("CO_API_URL", upstream.Address.ToString()));
        await using var node = await ServedNode.StartAsync(cli);
        Line(node, "cohere").ShouldStartWith($"  ✓ cohere             1 models at {upstream.Address}");
        seen.ShouldContain($"/v1/models Bearer {Key}");
        (await AnswerAsync(node, "command"))["choices"]![0]!.Text("message", "content").ShouldBe("from Cohere");
        seen.ShouldContain($"/v2/chat Bearer {Key}");
        node.Printed.ShouldNotContain(Key);
    }
}
