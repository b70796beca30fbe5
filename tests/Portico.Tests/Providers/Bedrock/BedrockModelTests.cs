using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Bedrock.Bedrocks;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>What each vendor's models take beyond the common form, in words of their own.</summary>
public sealed class BedrockModelTests
{
    const string Opus46 = "us.anthropic.claude-opus-4-6-v1";
    const string Opus47 = "global.anthropic.claude-opus-4-7";
    const string Nova2 = "us.amazon.nova-2-lite-v1:0";
    const string GptOss = "openai.gpt-oss-120b-1:0";
    const string Llama = "us.meta.llama3-3-70b-instruct-v1:0";

    static string Written(ChatRequest request, string model = ConverseFixtures.Model) => Bedrocks.Written(request, model);

    static JsonNode Of(ChatRequest request, out IReadOnlyList<string> dropped, string model = ConverseFixtures.Model) =>
        JsonNode.Parse(Bedrocks.Written(request, out dropped, model))!;

    static UpstreamException Refusal(ChatRequest request, string model = ConverseFixtures.Model) =>
        Should.Throw<UpstreamException>(() => Bedrocks.Written(request, model));

    [Theory]
    [InlineData(ConverseFixtures.Model, """{"top_k":5}""")]
    [InlineData(Nova, """{"inferenceConfig":{"topK":5}}""")]
    [InlineData("cohere.command-r-plus-v1:0", """{"k":5}""")]
    [InlineData("mistral.mistral-large-2402-v1:0", """{"top_k":5}""")]
    public void Top_k_takes_the_word_of_the_vendor(string model, string expected) =>
        Of(Ask("Hi") with { TopK = 5 }, out _, model)["additionalModelRequestFields"]!.ToJsonString().ShouldBe(expected);

    [Theory]
    [InlineData(
        "eu.anthropic.claude-3-7-sonnet-20250219-v1:0",
        4000,
        null,
        8000,
        """{"thinking":{"type":"enabled","budget_tokens":4000}}""",
        ""
    )]
    [InlineData(
        ConverseFixtures.Model,
        9000,
        null,
        8000,
        """{"thinking":{"type":"enabled","budget_tokens":7999}}""",
        "thinking.budget_tokens"
    )]
    [InlineData(
        ConverseFixtures.Model,
        10,
        null,
        null,
        """{"thinking":{"type":"enabled","budget_tokens":1024}}""",
        "thinking.budget_tokens"
    )]
    [InlineData(ConverseFixtures.Model, 4000, null, 500, null, "thinking")]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", 4000, null, null, null, "thinking")]
    [InlineData(ConverseFixtures.Model, null, "high", null, null, "reasoning_effort")]
    [InlineData(Opus46, null, "high", null, """{"output_config":{"effort":"high"},"thinking":{"type":"adaptive"}}""", "")]
    [InlineData(Opus46, 4000, null, null, """{"thinking":{"type":"enabled","budget_tokens":4000}}""", "")]
    [InlineData(Opus47, 4000, null, null, """{"thinking":{"type":"adaptive"}}""", "thinking.budget_tokens")]
    [InlineData(Opus46, 0, null, null, """{"thinking":{"type":"disabled"}}""", "")]
    [InlineData(Opus46, null, "none", null, """{"thinking":{"type":"disabled"}}""", "")]
    [InlineData(ConverseFixtures.Model, 0, null, null, null, "")]
    [InlineData(Nova2, null, "low", 500, """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}""", "")]
    [InlineData(Nova2, null, "high", null, """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}""", "")]
    [InlineData(Nova2, null, "high", 500, """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}""", "reasoning_effort")]
    [InlineData(Nova2, 0, null, null, """{"reasoningConfig":{"type":"disabled"}}""", "")]
    [InlineData(GptOss, null, "minimal", null, """{"reasoning_effort":"low"}""", "")]
    [InlineData(Nova, null, "low", null, null, "reasoning_effort")]
    [InlineData(Llama, 2000, null, null, null, "thinking")]
    public void Thinking_takes_the_words_of_the_model(string model, int? tokens, string? effort, int? cap, string? expected, string left)
    {
        var body = Of(Ask("Hi") with { ReasoningTokens = tokens, ReasoningEffort = effort, MaxOutputTokens = cap }, out var dropped, model);
        body["additionalModelRequestFields"]?.ToJsonString().ShouldBe(expected);
        string.Join(',', dropped).ShouldBe(left);
    }

    [Fact]
    public void A_model_that_thinks_takes_no_sampling_and_no_forced_tool()
    {
        var thinking = Ask("Hi") with { ReasoningTokens = 2000, Temperature = 0.5, TopP = 0.9, TopK = 3 };
        Of(thinking, out var dropped)["inferenceConfig"].ShouldBeNull();
        dropped.ShouldBe(["temperature", "top_p", "top_k"]);
        var forced = thinking with
        {
            ToolChoice = new ToolChoice(ToolChoiceMode.Required),
            Tools = [new ToolDefinition("f", null, null, null)],
        };
        var body = Of(forced, out dropped);
        dropped.ShouldBe(["thinking", "top_p"]);
        body["inferenceConfig"]!["temperature"]!.GetValue<double>().ShouldBe(0.5);
        body["toolConfig"]!["toolChoice"]!.ToJsonString().ShouldBe("""{"any":{}}""");
    }

    [Fact]
    public void The_callers_own_words_for_the_model_win()
    {
        var body = Of(
            Ask("Hi") with
            {
                TopK = 3,
                Extra =
                [
                    new("thinking", Element("""{"type":"enabled","budget_tokens":5000}""")),
                    new("anthropic_beta", Element("""["context-1m-2025-08-07"]""")),
                    new("additionalModelRequestFields", Element("""{"top_k":9}""")),
                ],
            },
            out var dropped
        );
        body["additionalModelRequestFields"]!
            .ToJsonString()
            .ShouldBe("""{"thinking":{"type":"enabled","budget_tokens":5000},"anthropic_beta":["context-1m-2025-08-07"],"top_k":9}""");
        dropped.ShouldBe(["top_k"]);
    }

    [Fact]
    public void A_schema_of_the_answer_travels_as_a_text_where_the_model_takes_one()
    {
        var schema = """{"type":"object","properties":{"town":{"type":"string"}}}""";
        var request = Ask("Hi") with
        {
            ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema, "town", Element(schema), true, "A town"),
        };
        Of(request, out var dropped)["outputConfig"]!
            .ToJsonString()
            .ShouldBe(
                new JsonObject
                {
                    ["textFormat"] = new JsonObject
                    {
                        ["type"] = "json_schema",
                        ["structure"] = new JsonObject
                        {
                            ["jsonSchema"] = new JsonObject
                            {
                                ["schema"] = schema,
                                ["name"] = "town",
                                ["description"] = "A town",
                            },
                        },
                    },
                }.ToJsonString()
            );
        dropped.ShouldBeEmpty();
        foreach (var model in new[] { Nova, Llama, "anthropic.claude-3-haiku-20240307-v1:0", "us.deepseek.r1-v1:0" })
        {
            var refusal = Refusal(request, model);
            (refusal.Kind, refusal.Fault, refusal.UpstreamParam).ShouldBe(
                (ErrorTable.UnsupportedByModel, Fault.Model, "response_format"),
                model
            );
        }
        // Bedrock judges what the name does not tell.
        Written(request, "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2c3").ShouldContain("outputConfig");
    }

    [Fact]
    public void The_models_that_take_shorter_caches_get_shorter_ones_and_say_so()
    {
        ChatRequest Marked(CacheLife life) =>
            Ask("Hi") with
            {
                Messages = [new ChatMessage { Role = ChatRole.User, Parts = [new TextPart("Hi") { CacheUpTo = life }] }],
            };
        Bedrocks.Written(Marked(CacheLife.OneHour), out var dropped, Nova).ShouldContain("""{"cachePoint":{"type":"default"}}""");
        dropped.ShouldBe(["cache_control.ttl"]);
        Bedrocks.Written(Marked(CacheLife.FiveMinutes), out dropped, Nova);
        dropped.ShouldBeEmpty();
    }

    static JsonElement Element(string json) => Bedrocks.Element(json);
}
