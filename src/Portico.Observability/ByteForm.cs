using System.Numerics;
using System.Text;

namespace Portico.Observability;

/// <summary>
/// Writes members one behind the other, without names: whole numbers as zigzag LEB128 (small ones take a byte), texts as length + 2 and UTF-8, where
/// 0 is null and 1 is "the text that is known from elsewhere". Kept and used again: nothing is allocated while the buffer is large enough.
/// </summary>
sealed class ByteWriter
{
    const int MaxNumberBytes = 10;

    /// <summary>Bytes of the longest text whose length takes one byte.</summary>
    const int LongestShort = 61;

    byte[] buffer = new byte[4_096];
    int length;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Reset() => length = 0;

    public void Byte(byte value)
    {
        Need(1);
        buffer[length++] = value;
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Id(Guid value)
    {
        Need(16);
        value.TryWriteBytes(buffer.AsSpan(length), bigEndian: true, out _);
        length += 16;
    }

    public void Number(long value)
    {
        Need(MaxNumberBytes);
        var rest = (ulong)((value << 1) ^ (value >> 63));
        var target = buffer.AsSpan(length);
        var at = 0;
        for (; rest >= 0x80; rest >>= 7)
            target[at++] = (byte)(rest | 0x80);
        target[at++] = (byte)rest;
        length += at;
    }

    /// <param name="text">The text, or null.</param>
    /// <param name="known">A text that the reader has already; an equal one is a mark.</param>
    public void Text(string? text, string? known = null)
    {
        if (text is null)
        {
            Byte(0);
        }
        else if (text == known)
        {
            Number(1);
        }
        else
        {
            Need(Encoding.UTF8.GetMaxByteCount(text.Length) + MaxNumberBytes);
            // Straight to its place behind a length of one byte; a longer text is moved, which costs less than counting every text first.
            var bytes = Encoding.UTF8.GetBytes(text, buffer.AsSpan(length + 1));
            if (bytes > LongestShort)
                buffer.AsSpan(length + 1, bytes).CopyTo(buffer.AsSpan(length + NumberBytes(bytes + 2)));
            Number(bytes + 2);
            length += bytes;
        }
    }

    static int NumberBytes(int value) => (BitOperations.Log2((uint)value << 1) / 7) + 1;

    void Need(int bytes)
    {
        if (buffer.Length - length < bytes)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes));
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> rest = bytes;

    /// <exception cref="InvalidDataException">There is nothing left.</exception>
    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public Guid Id() => new(Take(16), bigEndian: true);

    public long Number()
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var b = Byte();
            if (shift > 63)
                throw new InvalidDataException("A number has too many bytes.");
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
    }

    /// <summary>How many elements follow, each of at least one byte.</summary>
    public int Count()
    {
        var count = Number();
        return count >= 0 && count <= rest.Length ? (int)count : throw Cut();
    }

    public string? Text(string? known = null)
    {
        var mark = Number();
        return mark switch
        {
            0 => null,
            1 => known,
            _ when mark - 2 <= rest.Length => Encoding.UTF8.GetString(Take((int)(mark - 2))),
            _ => throw Cut(),
        };
    }

    ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes < 0 || bytes > rest.Length)
            throw Cut();
        var taken = rest[..bytes];
        rest = rest[bytes..];
        return taken;
    }

    static InvalidDataException Cut() => new("It ends too early.");
}
