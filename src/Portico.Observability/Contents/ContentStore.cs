using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Observability.Contents;

/// <summary>Keeps contents sealed under the master key. The call's id is the associated data: a box moved to another call's row does not open.</summary>
sealed class ContentStore(Database database, ICallStore calls, MasterKey masterKey)
{
    const string Purpose = "observability/contents";

    readonly SealedBox box = masterKey.BoxFor(Purpose);

    public Task InsertAsync(IReadOnlyList<CallContents> batch, CancellationToken ct)
    {
        var rows = batch
            .Select(c => new
            {
                id = c.Id.ToString(),
                started = c.StartedAtUs,
                until = c.UntilUs,
                sealedBox = Seal(c),
            })
            .ToList();
        return database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "insert into observability_contents (call_id, started_us, until_us, sealed) values (@id, @started, @until, @sealedBox) on conflict (call_id) do nothing",
                    rows,
                    work.Transaction
                ),
            ct
        );
    }

    /// <summary>Whose a call was stands in its record alone.</summary>
    async Task<bool> IsSeenAsync(CallId id, Reach within, CancellationToken ct) =>
        within.IsEverywhere || await calls.FindAsync(id, within, ct) is not null;

    /// <summary>Null when nothing is kept for the call, or the call is not within reach.</summary>
    /// <exception cref="PorticoException">The box does not open under the master key that is loaded.</exception>
    public async Task<StoredContents?> FindAsync(CallId id, Reach within, CancellationToken ct)
    {
        if (!await IsSeenAsync(id, within, ct))
            return null;
        await using var db = await database.OpenReadAsync(ct);
        var found = await db.QuerySingleOrDefaultAsync<byte[]?>(
            "select sealed from observability_contents where call_id = @id",
            new { id = id.ToString() }
        );
        return found is null ? null : Open(found, id.ToString());
    }

    /// <summary>
    /// What is kept, newest first, after a call; null where the box does not open under the master key that is loaded, for one must not hide all before it.
    /// </summary>
    public async Task<IReadOnlyList<(CallId Id, StoredContents? Contents)>> ReadAsync(
        long? fromUs,
        long? toUs,
        string? after,
        int take,
        CancellationToken ct
    )
    {
        // What is found is held against the calls that may be seen.
        var range = new CallFilter(Reach.Everywhere) { FromUs = fromUs, ToUs = toUs };
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Id, byte[] Sealed)>(
            new CommandDefinition(ReadSql(range, after), CallSql.Parameters(range, after, take), cancellationToken: ct)
        );
        return rows.Where(r => CallId.TryParse(r.Id, out _)).Select(r => (CallId.Parse(r.Id), OpenOrNull(r.Sealed, r.Id))).ToList();
    }

    /// <summary>What is kept of these calls; null as above.</summary>
    public async Task<IReadOnlyDictionary<CallId, StoredContents?>> ReadAsync(IReadOnlyList<CallId> ids, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Id, byte[] Sealed)>(
            new CommandDefinition(
                $"""
                select call_id, sealed from observability_contents
                where sealed is not null and call_id {(database.Engine == Engine.Postgres ? "= any(@ids)" : "in @ids")}
                """,
                new { ids = ids.Select(i => i.ToString()).ToArray() },
                cancellationToken: ct
            )
        );
        return rows.ToDictionary(r => CallId.Parse(r.Id), r => OpenOrNull(r.Sealed, r.Id));
    }

    /// <summary>
    /// Along the ids, which are in the order of time. A plus before the time keeps SQLite from going along its index instead, after which it would sort every
    /// box of the range for one page of them.
    /// </summary>
    internal static string ReadSql(CallFilter range, string? after) =>
        $"""
            select call_id, sealed from observability_contents
            where sealed is not null and {CallSql.Ids(range, after, "call_")}
              {(range.FromUs is null ? "" : "and +started_us >= @FromUs")} {(range.ToUs is null ? "" : "and +started_us < @ToUs")}
            order by call_id desc limit @take
            """;

    StoredContents? OpenOrNull(byte[] found, string id)
    {
        try
        {
            return Opened(found, id);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    StoredContents Opened(byte[] found, string id) => JsonSerializer.Deserialize(box.Open(found, id), ContentsJson.Default.StoredContents)!;

    StoredContents Open(byte[] found, string id)
    {
        try
        {
            return Opened(found, id);
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"The contents of this call cannot be opened. {e.Message}", inner: e);
        }
    }

    /// <summary>
    /// Removes the contents and remembers that they were removed, so that a copy still on its way is not kept either. False, and nothing is done, for a call that is not
    /// within reach.
    /// </summary>
    public async Task<bool> DeleteAsync(CallId id, Reach within, CancellationToken ct)
    {
        if (!await IsSeenAsync(id, within, ct))
            return false;
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "insert into observability_contents (call_id, started_us, sealed) values (@id, @started, null) on conflict (call_id) do update set sealed = null",
                    new { id = id.ToString(), started = Micros.Of(id.CreatedAt) },
                    work.Transaction
                ),
            ct
        );
        return true;
    }

    byte[] Seal(CallContents c)
    {
        var stored = new StoredContents(
            Encoding.UTF8.GetString(c.Prompt.Utf8.Span),
            c.Prompt.FullBytes,
            Encoding.UTF8.GetString(c.Answer.Utf8.Span),
            c.Answer.FullBytes
        );
        return box.Seal(JsonSerializer.SerializeToUtf8Bytes(stored, ContentsJson.Default.StoredContents), c.Id.ToString());
    }
}
