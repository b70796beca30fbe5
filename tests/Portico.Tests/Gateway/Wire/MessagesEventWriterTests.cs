using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>
/// Events as https://platform.claude.com/docs/en/build-with-claude/streaming has them: whatever comes in, what is written is a legal stream, and says the same
/// as the whole message that is folded from it.
/// </summary>
public sealed class MessagesEventWriterTests
{
    internal static byte[] Written(IEnumerable<ModelEvent> events)
    {
        using var writer = new MessagesEventWriter(OpenAiChunkWriterTests.Call());
        var target = new ArrayBufferWriter<byte>();
        var usage = UsageOf(events);
        foreach (var e in events)
            writer.Write(target, e, usage);
        return target.WrittenSpan.ToArray();
    }

    internal static byte[] Folded(IEnumerable<ModelEvent> events)
    {
        var fold = new MessagesAnswerFold(OpenAiChunkWriterTests.Call());
        fold.Add(events.ToArray());
        return fold.ToJson(UsageOf(events));
    }

    static Usage UsageOf(IEnumerable<ModelEvent> events) =>
        events.LastOrDefault(e => e.Kind == ModelEventKind.Completed).Completion?.Usage ?? default;

    static List<(string Name, JsonObject Data)> Parsed(ReadOnlySpan<byte> bytes)
    {
        var events = new List<(string, JsonObject)>();
        var parser = new SseParser(10_000_000);
        while (parser.TryRead(ref bytes, out var e))
            events.Add((Encoding.UTF8.GetString(e.Name), JsonNode.Parse(e.Data)!.AsObject()));
        parser.Finish(out _).ShouldBeFalse("the last event has its blank line");
        return events;
    }

    [Fact]
    public void What_is_written_is_a_legal_stream_whatever_the_events_are() =>
        Prop.ForAll(ChatGen.AnyEvents.ToArbitrary(), events => ShouldBeLegal(Parsed(Written(events))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void An_event_behind_the_end_is_not_written() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events => Written([.. events, .. events]).AsSpan().SequenceEqual(Written(events)).ShouldBeTrue()
            )
            .QuickCheckThrowOnFailure();

    internal static void ShouldBeLegal(byte[] stream) => ShouldBeLegal(Parsed(stream));

    static void ShouldBeLegal(List<(string Name, JsonObject Data)> events)
    {
        events.ShouldAllBe(e => e.Name == (string)e.Data["type"]!);
        var names = events.Select(e => e.Name).ToList();
        names[0].ShouldBe("message_start");
        names.Count(n => n == "message_start").ShouldBe(1);
        names[^2].ShouldBe("message_delta");
        names[^1].ShouldBe("message_stop");
        var head = events[0].Data["message"]!;
        head["content"]!.AsArray().Count.ShouldBe(0);
        head.AsObject().ContainsKey("stop_reason").ShouldBeTrue();
        head["usage"]!["input_tokens"].ShouldNotBeNull();
        string[] reasons = ["end_turn", "max_tokens", "tool_use", "refusal"];
        reasons.ShouldContain((string)events[^2].Data["delta"]!["stop_reason"]!);
        events[^2].Data["usage"]!["output_tokens"].ShouldNotBeNull();
        BlocksShouldBeLegal(events.GetRange(1, events.Count - 3));
    }

    static void BlocksShouldBeLegal(List<(string Name, JsonObject Data)> events)
    {
        var (open, next) = ((string?)null, 0);
        var last = "";
        foreach (var (name, data) in events)
        {
            var index = (int)data["index"]!;
            switch (name)
            {
                case "content_block_start":
                    open.ShouldBeNull("one block at a time");
                    index.ShouldBe(next);
                    open = (string)data["content_block"]!["type"]!;
                    if (open == "tool_use")
                    {
                        ((string)data["content_block"]!["id"]!).ShouldNotBeEmpty();
                        data["content_block"]!["input"]!.AsObject().Count.ShouldBe(0);
                    }
                    break;
                case "content_block_delta":
                    index.ShouldBe(next);
                    last = (string)data["delta"]!["type"]!;
                    string[] fitting = open switch
                    {
                        "text" => ["text_delta"],
                        "thinking" => ["thinking_delta", "signature_delta"],
                        "tool_use" => ["input_json_delta"],
                        _ => [],
                    };
                    fitting.ShouldContain(last);
                    break;
                case "content_block_stop":
                    index.ShouldBe(next++);
                    if (open == "thinking")
                        last.ShouldBe("signature_delta", "thinking is sealed before it ends");
                    open.ShouldNotBeNull();
                    open = null;
                    break;
                default:
                    throw new ShouldAssertException($"'{name}' has no place between start and end.");
            }
        }
        open.ShouldBeNull("every block ends");
    }

    /// <summary>The message that an SDK accumulates from the stream.</summary>
    static JsonObject Accumulated(List<(string Name, JsonObject Data)> events)
    {
        var message = events[0].Data["message"]!.DeepClone().AsObject();
        var inputs = new Dictionary<int, string>();
        foreach (var (name, data) in events)
        {
            if (name == "content_block_start")
                message["content"]!.AsArray().Add(data["content_block"]!.DeepClone());
            else if (name == "message_delta")
            {
                message["stop_reason"] = data["delta"]!["stop_reason"]!.DeepClone();
                message["usage"] = data["usage"]!.DeepClone();
            }
            else if (name == "content_block_delta")
            {
                var (index, delta) = ((int)data["index"]!, data["delta"]!.AsObject());
                var (member, text) = ((string)delta.ElementAt(1).Key, (string)delta.ElementAt(1).Value!);
                if (member == "partial_json")
                    inputs[index] = inputs.GetValueOrDefault(index) + text;
                else
                    message["content"]![index]![member] = (string)message["content"]![index]![member]! + text;
            }
        }
        foreach (var (index, input) in inputs)
            message["content"]![index]!["input"] = Input(input);
        return message;
    }

    static JsonNode Input(string text)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(text))
                return new JsonObject();
            if (JsonNode.Parse(text) is JsonObject input)
                return input;
        }
        catch (JsonException)
        {
            // Told as it is.
        }
        return new JsonObject { ["INVALID_JSON"] = text };
    }

    [Fact]
    public void The_stream_and_the_folded_message_say_the_same() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events => Accumulated(Parsed(Written(events))).ToJsonString().ShouldBe(JsonNode.Parse(Folded(events))!.ToJsonString())
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    /// <summary>Through our own reader of the protocol, in any framing and cut anywhere: what a provider said arrives, usage in its disjoint parts.</summary>
    [Fact]
    public void What_is_written_and_read_by_the_provider_of_the_protocol_is_the_same_answer() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                Cuts.Places.ToArbitrary(),
                (answer, places) =>
                {
                    var pieces = Cuts.Cut(Written(OpenAiChunkWriterTests.EventsOf(answer)), places);
                    var (events, failure) = Anthropics.ReadAsync(asFrames: false, pieces).GetAwaiter().GetResult();
                    failure.ShouldBeNull();
                    CanonicalText.Of(WholeAnswer.Of(events)).ShouldBe(CanonicalText.Of(answer));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    static ModelEvent Tool(int index, string? id, string? name, string? arguments) => Anthropics.Tool(index, id, name, arguments);

    static string[] Lines(params ModelEvent[] events) =>
        Parsed(Written([.. events, .. Anthropics.End(FinishReason.ToolCalls, default)]))
            .SkipLast(2)
            .Skip(1)
            .Select(e => $"{e.Name["content_block_".Length..]} {e.Data["index"]} {e.Data["delta"]?["partial_json"]}".TrimEnd())
            .ToArray();

    [Fact]
    public void Tool_calls_that_come_one_after_the_other_are_streamed_as_they_come() =>
        Lines(
                Tool(0, "a", "f", null),
                Tool(0, null, null, "{\"x\":"),
                Tool(0, null, null, "\"}\"}"),
                Tool(1, "b", "g", null),
                Tool(1, null, null, "{"),
                Tool(1, null, null, "}")
            )
            .ShouldBe(["start 0", "delta 0 {\"x\":", "delta 0 \"}\"}", "stop 0", "start 1", "delta 1 {", "delta 1 }", "stop 1"]);

    [Fact]
    public void Tool_calls_that_come_interleaved_are_written_one_after_the_other_and_whole() =>
        Lines(
                Tool(0, "a", "f", "{\"x\""),
                Tool(1, "b", "g", "{\"y\""),
                Tool(0, null, null, ":1"),
                Tool(1, null, null, ":2"),
                Tool(0, null, null, "}"),
                Tool(1, null, null, "}")
            )
            .ShouldBe([
                "start 0",
                "delta 0 {\"x\"",
                "delta 0 :1",
                "delta 0 }",
                "stop 0",
                "start 1",
                "delta 1 {\"y\":2",
                "delta 1 }",
                "stop 1",
            ]);

    [Theory]
    [InlineData(FinishReason.Stop, "end_turn")]
    [InlineData(FinishReason.Length, "max_tokens")]
    [InlineData(FinishReason.ToolCalls, "tool_use")]
    [InlineData(FinishReason.ContentFilter, "refusal")]
    [InlineData(FinishReason.Other, "end_turn")]
    public void Each_finish_has_its_stop_reason(FinishReason finish, string reason)
    {
        ModelEvent[] events = [Anthropics.Of(ModelEventKind.Text, "x"), .. Anthropics.End(finish, default)];
        ((string)JsonNode.Parse(Folded(events))!["stop_reason"]!).ShouldBe(reason);
    }

    /// <summary>OpenAI says stop behind a tool that the caller named; whoever runs tools here goes by the stop reason.</summary>
    [Fact]
    public void A_tool_call_that_ends_in_stop_is_a_tool_use() =>
        (
            (string)JsonNode.Parse(Folded([Tool(0, "a", "f", "{}"), .. Anthropics.End(FinishReason.Stop, default)]))!["stop_reason"]!
        ).ShouldBe("tool_use");

    [Fact]
    public void A_refusal_is_told_as_text_and_as_the_reason()
    {
        var message = JsonNode.Parse(
            Folded([Anthropics.Of(ModelEventKind.Refusal, "I will not."), .. Anthropics.End(FinishReason.Stop, default)])
        )!;
        ((string)message["content"]![0]!["text"]!).ShouldBe("I will not.");
        ((string)message["stop_reason"]!).ShouldBe("refusal");
    }

    [Fact]
    public void A_tool_call_without_an_id_gets_one_of_its_call()
    {
        var message = JsonNode.Parse(
            Folded([Tool(0, null, "f", "{}"), Tool(1, null, "g", "{}"), .. Anthropics.End(FinishReason.ToolCalls, default)])
        )!;
        var ids = message["content"]!.AsArray().Select(b => (string)b!["id"]!).ToList();
        ids.ShouldBeUnique();
        ids.ShouldAllBe(i => i.StartsWith("toolu_01k9a3x7s8fjn8w2v5d1b6c4e0", StringComparison.Ordinal));
    }
}
