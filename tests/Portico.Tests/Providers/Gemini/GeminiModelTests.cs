using Portico.Core.Chat;
using Portico.Providers.Gemini;

namespace Portico.Tests.Providers.Gemini;

public sealed class GeminiModelTests
{
    [Theory]
    [InlineData("gemini-2.0-flash", true, 200, false)]
    [InlineData("gemini-2.5-pro", true, 205, true)]
    [InlineData("models/gemini-2.5-flash-lite-preview-09-2025", true, 205, false)]
    [InlineData("publishers/google/models/gemini-3-pro-preview", true, 300, true)]
    [InlineData("gemini-3.1-flash-lite", true, 301, false)]
    [InlineData("gemini-flash-latest", true, int.MaxValue, false)]
    [InlineData("gemini-pro-latest", true, int.MaxValue, true)]
    [InlineData("gemini-99999999999.9999999999999-flash", true, int.MaxValue, false)]
    [InlineData("gemma-3-27b-it", false, 0, false)]
    [InlineData("endpoints/123", false, 0, false)]
    public void Line_and_version_are_read_from_the_name(string name, bool isGemini, int version, bool isPro) =>
        GeminiModel.Of(name).ShouldBe(new GeminiModel(isGemini, version, isPro));

    // Effort, tokens; then what is sent, and what is named as left out (https://ai.google.dev/gemini-api/docs/openai#thinking).
    [Theory]
    [InlineData("gemini-2.5-flash", "none", null, """{"thinkingBudget":0}""", "")]
    [InlineData("gemini-2.5-flash", "minimal", null, """{"thinkingBudget":1024,"includeThoughts":true}""", "")]
    [InlineData("gemini-2.5-flash", "medium", null, """{"thinkingBudget":8192,"includeThoughts":true}""", "")]
    [InlineData("gemini-2.5-flash", "xhigh", null, """{"thinkingBudget":24576,"includeThoughts":true}""", "")]
    [InlineData("gemini-2.5-pro", "none", null, """{"thinkingBudget":128}""", "reasoning_effort")]
    [InlineData("gemini-3-flash-preview", "none", null, """{"thinkingLevel":"minimal"}""", "reasoning_effort")]
    [InlineData("gemini-3-flash-preview", "minimal", null, """{"thinkingLevel":"minimal","includeThoughts":true}""", "")]
    [InlineData("gemini-3-pro-preview", "minimal", null, """{"thinkingLevel":"low","includeThoughts":true}""", "")]
    [InlineData("gemini-3-pro-preview", "high", null, """{"thinkingLevel":"high","includeThoughts":true}""", "")]
    [InlineData("gemini-3-pro-preview", null, 500, """{"thinkingBudget":500,"includeThoughts":true}""", "")]
    [InlineData("gemini-2.5-pro", null, 20, """{"thinkingBudget":128,"includeThoughts":true}""", "")]
    [InlineData("gemini-2.5-flash", "high", 0, """{"thinkingBudget":0}""", "")]
    [InlineData("gemini-2.5-flash", "as never before", null, null, "reasoning_effort")]
    [InlineData("gemini-2.0-flash", "high", null, null, "reasoning_effort")]
    [InlineData("gemini-2.0-flash", "none", null, null, "")]
    public void Thinking_is_asked_for_as_the_model_takes_it(string model, string? effort, int? tokens, string? sent, string left)
    {
        var body = Geminis.Written(
            Anthropic.Anthropics.Ask("Hi") with
            {
                ReasoningEffort = effort,
                ReasoningTokens = tokens,
            },
            out var dropped,
            model
        );
        var config = System.Text.Json.Nodes.JsonNode.Parse(body)!["generationConfig"]!["thinkingConfig"];
        config?.ToJsonString().ShouldBe(sent);
        (config is null).ShouldBe(sent is null);
        string.Join(',', dropped).ShouldBe(left);
    }

    [Theory]
    [InlineData("gemini-2.5-pro", "Gemini", "publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("google/gemini-2.5-pro", "Gemini", "publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("endpoints/1234567", "Gemini", "endpoints/1234567", "endpoints/1234567")]
    [InlineData(
        "claude-sonnet-4@20250514",
        "Anthropic",
        "publishers/anthropic/models/claude-sonnet-4@20250514",
        "claude-sonnet-4@20250514"
    )]
    [InlineData(
        "publishers/anthropic/models/claude-opus-4-6",
        "Anthropic",
        "publishers/anthropic/models/claude-opus-4-6",
        "claude-opus-4-6"
    )]
    [InlineData(
        "meta/llama-4-maverick-17b-128e-instruct-maas",
        "OpenAi",
        "endpoints/openapi",
        "meta/llama-4-maverick-17b-128e-instruct-maas"
    )]
    [InlineData("llama-3.3-70b-instruct-maas", "OpenAi", "endpoints/openapi", "meta/llama-3.3-70b-instruct-maas")]
    public void The_name_of_a_model_on_Vertex_AI_tells_its_publisher(string name, string protocol, string path, string sent) =>
        VertexTarget.Of(name).ShouldBe(new VertexTarget(Enum.Parse<VertexProtocol>(protocol), path, sent));

    [Theory]
    [InlineData("mistralai/mistral-large")]
    [InlineData("a/b/c")]
    [InlineData("")]
    [InlineData("../../v1/projects")]
    [InlineData("gemini-2.5-pro?key=1")]
    public void What_is_no_name_of_a_model_that_is_served_is_refused_with_a_sentence(string name)
    {
        var e = Should.Throw<UpstreamException>(() => VertexTarget.Of(name));
        (e.Fault, e.UpstreamParam).ShouldBe((Fault.Model, "upstream_model"));
    }

    [Theory]
    [InlineData("https://h.example/v1/projects/p/locations/l", "https://h.example/v1/projects/p/locations/l/x")]
    [InlineData("https://h.example/v1beta1/projects/p/locations/l/", "https://h.example/v1beta1/projects/p/locations/l/x")]
    [InlineData("https://h.example:8443/projects/p/locations/l", "https://h.example:8443/v1/projects/p/locations/l/x")]
    public void The_address_names_project_and_location(string url, string under) =>
        VertexAddress.Of(Geminis.Connection(url)).Under("x").ToString().ShouldBe(under);

    [Theory]
    [InlineData("https://us-central1-aiplatform.googleapis.com")]
    [InlineData("https://us-central1-aiplatform.googleapis.com/v1/projects/p")]
    [InlineData("https://us-central1-aiplatform.googleapis.com/v1/projects//locations/l")]
    public void An_address_without_them_is_refused_with_an_example(string url) =>
        Should
            .Throw<UpstreamException>(() => VertexAddress.Of(Geminis.Connection(url)))
            .Message.ShouldContain("/projects/PROJECT/locations/");
}
