using Portico.Providers.Aws;
using Portico.Tests.Providers.Bedrock;

namespace Portico.Tests.Providers.Aws;

/// <summary>The framing itself (https://smithy.io/2.0/aws/amazon-eventstream.html), with messages that AWS publishes for readers of it.</summary>
public sealed class EventStreamTests
{
    // The test cases empty_message and payload_no_headers of https://github.com/awslabs/aws-c-event-stream.
    const string Empty = "00000010 00000000 05c248eb 7d98c8ff";
    const string NoHeaders = "0000001d 00000000 fd528c5a 7b27666f6f273a27626172277d c3653936";

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void Reads_the_published_messages()
    {
        EventStream.Read(Bytes(Empty), out var empty).ShouldBe(16);
        empty.Payload.Length.ShouldBe(0);
        EventStream.Read(Bytes(NoHeaders), out var message).ShouldBe(29);
        message.Payload.SequenceEqual("{'foo':'bar'}"u8).ShouldBeTrue();
    }

    [Fact]
    public void The_frames_of_the_tests_are_those_that_AWS_publishes() =>
        (
            Convert.ToHexStringLower(EventFrames.Raw([], [])),
            Convert.ToHexStringLower(EventFrames.Raw([], "{'foo':'bar'}"u8.ToArray()))
        ).ShouldBe((Convert.ToHexStringLower(Bytes(Empty)), Convert.ToHexStringLower(Bytes(NoHeaders))));

    [Fact]
    public void Steps_over_headers_of_every_type()
    {
        byte[] headers =
        [
            .. Header("t", 0),
            .. Header("f", 1),
            .. Header("b", 2, 7),
            .. Header("s", 3, 0, 7),
            .. Header("i", 4, 0, 0, 0, 7),
            .. Header("l", 5, 0, 0, 0, 0, 0, 0, 0, 7),
            .. Header("y", 6, 0, 2, 1, 2),
            .. Header("d", 8, 0, 0, 0, 0, 0, 0, 0, 7),
            .. Header("u", 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
            .. Header(":event-type", 7, 0, 2, (byte)'h', (byte)'i'),
        ];
        EventStream.Read(EventFrames.Raw(headers, [1]), out var message).ShouldBeGreaterThan(0);
        message.EventType.SequenceEqual("hi"u8).ShouldBeTrue();
        message.Payload.Length.ShouldBe(1);
    }

    [Fact]
    public void Headers_that_do_not_add_up_are_refused()
    {
        foreach (
            var headers in new byte[][]
            {
                [200],
                [1],
                [1, (byte)'a'],
                [1, (byte)'a', 10],
                [1, (byte)'a', 7, 0],
                [1, (byte)'a', 7, 255, 255, 1],
                [1, (byte)'a', 9, 1],
            }
        )
            Should.Throw<InvalidDataException>(() => EventStream.Read(EventFrames.Raw(headers, []), out _));
    }

    [Fact]
    public void Nothing_is_read_before_the_message_is_whole()
    {
        var bytes = EventFrames.Event("x", "{}");
        for (var length = 0; length < bytes.Length; length++)
            EventStream.Read(bytes.AsSpan(0, length), out _).ShouldBe(0);
        EventStream.Read([.. bytes, 1, 2], out _).ShouldBe(bytes.Length);
    }

    static byte[] Header(string name, byte type, params byte[] value) => [(byte)name.Length, .. name.Select(c => (byte)c), type, .. value];
}
