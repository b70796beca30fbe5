using System.Data.Common;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>How far a log is in the store.</summary>
/// <param name="Id">Of the log.</param>
/// <param name="Size">Entries.</param>
/// <param name="Root">Of its tree.</param>
/// <param name="Position">In its journal.</param>
/// <param name="AtUs">Of its last entry.</param>
/// <param name="AnchoredSize">Entries under the last checkpoint that went outside.</param>
sealed record StoredLog(string Id, long Size, byte[] Root, long Position, long AtUs, long AnchoredSize);

/// <summary>The tables of the audit log.</summary>
sealed class AuditStore(Database database)
{
    sealed class LogRow
    {
        public string Id { get; set; } = "";
        public long Size { get; set; }
        public byte[] Root { get; set; } = [];
        public long Position { get; set; }
        public long AtUs { get; set; }
        public long AnchoredSize { get; set; }

        public StoredLog ToLog() => new(Id, Size, Root, Position, AtUs, AnchoredSize);
    }

    sealed class BatchRow
    {
        public long First { get; set; }
        public long Entries { get; set; }
        public long FromUs { get; set; }
        public long ToUs { get; set; }
        public byte[] Lines { get; set; } = [];

        public AuditBatch ToBatch() => new(First, (int)Entries, FromUs, ToUs, Lines);
    }

    const string LogColumns = "id, size, root, position, at_us, anchored_size";

    public async Task<IReadOnlyList<StoredLog>> LogsAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<LogRow>(
            new CommandDefinition($"select {LogColumns} from governance_audit_logs order by id", cancellationToken: ct)
        );
        return rows.Select(r => r.ToLog()).ToList();
    }

    public async Task<StoredLog?> LogAsync(string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await LogAsync(db, id, ct);
    }

    public static async Task<StoredLog?> LogAsync(DbConnection db, string id, CancellationToken ct)
    {
        var row = await db.QuerySingleOrDefaultAsync<LogRow>(
            new CommandDefinition($"select {LogColumns} from governance_audit_logs where id = @id", new { id }, cancellationToken: ct)
        );
        return row?.ToLog();
    }

    public async Task<byte[]?> TileAsync(string log, TileAt at, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await TileAsync(db, log, at, ct);
    }

    public static Task<byte[]?> TileAsync(DbConnection db, string log, TileAt at, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<byte[]?>(
            new CommandDefinition(
                "select hashes from governance_audit_tiles where log_id = @log and level = @Level and tile = @Index",
                new
                {
                    log,
                    at.Level,
                    at.Index,
                },
                cancellationToken: ct
            )
        );

    /// <summary>Batches that hold any of these entries, in their order.</summary>
    public async Task<IReadOnlyList<AuditBatch>> BatchesAsync(string log, long from, long to, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await BatchesAsync(db, log, from, to, ct);
    }

    /// <inheritdoc cref="BatchesAsync(string, long, long, CancellationToken)"/>
    public static async Task<IReadOnlyList<AuditBatch>> BatchesAsync(DbConnection db, string log, long from, long to, CancellationToken ct)
    {
        var rows = await db.QueryAsync<BatchRow>(
            new CommandDefinition(
                """
                select first, entries, from_us, to_us, lines from governance_audit_batches
                where log_id = @log and first < @to
                  and first >= coalesce((select max(b.first) from governance_audit_batches b where b.log_id = @log and b.first <= @from), 0)
                order by first
                """,
                new
                {
                    log,
                    from,
                    to,
                },
                cancellationToken: ct
            )
        );
        return rows.Select(r => r.ToBatch()).ToList();
    }

    /// <summary>Signed checkpoints from one size to another, both inclusive, in their order.</summary>
    public async Task<IReadOnlyList<string>> NotesAsync(string log, long from, long to, int limit, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await NotesAsync(db, log, from, to, limit, ct);
    }

    /// <inheritdoc cref="NotesAsync(string, long, long, int, CancellationToken)"/>
    public static async Task<IReadOnlyList<string>> NotesAsync(
        DbConnection db,
        string log,
        long from,
        long to,
        int limit,
        CancellationToken ct
    )
    {
        var rows = await db.QueryAsync<string>(
            new CommandDefinition(
                "select note from governance_audit_checkpoints where log_id = @log and size >= @from and size <= @to order by size limit @limit",
                new
                {
                    log,
                    from,
                    to,
                    limit,
                },
                cancellationToken: ct
            )
        );
        return rows.ToList();
    }

    /// <summary>The entries of a log that a stretch of time begins and ends with, widened to checkpoints: by less than 1,000 entries at either end.</summary>
    /// <returns>Null when nothing of the log lies in it.</returns>
    public async Task<(long First, long End)?> RangeAsync(string log, long fromUs, long toUs, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var (first, end) = await db.QuerySingleAsync<(long? First, long? End)>(
            new CommandDefinition(
                """
                with found as (
                  select min(first) as first, max(first + entries) as last from governance_audit_batches
                  where log_id = @log and to_us >= @fromUs and from_us < @toUs
                )
                select
                  case when first is null then null else coalesce(
                    (select max(c.size) from governance_audit_checkpoints c where c.log_id = @log and c.size <= first), 0) end as first,
                  (select min(c.size) from governance_audit_checkpoints c where c.log_id = @log and c.size >= last) as last
                from found
                """,
                new
                {
                    log,
                    fromUs,
                    toUs,
                },
                cancellationToken: ct
            )
        );
        return first is { } f && end is { } e ? (f, e) : null;
    }

    /// <summary>
    /// Writes what follows on a log. False, and nothing is written, when the log in the store does not stand where it was thought to: an earlier commit arrived although
    /// its answer was lost.
    /// </summary>
    public Task<bool> AppendAsync(StoredLog before, AuditAppend append, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var moved = await work.Connection.ExecuteAsync(
                    """
                    insert into governance_audit_logs (id, size, root, position, at_us) values (@Id, @size, @root, @position, @atUs)
                    on conflict (id) do update set size = excluded.size, root = excluded.root, position = excluded.position, at_us = excluded.at_us
                    where governance_audit_logs.position = @before and governance_audit_logs.size = @sizeBefore
                    """,
                    new
                    {
                        before.Id,
                        size = append.Size,
                        root = append.Root,
                        position = append.Position,
                        atUs = append.AtUs,
                        before = before.Position,
                        sizeBefore = before.Size,
                    },
                    work.Transaction
                );
                if (moved == 0)
                    return false;
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_audit_batches (log_id, first, entries, from_us, to_us, lines)
                    values (@log, @First, @Count, @FromUs, @ToUs, @Lines)
                    """,
                    append.Batches.Select(b => new
                    {
                        log = before.Id,
                        b.First,
                        b.Count,
                        b.FromUs,
                        b.ToUs,
                        b.Lines,
                    }),
                    work.Transaction
                );
                await work.Connection.ExecuteAsync(
                    "insert into governance_audit_checkpoints (log_id, size, at_us, root, note) values (@log, @Size, @AtUs, @Root, @Note)",
                    append.Checkpoints.Select(c => new
                    {
                        log = before.Id,
                        c.Checkpoint.Size,
                        c.Checkpoint.AtUs,
                        c.Checkpoint.Root,
                        c.Note,
                    }),
                    work.Transaction
                );
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_audit_tiles (log_id, level, tile, hashes) values (@log, @Level, @Index, @Value)
                    on conflict (log_id, level, tile) do update set hashes = excluded.hashes
                    """,
                    append.Tiles.Select(t => new
                    {
                        log = before.Id,
                        t.Key.Level,
                        t.Key.Index,
                        t.Value,
                    }),
                    work.Transaction
                );
                await AuditActs.IndexAsync(work, before.Id, append.Acts);
                return true;
            },
            ct
        );

    public Task AnchoredAsync(string log, long size, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_audit_logs set anchored_size = @size where id = @log and anchored_size < @size",
                    new { log, size },
                    work.Transaction
                ),
            ct
        );
}
