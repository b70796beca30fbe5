using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Responses;
using Portico.Gateway.Wire;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Responses;

/// <summary>Events that are kept for readers who come later: what was missed and what comes are together what the stream was, in bounded memory.</summary>
public sealed class ResponseEventLogTests
{
    static readonly CancellationToken None = CancellationToken.None;

    static async Task<byte[]> ReadAsync(ResponseEventLog log, long after)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await log.FollowAsync(pipe.Writer, after, None);
        await pipe.Writer.CompleteAsync();
        using var all = new MemoryStream();
        await pipe.Reader.CopyToAsync(all);
        return all.ToArray();
    }

    static List<string> Split(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return text.Length == 0 ? [] : [.. text[..^2].Split("\n\n").Select(e => e + "\n\n")];
    }

    static ResponseEventLogs Logs(TimeProvider? time = null, int kib = 64, int megabytes = 1, int minutes = 10) =>
        new(
            new GatewayOptions
            {
                ResponseEventKib = kib,
                ResponseEventMegabytes = megabytes,
                ResponseEventMinutes = minutes,
            },
            time ?? TimeProvider.System
        );

    static void Write(ResponseEventLog log, string e)
    {
        log.Write(Encoding.UTF8.GetBytes(e + "\n\n"));
        log.Publish();
    }

    [Fact]
    public void What_was_missed_and_what_comes_are_the_whole_stream_wherever_a_reader_was_cut_off() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                Gen.Choose(0, 40).ToArbitrary(),
                Gen.Choose(-1, 40).ToArbitrary(),
                (events, before, after) =>
                {
                    var whole = Split(ResponsesWriterTests.Written(events));
                    var logs = Logs();
                    var log = logs.Open("resp_1");
                    using var writer = new ResponsesWriter(ResponsesWriterTests.Call(), log);
                    var readers = new List<Task<byte[]>>();
                    for (var i = 0; i < events.Length; i++)
                    {
                        // Readers that come before, in the midst and behind the end; on threads of their own, so that every order is met.
                        if (i == Math.Min(before, events.Length - 1))
                            readers.AddRange([Task.Run(() => ReadAsync(log, after)), Task.Run(() => ReadAsync(log, -1))]);
                        writer.Take(events[i], events[i].Completion?.Usage ?? default);
                        log.Publish();
                    }
                    logs.End("resp_1", log);
                    readers.Add(Task.Run(() => ReadAsync(log, after)));
                    var read = Task.WhenAll(readers).GetAwaiter().GetResult();
                    Split(read[0]).ShouldBe(whole.Skip(after + 1));
                    Split(read[1]).ShouldBe(whole);
                    Split(read[2]).ShouldBe(whole.Skip(after + 1));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public async Task Past_the_bound_the_earliest_events_go_and_who_needs_them_is_told()
    {
        var logs = Logs(kib: 64);
        var log = logs.Open("resp_1");
        var body = new string('x', 1_000);
        for (var i = 0; i < 1_000; i++)
        {
            Write(log, $"event {i} {body}");
            logs.Used.ShouldBeLessThanOrEqualTo(64 * 1024);
        }
        logs.End("resp_1", log);
        log.Reaches(-1).ShouldBeFalse();
        log.Reaches(990).ShouldBeTrue();
        Split(await ReadAsync(log, 990)).Select(e => e.Split(' ')[1]).ShouldBe(Enumerable.Range(991, 9).Select(i => $"{i}"));
        var lost = ResponsesWriterTests.Parsed(await ReadAsync(log, 10)).ShouldHaveSingleItem();
        lost.Type.ShouldBe("error");
        lost.Data["sequence_number"]!.GetValue<int>().ShouldBe(11);
        lost.Data["message"]!.GetValue<string>().ShouldContain("too far behind");
    }

    [Fact]
    public async Task Who_asked_gets_the_first_event_with_the_id_however_late_it_reads_and_is_then_told()
    {
        var logs = Logs(kib: 64);
        var log = logs.Open("resp_1");
        for (var i = 0; i < 200; i++)
            Write(log, $"event {i} {new string('x', 1_000)}");
        logs.End("resp_1", log);
        var events = Split(await ReadAsync(log, -1));
        events.Count.ShouldBe(2);
        events[0].ShouldStartWith("event 0 ");
        events[1].ShouldContain("too far behind");
        log.Drop();
        Split(await ReadAsync(log, -1)).ShouldHaveSingleItem().ShouldContain("too far behind");
    }

    [Fact]
    public async Task An_event_larger_than_the_bound_is_still_given()
    {
        var logs = Logs(kib: 64);
        var log = logs.Open("resp_1");
        Write(log, "small");
        Write(log, new string('x', 200_000));
        logs.End("resp_1", log);
        (await ReadAsync(log, 0)).Length.ShouldBe(200_002);
    }

    [Fact]
    public void Past_the_bound_of_the_node_what_ended_first_goes_first()
    {
        var logs = Logs(kib: 1_024, megabytes: 1);
        foreach (var id in new[] { "resp_1", "resp_2", "resp_3" })
        {
            var log = logs.Open(id);
            for (var i = 0; i < 400; i++)
                Write(log, new string('x', 1_000));
            logs.End(id, log);
        }
        logs.Find("resp_1").ShouldBeNull();
        logs.Find("resp_2").ShouldNotBeNull();
        logs.Find("resp_3")!.Reaches(-1).ShouldBeTrue();
        logs.Used.ShouldBeLessThanOrEqualTo(1024 * 1024);
        // Nothing has ended any more that could make room: what runs loses its own earliest events.
        var (one, two) = (logs.Open("resp_4"), logs.Open("resp_5"));
        for (var i = 0; i < 800; i++)
        {
            Write(one, new string('x', 1_000));
            Write(two, new string('x', 1_000));
        }
        logs.Used.ShouldBeLessThanOrEqualTo(1024 * 1024);
        one.Reaches(-1).ShouldBeFalse();
        two.Reaches(798).ShouldBeTrue();
    }

    [Fact]
    public void Events_go_when_their_time_is_over()
    {
        var time = new ManualTime();
        var logs = Logs(time, minutes: 10);
        var log = logs.Open("resp_1");
        Write(log, "one");
        time.Advance(TimeSpan.FromHours(1));
        logs.Find("resp_1").ShouldBeSameAs(log, "it runs");
        logs.End("resp_1", log);
        time.Advance(TimeSpan.FromMinutes(9.9));
        logs.Find("resp_1").ShouldBeSameAs(log);
        time.Advance(TimeSpan.FromMinutes(0.2));
        logs.Find("resp_1").ShouldBeNull();
        logs.Used.ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_that_leaves_disturbs_nobody()
    {
        var logs = Logs();
        var log = logs.Open("resp_1");
        using var leaving = new CancellationTokenSource();
        var pipe = new Pipe();
        var gone = log.FollowAsync(pipe.Writer, -1, leaving.Token);
        var stays = ReadAsync(log, -1);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        Write(log, "one");
        logs.End("resp_1", log);
        Split(await stays).ShouldBe(["one\n\n"]);
    }

    [Fact]
    public void What_the_store_tells_is_a_legal_stream_of_the_same_response() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                events =>
                {
                    var last = ResponsesWriterTests.Parsed(ResponsesWriterTests.Written(events))[^1];
                    var target = new ArrayBufferWriter<byte>();
                    StoredEvents.Write(target, System.Text.Json.JsonElement.Parse(last.Data["response"]!.ToJsonString()));
                    var told = target.WrittenSpan.ToArray();
                    ResponsesWriterTests.ShouldBeLegal(told);
                    var seen = ResponsesWriterTests.Parsed(told)[^1];
                    seen.Type.ShouldBe(last.Type);
                    seen.Data["response"]!.ToJsonString().ShouldBe(last.Data["response"]!.ToJsonString());
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_cancelled_stream_ends_as_incomplete_of_the_status_cancelled() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                Gen.Choose(0, 30).ToArbitrary(),
                (events, length) =>
                {
                    var target = new ArrayBufferWriter<byte>();
                    using var writer = new ResponsesWriter(ResponsesWriterTests.Call(), target);
                    foreach (var e in events[..^1].Take(length))
                        writer.Take(e, default);
                    writer.Cancel();
                    writer.Cancel();
                    writer.Fail(new PorticoException(ErrorTable.Internal, "Too late."));
                    var seen = ResponsesWriterTests.Parsed(target.WrittenSpan.ToArray());
                    seen[^1].Type.ShouldBe("response.incomplete");
                    seen[^1].Data["response"]!["status"]!.GetValue<string>().ShouldBe("cancelled");
                    seen.Count(e => e.Type == "response.incomplete").ShouldBe(1);
                    seen[^1].Data["response"]!["output"]!.AsArray().ShouldAllBe(i => (string?)i!["status"] != "in_progress");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
