using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>
/// Brings finished calls from the journal into the store. Rows first, idempotent by id; then one transaction of the main store with counters,
/// rollups and the position reached. A crash in between repeats the rows and nothing else.
/// </summary>
public sealed partial class JournalDrain(
    Journal journal,
    CallRecorder recorder,
    Database database,
    ICallStore calls,
    IEnumerable<IJournalSink> sinks,
    RecordOptions options,
    TimeProvider time,
    ILogger<JournalDrain> logger
) : BackgroundService
{
    const int MaxBatch = 2_000;

    readonly IJournalSink[] sinks = [.. sinks];
    readonly SemaphoreSlim applying = new(1, 1);
    readonly List<CallRecord> batch = new(MaxBatch);
    long applied;
    long reached; // behind the batch
    long drainedUs;

    /// <summary>When records last came into the store; null when none did since the start.</summary>
    public DateTimeOffset? DrainedAt => Volatile.Read(ref drainedUs) is > 0 and var us ? Micros.ToTime(us) : null;

    /// <summary>Why the store took no records the last time; null while it does.</summary>
    public string? Failure { get; private set; }

    /// <summary>Applies what an earlier process left in the journal. Called before the node serves.</summary>
    public async Task ReplayAsync(CancellationToken ct)
    {
        await ReadPositionAsync(ct);
        journal.SkipTo(applied);
        await CatchUpAsync(ct);
    }

    async Task ReadPositionAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var position =
            await db.ExecuteScalarAsync<long?>(
                "select position from observability_journal_positions where journal_id = @id",
                new { id = journal.JournalId }
            ) ?? 0;
        Volatile.Write(ref applied, position);
        recorder.Drained = position;
    }

    /// <summary>Returns when everything recorded before the call is in the store.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var goal = journal.End;
        while (Volatile.Read(ref applied) < goal)
        {
            await DrainOnceAsync(ct);
            if (Volatile.Read(ref applied) < goal)
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = TimeSpan.FromMilliseconds(100);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // What the store refused is no longer in the queue: it must not wait for the next call.
                if (recorder.Backlog <= 0)
                    await recorder.Queue.WaitToReadAsync(stoppingToken);
                await Task.Delay(TimeSpan.FromMilliseconds(options.BatchMs), time, stoppingToken);
                await DrainOnceAsync(stoppingToken);
                wait = TimeSpan.FromMilliseconds(100);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Failure = e.Message;
                Log.StoreAway(logger, recorder.Backlog, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromMilliseconds(Math.Min(5_000, wait.TotalMilliseconds * 2));
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or OperationCanceledException)
        {
            // The journal keeps what the store did not take; the next start applies it.
            Log.LeftInJournal(logger, recorder.Backlog);
        }
    }

    async Task DrainOnceAsync(CancellationToken ct)
    {
        await applying.WaitAsync(ct);
        try
        {
            while (Gather())
            {
                var full = batch.Count == MaxBatch;
                if (batch.Count == 0)
                    await CatchUpLockedAsync(ct);
                else if (await ApplyAsync(batch, reached, ct) && !full)
                    // What came meanwhile waits for the next turn: under load small batches would follow each other without a pause, and a batch costs more than its calls.
                    break;
            }
            if (applied < journal.End && recorder.Queue.Count == 0)
                await CatchUpLockedAsync(ct);
        }
        finally
        {
            applying.Release();
        }
    }

    /// <summary>
    /// Takes from the queue what follows on the position applied. False when the queue is empty; true with an empty batch when something is
    /// missing in between (the queue was full, or an earlier batch failed): the journal has it.
    /// </summary>
    bool Gather()
    {
        batch.Clear();
        reached = applied;
        while (batch.Count < MaxBatch && recorder.Queue.TryPeek(out var head))
        {
            if (head.End > reached && head.Start != reached)
                return true;
            recorder.Queue.TryRead(out _);
            if (head.End <= reached)
                continue;
            batch.Add(head.Record);
            reached = head.End;
        }
        return batch.Count > 0;
    }

    async Task CatchUpAsync(CancellationToken ct)
    {
        await applying.WaitAsync(ct);
        try
        {
            await CatchUpLockedAsync(ct);
        }
        finally
        {
            applying.Release();
        }
    }

    async Task CatchUpLockedAsync(CancellationToken ct)
    {
        while (!await TryCatchUpAsync(ct)) { }
    }

    /// <summary>False when the store was found at another position than expected: reading starts again from there.</summary>
    async Task<bool> TryCatchUpAsync(CancellationToken ct)
    {
        var records = new List<CallRecord>(MaxBatch);
        var end = journal.End;
        var last = applied;
        foreach (var (position, payload) in journal.ReadFrom(applied, at => Log.Damaged(logger, at)))
        {
            last = position;
            if (Read(payload) is { } record)
                records.Add(record);
            if (records.Count < MaxBatch)
                continue;
            if (!await ApplyAsync(records, last, ct))
                return false;
            records.Clear();
        }
        // Damaged bytes before the end are behind us too, or the end would never be reached.
        last = Math.Max(last, end);
        return last <= applied || await ApplyAsync(records, last, ct);
    }

    CallRecord? Read(byte[] payload)
    {
        try
        {
            // Earlier builds wrote JSON, and an empty object still stands where the journal was tried.
            var record = payload is [(byte)'{', ..]
                ? JsonSerializer.Deserialize(payload, RecordJson.Default.CallRecord)
                : RecordBytes.Read(payload);
            return record is null || record.Id.IsEmpty ? null : record;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            Log.Unreadable(logger, e.Message);
            return null;
        }
    }

    /// <summary>
    /// Applies the records between the position applied and this one. False, and nothing is counted, when the store is at another position: an earlier
    /// commit arrived although its answer was lost.
    /// </summary>
    async Task<bool> ApplyAsync(IReadOnlyList<CallRecord> records, long position, CancellationToken ct)
    {
        if (records.Count > 0)
            await calls.InsertAsync(records, ct);
        var from = applied;
        var moved = await database.WriteAsync(
            async work =>
            {
                var rows = await work.Connection.ExecuteAsync(
                    """
                    insert into observability_journal_positions (journal_id, position) values (@id, @position)
                    on conflict (journal_id) do update set position = excluded.position where observability_journal_positions.position = @from
                    """,
                    new
                    {
                        id = journal.JournalId,
                        position,
                        from,
                    },
                    work.Transaction
                );
                if (rows == 0)
                    return false;
                await RecordImport.CountAsync(work, records, sinks, ct);
                return true;
            },
            ct
        );
        if (!moved)
        {
            await ReadPositionAsync(ct);
            return false;
        }
        Volatile.Write(ref applied, position);
        recorder.Drained = position;
        journal.TrimTo(position);
        Volatile.Write(ref drainedUs, Micros.Now(time));
        Failure = null;
        return true;
    }

    public override void Dispose()
    {
        applying.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "The store does not take records; {Bytes} bytes wait in the journal, next try in {WaitMs} ms: {Reason}"
        )]
        public static partial void StoreAway(ILogger logger, long bytes, double waitMs, string reason);

        [LoggerMessage(LogLevel.Warning, "{Bytes} bytes of records stay in the journal for the next start")]
        public static partial void LeftInJournal(ILogger logger, long bytes);

        [LoggerMessage(LogLevel.Error, "The journal is damaged at position {Position}; what follows in that segment is not read")]
        public static partial void Damaged(ILogger logger, long position);

        [LoggerMessage(LogLevel.Error, "A journal record cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}
