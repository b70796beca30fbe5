using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Streams of OpenAI's protocol, in any framing that the standard allows and cut at any byte.</summary>
public sealed class OpenAiStreamTests
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "openai",
        null,
        new Uri("http://127.0.0.1:1/v1"),
        new Secret("sk-test")
    );

    static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> ReadAsync(bool asFrames, bool strip, params byte[][] pieces)
    {
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new Anthropics.PieceStream(pieces),
            Connection,
            deadline,
            CancellationToken.None
        );
        await using var stream = new OpenAiStream(source, Connection, asFrames, strip);
        return await Anthropics.DrainAsync(stream);
    }

    /// <summary>The data of a good stream: chunks, the usage chunk, the end.</summary>
    static List<(string Name, string Data)> EventsOf(WholeAnswer answer)
    {
        ReadOnlySpan<byte> bytes = OpenAiChunkWriterTests.Written(OpenAiChunkWriterTests.EventsOf(answer));
        var parser = new SseParser(1_000_000);
        var events = new List<(string, string)>();
        while (parser.TryRead(ref bytes, out var e))
            events.Add(("", Encoding.UTF8.GetString(e.Data)));
        return events;
    }

    static List<string> DataOf(string frames)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(frames);
        var parser = new SseParser(1_000_000);
        var data = new List<string>();
        while (parser.TryRead(ref bytes, out var e))
            data.Add(Encoding.UTF8.GetString(e.Data));
        return data;
    }

    sealed record Form(IReadOnlyList<Cuts.Framing> Framings, bool Mark, int[] Places);

    static readonly Gen<Form> Forms =
        from framings in Gen.Frequency(
            (1, Gen.Constant<IReadOnlyList<Cuts.Framing>>([])),
            (3, Cuts.Framings.ListOf().Select(f => (IReadOnlyList<Cuts.Framing>)f.ToList()))
        )
        from mark in Gen.Elements(false, false, true)
        from places in Cuts.Places
        select new Form(framings, mark, places);

    static byte[][] Pieces(List<(string, string)> events, Form form) => Cuts.Cut(Cuts.Frame(events, form.Framings, form.Mark), form.Places);

    [Fact]
    public void Decoded_it_gives_the_same_events_however_it_is_framed_and_cut() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                Forms.ToArbitrary(),
                (answer, form) =>
                {
                    var (events, failure) = ReadAsync(false, strip: false, Pieces(EventsOf(answer), form)).GetAwaiter().GetResult();
                    failure.ShouldBeNull();
                    CanonicalText.Of(WholeAnswer.Of(events)).ShouldBe(CanonicalText.Of(answer));
                    ShouldEndOnce(events, answer);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void As_frames_it_gives_the_same_documents_in_plain_framing_and_strips_the_usage_that_nobody_asked_for() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                Forms.ToArbitrary(),
                Gen.Elements(true, false).ToArbitrary(),
                (answer, form, strip) =>
                {
                    var sent = EventsOf(answer);
                    var (events, failure) = ReadAsync(true, strip, Pieces(sent, form)).GetAwaiter().GetResult();
                    failure.ShouldBeNull();
                    var frames = Anthropics.Frames(events);
                    var expected = sent.Select(e => e.Data).Where(d => !strip || !d.Contains("\"choices\":[]", StringComparison.Ordinal));
                    DataOf(frames).ShouldBe(expected);
                    // Plain framing, whatever came: one data line an event.
                    frames.ShouldBe(string.Concat(expected.Select(d => $"data: {d}\n\n")));
                    ShouldEndOnce(events, answer);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    static void ShouldEndOnce(List<ModelEvent> events, WholeAnswer answer)
    {
        events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(1);
        var completion = events[^1].Completion.ShouldNotBeNull();
        (completion.Usage, completion.Finish, completion.ServedModel).ShouldBe((answer.Usage, answer.Finish, "route"));
    }

    /// <summary>Cut off anywhere before its finish it is a failure behind what came; behind the finish only the last word is missing.</summary>
    [Fact]
    public async Task A_stream_that_ends_anywhere_is_whole_or_a_failure_and_never_a_short_success()
    {
        var answer = new WholeAnswer("Hm.", "Zürich 🚲", "", [new ToolCall("call_1", "f", "{}")], FinishReason.ToolCalls, default);
        var bytes = Cuts.Frame(EventsOf(answer), [], mark: false);
        var finish = Encoding.UTF8.GetString(bytes).IndexOf("\"finish_reason\":\"", StringComparison.Ordinal);
        var finishEnd = Encoding.UTF8.GetByteCount(Encoding.UTF8.GetString(bytes)[..finish]);
        finishEnd += bytes.AsSpan(finishEnd).IndexOf((byte)'\n');
        foreach (var asFrames in new[] { true, false })
            for (var end = 0; end <= bytes.Length; end++)
            {
                var (events, failure) = await ReadAsync(asFrames, strip: true, bytes[..end]);
                var completed = events.Any(e => e.Kind == ModelEventKind.Completed);
                (failure is null).ShouldBe(completed, $"cut at {end}");
                if (end < finishEnd)
                    completed.ShouldBeFalse($"cut at {end} of {finishEnd}");
                if (completed && asFrames)
                    Anthropics.Frames(events).ShouldEndWith("data: [DONE]\n\n");
            }
    }

    [Theory]
    [InlineData("\n", 0)]
    [InlineData("\r\n", 1)]
    public async Task A_stream_cut_at_any_one_byte_gives_the_same_events(string end, int before)
    {
        var answer = new WholeAnswer("Hm.", "Zürich 🚲 日本", "", [new ToolCall("call_1", "f", "{}")], FinishReason.ToolCalls, default);
        var bytes = Cuts.Frame(EventsOf(answer), [new Cuts.Framing(end, true, before)], mark: true);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var (events, failure) = await ReadAsync(false, false, bytes[..cut], bytes[cut..]);
            failure.ShouldBeNull($"cut at {cut}");
            CanonicalText.Of(WholeAnswer.Of(events)).ShouldBe(CanonicalText.Of(answer with { Usage = WholeAnswer.Of(events).Usage }));
        }
    }

    [Theory]
    [InlineData("{\"choices\":[{\"index\":0,\"delta\":{\"content\":]}", false, "upstream_malformed")]
    [InlineData("{\"error\":{\"message\":]}", false, "upstream_malformed")]
    [InlineData("{\"error\":{\"message\":]}", true, "upstream_malformed")]
    [InlineData("{\"error\":{\"message\":\"no\"}}", false, "upstream_failed")]
    [InlineData("{\"error\":{\"message\":\"no\"}}", true, "upstream_failed")]
    public async Task What_came_before_a_bad_chunk_of_the_same_read_is_given_and_nothing_behind_it(string bad, bool asFrames, string code)
    {
        static string Said(string text) => $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n";
        var all = Encoding.UTF8.GetBytes($"{Said("one")}{Said(" two")}data: {bad}\n\n{Said(" three")}data: [DONE]\n\n");
        var (events, failure) = await ReadAsync(asFrames, strip: false, all);
        failure.ShouldNotBeNull().Kind.Code.ShouldBe(code);
        events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
        var heard = string.Concat(events.Select(e => e.Text + Encoding.UTF8.GetString(e.Bytes.Span)));
        heard.ShouldContain("one");
        heard.ShouldContain("two");
        heard.ShouldNotContain("three");
    }
}
