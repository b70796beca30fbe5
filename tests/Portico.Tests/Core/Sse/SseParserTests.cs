using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Sse;
using Portico.Tests.Support;

namespace Portico.Tests.Core.Sse;

/// <summary>Rules of https://html.spec.whatwg.org/multipage/server-sent-events.html, plus one: an event still open at the end is given.</summary>
public sealed class SseParserTests
{
    const string Mixed =
        "\uFEFFevent: message_start\ndata: {\"a\":1}\n\n: keep-alive\n\nevent: delta\r\ndata: Zürich 🚲 日本\r\ndata:second line\r\n\r\n"
        + "id: 7\rretry: 10\rdata:  two spaces\r\rdata\n\ndata: last";

    static readonly (string Name, string Data)[] MixedEvents =
    [
        ("message_start", "{\"a\":1}"),
        ("delta", "Zürich 🚲 日本\nsecond line"),
        ("", " two spaces"),
        ("", ""),
        ("", "last"),
    ];

    [Fact]
    public void Reads_names_data_and_every_line_end() => Read(Bytes(Mixed)).ShouldBe(MixedEvents);

    [Fact]
    public void Gives_the_same_events_when_cut_at_any_one_byte()
    {
        var bytes = Bytes(Mixed);
        for (var cut = 0; cut <= bytes.Length; cut++)
            Read(bytes[..cut], bytes[cut..]).ShouldBe(MixedEvents, false, $"cut at {cut}");
    }

    [Fact]
    public void Gives_the_same_events_when_fed_byte_by_byte() =>
        Read(Bytes(Mixed).Select(b => new[] { b }).ToArray()).ShouldBe(MixedEvents);

    [Fact]
    public void Gives_the_same_events_however_often_it_is_cut() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int[]>(),
                cuts =>
                {
                    var bytes = Bytes(Mixed);
                    var at = cuts.Select(c => (int)((uint)c % (uint)(bytes.Length + 1))).Append(0).Append(bytes.Length).Order().ToArray();
                    return Read(at.Zip(at.Skip(1), (from, to) => bytes[from..to]).ToArray()).SequenceEqual(MixedEvents);
                }
            )
            .QuickCheckThrowOnFailure();

    // A space after the colon belongs to the framing: without it, data must not begin with one.
    static readonly Gen<string> Lines = ChatGen.Text.Select(t =>
        string.Join('\n', t.Replace("\r", "", StringComparison.Ordinal).Split('\n').Select(l => l.TrimStart(' ')))
    );

    static readonly Gen<(string Name, string Data)[]> AnyEvents = (
        from name in Gen.Elements("", "message_start", "délta", "error")
        from data in Lines
        select (name, data)
    ).ArrayOf();

    /// <summary>Line ends of every kind, comments, fields to be ignored, a byte-order mark, data over several lines, characters of every length.</summary>
    [Fact]
    public void Gives_any_events_back_however_they_are_framed_and_cut() =>
        Prop.ForAll(
                AnyEvents.ToArbitrary(),
                (from framings in Cuts.Framings.ListOf() from mark in Gen.Elements(true, false) select (framings, mark)).ToArbitrary(),
                Cuts.Places.ToArbitrary(),
                (events, form, places) =>
                    Read(100_000, Cuts.Cut(Cuts.Frame(events, form.framings, form.mark), places)).SequenceEqual(events)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>The same bytes, whatever they are, give the same events, whatever the reads are.</summary>
    [Fact]
    public void Gives_the_same_for_any_bytes_however_they_are_cut() =>
        Prop.ForAll(
                Gen.Frequency(
                        (6, Gen.Elements("data:x", "data: y", "event: e", ":", "", "id", "\uFEFF", "d", "data")),
                        (4, Gen.Elements("\n", "\r", "\r\n", "\n\n")),
                        (1, Gen.Elements("é", "🚲", "\u0000"))
                    )
                    .ListOf()
                    .ToArbitrary(),
                Cuts.Places.ToArbitrary(),
                (pieces, places) =>
                {
                    var bytes = Bytes(string.Concat(pieces));
                    return Read(100_000, Cuts.Cut(bytes, places)).SequenceEqual(Read(100_000, bytes));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data: a\r\n\r\n", "a")]
    [InlineData("data: a\r\r", "a")]
    [InlineData("data: a\r\n\n", "a")]
    [InlineData("data:a\n\n", "a")]
    [InlineData("data:  a \n\n", " a ")]
    [InlineData("data: a: b\n\n", "a: b")]
    [InlineData("data: one\ndata: two\ndata:\ndata: four\n\n", "one\ntwo\n\nfour")]
    [InlineData("data\n\n", "")]
    public void Reads_one_event(string text, string data) => Read(Bytes(text)).ShouldBe([("", data)]);

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData(": only a comment\n\n")]
    [InlineData("event: named-but-empty\n\n")]
    [InlineData("id: 1\nretry: 5\n\n")]
    [InlineData("unknown: field\n\n")]
    public void Gives_nothing_without_data(string text) => Read(Bytes(text)).ShouldBeEmpty();

    [Fact]
    public void Forgets_the_name_of_an_event_without_data() => Read(Bytes("event: lost\n\ndata: x\n\n")).ShouldBe([("", "x")]);

    [Fact]
    public void A_carriage_return_at_the_end_of_one_read_joins_the_line_feed_of_the_next() =>
        Read(Bytes("data: a\r"), Bytes("\ndata: b\r"), Bytes("\n\r"), Bytes("\ndata: c\n\n")).ShouldBe([("", "a\nb"), ("", "c")]);

    [Fact]
    public void A_character_split_between_reads_stays_whole()
    {
        var bytes = Bytes("data: €\n\n");
        Read(bytes[..7], bytes[7..8], bytes[8..]).ShouldBe([("", "€")]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_byte_order_mark_is_skipped_wherever_it_is_cut(int cut)
    {
        var bytes = Bytes("\uFEFFdata: x\n\n");
        Read(bytes[..cut], bytes[cut..]).ShouldBe([("", "x")]);
    }

    [Fact]
    public void What_only_begins_like_a_byte_order_mark_is_text()
    {
        // EF BB, then no BF: the line's field is unknown and the event after it is read.
        byte[] bytes = [0xEF, 0xBB, .. Bytes("data: no\n\ndata: yes\n\n")];
        Read(bytes).ShouldBe([("", "yes")]);
    }

    [Fact]
    public void A_byte_order_mark_later_on_is_text() =>
        Read(Bytes("data: a\n\n\uFEFFdata: b\n\ndata: c\n\n")).ShouldBe([("", "a"), ("", "c")]);

    [Theory]
    [InlineData("data: open")]
    [InlineData("data: open\n")]
    [InlineData("data: open\r\n")]
    public void Gives_the_event_that_was_open_at_the_end(string text) => Read(Bytes(text)).ShouldBe([("", "open")]);

    [Fact]
    public void Gives_no_event_twice_at_the_end() => Read(Bytes("data: once\n\n")).ShouldBe([("", "once")]);

    [Fact]
    public void Refuses_a_line_longer_than_the_bound() =>
        Should.Throw<InvalidDataException>(() => Read(16, Bytes("data: 0123456789abcdefg\n\n"))).Message.ShouldContain("16");

    [Fact]
    public void Refuses_an_unfinished_line_longer_than_the_bound() =>
        Should.Throw<InvalidDataException>(() => Read(16, Bytes("data: 01234"), Bytes("56789abcdef")));

    [Fact]
    public void Refuses_many_short_lines_that_are_too_long_together() =>
        Should.Throw<InvalidDataException>(() => Read(16, Bytes(string.Concat(Enumerable.Repeat("data: 12345\n", 4)))));

    [Fact]
    public void The_bound_is_for_one_event_not_for_the_stream() =>
        Read(16, Bytes(string.Concat(Enumerable.Repeat("data: 12345\n\n", 100)))).Count.ShouldBe(100);

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static List<(string Name, string Data)> Read(params byte[][] reads) => Read(1_000, reads);

    static List<(string Name, string Data)> Read(int bound, params byte[][] reads)
    {
        var parser = new SseParser(bound);
        var events = new List<(string, string)>();
        foreach (var read in reads)
        {
            ReadOnlySpan<byte> input = read;
            while (parser.TryRead(ref input, out var e))
                events.Add((Encoding.UTF8.GetString(e.Name), Encoding.UTF8.GetString(e.Data)));
            input.IsEmpty.ShouldBeTrue();
        }
        if (parser.Finish(out var last))
            events.Add((Encoding.UTF8.GetString(last.Name), Encoding.UTF8.GetString(last.Data)));
        return events;
    }
}
