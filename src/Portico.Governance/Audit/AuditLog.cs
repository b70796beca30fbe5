using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>Lines that follow one another in the journal.</summary>
/// <param name="Start">The journal's position before the first.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Lines">Each ends with a line feed.</param>
/// <param name="Count">How many.</param>
readonly record struct AuditStretch(long Start, long End, ReadOnlyMemory<byte> Lines, int Count);

/// <summary>
/// Takes the entries of this node: a line is in the journal when <see cref="Write"/> returns, and survives the death of the process from then on. The sequencer
/// brings it into the tree.
/// </summary>
public sealed partial class AuditLog : IDisposable
{
    /// <summary>There is a signed checkpoint behind so many entries at the latest.</summary>
    internal const int CheckpointEntries = 1_000;

    /// <summary>At so many the sequencer does not wait for the second to pass. More than a checkpoint's worth: a transaction for each would cost more than the entries.</summary>
    const int HurryAt = 4 * CheckpointEntries;

    /// <summary>What waits in memory, beside the journal, so that it need not be read again.</summary>
    const int MaxWaitingBytes = 8 * 1024 * 1024;

    const int MinSegmentBytes = 1024 * 1024;

    /// <summary>A clock that jumps by less is being set right.</summary>
    const long JitterUs = 1_000_000;

    [ThreadStatic]
    static AuditLine? line;

    readonly Journal journal;
    readonly AuditOptions options;
    readonly TimeProvider time;
    readonly ILogger<AuditLog> logger;
    readonly Lock gate = new();
    readonly SemaphoreSlim full = new(0, 1);
    byte[] waiting = new byte[64 * 1024];
    byte[] spare = new byte[64 * 1024];
    int waitingBytes;
    int waitingCount;
    long waitingFrom;
    long lastUs;
    bool setBack;
    volatile bool unavailable;

    public AuditLog(StorageOptions storage, AuditOptions options, TimeProvider time, ILogger<AuditLog> logger)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        journal = new Journal(
            Path.Combine(storage.DataDirectory, "audit"),
            Math.Max(storage.JournalSegmentBytes, MinSegmentBytes),
            storage.JournalFsync
        );
        waitingFrom = journal.End;
        Id = "log_" + journal.JournalId[(journal.JournalId.IndexOf('_') + 1)..];
    }

    /// <summary>Of this node's log; stays with its data directory.</summary>
    public string Id { get; }

    /// <summary>False while entries cannot be kept: nothing may be done then.</summary>
    public bool Healthy => !unavailable && Backlog < options.MaxJournalBytes;

    /// <summary>True when entries are kept. Where they were not, one is tried: a node that is asked for nothing would else never notice that there is room again.</summary>
    public bool TryRecover()
    {
        try
        {
            if (unavailable)
                Write("log.resumed", Id, static (json, id) => json.WriteString("log", id));
            return Healthy;
        }
        catch (PorticoException)
        {
            // Why is in the log since the first time.
            return false;
        }
    }

    /// <summary>Bytes of entries that the store does not have yet.</summary>
    public long Backlog => journal.End - Sequenced;

    internal long Sequenced { get; private set; }

    internal long End => journal.End;

    /// <summary>Writes an entry. What it says must hold no name, no address and no text of a person: it is kept for good.</summary>
    /// <param name="kind">As <c>call.intent</c>.</param>
    /// <param name="of">What the facts are read from.</param>
    /// <param name="facts">Writes members of the entry.</param>
    /// <exception cref="PorticoException">It cannot be kept; what it is about must not be done, or not be answered.</exception>
    public void Write<T>(string kind, T of, Action<Utf8JsonWriter, T> facts)
    {
        if (Backlog >= options.MaxJournalBytes)
            throw Unavailable($"{Backlog} bytes of entries wait for the store, more than Audit:MaxJournalBytes allows.", null);
        line ??= new AuditLine();
        line.Write(kind, of, facts);
        lock (gate)
        {
            var now = Micros.Now(time);
            if (now < lastUs - JitterUs && !setBack)
            {
                setBack = true;
                // This thread's line is full: this one is rare and has a writer of its own.
                var told = new AuditLine();
                told.Write("clock.set_back", lastUs - now, static (json, by) => json.WriteNumber("by_us", by));
                Append(told.Bytes);
            }
            else if (now >= lastUs)
                (lastUs, setBack) = (now, false);
            Append(line.Bytes);
        }
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length + 1);
        var at = waiting.AsSpan(waitingBytes, bytes.Length);
        bytes.CopyTo(at);
        AuditLine.SetTime(at, lastUs);
        try
        {
            journal.Append(at);
        }
        catch (JournalUnavailableException e)
        {
            if (!unavailable)
                Log.Unavailable(logger, e.Message);
            unavailable = true;
            throw Unavailable(e.Message, e);
        }
        if (unavailable)
            Log.Available(logger);
        unavailable = false;
        waiting[waitingBytes + bytes.Length] = (byte)'\n';
        waitingBytes += bytes.Length + 1;
        if (++waitingCount == HurryAt && full.CurrentCount == 0)
            full.Release();
    }

    /// <summary>What does not fit is left to the journal, from which the sequencer reads it.</summary>
    void Room(int bytes)
    {
        if (waitingBytes + bytes <= waiting.Length)
            return;
        if (waitingBytes + bytes > MaxWaitingBytes)
        {
            (waitingBytes, waitingCount, waitingFrom) = (0, 0, journal.End);
            if (bytes <= waiting.Length)
                return;
        }
        Array.Resize(ref waiting, Math.Max(waiting.Length * 2, waitingBytes + bytes));
    }

    static PorticoException Unavailable(string why, Exception? inner) =>
        new(ErrorTable.AuditUnavailable, $"This node can keep no more audit entries: {why}", inner: inner)
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    /// <summary>Waits until many entries are there, or for the second to pass.</summary>
    internal Task WaitAsync(TimeSpan longest, CancellationToken ct) => full.WaitAsync(longest, ct);

    /// <summary>
    /// What follows on a position: from memory, or read from the journal where memory begins later. Its bytes are good until the next call, by one reader.
    /// </summary>
    /// <param name="position">The position that the store has.</param>
    /// <param name="damaged">Called with the position of damaged entries.</param>
    internal AuditStretch Take(long position, Action<long> damaged)
    {
        lock (gate)
            if (waitingFrom == position)
            {
                var taken = new AuditStretch(position, journal.End, waiting.AsMemory(0, waitingBytes), waitingCount);
                (waiting, spare) = (spare, waiting);
                (waitingBytes, waitingCount, waitingFrom) = (0, 0, journal.End);
                return taken;
            }
        return Read(position, damaged);
    }

    AuditStretch Read(long position, Action<long> damaged)
    {
        const int MaxLines = 20 * CheckpointEntries;
        long goal;
        lock (gate)
        {
            // The store is ahead of what waits, as after a commit whose answer was lost.
            if (waitingFrom < position)
                (waitingBytes, waitingCount, waitingFrom) = (0, 0, journal.End);
            goal = waitingFrom;
        }
        var bytes = new MemoryStream();
        var (end, count) = (position, 0);
        foreach (var (behind, payload) in journal.ReadFrom(position, damaged))
        {
            if (behind > goal || count == MaxLines)
                break;
            bytes.Write(payload);
            bytes.WriteByte((byte)'\n');
            end = behind;
            count++;
        }
        // Damaged bytes before the goal are behind us too, or it would never be reached.
        return new AuditStretch(position, count < MaxLines ? goal : end, bytes.GetBuffer().AsMemory(0, (int)bytes.Length), count);
    }

    /// <summary>The store has everything up to here.</summary>
    internal void Reached(long position)
    {
        Sequenced = position;
        journal.TrimTo(position);
    }

    /// <summary>Times go on from here, and positions from the store's, where the journal lost its end.</summary>
    internal void ContinueFrom(long position, long us)
    {
        journal.SkipTo(position);
        lock (gate)
        {
            lastUs = Math.Max(lastUs, us);
            if (waitingCount == 0)
                waitingFrom = journal.End;
        }
        Sequenced = position;
    }

    /// <summary>Entries that an earlier process left and this one brought in have times too.</summary>
    internal void ContinueAfter(long us)
    {
        lock (gate)
            lastUs = Math.Max(lastUs, us);
    }

    public void Dispose()
    {
        journal.Dispose();
        full.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "The audit log cannot be written; calls and changes are refused: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "The audit log is written again")]
        public static partial void Available(ILogger logger);
    }
}
