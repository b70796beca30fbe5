using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Providers.Bedrock;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Bedrock.Bedrocks;
using static Portico.Tests.Providers.Bedrock.ConverseFixtures;

namespace Portico.Tests.Providers.Bedrock;

public sealed class BedrockStreamTests
{
    [Fact]
    public async Task Decodes_thinking_text_and_tools_that_overlap_and_passes_over_what_it_does_not_know()
    {
        var (events, failure) = await Bedrocks.ReadAsync(ConverseFixtures.Stream);
        failure.ShouldBeNull();
        events.ShouldBe(FixtureEvents);
    }

    [Fact]
    public async Task Gives_the_same_events_when_cut_at_any_one_byte()
    {
        var bytes = ConverseFixtures.Stream;
        for (var cut = 0; cut <= bytes.Length; cut++)
            (await Bedrocks.ReadAsync(bytes[..cut], bytes[cut..])).Events.ShouldBe(FixtureEvents, false, $"cut at {cut}");
    }

    [Fact]
    public async Task Gives_the_same_events_byte_by_byte() =>
        (await Bedrocks.ReadAsync(ConverseFixtures.Stream.Select(b => new[] { b }).ToArray())).Events.ShouldBe(FixtureEvents);

    [Fact]
    public void Gives_the_same_events_however_it_is_cut() =>
        Prop.ForAll(
                Cuts.Places.ToArbitrary(),
                places =>
                    Bedrocks
                        .ReadAsync(Cuts.Cut(ConverseFixtures.Stream, places))
                        .GetAwaiter()
                        .GetResult()
                        .Events.SequenceEqual(FixtureEvents)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_stream_that_ends_anywhere_is_cut_unless_only_the_usage_is_missing()
    {
        var bytes = ConverseFixtures.Stream;
        var stopped = bytes.Length - EventFrames.Event(Events[^1].Type, Events[^1].Payload).Length;
        for (var length = 0; length < bytes.Length; length++)
        {
            var (events, failure) = await Bedrocks.ReadAsync(bytes[..length]);
            if (length == stopped)
            {
                failure.ShouldBeNull();
                events.ShouldBe([.. FixtureEvents[..^2], .. End(FinishReason.ToolCalls, default)], false);
                continue;
            }
            failure.ShouldNotBeNull($"ends at {length}").Kind.ShouldBe(ErrorTable.UpstreamCut, $"ends at {length}");
            failure.Fault.ShouldBe(Fault.Upstream);
            events.ShouldBe(FixtureEvents.Take(events.Count), false, $"ends at {length}");
            events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
        }
    }

    [Fact]
    public async Task A_message_of_many_reads_is_put_together()
    {
        var text = new string('x', 300_000);
        var (events, failure) = await Bedrocks.ReadAsync(EventFrames.All(Saying(text)).Chunk(7_001).ToArray());
        failure.ShouldBeNull();
        events[0].Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("stop_sequence", FinishReason.Stop)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("model_context_window_exceeded", FinishReason.Length)]
    [InlineData("tool_use", FinishReason.ToolCalls)]
    [InlineData("guardrail_intervened", FinishReason.ContentFilter)]
    [InlineData("content_filtered", FinishReason.ContentFilter)]
    [InlineData("a_reason_of_tomorrow", FinishReason.Other)]
    public async Task Maps_each_stop_reason(string reason, FinishReason expected)
    {
        var (events, failure) = await Bedrocks.ReadAsync(EventFrames.All(Saying("Hello", reason)));
        failure.ShouldBeNull();
        var usage = new Usage
        {
            Input = 5,
            Output = 2,
            Source = UsageSource.Reported,
        };
        events.ShouldBe([Anthropics.Of(ModelEventKind.Text, "Hello"), .. End(expected, usage)]);
    }

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html
    [Theory]
    [InlineData("malformed_model_output")]
    [InlineData("malformed_tool_use")]
    public async Task An_answer_that_the_model_garbled_is_a_failure_streamed_and_whole(string reason)
    {
        var (events, failure) = await Bedrocks.ReadAsync(EventFrames.All(Saying("Hello", reason)));
        failure.ShouldNotBeNull().Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        failure.Fault.ShouldBe(Fault.Upstream);
        failure.Message.ShouldContain(reason);
        events.ShouldNotContain(e => e.Kind == ModelEventKind.Finish || e.Kind == ModelEventKind.Completed);

        var whole = Should.Throw<UpstreamException>(() =>
            BedrockProvider.Whole(
                Encoding.UTF8.GetBytes(
                    $$$"""{"output":{"message":{"role":"assistant","content":[{"text":"Hel"}]}},"stopReason":"{{{reason}}}"}"""
                )
            )
        );
        whole.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        whole.Message.ShouldContain(reason);
    }

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
    [Theory]
    [InlineData("throttlingException", "upstream_rate_limited", Fault.RateLimit, 429)]
    [InlineData("validationException", "upstream_rejected", Fault.Caller, 400)]
    [InlineData("internalServerException", "upstream_failed", Fault.Upstream, 500)]
    [InlineData("modelStreamErrorException", "upstream_failed", Fault.Upstream, 500)]
    [InlineData("modelTimeoutException", "upstream_timeout", Fault.Upstream, 504)]
    [InlineData("serviceUnavailableException", "upstream_overloaded", Fault.Upstream, 503)]
    [InlineData("exceptionOfTomorrow", "upstream_failed", Fault.Upstream, 500)]
    public async Task Knows_each_exception_and_gives_none_of_the_head_before_it(string type, string code, Fault fault, int status)
    {
        byte[] bytes =
        [
            .. EventFrames.Event("messageStart", """{"role":"assistant"}"""),
            .. EventFrames.Exception(type, """{"message":"What happened.","originalStatusCode":500,"originalMessage":"x"}"""),
        ];
        var (events, failure) = await Bedrocks.ReadAsync(bytes);
        events.ShouldBeEmpty();
        (failure!.Kind.Code, failure.Fault, failure.Status).ShouldBe((code, fault, status));
        failure.Message.ShouldEndWith("What happened.");
    }

    [Fact]
    public async Task An_exception_behind_content_comes_after_that_content_even_in_one_read()
    {
        byte[] bytes =
        [
            .. EventFrames.All(Saying("Hello")[..2]),
            .. EventFrames.Exception("modelStreamErrorException", """{"message":"Overheated"}"""),
        ];
        var (events, failure) = await Bedrocks.ReadAsync(bytes);
        events.ShouldBe([Anthropics.Of(ModelEventKind.Text, "Hello")]);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamFailed);
        failure.UpstreamCode.ShouldBe("ModelStreamErrorException");
    }

    [Fact]
    public async Task An_error_of_the_framing_itself_is_understood()
    {
        var (_, failure) = await Bedrocks.ReadAsync(EventFrames.Error("InternalFailure", "It broke"));
        (failure!.Kind, failure.Message).ShouldBe((ErrorTable.UpstreamFailed, "It broke"));
    }

    [Theory]
    [InlineData("{\"contentBlockIndex\":0,")]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("")]
    [InlineData("{\"contentBlockIndex\":0}{}")]
    [InlineData("{\"delta\":{\"text\":\"\\ud83d\"}}")]
    public async Task What_is_not_the_protocol_is_malformed_behind_what_came_before(string payload)
    {
        byte[] bytes =
        [
            .. EventFrames.All(Saying("Hello")[..2]),
            .. EventFrames.Event("contentBlockDelta", payload),
            .. EventFrames.All(Saying("x")[2..]),
        ];
        var (events, failure) = await Bedrocks.ReadAsync(bytes);
        events.ShouldBe([Anthropics.Of(ModelEventKind.Text, "Hello")]);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task Members_of_unexpected_kinds_are_passed_over()
    {
        var (events, failure) = await Bedrocks.ReadAsync(
            EventFrames.All(
                ("messageStart", """{"role":7}"""),
                ("contentBlockStart", """{"contentBlockIndex":"x","start":7}"""),
                ("contentBlockDelta", """{"contentBlockIndex":"x","delta":7}"""),
                ("contentBlockDelta", """{"contentBlockIndex":{"a":[1]},"delta":{"text":[1],"toolUse":null,"reasoningContent":"x"}}"""),
                ("contentBlockDelta", """{"contentBlockIndex":9,"delta":{"toolUse":{"input":"of a tool that was never begun"}}}"""),
                ("contentBlockStop", "{}"),
                ("messageStop", """{"stopReason":null}"""),
                ("messageStop", """{"stopReason":"end_turn"}"""),
                ("metadata", """{"usage":{"inputTokens":"many","outputTokens":-4},"trace":7}""")
            )
        );
        failure.ShouldBeNull();
        events.ShouldBe(End(FinishReason.Stop, new Usage { Source = UsageSource.Reported }));
    }

    [Fact]
    public async Task An_answer_that_never_stops_opening_tools_is_malformed()
    {
        var bytes = Enumerable
            .Range(0, 2_000)
            .SelectMany(i =>
                EventFrames.Event(
                    "contentBlockStart",
                    $$$$"""{"contentBlockIndex":{{{{i}}}},"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"""
                )
            )
            .ToArray();
        (await Bedrocks.ReadAsync(bytes)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task Nothing_behind_the_end_is_read()
    {
        byte[] bytes = [.. ConverseFixtures.Stream, .. EventFrames.Exception("throttlingException", "{}"), 1, 2, 3];
        var (events, failure) = await Bedrocks.ReadAsync(bytes);
        failure.ShouldBeNull();
        events.ShouldBe(FixtureEvents);
    }
}
