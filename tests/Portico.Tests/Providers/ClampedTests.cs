using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Bedrock;
using Portico.Providers.Cohere;
using Portico.Providers.Oci;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers;

/// <summary>Scales that end earlier than OpenAI's: what is asked beyond the end is sent as the end, and named; what is within is sent as it is, and not named.</summary>
public sealed class ClampedTests
{
    delegate IReadOnlyList<string> Writes(IBufferWriter<byte> target, ProviderCall call);

    const string OnOci = "ocid1.compartment";

    static (Writes Write, string Model, string Path) Of(string family) =>
        family switch
        {
            "anthropic" => (AnthropicChatWriter.Write, MessagesFixtures.Model, "temperature"),
            "bedrock" => (BedrockChatWriter.Write, Bedrocks.Nova, "inferenceConfig.temperature"),
            "cohere" => (CohereChatWriter.Write, "command-a-03-2025", "temperature"),
            "oci-v1" => (
                (t, c) => OciCohereWriter.Write(t, c, OciModel.Of(c.UpstreamModel), OnOci),
                "cohere.command-r",
                "chatRequest.temperature"
            ),
            "oci-v2" => (
                (t, c) => OciCohereV2Writer.Write(t, c, OciModel.Of(c.UpstreamModel), OnOci),
                "cohere.command-a-03-2025",
                "chatRequest.temperature"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(family)),
        };

    static ChatRequest Asking(double temperature, double? penalty = null) =>
        new()
        {
            Model = "m",
            MaxOutputTokens = 10,
            Messages = [new ChatMessage { Role = ChatRole.User, Parts = [new TextPart("Hi")] }],
            Temperature = temperature,
            FrequencyPenalty = penalty,
            PresencePenalty = penalty,
        };

    static (JsonNode Body, IReadOnlyList<string> Named) Sent(Writes write, string model, ChatRequest request)
    {
        var target = new ArrayBufferWriter<byte>();
        var named = write(target, Anthropics.Call(request, model: model));
        return (JsonNode.Parse(Encoding.UTF8.GetString(target.WrittenSpan))!, named);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("cohere")]
    [InlineData("oci-v1")]
    [InlineData("oci-v2")]
    public void A_temperature_beyond_the_scale_is_its_end_and_named(string family)
    {
        var (write, model, path) = Of(family);
        foreach (var (asked, sent) in new[] { (1.6, 1.0), (2.0, 1.0), (1.0, 1.0), (0.4, 0.4) })
        {
            var (body, named) = Sent(write, model, Asking(asked));
            var value = path.Split('.').Aggregate(body, (node, name) => node[name]!);
            value.GetValue<double>().ShouldBe(sent, $"{asked} at {family}");
            named.ShouldBe(asked > 1 ? ["temperature"] : [], $"{asked} at {family}");
        }
    }

    [Theory]
    [InlineData("cohere", 1.5)]
    [InlineData("cohere", -0.5)]
    [InlineData("oci-v1", 1.5)]
    [InlineData("oci-v2", -0.5)]
    public void Penalties_out_of_the_scale_are_named(string family, double penalty)
    {
        var (write, model, _) = Of(family);
        Sent(write, model, Asking(0.4, penalty)).Named.ShouldBe(["frequency_penalty", "presence_penalty"]);
        Sent(write, model, Asking(0.4, 0.5)).Named.ShouldBeEmpty();
    }

    [Fact]
    public void A_tool_that_failed_without_a_word_is_named_at_Cohere_too()
    {
        var request = Asking(0.4) with
        {
            Messages =
            [
                new ChatMessage { Role = ChatRole.User, Parts = [new TextPart("Hi")] },
                new ChatMessage { Role = ChatRole.Assistant, ToolCalls = [new ToolCall("a", "clock", "{}")] },
                new ChatMessage
                {
                    Role = ChatRole.Tool,
                    ToolCallId = "a",
                    ToolFailed = true,
                },
            ],
        };
        Sent(CohereChatWriter.Write, "command-a-03-2025", request).Named.ShouldBe(["messages.is_error"]);
    }
}
