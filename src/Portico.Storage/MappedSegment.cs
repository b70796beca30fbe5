using System.IO.MemoryMappedFiles;

namespace Portico.Storage;

/// <summary>
/// A file whose room exists on the disk and which is written through memory, a window of it at a time: written pages of a mapping count as this process's memory until
/// it is given back, though the operating system keeps them anyway.
/// </summary>
sealed unsafe class MappedSegment : IDisposable
{
    const int Chunk = 64 * 1024;

    /// <summary>What is mapped at once, unless a record is longer.</summary>
    const int WindowBytes = 256 * 1024;

    /// <summary>Where a window begins: before the place that is written, so that the head of a record is in it, which is written after what follows it.</summary>
    const int WindowStep = 64 * 1024;

    static readonly byte[] Zeros = new byte[Chunk];

    readonly MemoryMappedFile map;
    readonly FileStream file;
    MemoryMappedViewAccessor? view;
    byte* start;
    long windowFrom;
    long windowEnd;

    MappedSegment(FileStream file, long capacity)
    {
        this.file = file;
        Capacity = capacity;
        map = MemoryMappedFile.CreateFromFile(
            file,
            null,
            capacity,
            MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None,
            leaveOpen: true
        );
    }

    public long Capacity { get; }

    /// <param name="file">The file; its length grows to the capacity.</param>
    /// <param name="used">Bytes that are kept; what lies behind them becomes zero.</param>
    /// <param name="capacity">Bytes of the mapping.</param>
    /// <exception cref="IOException">There is no room; the file is as long as before.</exception>
    public static MappedSegment Open(FileStream file, long used, long capacity)
    {
        if (file.Length < capacity || !IsZero(file, used))
            Extend(file, used, capacity);
        return new MappedSegment(file, capacity);
    }

    /// <summary>Makes a file of zeros.</summary>
    public static void Fill(string path, long bytes)
    {
        using var made = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
        Extend(made, 0, bytes);
    }

    /// <summary>Zeros are written, not left as a hole: a hole would fail in the middle of a copy, which ends the process.</summary>
    static void Extend(FileStream file, long used, long capacity)
    {
        try
        {
            for (var at = used; at < capacity; at += Chunk)
                RandomAccess.Write(file.SafeFileHandle, Zeros.AsSpan(0, (int)Math.Min(Chunk, capacity - at)), at);
        }
        catch (IOException)
        {
            if (file.CanSeek)
                file.SetLength(used);
            throw;
        }
    }

    /// <summary>A spare is all zeros from its first byte on; a segment that was in use when its process died may hold half a record.</summary>
    static bool IsZero(FileStream file, long used)
    {
        if (used > 0)
            return false;
        Span<byte> first = stackalloc byte[8];
        return RandomAccess.Read(file.SafeFileHandle, first, 0) == first.Length && !first.ContainsAnyExcept((byte)0);
    }

    /// <summary>One copy: the handle's own way of writing a span goes byte by byte.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Capacity - bytes.Length);
        if (offset < windowFrom || offset + bytes.Length > windowEnd)
            Map(offset, bytes.Length);
        bytes.CopyTo(new Span<byte>(start + (offset - windowFrom), bytes.Length));
    }

    void Map(long offset, int length)
    {
        Unmap();
        var from = Math.Max(0, offset - JournalFrame.HeaderBytes) / WindowStep * WindowStep;
        var end = Math.Min(Capacity, Math.Max(from + WindowBytes, offset + length));
        view = map.CreateViewAccessor(from, end - from, MemoryMappedFileAccess.ReadWrite);
        byte* at = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref at);
        start = at + view.PointerOffset;
        (windowFrom, windowEnd) = (from, end);
    }

    void Unmap()
    {
        if (view is null)
            return;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        // The handle first: a view that still has one waits for the disk, while everybody who ends a call waits for us.
        view.SafeMemoryMappedViewHandle.Dispose();
        view.Dispose();
        view = null;
        start = null;
        (windowFrom, windowEnd) = (0, 0);
    }

    /// <summary>What windows before this one wrote is flushed with the file.</summary>
    public void Flush()
    {
        view?.Flush();
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }

    public void Dispose()
    {
        Unmap();
        map.Dispose();
    }
}
