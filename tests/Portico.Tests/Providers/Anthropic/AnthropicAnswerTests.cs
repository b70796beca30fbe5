using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Anthropic;

public sealed class AnthropicAnswerTests
{
    [Fact]
    public async Task Decodes_a_message_into_the_events_of_its_stream()
    {
        var (events, failure) = await DrainAsync(Read(MessagesFixtures.Message));
        failure.ShouldBeNull();
        events.ShouldBe([
            Of(ModelEventKind.Reasoning, "Two towns. Ask both."),
            new() { Kind = ModelEventKind.Reasoning, Signature = "EqQBCgIYAhIM1gbc" },
            Of(ModelEventKind.Text, "Zürich 🚲 und 東京."),
            Tool(0, "toolu_01", "weather", null),
            Tool(0, null, null, "{\"city\": \"Zürich\"}"),
            Tool(1, "toolu_02", "clock", null),
            Tool(1, null, null, "{}"),
            .. End(FinishReason.ToolCalls, FixtureUsage),
        ]);
    }

    [Fact]
    public async Task A_caller_of_the_same_dialect_gets_the_body_as_it_came()
    {
        var reply = Read(MessagesFixtures.Message, asFrame: true);
        reply.Dialect.ShouldBe(Dialect.AnthropicMessages);
        var (events, _) = await DrainAsync(reply);
        Encoding.UTF8.GetString(events[0].Bytes.Span).ShouldBe(MessagesFixtures.Message);
        events[1].Completion.ShouldBe(new Completion(FixtureUsage, FinishReason.ToolCalls, MessagesFixtures.Model));
        events.Count.ShouldBe(2);
    }

    [Fact]
    public void An_error_with_status_200_is_an_error() =>
        Should
            .Throw<UpstreamException>(() => Read(MessagesFixtures.Error("overloaded_error", "Overloaded")))
            .Kind.ShouldBe(ErrorTable.UpstreamOverloaded);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"completion\"}")]
    [InlineData("{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"\\udc00\"}]}")]
    public void What_is_not_a_message_is_malformed(string body) =>
        Should.Throw<UpstreamException>(() => Read(body)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    // Input, read, written for 5 minutes, written for an hour, output, reasoning.
    [Theory]
    [InlineData("""{"input_tokens":10,"output_tokens":20}""", 10, 0, 0, 0, 20, 0)]
    [InlineData("""{"input_tokens":10,"cache_read_input_tokens":500,"output_tokens":20}""", 10, 500, 0, 0, 20, 0)]
    [InlineData("""{"input_tokens":10,"cache_creation_input_tokens":300,"output_tokens":20}""", 10, 0, 300, 0, 20, 0)]
    [InlineData(
        """{"input_tokens":10,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":20}""",
        10,
        0,
        100,
        200,
        20,
        0
    )]
    [InlineData(
        """{"input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":7,"ephemeral_1h_input_tokens":9},"output_tokens":20}""",
        10,
        0,
        7,
        9,
        20,
        0
    )]
    [InlineData("""{"input_tokens":10,"output_tokens":20,"output_tokens_details":{"thinking_tokens":15}}""", 10, 0, 0, 0, 5, 15)]
    [InlineData("""{"input_tokens":10,"output_tokens":20,"output_tokens_details":{"thinking_tokens":25}}""", 10, 0, 0, 0, 0, 20)]
    [InlineData(
        """{"input_tokens":10,"cache_creation_input_tokens":null,"cache_read_input_tokens":null,"cache_creation":null,"output_tokens":20,"output_tokens_details":null}""",
        10,
        0,
        0,
        0,
        20,
        0
    )]
    public void Usage_is_in_disjoint_parts(string json, long input, long read, long written, long writtenLong, long output, long reasoning)
    {
        var usage = new AnthropicUsage();
        using var document = JsonDocument.Parse(json);
        usage.Take(document.RootElement);
        usage
            .ToUsage()
            .ShouldBe(
                new Usage
                {
                    Input = input,
                    CacheRead = read,
                    CacheWrite = written,
                    CacheWriteLong = writtenLong,
                    Output = output,
                    Reasoning = reasoning,
                    Source = UsageSource.Reported,
                }
            );
    }

    [Fact]
    public void The_sum_that_the_last_event_repeats_does_not_count_the_hour_twice()
    {
        var usage = new AnthropicUsage();
        foreach (
            var json in new[]
            {
                """{"input_tokens":10,"cache_creation_input_tokens":200,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":200},"output_tokens":1}""",
                """{"input_tokens":10,"cache_creation_input_tokens":200,"output_tokens":50}""",
            }
        )
        {
            using var document = JsonDocument.Parse(json);
            usage.Take(document.RootElement);
        }
        usage
            .ToUsage()
            .ShouldBe(
                new Usage
                {
                    Input = 10,
                    CacheWriteLong = 200,
                    Output = 50,
                    Source = UsageSource.Reported,
                }
            );
    }

    [Fact]
    public void No_usage_is_not_zero_usage() => new AnthropicUsage().ToUsage().Source.ShouldBe(UsageSource.None);

    static WholeReply Read(string body, bool asFrame = false) => AnthropicAnswer.Read(Encoding.UTF8.GetBytes(body), Connection(), asFrame);
}
