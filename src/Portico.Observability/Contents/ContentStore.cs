using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Observability.Contents;

/// <summary>Keeps contents sealed under the key of their workspace. The call's id is the associated data: a box moved to another call's row does not open.</summary>
sealed class ContentStore(Database database, ICallStore calls, KeyRing ring)
{
    /// <summary>Returns how many were not kept, because the key of their workspace was destroyed.</summary>
    public async Task<int> InsertAsync(IReadOnlyList<CallContents> batch, CancellationToken ct)
    {
        var boxes = await ring.SealersAsync(batch.Select(c => PlaceOf(c.WorkspaceId)), KeyPurposes.Contents, ct);
        var rows = batch
            .Where(c => boxes.ContainsKey(PlaceOf(c.WorkspaceId)))
            .Select(c => new
            {
                id = c.Id.ToString(),
                started = c.StartedAtUs,
                until = c.UntilUs,
                workspace = c.WorkspaceId,
                person = c.PersonId,
                useCase = c.UseCaseId,
                sealedBox = Seal(boxes[PlaceOf(c.WorkspaceId)], c),
            })
            .ToList();
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into observability_contents (call_id, started_us, until_us, workspace_id, person_id, use_case_id, sealed)
                    values (@id, @started, @until, @workspace, @person, @useCase, @sealedBox) on conflict (call_id) do nothing
                    """,
                    rows,
                    work.Transaction
                ),
            ct
        );
        return batch.Count - rows.Count;
    }

    /// <summary>What was kept before workspaces had keys is under the platform's, if not under the master key.</summary>
    static string PlaceOf(string? workspace) => workspace is { Length: > 0 } ? workspace : KeyRing.Platform;

    sealed record Row(string CallId, string? WorkspaceId, string? PersonId, byte[]? Sealed);

    const string Columns = "call_id as CallId, workspace_id as WorkspaceId, person_id as PersonId, sealed as Sealed";

    /// <summary>Whose a call was stands in its record.</summary>
    async Task<bool> IsSeenAsync(CallId id, Reach within, CancellationToken ct) =>
        within.IsEverywhere || await calls.FindAsync(id, within, ct) is not null;

    /// <summary>Null when nothing is kept for the call, or the call is not within reach.</summary>
    /// <exception cref="PorticoException">The box does not open, or its key was destroyed.</exception>
    public async Task<StoredContents?> FindAsync(CallId id, Reach within, CancellationToken ct)
    {
        if (!await IsSeenAsync(id, within, ct))
            return null;
        Row? row;
        await using (var db = await database.OpenReadAsync(ct))
            row = await db.QuerySingleOrDefaultAsync<Row?>(
                $"select {Columns} from observability_contents where call_id = @id",
                new { id = id.ToString() }
            );
        if (row?.Sealed is null)
            return null;
        try
        {
            return await OpenAsync(row, ct);
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"The contents of this call cannot be opened. {e.Message}", inner: e);
        }
    }

    /// <summary>Whether anything is kept for the call, and whose it is; null when nothing is, or the call is not within reach.</summary>
    public async Task<(string? WorkspaceId, string? PersonId)?> WhoseAsync(CallId id, Reach within, CancellationToken ct)
    {
        if (!await IsSeenAsync(id, within, ct))
            return null;
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<(string? WorkspaceId, string? PersonId)?>(
            "select workspace_id, person_id from observability_contents where call_id = @id and sealed is not null",
            new { id = id.ToString() }
        );
    }

    /// <summary>
    /// What is kept, newest first, after a call; null where the box does not open, for one must not hide all before it, and where the reader may not look.
    /// </summary>
    public async Task<IReadOnlyList<(CallId Id, StoredContents? Contents, bool Hidden)>> ReadAsync(
        long? fromUs,
        long? toUs,
        string? after,
        int take,
        ContentLook look,
        CancellationToken ct
    )
    {
        // What is found is held against the calls that may be seen.
        var range = new CallFilter(Reach.Everywhere) { FromUs = fromUs, ToUs = toUs };
        return await ReadAsync(ReadSql(range, after), CallSql.Parameters(range, after, take), look, ct);
    }

    async Task<IReadOnlyList<(CallId Id, StoredContents? Contents, bool Hidden)>> ReadAsync(
        string sql,
        object parameters,
        ContentLook look,
        CancellationToken ct
    )
    {
        List<Row> rows;
        await using (var db = await database.OpenReadAsync(ct))
            rows = (await db.QueryAsync<Row>(new CommandDefinition(sql, parameters, cancellationToken: ct))).AsList();
        var read = new List<(CallId, StoredContents?, bool)>(rows.Count);
        foreach (var row in rows.Where(r => CallId.TryParse(r.CallId, out _)))
        {
            var id = CallId.Parse(row.CallId);
            var hidden = !await look.MayReadAsync(id, row.WorkspaceId, row.PersonId, ct);
            read.Add((id, hidden ? null : await OpenOrNullAsync(row, ct), hidden));
        }
        return read;
    }

    /// <summary>What is kept of these calls, for the server itself; null where the box does not open.</summary>
    public async Task<IReadOnlyList<(CallId Id, StoredContents? Contents)>> OpenedAsync(IReadOnlyList<CallId> ids, CancellationToken ct)
    {
        List<Row> rows;
        await using (var db = await database.OpenReadAsync(ct))
            rows = (await db.QueryAsync<Row>(new CommandDefinition(OfCalls, Ids(ids), cancellationToken: ct))).AsList();
        var read = new List<(CallId, StoredContents?)>(rows.Count);
        foreach (var row in rows)
            read.Add((CallId.Parse(row.CallId), await OpenOrNullAsync(row, ct)));
        return read;
    }

    string OfCalls =>
        $"""
            select {Columns} from observability_contents
            where sealed is not null and call_id {(database.Engine == Engine.Postgres ? "= any(@ids)" : "in @ids")}
            """;

    static object Ids(IReadOnlyList<CallId> ids) => new { ids = ids.Select(i => i.ToString()).ToArray() };

    /// <summary>What is kept of these calls; null as above.</summary>
    public Task<IReadOnlyList<(CallId Id, StoredContents? Contents, bool Hidden)>> ReadAsync(
        IReadOnlyList<CallId> ids,
        ContentLook look,
        CancellationToken ct
    ) => ReadAsync(OfCalls, Ids(ids), look, ct);

    /// <summary>
    /// Along the ids, which are in the order of time. A plus before the time keeps SQLite from going along its index instead, after which it would sort every
    /// box of the range for one page of them.
    /// </summary>
    internal static string ReadSql(CallFilter range, string? after) =>
        $"""
            select {Columns} from observability_contents
            where sealed is not null and {CallSql.Ids(range, after, "call_")}
              {(range.FromUs is null ? "" : "and +started_us >= @FromUs")} {(range.ToUs is null ? "" : "and +started_us < @ToUs")}
            order by call_id desc limit @take
            """;

    async Task<StoredContents?> OpenOrNullAsync(Row row, CancellationToken ct)
    {
        try
        {
            return await OpenAsync(row, ct);
        }
        catch (Exception e) when (e is CryptographicException or PorticoException { Kind.Code: "key_destroyed" })
        {
            return null;
        }
    }

    async Task<StoredContents> OpenAsync(Row row, CancellationToken ct)
    {
        var opened = await ring.OpenAsync(PlaceOf(row.WorkspaceId), KeyPurposes.Contents, row.Sealed!, row.CallId, ct);
        return JsonSerializer.Deserialize(opened, ContentsJson.Default.StoredContents)!;
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

    static byte[] Seal(Box box, CallContents c)
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
