using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>
/// What this node knows of a batch and the store does not yet: which calls were begun, and answers. A file beside the journal, with what a killed process
/// must not lose: what was written is in the system's page cache and outlives the process. Entries are framed [length][CRC-32C][sealed]; one that a kill
/// cut is none. Files are turned over with every group that goes to the store, and dropped when it is there.
/// </summary>
sealed class BatchSpool : IDisposable
{
    const int HeaderBytes = 8;
    const byte Begun = 1;
    const byte Answered = 2;

    /// <summary>Lines that are begun, each with its call: in steps at providers they may be thousands.</summary>
    const byte AllBegun = 3;
    const int BegunBytes = 4 + 16;

    // How an answer ended; nothing of it is an error.
    const byte Good = 1;
    const byte NotAsked = 2;

    readonly Lock gate = new();
    readonly string directory;
    readonly string batch;
    readonly Box box;
    readonly Dictionary<int, CallId> open = [];
    readonly List<LineAnswer> answers = [];
    readonly Dictionary<int, CallId> calls = [];
    FileStream file;
    int number;

    BatchSpool(string directory, string batch, Box box)
    {
        (this.directory, this.batch, this.box) = (directory, batch, box);
        PrivateDirectory.Create(directory);
        foreach (var (path, turn) in Files())
        {
            Read(path);
            number = turn + 1;
        }
        foreach (var answer in answers)
            calls.Remove(answer.Line);
        // Until a line is asked again or answered, every later file has its call too.
        foreach (var (line, call) in calls)
            open[line] = call;
        file = Make(number);
    }

    public static string DirectoryOf(StorageOptions options) => Path.Combine(options.DataDirectory, "batches");

    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static BatchSpool Open(StorageOptions options, Box box, string batch) =>
        new(Path.Combine(DirectoryOf(options), batch), batch, box);

    /// <summary>Answers that an earlier process had and perhaps not brought to the store.</summary>
    public IReadOnlyList<LineAnswer> Left => answers;

    /// <summary>Calls that an earlier process had begun and whose answer it had not.</summary>
    public IReadOnlyDictionary<int, CallId> Cut => calls;

    /// <summary>Says that a line is called. Before the call: what is not here was not asked.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Begin(int line, CallId call)
    {
        lock (gate)
        {
            open[line] = call;
            Write(BegunEntry(line, call));
        }
    }

    /// <summary>Keeps the answer of a line.</summary>
    /// <exception cref="IOException">It cannot be written: the answer is in memory alone.</exception>
    public void Answer(LineAnswer answer)
    {
        lock (gate)
        {
            open.Remove(answer.Line);
            Write(AnsweredEntry(answer));
        }
    }

    /// <summary>Goes on in a new file, and returns the number of the old one.</summary>
    public int Turn()
    {
        lock (gate)
        {
            var next = Make(number + 1);
            file.Dispose();
            (file, number) = (next, number + 1);
            if (open.Count > 0)
                Write(AllBegunEntry());
            return number - 1;
        }
    }

    /// <summary>Forgets the files up to this number: what they have is in the store.</summary>
    public void Drop(int upTo)
    {
        foreach (var (path, turn) in Files())
            if (turn <= upTo)
                File.Delete(path);
    }

    /// <summary>The batch is over or another node's.</summary>
    public void Delete()
    {
        Dispose();
        Directory.Delete(directory, recursive: true);
    }

    public void Dispose()
    {
        lock (gate)
            file.Dispose();
    }

    FileStream Make(int turn)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(directory, turn.ToString("D9", CultureInfo.InvariantCulture)), options);
    }

    List<(string Path, int Turn)> Files() =>
        Directory
            .EnumerateFiles(directory)
            .Select(path =>
                (path, Turn: int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1)
            )
            .Where(f => f.Turn >= 0)
            .OrderBy(f => f.Turn)
            .ToList();

    void Write(ReadOnlySpan<byte> entry)
    {
        var closed = Sealed(entry);
        var frame = new byte[HeaderBytes + closed.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, closed.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Crc(closed));
        closed.CopyTo(frame, HeaderBytes);
        file.Write(frame);
    }

    byte[] Sealed(ReadOnlySpan<byte> entry)
    {
        try
        {
            return box.Seal(entry, batch);
        }
        catch (PorticoException e)
        {
            throw new IOException($"The spool of {batch} cannot be written. {e.Message}", e);
        }
    }

    static byte[] BegunEntry(int line, CallId call)
    {
        var entry = new byte[1 + 4 + 16];
        entry[0] = Begun;
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(1), line);
        call.Value.TryWriteBytes(entry.AsSpan(5), bigEndian: true, out _);
        return entry;
    }

    byte[] AllBegunEntry()
    {
        var entry = new byte[1 + open.Count * BegunBytes];
        entry[0] = AllBegun;
        var at = 1;
        foreach (var (line, call) in open)
        {
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(at), line);
            call.Value.TryWriteBytes(entry.AsSpan(at + 4), bigEndian: true, out _);
            at += BegunBytes;
        }
        return entry;
    }

    static byte[] AnsweredEntry(LineAnswer answer)
    {
        var entry = new byte[1 + 4 + 1 + 5 * 8 + answer.Json.Length];
        entry[0] = Answered;
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(1), answer.Line);
        entry[5] =
            answer.IsGood ? Good
            : answer.IsNotAsked ? NotAsked
            : (byte)0;
        var spent = answer.Spent;
        ReadOnlySpan<long> numbers = [spent.Input, spent.Cached, spent.Output, spent.Reasoning, spent.CostNanoUsd];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(6 + 8 * i), numbers[i]);
        answer.Json.CopyTo(entry, 6 + 5 * 8);
        return entry;
    }

    void Read(string path)
    {
        using var from = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        while (from.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length <= 0 || length > from.Length - from.Position)
                return;
            var closed = new byte[length];
            from.ReadExactly(closed);
            if (Crc(closed) != BinaryPrimitives.ReadUInt32LittleEndian(header[4..]))
                return;
            Take(Opened(closed));
        }
    }

    byte[] Opened(byte[] closed)
    {
        try
        {
            return box.Open(closed, batch);
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"The spool of {batch} cannot be opened. {e.Message}", inner: e);
        }
    }

    void Take(byte[] entry)
    {
        if (entry[0] is Begun or AllBegun)
        {
            for (var at = 1; at < entry.Length; at += BegunBytes)
                calls[BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(at))] = new CallId(
                    new Guid(entry.AsSpan(at + 4, 16), bigEndian: true)
                );
            return;
        }
        var line = BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(1));
        long Number(int i) => BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(6 + 8 * i));
        answers.Add(
            new LineAnswer(line, entry[5] == Good, new Spent(Number(0), Number(1), Number(2), Number(3), Number(4)), entry[(6 + 5 * 8)..])
            {
                IsNotAsked = entry[5] == NotAsked,
            }
        );
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
