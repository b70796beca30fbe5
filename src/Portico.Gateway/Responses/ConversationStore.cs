using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Keeps conversations and their items sealed under the key of their workspace, each box with its conversation and its item as associated data: one that is moved does
/// not open. Everything is asked for by id and workspace together. Whatever is added takes its numbers in one step under the row of the conversation, so
/// that what is added together stays together.
/// </summary>
sealed class ConversationStore(Database database, ConversationItems items, KeyRing ring, GatewayOptions options, TimeProvider time)
{
    const string Live = "id = @id and workspace_id = @workspace and expires_us > @now";

    sealed record Row(string Id, string KeyId, long CreatedUs, byte[] Sealed);

    long Now => Micros.Now(time);

    /// <summary>A conversation lives so long behind the last thing that came to it.</summary>
    long Expiry => Now + (long)TimeSpan.FromDays(options.ResponseDays).TotalMicroseconds;

    ValueTask<Box> SealerAsync(string workspace, CancellationToken ct) => ring.SealerAsync(workspace, KeyPurposes.Conversations, ct);

    /// <exception cref="PorticoException">The key of the workspace was destroyed: nothing is kept for it.</exception>
    public async Task CreateAsync(Conversation conversation, IReadOnlyList<ConversationItem> first, CancellationToken ct)
    {
        var sealer = await SealerAsync(conversation.WorkspaceId, ct);
        var row = new
        {
            id = conversation.Id,
            workspace = conversation.WorkspaceId,
            key = conversation.KeyId,
            next = first.Count,
            created = conversation.CreatedUs,
            expires = Expiry,
            box = sealer.Seal(conversation.Metadata, conversation.Id),
        };
        await database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    """
                    insert into gateway_conversations (id, workspace_id, key_id, next_seq, created_us, expires_us, sealed)
                    values (@id, @workspace, @key, @next, @created, @expires, @box)
                    """,
                    row,
                    work.Transaction
                );
                await items.InsertAsync(work, sealer, conversation.Id, first, 0, mayBeThere: false);
            },
            ct
        );
    }

    public async Task<Conversation?> FindAsync(string id, string workspace, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            $"select id as Id, key_id as KeyId, created_us as CreatedUs, sealed as Sealed from gateway_conversations where {Live}",
            Of(id, workspace)
        );
        return row is null ? null : new Conversation(row.Id, workspace, row.KeyId, row.CreatedUs, await OpenAsync(row, workspace, ct));
    }

    /// <summary>False when there is none.</summary>
    public async Task<bool> ChangeAsync(string id, string workspace, byte[] metadata, CancellationToken ct)
    {
        var parameters = Of(id, workspace);
        parameters.Add("box", (await SealerAsync(workspace, ct)).Seal(metadata, id));
        return await database.WriteAsync(
            async work =>
                await work.Connection.ExecuteAsync(
                    $"update gateway_conversations set sealed = @box where {Live}",
                    parameters,
                    work.Transaction
                ) > 0,
            ct
        );
    }

    /// <summary>Removes a conversation with everything in it; false when there is none.</summary>
    public Task<bool> DeleteAsync(string id, string workspace, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                // The row first: what is being added waits for it, and finds no conversation then.
                if (
                    await work.Connection.ExecuteAsync(
                        $"delete from gateway_conversations where {Live}",
                        Of(id, workspace),
                        work.Transaction
                    ) == 0
                )
                    return false;
                await work.Connection.ExecuteAsync(
                    "delete from gateway_conversation_items where conversation_id = @id",
                    new { id },
                    work.Transaction
                );
                return true;
            },
            ct
        );

    /// <summary>Adds what a caller adds by itself; false when there is no such conversation.</summary>
    /// <exception cref="PorticoException">The conversation would be too large, or has an item of that id.</exception>
    public async Task<bool> AddAsync(ConversationTurn turn, CancellationToken ct)
    {
        var sealer = await SealerAsync(turn.WorkspaceId, ct);
        return await database.WriteAsync(
            async work =>
            {
                if (await TakeNumbersAsync(work, turn) is not { } first)
                    return false;
                await items.CheckRoomAsync(work.Connection, turn.ConversationId, turn.Items.Count, turn.Bytes, work.Transaction);
                await items.InsertAsync(work, sealer, turn.ConversationId, turn.Items, first, mayBeThere: false);
                return true;
            },
            ct
        );
    }

    /// <summary>
    /// Adds turns of calls. One whose conversation was removed in the meantime goes nowhere; an item that the conversation has already, because the caller
    /// sent it again, is not added twice. One of a workspace whose key was destroyed is not kept.
    /// </summary>
    public async Task WriteAsync(IReadOnlyList<ConversationTurn> turns, CancellationToken ct)
    {
        var sealers = await ring.SealersAsync(turns.Select(t => t.WorkspaceId), KeyPurposes.Conversations, ct);
        await database.WriteAsync(
            async work =>
            {
                // Rows are locked in one order, whichever node writes.
                foreach (var turn in turns.OrderBy(t => t.ConversationId, StringComparer.Ordinal))
                    if (sealers.TryGetValue(turn.WorkspaceId, out var sealer) && await TakeNumbersAsync(work, turn) is { } first)
                        await items.InsertAsync(work, sealer, turn.ConversationId, turn.Items, first, mayBeThere: true);
            },
            ct
        );
    }

    /// <summary>The number of the first item; null when there is no such conversation. Until the commit nobody else takes numbers of it.</summary>
    async Task<long?> TakeNumbersAsync(DbWork work, ConversationTurn turn)
    {
        var parameters = Of(turn.ConversationId, turn.WorkspaceId);
        parameters.Add("count", turn.Items.Count);
        parameters.Add("expires", Expiry);
        return await work.Connection.ExecuteScalarAsync<long?>(
            $"update gateway_conversations set next_seq = next_seq + @count, expires_us = @expires where {Live} returning next_seq - @count",
            parameters,
            work.Transaction
        );
    }

    /// <summary>All items in their order, the oldest first; null when there is no such conversation.</summary>
    /// <exception cref="PorticoException">They are too many or too large together.</exception>
    public async Task<IReadOnlyList<ConversationItem>?> AllAsync(string id, string workspace, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long?>($"select 1 from gateway_conversations where {Live}", Of(id, workspace)) is null
            ? null
            : await items.AllAsync(db, id, workspace, ct);
    }

    /// <summary>Drops what is past its time and not held; how many are held, and how many were found all the same.</summary>
    public Task<(long Held, long Left)> PruneAsync(
        string past,
        DynamicParameters parameters,
        HeldPlaces held,
        PurgeTally tally,
        CancellationToken ct
    ) =>
        PastTime.PruneAsync(
            database,
            "gateway_conversations",
            past,
            parameters,
            held,
            tally,
            "delete from gateway_conversation_items where conversation_id = @id",
            ct
        );

    DynamicParameters Of(string id, string workspace) =>
        new(
            new
            {
                id,
                workspace,
                now = Now,
            }
        );

    async ValueTask<byte[]> OpenAsync(Row row, string workspace, CancellationToken ct)
    {
        try
        {
            return await ring.OpenAsync(workspace, KeyPurposes.Conversations, row.Sealed, row.Id, ct);
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"This conversation cannot be opened. {e.Message}", inner: e);
        }
    }
}
