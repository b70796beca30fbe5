using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Portico.Storage;

/// <summary>The journal cannot take a record: the disk is full or gone. The node must not let calls through.</summary>
public sealed class JournalUnavailableException(string message, Exception inner) : IOException(message, inner);

/// <summary>
/// This node's append-only file of what must not be lost: a record is in the operating system's page cache when <see cref="Append"/> returns,
/// so it survives the death of the process at any later instant (and of the machine with fsync). Records are framed
/// [length u32][CRC-32C u32][payload]; a position is the number of bytes before a record over all segments and never repeats.
/// The segment that is written is filled with zeros ahead and mapped: an append is a copy and no system call, and a full disk shows when the
/// room is made, never in the middle of a record.
/// </summary>
public sealed class Journal : IDisposable
{
    /// <summary>Room behind a segment's size for the record that passes it.</summary>
    const int Overhang = 64 * 1024;

    /// <summary>Segments from this size on are made ahead: filling them takes milliseconds, in which no call could end.</summary>
    const int SpareFrom = 1024 * 1024;

    readonly Lock gate = new();
    readonly string directory;
    readonly int segmentBytes;
    readonly bool fsync;
    readonly FileStream owner;
    FileStream segment;
    MappedSegment? mapped;
    long segmentStart;
    long length;
    Task? spare;

    public Journal(string directory, int segmentBytes = 8 * 1024 * 1024, bool fsync = false)
    {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.fsync = fsync;
        PrivateDirectory.Create(directory);
        owner = Own(directory);
        JournalId = ReadOrMakeId(directory);
        File.Delete(SparePath);
        segmentStart = Segments().LastOrDefault();
        segment = Open(segmentStart);
        length = JournalFrame.ValidLength(segment);
        if (JournalFrame.Behind(segment, length) is not null)
        {
            // Damage with good records behind it: the segment stays as it is for the reader, writing goes on in a new one.
            length = segment.Length;
            Roll();
        }
        else if (segment.Length > length)
            segment.SetLength(length); // A record cut by a crash: its caller never got an answer.
    }

    /// <summary>Stays the same over restarts: positions belong to it.</summary>
    public string JournalId { get; }

    /// <summary>The position that the next record gets.</summary>
    public long End
    {
        get
        {
            lock (gate)
                return segmentStart + length;
        }
    }

    /// <summary>Bytes kept on disk.</summary>
    public long KeptBytes => Segments() is [var first, ..] ? End - first : 0;

    /// <summary>Appends and returns the position behind the record: what a reader continues from.</summary>
    /// <param name="payload">1 byte to 64 MiB. None is empty, because a stretch of zeros left by a power cut would read as empty records.</param>
    /// <exception cref="JournalUnavailableException">The record is not kept. Later appends try again.</exception>
    public long Append(ReadOnlySpan<byte> payload)
    {
        if (payload.Length is 0 or > JournalFrame.MaxRecordBytes)
            throw new ArgumentException(
                $"A journal record has 1 to {JournalFrame.MaxRecordBytes} bytes; this one has {payload.Length}.",
                nameof(payload)
            );
        lock (gate)
        {
            try
            {
                if (length >= segmentBytes)
                    Roll();
                var size = JournalFrame.HeaderBytes + payload.Length;
                if (mapped is null || length + size > mapped.Capacity)
                    MakeRoom(size);
                Span<byte> header = stackalloc byte[JournalFrame.HeaderBytes];
                BinaryPrimitives.WriteInt32LittleEndian(header, payload.Length);
                BinaryPrimitives.WriteUInt32LittleEndian(header[4..], JournalFrame.Crc32C(payload));
                mapped!.Write(length + JournalFrame.HeaderBytes, payload);
                mapped.Write(length, header);
                if (fsync)
                    mapped.Flush();
                length += size;
                if (spare is null && segmentBytes >= SpareFrom && length > segmentBytes / 2)
                    spare = Task.Run(() => MappedSegment.Fill(SparePath, segmentBytes + Overhang));
                return segmentStart + length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new JournalUnavailableException(
                    $"The journal in '{directory}' cannot be written: {e.Message} Free space on that disk; calls are refused until then.",
                    e
                );
            }
        }
    }

    /// <summary>
    /// Gives later records positions from this one on. For a reader that is ahead of the journal, as after a power cut that cost the page cache:
    /// a position that was used before would pass for applied.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The directory cannot be written.</exception>
    public void SkipTo(long position)
    {
        lock (gate)
        {
            if (segmentStart + length >= position)
                return;
            try
            {
                Roll(position);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new JournalUnavailableException($"The journal in '{directory}' cannot be written: {e.Message}", e);
            }
        }
    }

    /// <summary>
    /// Records from a position on, each with the position behind it. A damaged record is left out; where its length is damaged too, the rest of its
    /// segment is, and reading goes on with the next.
    /// </summary>
    /// <param name="position">A position that <see cref="Append"/> gave, or 0.</param>
    /// <param name="damaged">Called with the position of each damaged record; null = ignore.</param>
    public IEnumerable<(long Position, byte[] Payload)> ReadFrom(long position, Action<long>? damaged = null)
    {
        // The end first: a segment that begins after this line is not missed in the list, only left for the next reading.
        var journalEnd = End;
        var starts = Segments();
        for (var i = 0; i < starts.Count; i++)
        {
            var isLast = i == starts.Count - 1;
            if (!isLast && starts[i + 1] <= position)
                continue;
            var end = isLast ? journalEnd : starts[i + 1];
            using var file = new FileStream(PathOf(starts[i]), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var at = Math.Max(position, starts[i]);
            while (at < end)
            {
                var payload = JournalFrame.ReadOne(file, at - starts[i]);
                if (payload is null)
                {
                    damaged?.Invoke(at);
                    if (JournalFrame.Behind(file, at - starts[i]) is not { } next)
                        break;
                    at = starts[i] + next;
                    continue;
                }
                at += JournalFrame.HeaderBytes + payload.Length;
                yield return (at, payload);
            }
        }
    }

    /// <summary>Deletes segments whose records all lie before the position.</summary>
    public void TrimTo(long position)
    {
        var starts = Segments();
        for (var i = 0; i + 1 < starts.Count && starts[i + 1] <= position; i++)
            File.Delete(PathOf(starts[i]));
    }

    void Roll() => Roll(segmentStart + length);

    void Roll(long next)
    {
        if (spare is { IsCompletedSuccessfully: true } && !File.Exists(PathOf(next)))
            File.Move(SparePath, PathOf(next));
        spare = null;
        var opened = Open(next);
        Close();
        segment = opened;
        segmentStart = next;
        length = 0;
    }

    /// <summary>Gives back the room behind the last record.</summary>
    void Close()
    {
        if (mapped is not null)
        {
            mapped.Dispose();
            mapped = null;
            segment.SetLength(length);
        }
        segment.Dispose();
    }

    /// <summary>Maps the segment with room for this record.</summary>
    void MakeRoom(int size)
    {
        mapped?.Dispose();
        mapped = null;
        mapped = MappedSegment.Open(segment, length, Math.Max(segmentBytes + Overhang, length + size));
    }

    IReadOnlyList<long> Segments() =>
        Directory
            .EnumerateFiles(directory, "*.journal")
            .Select(f => long.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture))
            .Order()
            .ToList();

    string SparePath => Path.Combine(directory, "spare");

    string PathOf(long start) => Path.Combine(directory, start.ToString("D19", CultureInfo.InvariantCulture) + ".journal");

    FileStream Open(long start) =>
        new(PathOf(start), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    static FileStream Own(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new PorticoException(
                ErrorTable.StorageUnavailable,
                $"Another Portico process writes the journal in '{directory}'. Every node needs a data directory of its own.",
                inner: e
            );
        }
    }

    static string ReadOrMakeId(string directory)
    {
        var path = Path.Combine(directory, "journal.id");
        if (File.Exists(path))
            return File.ReadAllText(path).Trim();
        var id = "journal_" + Guid.CreateVersion7().ToString("N");
        var draft = path + ".new";
        File.WriteAllText(draft, id);
        File.Move(draft, path);
        return id;
    }

    public void Dispose()
    {
        lock (gate)
        {
            Close();
            // A spare that could not be made is not missed: the next segment is made when it is needed, and says why it cannot be.
            spare?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            File.Delete(SparePath);
            owner.Dispose();
        }
    }
}
