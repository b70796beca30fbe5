using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Gateway;
using Portico.Gateway.Wire;
using Portico.Observability;
using Portico.Providers.OpenAi;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>
/// Chunks as https://platform.openai.com/docs/api-reference/chat-streaming has them: whatever events come, what is written is a legal stream, and says the
/// same as the whole answer that is folded from them.
/// </summary>
public sealed class OpenAiChunkWriterTests
{
    internal static ModelCall Call(bool includeUsage = true) =>
        new()
        {
            Context = new CallContext(
                new CallRecord { Id = CallId.Parse("call_01k9a3x7s8fjn8w2v5d1b6c4e0"), StartedAtUs = 1_760_000_000_000_000 },
                TimeProvider.System,
                0
            ),
            Caller = null!,
            Chat = new ChatRequest
            {
                Model = "route",
                Messages = [],
                Stream = true,
                IncludeUsage = includeUsage,
            },
        };

    internal static byte[] Written(IEnumerable<ModelEvent> events, bool includeUsage = true)
    {
        var writer = new OpenAiChunkWriter(Call(includeUsage));
        var target = new ArrayBufferWriter<byte>();
        var usage = events.LastOrDefault(e => e.Kind == ModelEventKind.Completed).Completion?.Usage ?? default;
        foreach (var e in events)
            writer.Write(target, e, usage);
        return target.WrittenSpan.ToArray();
    }

    static List<ModelEvent> Decoded(byte[] frames)
    {
        var events = new List<ModelEvent>();
        OpenAiChunkDecoder.DecodeFrames(frames, events);
        return events;
    }

    [Fact]
    public void What_is_written_is_a_legal_stream_whatever_the_events_are() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                Gen.Elements(true, false).ToArbitrary(),
                (events, usage) => ShouldBeLegal(Written(events, usage), usage)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void An_event_behind_the_end_is_not_written() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events => Written([.. events, .. events]).AsSpan().SequenceEqual(Written(events)).ShouldBeTrue()
            )
            .QuickCheckThrowOnFailure();

    internal static void ShouldBeLegal(byte[] bytes, bool usage)
    {
        var text = Encoding.UTF8.GetString(bytes);
        text.ShouldEndWith("\n\n");
        var events = text[..^2].Split("\n\n");
        events.ShouldAllBe(e => e.StartsWith("data: ", StringComparison.Ordinal) && !e.Contains('\n'));
        events[^1].ShouldBe("data: [DONE]");
        events.Count(e => e == "data: [DONE]").ShouldBe(1);
        var chunks = events[..^1].Select(e => JsonNode.Parse(e[6..])!.AsObject()).ToList();
        chunks.Select(c => $"{c["id"]}|{c["object"]}|{c["created"]}|{c["model"]}").Distinct().ShouldHaveSingleItem();
        if (usage)
        {
            chunks[^1]["choices"]!.AsArray().Count.ShouldBe(0);
            chunks[^1]["usage"]!["total_tokens"].ShouldNotBeNull();
            chunks.SkipLast(1).ShouldAllBe(c => c.ContainsKey("usage") && c["usage"] == null);
            chunks.RemoveAt(chunks.Count - 1);
        }
        else
            chunks.ShouldAllBe(c => !c.ContainsKey("usage"));
        var choices = chunks.Select(c => c["choices"]!.AsArray().ShouldHaveSingleItem()!.AsObject()).ToLookup(c => (int)c["index"]!);
        choices.Count.ShouldBeGreaterThan(0);
        foreach (var choice in choices)
            ChoiceShouldBeLegal([.. choice]);
    }

    static void ChoiceShouldBeLegal(List<JsonObject> chunks)
    {
        // The role first and once; one finish reason, with the last chunk.
        for (var i = 0; i < chunks.Count; i++)
        {
            chunks[i]["delta"]!.AsObject().ContainsKey("role").ShouldBe(i == 0);
            (chunks[i]["finish_reason"] is not null).ShouldBe(i == chunks.Count - 1);
        }
        string[] reasons = ["stop", "length", "tool_calls", "content_filter"];
        reasons.ShouldContain((string)chunks[^1]["finish_reason"]!);
        var seen = new HashSet<int>();
        foreach (var chunk in chunks)
        foreach (var call in chunk["delta"]!["tool_calls"]?.AsArray() ?? [])
        {
            var first = seen.Add((int)call!["index"]!);
            call["function"]!["arguments"]!.GetValueKind().ShouldBe(JsonValueKind.String);
            call.AsObject().ContainsKey("id").ShouldBe(first);
            call.AsObject().ContainsKey("type").ShouldBe(first);
            call["function"]!.AsObject().ContainsKey("name").ShouldBe(first);
            if (first)
            {
                ((string)call["id"]!).ShouldNotBeEmpty();
                ((string)call["type"]!).ShouldBe("function");
            }
        }
    }

    /// <summary>The plain answer is the fold of the stream: both ways to the caller say the same.</summary>
    [Fact]
    public void The_chunks_and_the_folded_answer_say_the_same() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events =>
                {
                    var fold = new OpenAiAnswerFold(Call());
                    fold.Add(events);
                    var whole = new List<ModelEvent>();
                    var usage = events[^1].Completion!.Usage;
                    OpenAiAnswerDecoder.Decode(fold.ToJson(usage), whole);
                    var streamed = Decoded(Written(events));
                    for (var choice = 0; choice < 3; choice++)
                        Text(streamed, choice).ShouldBe(Text(whole, choice));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    static string Text(IEnumerable<ModelEvent> events, int choice)
    {
        var answer = WholeAnswer.Of(events.Where(e => e.Choice == choice).Select(e => e with { Choice = 0 }));
        // A list of calls has no holes: their numbers are their order.
        return CanonicalText.Of(answer);
    }

    [Fact]
    public void Decoded_chunks_are_the_events_that_were_written() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                answer =>
                    CanonicalText
                        .Of(WholeAnswer.Of(Decoded(Written(EventsOf(answer)))))
                        .ShouldBe(CanonicalText.Of(answer with { Usage = default }))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Usage_is_the_same_behind_openais_overlapping_numbers() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                answer =>
                {
                    ReadOnlySpan<byte> frames = Written(EventsOf(answer));
                    var parser = new SseParser(1_000_000);
                    var usage = default(Usage);
                    while (parser.TryRead(ref frames, out var e))
                        if (e.Data.StartsWith("{"u8))
                            usage = Usage.Max(usage, OpenAiUsage.Scan(e.Data).Usage);
                    usage.ShouldBe(answer.Usage);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>The events of an answer, in fragments.</summary>
    internal static List<ModelEvent> EventsOf(WholeAnswer answer)
    {
        var events = new List<ModelEvent>();
        foreach (var (kind, text) in new[] { (ModelEventKind.Reasoning, answer.Reasoning), (ModelEventKind.Text, answer.Text) })
            events.AddRange(Pieces(text).Select(p => new ModelEvent { Kind = kind, Text = p }));
        for (var i = 0; i < answer.Calls.Count; i++)
        {
            var call = answer.Calls[i];
            events.Add(Tool(new ToolCallDelta(i, call.Id, call.Name, null)));
            events.AddRange(Pieces(call.Arguments).Select(p => Tool(new ToolCallDelta(i, null, null, p))));
        }
        events.Add(new ModelEvent { Kind = ModelEventKind.Finish, Finish = answer.Finish });
        events.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(answer.Usage, answer.Finish, "m") });
        return events;
    }

    static ModelEvent Tool(ToolCallDelta delta) => new() { Kind = ModelEventKind.ToolCall, ToolCall = delta };

    /// <summary>Pieces of some runes each: a surrogate pair is never halved.</summary>
    internal static IEnumerable<string> Pieces(string text) =>
        text.EnumerateRunes().Chunk(3).Select(runes => string.Concat(runes.Select(r => r.ToString())));
}
