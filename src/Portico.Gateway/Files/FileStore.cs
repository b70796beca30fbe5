using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Gateway.Files;

/// <summary>
/// Keeps files in the store, so that every node reads them: a row for the file and one for every chunk, each chunk sealed under the key of its workspace with file
/// and number as associated data. Nothing here holds more than a chunk.
/// </summary>
sealed class FileStore(Database database, KeyRing ring, TimeProvider time)
{
    /// <summary>Bytes of a chunk, at most: sealed too it is a small object to the collector.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>Before the store is asked again by who waits for it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    const string Columns =
        "id as Id, workspace_id as WorkspaceId, key_id as KeyId, person_id as PersonId, name as Name, purpose as Purpose, bytes as Bytes, created_us as CreatedUs, expires_us as ExpiresUs";

    sealed record Chunk
    {
        public long Seq { get; init; }
        public string WorkspaceId { get; init; } = "";
        public byte[] Sealed { get; init; } = [];
    }

    long Now => Micros.Now(time);

    /// <summary>Writes down a file that nobody sees before it is ready. Left behind, it goes at its end.</summary>
    public Task BeginAsync(StoredFile file, CancellationToken ct) => database.WriteAsync(work => BeginAsync(work, file), ct);

    public static Task BeginAsync(DbWork work, StoredFile file) =>
        work.Connection.ExecuteAsync(
            """
            insert into gateway_files (id, workspace_id, key_id, person_id, name, purpose, bytes, ready, created_us, expires_us)
            values (@Id, @WorkspaceId, @KeyId, @PersonId, @Name, @Purpose, 0, 0, @CreatedUs, @ExpiresUs)
            """,
            file,
            work.Transaction
        );

    /// <exception cref="PorticoException">The key of the workspace was destroyed: nothing is kept for it.</exception>
    public async ValueTask<byte[]> SealAsync(string workspace, ReadOnlyMemory<byte> chunk, string file, long seq, CancellationToken ct) =>
        (await ring.SealerAsync(workspace, KeyPurposes.Files, ct)).Seal(chunk.Span, Associated(file, seq));

    public async Task AppendAsync(StoredFile file, long seq, ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        var closed = await SealAsync(file.WorkspaceId, chunk, file.Id, seq, ct);
        await database.WriteAsync(work => AppendAsync(work, file.Id, seq, chunk.Length, closed), ct);
    }

    public static Task AppendAsync(DbWork work, string file, long seq, long size, byte[] closed) =>
        work.Connection.ExecuteAsync(
            "insert into gateway_file_chunks (file_id, seq, size, sealed) values (@file, @seq, @size, @closed)",
            new
            {
                file,
                seq,
                size,
                closed,
            },
            work.Transaction
        );

    /// <summary>Makes an upload a file.</summary>
    public Task FinishAsync(StoredFile file, CancellationToken ct) => database.WriteAsync(work => FinishAsync(work, file), ct);

    public static Task FinishAsync(DbWork work, StoredFile file) =>
        work.Connection.ExecuteAsync(
            "update gateway_files set name = @Name, purpose = @Purpose, bytes = @Bytes, expires_us = @ExpiresUs, ready = 1 where id = @Id",
            file,
            work.Transaction
        );

    /// <summary>Makes what a batch wrote a file; false when it wrote nothing, and then there is none.</summary>
    public static async Task<bool> FinishAsync(DbWork work, string file)
    {
        var bytes = await work.Connection.ExecuteScalarAsync<long?>(
            "select sum(size) from gateway_file_chunks where file_id = @file",
            new { file },
            work.Transaction
        );
        await work.Connection.ExecuteAsync(
            bytes > 0
                ? "update gateway_files set bytes = @bytes, ready = 1 where id = @file"
                : "delete from gateway_files where id = @file and @bytes = @bytes",
            new { file, bytes = bytes ?? 0 },
            work.Transaction
        );
        return bytes > 0;
    }

    public async Task<StoredFile?> FindAsync(string id, string workspace, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<StoredFile>(
            $"select {Columns} from gateway_files where id = @id and workspace_id = @workspace and ready = 1 and expires_us > @now",
            new
            {
                id,
                workspace,
                now = Now,
            }
        );
    }

    /// <summary>One more than asked for, so that the reader knows whether there is more.</summary>
    public async Task<IReadOnlyList<StoredFile>> ListAsync(string workspace, string? purpose, ListPart part, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var (order, beyond) = part.OldestFirst ? ("asc", ">") : ("desc", "<");
        var rows = await db.QueryAsync<StoredFile>(
            $"""
            select {Columns} from gateway_files
            where workspace_id = @workspace and ready = 1 and expires_us > @now
              {(purpose is null ? "" : "and purpose = @purpose")} {(part.After is null ? "" : $"and id {beyond} @after")}
            order by id {order} limit @limit
            """,
            new
            {
                workspace,
                purpose,
                after = part.After,
                now = Now,
                limit = part.Limit + 1,
            }
        );
        return rows.AsList();
    }

    /// <summary>Bytes of all files of a workspace.</summary>
    public async Task<long> BytesOfAsync(string workspace, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long?>(
                "select sum(bytes) from gateway_files where workspace_id = @workspace and expires_us > @now",
                new { workspace, now = Now }
            ) ?? 0;
    }

    /// <summary>The bytes in order, a chunk at a time.</summary>
    /// <exception cref="PorticoException">The store is away, or a chunk does not open.</exception>
    public async IAsyncEnumerable<byte[]> ReadAsync(string file, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = -1L; await NextAsync(file, after, ct) is { } chunk; after = chunk.Seq)
            yield return await OpenAsync(file, chunk, ct);
    }

    /// <summary>The same for who has time: a store that is away is waited for.</summary>
    /// <exception cref="PorticoException">A chunk does not open.</exception>
    public async IAsyncEnumerable<byte[]> ReadPatientlyAsync(string file, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = -1L; await NextPatientlyAsync(file, after, ct) is { } chunk; after = chunk.Seq)
            yield return await OpenAsync(file, chunk, ct);
    }

    async Task<Chunk?> NextPatientlyAsync(string file, long after, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await NextAsync(file, after, ct);
            }
            catch (Exception e) when (e is PorticoException or DbException or IOException or TimeoutException)
            {
                await Task.Delay(Patience, time, ct);
            }
        }
    }

    async Task<Chunk?> NextAsync(string file, long after, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<Chunk>(
            """
            select c.seq as Seq, f.workspace_id as WorkspaceId, c.sealed as Sealed from gateway_file_chunks c join gateway_files f on f.id = c.file_id
            where c.file_id = @file and c.seq > @after order by c.seq limit 1
            """,
            new { file, after }
        );
    }

    async ValueTask<byte[]> OpenAsync(string file, Chunk chunk, CancellationToken ct)
    {
        try
        {
            return await ring.OpenAsync(chunk.WorkspaceId, KeyPurposes.Files, chunk.Sealed, Associated(file, chunk.Seq), ct);
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"This file cannot be opened. {e.Message}", inner: e);
        }
    }

    /// <summary>Removes a file; false when a batch that is under way reads it.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken ct) => database.WriteAsync(work => DeleteAsync(work, id), ct);

    public static async Task<bool> DeleteAsync(DbWork work, string id)
    {
        if (
            await work.Connection.ExecuteAsync($"delete from gateway_files where id = @id and {NotRead}", new { id }, work.Transaction) == 0
        )
            return false;
        await work.Connection.ExecuteAsync("delete from gateway_file_chunks where file_id = @id", new { id }, work.Transaction);
        return true;
    }

    const string NotRead =
        "not exists (select 1 from gateway_batches b where b.input_file_id = gateway_files.id and b.status in ('validating', 'in_progress', 'finalizing', 'cancelling'))";

    /// <summary>Drops files that are past their time and not held, one at a time, so that no other write waits long; returns how many went.</summary>
    public async Task<int> PruneAsync(HeldPlaces held, PurgeTally tally, CancellationToken ct)
    {
        var old = await PastAsync(held, ct);
        foreach (var id in old)
            if (await DeleteAsync(id, ct))
                tally.Add(id);
        return old.Count;
    }

    /// <summary>Files that are past their time, not held, and not read by a batch.</summary>
    public async Task<IReadOnlyList<string>> PastAsync(HeldPlaces held, CancellationToken ct)
    {
        var parameters = new DynamicParameters(new { now = Now });
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<string>(
                $"select id from gateway_files where expires_us <= @now and {NotRead}{held.Except(parameters)} order by id",
                parameters
            )
        ).AsList();
    }

    static string Associated(string file, long seq) => $"{file}/{seq}";
}
