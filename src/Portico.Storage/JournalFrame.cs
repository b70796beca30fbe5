using System.Buffers.Binary;
using System.Numerics;

namespace Portico.Storage;

/// <summary>How a record stands in a journal's file: [length u32][CRC-32C u32][payload], little-endian.</summary>
static class JournalFrame
{
    public const int HeaderBytes = 8;
    public const int MaxRecordBytes = 64 * 1024 * 1024;

    /// <summary>The payload at an offset, or null where no whole and undamaged record stands.</summary>
    public static byte[]? ReadOne(FileStream file, long offset)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (RandomAccess.Read(file.SafeFileHandle, header, offset) < HeaderBytes)
            return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (size is <= 0 or > MaxRecordBytes || offset + HeaderBytes + size > RandomAccess.GetLength(file.SafeFileHandle))
            return null;
        var payload = new byte[size];
        var read = 0;
        while (read < size)
        {
            var n = RandomAccess.Read(file.SafeFileHandle, payload.AsSpan(read), offset + HeaderBytes + read);
            if (n == 0)
                return null;
            read += n;
        }
        return Crc32C(payload) == BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) ? payload : null;
    }

    /// <summary>The good record behind a damaged one whose length is still right, or null.</summary>
    public static long? Behind(FileStream file, long offset)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (RandomAccess.Read(file.SafeFileHandle, header, offset) < HeaderBytes)
            return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(header);
        var next = offset + HeaderBytes + size;
        return size is > 0 and <= MaxRecordBytes && ReadOne(file, next) is not null ? next : null;
    }

    /// <summary>Bytes of the good records from the start of the file.</summary>
    public static long ValidLength(FileStream file)
    {
        var at = 0L;
        while (ReadOne(file, at) is { } payload)
            at += HeaderBytes + payload.Length;
        return at;
    }

    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
