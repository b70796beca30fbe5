using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Portico.Governance.Audit;

/// <summary>A batch of lines as it is stored.</summary>
sealed record AuditBatch(long First, int Count, long FromUs, long ToUs, byte[] Lines)
{
    /// <summary>Lines, each with its line feed, made small.</summary>
    public static byte[] Deflate(ReadOnlySpan<byte> lines)
    {
        var bytes = new MemoryStream();
        using (var deflate = new DeflateStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(lines);
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes were changed.</exception>
    public byte[] Inflate()
    {
        using var deflate = new DeflateStream(new MemoryStream(Lines), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        deflate.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>
    /// Lines with their indexes and without their line feeds, the end exclusive. Nothing behind the last of them is inflated: a whole batch would go to the large object heap, and
    /// a proof needs one line.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes were changed.</exception>
    public IEnumerable<(long Index, string Line)> Between(long from, long to)
    {
        using var deflate = new DeflateStream(new MemoryStream(Lines), CompressionMode.Decompress);
        var read = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            var line = new ArrayBufferWriter<byte>();
            var index = First;
            while (index < to && deflate.Read(read) is var count and > 0)
                for (var rest = read.AsMemory(0, count); index < to && !rest.IsEmpty; )
                {
                    var end = rest.Span.IndexOf((byte)'\n');
                    if (index >= from)
                        line.Write(rest.Span[..(end < 0 ? rest.Length : end)]);
                    if (end < 0)
                        break;
                    if (index >= from)
                        yield return (index, Encoding.UTF8.GetString(line.WrittenSpan));
                    line.ResetWrittenCount();
                    index++;
                    rest = rest[(end + 1)..];
                }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(read);
        }
    }

    const int ReadBytes = 16 * 1024;
}
