using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Anthropic;

/// <summary>What is written depends on the model: effort, thinking, sampling and the cap.</summary>
public sealed class AnthropicModelTests
{
    [Theory]
    [InlineData("claude-sonnet-4-6", "medium", """{"type":"adaptive"}""", "medium", false)]
    [InlineData("claude-sonnet-4-6", "minimal", """{"type":"adaptive"}""", "low", false)]
    [InlineData("claude-sonnet-4-6", "xhigh", """{"type":"adaptive"}""", "high", false)]
    [InlineData("claude-opus-4-8", "xhigh", """{"type":"adaptive"}""", "xhigh", false)]
    [InlineData("claude-opus-4-8", "none", """{"type":"disabled"}""", null, false)]
    [InlineData("claude-opus-4-8", "utterly", null, null, true)]
    [InlineData("claude-fable-5", "high", null, "high", false)]
    [InlineData("claude-fable-5", "none", null, null, true)]
    [InlineData("claude-opus-4-5-20251101", "high", null, "high", false)]
    [InlineData("claude-opus-4-5-20251101", "none", null, null, false)]
    [InlineData("claude-haiku-4-5", "high", null, null, true)]
    [InlineData("other-model", "high", null, null, true)]
    public void Effort_is_said_in_the_words_of_the_model(string model, string effort, string? thinking, string? written, bool isDropped)
    {
        var body = JsonNode.Parse(Written(Ask("Hi") with { ReasoningEffort = effort }, out var dropped, model))!;
        body["thinking"]?.ToJsonString().ShouldBe(thinking);
        body["output_config"]?["effort"]?.GetValue<string>().ShouldBe(written);
        dropped.Contains("reasoning_effort").ShouldBe(isDropped);
    }

    [Fact]
    public void A_forced_tool_and_thinking_are_not_sent_together()
    {
        var request = Ask("Hi") with
        {
            ReasoningEffort = "high",
            Tools = [new ToolDefinition("clock", null, null, null)],
            ToolChoice = new ToolChoice(ToolChoiceMode.Named, "clock"),
        };
        var body = JsonNode.Parse(Written(request))!;
        body["thinking"].ShouldBeNull();
        body["tool_choice"]!.ToJsonString().ShouldBe("""{"type":"tool","name":"clock"}""");
        body["output_config"]!["effort"]!.GetValue<string>().ShouldBe("high");
    }

    [Theory]
    [InlineData("claude-opus-4-7")]
    [InlineData("claude-haiku-5-5")]
    [InlineData("claude-mythos-preview")]
    public void New_models_get_no_temperature(string model)
    {
        var body = JsonNode.Parse(Written(Ask("Hi") with { Temperature = 0, TopP = 0.5 }, out var dropped, model))!;
        (body["temperature"], body["top_p"]).ShouldBe((null, null));
        dropped.ShouldBe(["temperature", "top_p"]);
    }

    [Fact]
    public void A_thinking_model_gets_no_temperature_and_the_callers_own_thinking_wins()
    {
        var request = Ask("Hi") with
        {
            Temperature = 0.3,
            ReasoningEffort = "high",
            Extra = [new("thinking", Element("""{"type":"enabled","budget_tokens":2048}"""))],
        };
        var body = JsonNode.Parse(Written(request, out var dropped))!;
        body["thinking"]!["budget_tokens"]!.GetValue<int>().ShouldBe(2048);
        dropped.ShouldBe(["temperature"]);
    }

    [Theory]
    [InlineData(500, 900, 500)]
    [InlineData(null, 900, 900)]
    [InlineData(null, null, 32_000)]
    public void The_cap_is_the_policys_then_the_callers_then_the_models(int? policy, int? caller, int expected)
    {
        var call = Call(Ask("Hi") with { MaxOutputTokens = caller }) with { OutputCap = policy };
        JsonNode.Parse(Encoding.UTF8.GetString(AnthropicBody.For(call).Bytes.Span))!["max_tokens"]!.GetValue<int>().ShouldBe(expected);
    }

    [Theory]
    [InlineData("claude-3-haiku-20240307", "haiku", 300, 4_096)]
    [InlineData("claude-3-5-sonnet-20241022", "sonnet", 305, 8_192)]
    [InlineData("claude-opus-4-20250514", "opus", 400, 32_000)]
    [InlineData("claude-opus-4-1-20250805", "opus", 401, 32_000)]
    [InlineData("claude-haiku-4-5@20251001", "haiku", 405, 32_000)]
    [InlineData("anthropic/claude-sonnet-4.5", "sonnet", 405, 32_000)]
    [InlineData("claude-fable-5", "fable", 500, 32_000)]
    [InlineData("claude-opus-5-5", "opus", 505, 32_000)]
    [InlineData("claude-mythos-preview", "mythos", int.MaxValue, 32_000)]
    public void Reads_line_and_version_from_the_name(string name, string line, int version, int cap)
    {
        var model = AnthropicModel.Of(name);
        (model.IsClaude, model.Line, model.Version, model.DefaultCap).ShouldBe((true, line, version, cap));
    }
}
