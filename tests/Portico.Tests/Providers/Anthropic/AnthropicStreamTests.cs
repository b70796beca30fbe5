using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.MessagesFixtures;

namespace Portico.Tests.Providers.Anthropic;

public sealed class AnthropicStreamTests
{
    static readonly ModelEvent[] Expected =
    [
        Of(ModelEventKind.Reasoning, "Two towns. "),
        Of(ModelEventKind.Reasoning, "Ask both."),
        new() { Kind = ModelEventKind.Reasoning, Signature = "EqQBCgIYAhIM1gbc" },
        Of(ModelEventKind.Text, "Zürich 🚲 "),
        Of(ModelEventKind.Text, "und 東京."),
        Tool(0, "toolu_01", "weather", null),
        Tool(0, null, null, "{\"city\": \"Zü"),
        Tool(0, null, null, "rich\"}"),
        Tool(1, "toolu_02", "clock", null),
        Tool(1, null, null, "{}"),
        .. End(FinishReason.ToolCalls, FixtureUsage),
    ];

    [Fact]
    public async Task Decodes_thinking_text_and_tool_calls_and_passes_over_what_it_does_not_know()
    {
        var (events, failure) = await Anthropics.ReadAsync(MessagesFixtures.Stream);
        failure.ShouldBeNull();
        events.ShouldBe(Expected);
    }

    [Fact]
    public async Task Gives_the_same_events_when_cut_at_any_one_byte()
    {
        var bytes = Encoding.UTF8.GetBytes(MessagesFixtures.Stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
            (await Anthropics.ReadAsync(false, bytes[..cut], bytes[cut..])).Events.ShouldBe(Expected, false, $"cut at {cut}");
    }

    [Fact]
    public async Task Gives_the_same_events_byte_by_byte() =>
        (
            await Anthropics.ReadAsync(false, Encoding.UTF8.GetBytes(MessagesFixtures.Stream).Select(b => new[] { b }).ToArray())
        ).Events.ShouldBe(Expected);

    [Fact]
    public void Gives_the_same_events_however_it_is_cut_and_framed() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int[]>(),
                ArbMap.Default.ArbFor<bool>(),
                (cuts, carriageReturns) =>
                {
                    var text = carriageReturns
                        ? MessagesFixtures.Stream.Replace("\n", "\r\n", StringComparison.Ordinal)
                        : MessagesFixtures.Stream;
                    var bytes = Encoding.UTF8.GetBytes(text);
                    var at = cuts.Select(c => (int)((uint)c % (uint)(bytes.Length + 1))).Append(0).Append(bytes.Length).Order().ToArray();
                    var pieces = at.Zip(at.Skip(1), (from, to) => bytes[from..to]).ToArray();
                    // Every piece is at hand, so the read completes without waiting.
                    return Anthropics.ReadAsync(false, pieces).GetAwaiter().GetResult().Events.SequenceEqual(Expected);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_stream_that_ends_anywhere_is_cut_unless_only_the_last_word_is_missing()
    {
        var bytes = Encoding.UTF8.GetBytes(MessagesFixtures.Stream);
        // From the last character of message_delta's data on, nothing of the answer is missing.
        var final = Encoding.UTF8.GetByteCount(
            MessagesFixtures.Stream[..MessagesFixtures.Stream.IndexOf("\n\nevent: message_stop", StringComparison.Ordinal)]
        );
        for (var length = 0; length < bytes.Length; length++)
        {
            var (events, failure) = await Anthropics.ReadAsync(false, bytes[..length]);
            if (length >= final)
            {
                failure.ShouldBeNull($"ends at {length}");
                events.ShouldBe(Expected, false, $"ends at {length}");
                continue;
            }
            failure.ShouldNotBeNull($"ends at {length}").Kind.ShouldBe(ErrorTable.UpstreamCut, $"ends at {length}");
            failure.Fault.ShouldBe(Fault.Upstream);
            events.ShouldBe(Expected.Take(events.Count), false, $"ends at {length}");
            events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
        }
    }

    [Theory]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("stop_sequence", FinishReason.Stop)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("model_context_window_exceeded", FinishReason.Length)]
    [InlineData("tool_use", FinishReason.ToolCalls)]
    [InlineData("refusal", FinishReason.ContentFilter)]
    [InlineData("pause_turn", FinishReason.Other)]
    [InlineData("a_reason_of_tomorrow", FinishReason.Other)]
    public async Task Maps_each_stop_reason(string reason, FinishReason expected)
    {
        var (events, failure) = await Anthropics.ReadAsync(Stopping(reason));
        failure.ShouldBeNull();
        var usage = new Usage
        {
            Input = 5,
            Output = 12,
            Source = UsageSource.Reported,
        };
        events.ShouldBe([Of(ModelEventKind.Text, "Hello"), .. End(expected, usage)]);
    }

    [Fact]
    public async Task A_refusal_tells_its_reason()
    {
        var delta =
            """{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber","explanation":"Against the policy."}},"usage":{"output_tokens":3}}""";
        var (events, _) = await Anthropics.ReadAsync(
            Events(("message_start", MessageStart), ("message_delta", delta), ("message_stop", """{"type":"message_stop"}"""))
        );
        events[0].ShouldBe(Of(ModelEventKind.Refusal, "Against the policy."));
        events[1].Finish.ShouldBe(FinishReason.ContentFilter);
    }

    [Fact]
    public async Task An_error_behind_the_head_comes_before_any_event()
    {
        var (events, failure) = await Anthropics.ReadAsync(
            Events(("message_start", MessageStart), ("ping", """{"type":"ping"}"""), ("error", Overloaded))
        );
        events.ShouldBeEmpty();
        failure!.Kind.ShouldBe(ErrorTable.UpstreamOverloaded);
        failure.Status.ShouldBe(529);
        failure.Message.ShouldBe("Overloaded");
    }

    [Fact]
    public async Task An_error_behind_content_comes_after_that_content_even_in_one_read()
    {
        var (events, failure) = await Anthropics.ReadAsync(
            Events(
                ("message_start", MessageStart),
                ("content_block_start", TextStart),
                ("content_block_delta", TextDelta),
                ("error", Overloaded)
            )
        );
        events.ShouldBe([Of(ModelEventKind.Text, "Hello")]);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamOverloaded);
        failure.Fault.ShouldBe(Fault.Upstream);
    }

    [Theory]
    [InlineData("invalid_request_error", "upstream_rejected", Fault.Caller, 400)]
    [InlineData("authentication_error", "upstream_credential", Fault.Credential, 401)]
    [InlineData("billing_error", "upstream_credential", Fault.Credential, 402)]
    [InlineData("permission_error", "upstream_credential", Fault.Credential, 403)]
    [InlineData("not_found_error", "upstream_failed", Fault.Model, 404)]
    [InlineData("request_too_large", "request_too_large", Fault.Caller, 413)]
    [InlineData("rate_limit_error", "upstream_rate_limited", Fault.RateLimit, 429)]
    [InlineData("api_error", "upstream_failed", Fault.Upstream, 500)]
    [InlineData("timeout_error", "upstream_timeout", Fault.Upstream, 504)]
    [InlineData("overloaded_error", "upstream_overloaded", Fault.Upstream, 529)]
    [InlineData("an_error_of_tomorrow", "upstream_failed", Fault.Upstream, 500)]
    public async Task Knows_each_error_event(string type, string code, Fault fault, int status)
    {
        var (_, failure) = await Anthropics.ReadAsync(Events(("error", MessagesFixtures.Error(type, "What happened."))));
        (failure!.Kind.Code, failure.Fault, failure.Status, failure.UpstreamType).ShouldBe((code, fault, status, type));
        failure.Message.ShouldEndWith("What happened.");
    }

    [Theory]
    [InlineData("{\"type\":\"content_block_delta\",")]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("{\"type\":\"ping\"}{\"type\":\"ping\"}")]
    [InlineData("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\\ud83d\"}}")]
    public async Task What_is_not_the_protocol_is_malformed_behind_what_came_before(string data)
    {
        var (events, failure) = await Anthropics.ReadAsync(
            Events(
                ("message_start", MessageStart),
                ("content_block_delta", TextDelta),
                ("content_block_delta", data),
                ("message_delta", EndTurn)
            )
        );
        events.ShouldBe([Of(ModelEventKind.Text, "Hello")]);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task Members_of_unexpected_kinds_are_passed_over()
    {
        var (events, failure) = await Anthropics.ReadAsync(
            Events(
                ("message_start", """{"type":"message_start","message":[]}"""),
                ("content_block_start", """{"type":"content_block_start","index":"x","content_block":7}"""),
                ("content_block_delta", """{"type":"content_block_delta","delta":null}"""),
                ("message_delta", """{"type":"message_delta","delta":"x","usage":{"input_tokens":"many","output_tokens":-4}}"""),
                ("message_stop", """{"type":"message_stop"}""")
            )
        );
        failure.ShouldBeNull();
        events.Select(e => e.Kind).ShouldBe([ModelEventKind.Finish, ModelEventKind.Completed]);
        events[1].Completion.ShouldBe(new Completion(new Usage { Source = UsageSource.Reported }, FinishReason.Other, null));
    }

    [Fact]
    public async Task Data_without_event_names_is_understood_by_its_type()
    {
        var bare = string.Join('\n', MessagesFixtures.Stream.Split('\n').Where(l => !l.StartsWith("event:", StringComparison.Ordinal)));
        (await Anthropics.ReadAsync(bare)).Events.ShouldBe(Expected);
    }

    [Fact]
    public async Task Nothing_behind_the_end_is_read()
    {
        var (events, failure) = await Anthropics.ReadAsync(MessagesFixtures.Stream + "event: error\ndata: " + Overloaded + "\n\n");
        failure.ShouldBeNull();
        events.ShouldBe(Expected);
    }

    [Fact]
    public async Task Frames_for_a_caller_of_the_same_dialect_keep_every_event()
    {
        var bytes = Encoding.UTF8.GetBytes(MessagesFixtures.Stream);
        for (var cut = 0; cut <= bytes.Length; cut += 7)
        {
            var (events, failure) = await Anthropics.ReadAsync(true, bytes[..cut], bytes[cut..]);
            failure.ShouldBeNull();
            Frames(events).ShouldBe(MessagesFixtures.Stream, $"cut at {cut}");
            events[^1].ShouldBe(End(FinishReason.ToolCalls, FixtureUsage)[1]);
            events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(1);
            events[^2].HasOutput.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("{\"type\":\"content_block_delta\",\"index\":0")]
    [InlineData("{\"type\":\"content_block_delta\"} {}")]
    [InlineData("[]")]
    public async Task A_piece_of_a_block_that_is_not_json_is_malformed_in_frames_too(string data)
    {
        var text = Events(("message_start", MessageStart), ("content_block_start", TextStart), ("content_block_delta", data));
        var (events, failure) = await Anthropics.ReadAsync(true, Encoding.UTF8.GetBytes(text));
        failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        Frames(events).ShouldNotContain("content_block_delta");
    }

    [Fact]
    public async Task Frames_give_no_head_before_an_error_and_end_a_stream_whose_last_word_is_missing()
    {
        var early = Events(("message_start", MessageStart), ("error", Overloaded));
        (await Anthropics.ReadAsync(true, Encoding.UTF8.GetBytes(early))).Events.ShouldBeEmpty();

        var whole = Stopping("end_turn");
        var unfinished = whole[..whole.IndexOf("event: message_stop", StringComparison.Ordinal)];
        var (events, failure) = await Anthropics.ReadAsync(true, Encoding.UTF8.GetBytes(unfinished));
        failure.ShouldBeNull();
        Frames(events).ShouldBe(whole);
    }

    [Fact]
    public async Task An_event_over_the_bound_is_malformed()
    {
        var huge = Encoding.UTF8.GetBytes("data: " + new string('x', 17 * 1024 * 1024));
        (await Anthropics.ReadAsync(false, huge)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }
}
