using System.Buffers.Binary;
using System.IO.Hashing;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>One message of an event stream: the headers that tell what it is, and its payload. Valid as long as the bytes it was read from.</summary>
readonly ref struct EventStreamMessage
{
    /// <summary>event, exception or error.</summary>
    public ReadOnlySpan<byte> MessageType { get; init; }
    public ReadOnlySpan<byte> EventType { get; init; }
    public ReadOnlySpan<byte> ExceptionType { get; init; }
    public ReadOnlySpan<byte> ErrorCode { get; init; }
    public ReadOnlySpan<byte> ErrorMessage { get; init; }
    public ReadOnlySpan<byte> Payload { get; init; }
}

/// <summary>
/// The framing <c>application/vnd.amazon.eventstream</c>: total length, length of the headers, their checksum, headers, payload, checksum of everything
/// (https://smithy.io/2.0/aws/amazon-eventstream.html). Lengths are only believed when their checksum is right.
/// </summary>
static class EventStream
{
    public const string MediaType = "application/vnd.amazon.eventstream";
    const int Prelude = 12;

    /// <summary>Bytes of a message behind its payload.</summary>
    public const int Trailer = 4;
    const int MaxHeaders = 128 * 1024;

    /// <summary>Reads the first message of these bytes.</summary>
    /// <returns>The bytes it takes; 0 when it is not whole yet.</returns>
    /// <exception cref="InvalidDataException">This is not the framing, or something was changed on the way.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, out EventStreamMessage message)
    {
        message = default;
        if (bytes.Length < Prelude)
            return 0;
        if (Crc32.HashToUInt32(bytes[..8]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]))
            throw new InvalidDataException("the checksum of a message's lengths is wrong");
        var total = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (total > UpstreamBytes.MaxEventBytes || headers > MaxHeaders)
            throw new InvalidDataException($"a message is longer than {UpstreamBytes.MaxEventBytes} bytes");
        if (total < Prelude + Trailer || headers > total - Prelude - Trailer)
            throw new InvalidDataException("the lengths of a message contradict each other");
        if (bytes.Length < total)
            return 0;
        var whole = bytes[..(int)total];
        if (Crc32.HashToUInt32(whole[..^Trailer]) != BinaryPrimitives.ReadUInt32BigEndian(whole[^Trailer..]))
            throw new InvalidDataException("the checksum of a message is wrong");
        message = ReadHeaders(whole.Slice(Prelude, (int)headers), whole[(Prelude + (int)headers)..^Trailer]);
        return (int)total;
    }

    static EventStreamMessage ReadHeaders(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> messageType = default,
            eventType = default,
            exceptionType = default,
            errorCode = default,
            errorMessage = default;
        while (!headers.IsEmpty)
        {
            var name = Take(ref headers, Take(ref headers, 1)[0]);
            var value = TakeValue(ref headers);
            if (name.SequenceEqual(":message-type"u8))
                messageType = value;
            else if (name.SequenceEqual(":event-type"u8))
                eventType = value;
            else if (name.SequenceEqual(":exception-type"u8))
                exceptionType = value;
            else if (name.SequenceEqual(":error-code"u8))
                errorCode = value;
            else if (name.SequenceEqual(":error-message"u8))
                errorMessage = value;
        }
        return new EventStreamMessage
        {
            MessageType = messageType,
            EventType = eventType,
            ExceptionType = exceptionType,
            ErrorCode = errorCode,
            ErrorMessage = errorMessage,
            Payload = payload,
        };
    }

    /// <summary>The value of a header: a text as its bytes, any other type as nothing.</summary>
    static ReadOnlySpan<byte> TakeValue(scoped ref ReadOnlySpan<byte> headers)
    {
        var type = Take(ref headers, 1)[0];
        switch (type)
        {
            case 0 or 1: // true, false
                return default;
            case 6 or 7: // bytes, text
                var value = Take(ref headers, BinaryPrimitives.ReadUInt16BigEndian(Take(ref headers, 2)));
                return type == 7 ? value : default;
            default:
                Take(
                    ref headers,
                    type switch
                    {
                        2 => 1, // byte
                        3 => 2, // short
                        4 => 4, // integer
                        5 or 8 => 8, // long, time
                        9 => 16, // UUID
                        _ => throw new InvalidDataException("a header of a message has a type that does not exist"),
                    }
                );
                return default;
        }
    }

    static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> headers, int length)
    {
        if (length > headers.Length)
            throw new InvalidDataException("a header of a message is longer than its headers");
        var taken = headers[..length];
        headers = headers[length..];
        return taken;
    }
}
