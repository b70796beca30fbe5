using System.Buffers.Binary;
using System.Text;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>
/// Frames messages as https://smithy.io/2.0/aws/amazon-eventstream.html publishes the format, with a checksum of its own: nothing is shared with the reader under test.
/// </summary>
static class EventFrames
{
    public static byte[] Event(string type, string payload) =>
        Frame([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], Encoding.UTF8.GetBytes(payload));

    public static byte[] Exception(string type, string payload) =>
        Frame(
            [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")],
            Encoding.UTF8.GetBytes(payload)
        );

    public static byte[] Error(string code, string message) =>
        Frame([(":message-type", "error"), (":error-code", code), (":error-message", message)], []);

    public static byte[] All(params (string Type, string Payload)[] events) => events.SelectMany(e => Event(e.Type, e.Payload)).ToArray();

    public static byte[] Frame((string Name, string Value)[] headers, byte[] payload)
    {
        using var head = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            head.WriteByte((byte)name.Length);
            head.Write(Encoding.ASCII.GetBytes(name));
            head.WriteByte(7);
            var text = Encoding.UTF8.GetBytes(value);
            head.WriteByte((byte)(text.Length >> 8));
            head.WriteByte((byte)text.Length);
            head.Write(text);
        }
        return Raw(head.ToArray(), payload);
    }

    public static byte[] Raw(byte[] headers, byte[] payload)
    {
        var frame = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc(frame.AsSpan(0, 8)));
        headers.CopyTo(frame, 12);
        payload.CopyTo(frame, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    /// <summary>CRC-32 as in GZIP (RFC 1952), bit by bit.</summary>
    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }
        return ~crc;
    }
}
