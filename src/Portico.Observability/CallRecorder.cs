using System.ComponentModel.DataAnnotations;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>Someone who applies finished calls to tables of the main store, in the transaction that moves the journal position: exactly once.</summary>
public interface IJournalSink
{
    Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> batch, CancellationToken ct);
}

/// <summary>Bounds of recording. Section <c>Records</c>.</summary>
public sealed class RecordOptions
{
    public const string Section = "Records";

    /// <summary>Bytes of journal that may wait for a store that does not answer, 1 MiB to 1 TiB; over it calls are refused.</summary>
    [Range(typeof(long), "1048576", "1099511627776")]
    public long MaxJournalBytes { get; set; } = 1L << 30;

    /// <summary>Milliseconds that a batch gathers, 1 to 5,000.</summary>
    [Range(1, 5_000)]
    public int BatchMs { get; set; } = 50;

    /// <summary>Whole months of calls that are kept beside the current one, 1 to 1,200.</summary>
    [Range(1, 1_200)]
    public int KeepMonths { get; set; } = 13;

    /// <summary>Months of rollups that are kept, 1 to 1,200 and at least as long as the calls: reports over years need no rows.</summary>
    [Range(1, 1_200)]
    public int KeepRollupMonths { get; set; } = 60;

    /// <summary>Days for which contents are kept where a route keeps them, 1 to 36,500.</summary>
    [Range(1, 36_500)]
    public int KeepContentDays { get; set; } = 30;

    /// <summary>Bytes kept of a prompt and of an answer, each, 1 KiB to 16 MiB; what is longer is cut and marked so.</summary>
    [Range(1_024, 16_777_216)]
    public int ContentBytes { get; set; } = 256 * 1024;

    /// <summary>Mebibytes of contents that may wait in memory for the store, 1 to 4,096; over it contents are dropped and counted, calls go on.</summary>
    [Range(1, 4_096)]
    public int ContentQueueMegabytes { get; set; } = 64;

    /// <summary>Which names spans and metrics carry: <c>v1.41</c> or <c>latest</c>, see GenAiProfile.</summary>
    [AllowedValues("v1.41", "latest")]
    public string GenAiProfile { get; set; } = "v1.41";

    /// <exception cref="InvalidOperationException">A value is out of its range; the message names it.</exception>
    public void Check()
    {
        Bound(MaxJournalBytes, 1 << 20, 1L << 40, nameof(MaxJournalBytes));
        Bound(BatchMs, 1, 5_000, nameof(BatchMs));
        Bound(KeepMonths, 1, 1_200, nameof(KeepMonths));
        Bound(KeepRollupMonths, 1, 1_200, nameof(KeepRollupMonths));
        Bound(KeepContentDays, 1, 36_500, nameof(KeepContentDays));
        Bound(ContentBytes, 1_024, 16 << 20, nameof(ContentBytes));
        Bound(ContentQueueMegabytes, 1, 4_096, nameof(ContentQueueMegabytes));
        _ = Telemetry.GenAiProfile.Parse(GenAiProfile);
    }

    static void Bound(long value, long min, long max, string name)
    {
        if (value < min || value > max)
            throw new InvalidOperationException($"{Section}:{name} must be from {min} to {max}; it is {value}.");
    }
}

/// <summary>A record with the journal positions before and behind it.</summary>
readonly record struct QueuedRecord(long Start, long End, CallRecord Record);

/// <summary>
/// Takes the record of every call when it ends, before the last byte leaves: journal first, then a queue to the store. A full queue loses nothing:
/// the drain reads on from the journal.
/// </summary>
public sealed partial class CallRecorder(Journal journal, RecordOptions options, ILogger<CallRecorder> logger)
{
    const int QueueLength = 8_192;

    [ThreadStatic]
    static ByteWriter? writer;

    readonly Channel<QueuedRecord> queue = Channel.CreateBounded<QueuedRecord>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }
    );
    readonly Lock order = new();

    /// <summary>
    /// Calls that ended when the journal could not be written. Their callers were refused the end of the answer, their money was spent all the same:
    /// the journal gets them first when it works again. At most the calls that were under way, because none is let in before.
    /// </summary>
    readonly Queue<CallRecord> owed = new();
    volatile bool unavailable;
    Action<CallRecord>? recorded;

    internal ChannelReader<QueuedRecord> Queue => queue.Reader;

    /// <summary>Adds someone who gets every record on the caller's thread and must be quick: metrics, the live tail.</summary>
    public void Listen(Action<CallRecord> listener) => recorded += listener;

    /// <summary>False while records cannot be kept: no call may be let through then.</summary>
    public bool Healthy => !unavailable && Backlog < options.MaxJournalBytes;

    /// <summary>The journal position up to which the store has everything.</summary>
    public long Drained { get; internal set; }

    /// <summary>Bytes of journal that the store does not have yet.</summary>
    public long Backlog => journal.End - Drained;

    /// <exception cref="PorticoException">The journal cannot be written.</exception>
    public void Record(CallRecord record)
    {
        try
        {
            Append(record);
        }
        catch (JournalUnavailableException e)
        {
            var error = new PorticoException(ErrorTable.LedgerUnavailable, "The journal of this node cannot be written.", inner: e);
            lock (order)
            {
                if (!unavailable)
                    Log.Unavailable(logger, e.Message);
                unavailable = true;
                if (record.Settlements.Count > 0)
                    owed.Enqueue(Failed(record, error));
            }
            throw error;
        }
        recorded?.Invoke(record);
    }

    void Append(CallRecord record)
    {
        writer ??= new ByteWriter();
        writer.Reset();
        RecordBytes.Write(record, writer);
        // Position and queue in one order, so that the drain can trust it.
        lock (order)
        {
            var start = journal.End;
            queue.Writer.TryWrite(new QueuedRecord(start, journal.Append(writer.Written), record));
        }
    }

    static CallRecord Failed(CallRecord record, PorticoException error)
    {
        (record.Outcome, record.Status, record.ErrorCode, record.ErrorMessage) = (
            CallOutcome.Failed,
            error.Kind.Status,
            error.Kind.Code,
            error.Message
        );
        return record;
    }

    /// <summary>Tries the journal again after a failure: with what is owed to it, else with an empty record.</summary>
    public bool TryRecover()
    {
        if (!unavailable)
            return true;
        try
        {
            lock (order)
            {
                if (owed.Count == 0)
                    journal.Append("{}"u8);
                while (owed.TryPeek(out var record))
                {
                    Append(record);
                    owed.Dequeue();
                    recorded?.Invoke(record);
                }
                unavailable = false;
                Log.Available(logger);
            }
            return true;
        }
        catch (JournalUnavailableException)
        {
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Records cannot be kept, so no call is let through: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "Records can be kept again; calls are let through")]
        public static partial void Available(ILogger logger);
    }
}
