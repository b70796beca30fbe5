using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Portico.Gateway.Files;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// The items of conversations in the store, each sealed with its conversation and its id as associated data. Whose a conversation is was asked before: an item
/// is found by the id of a conversation alone.
/// </summary>
sealed class ConversationItems(Database database, KeyRing ring, GatewayOptions options)
{
    sealed record Row(string Id, byte[] Sealed);

    sealed record Measure(long Items, long Bytes);

    /// <param name="work">The transaction in which the numbers were taken.</param>
    /// <param name="sealer">Of the workspace.</param>
    /// <param name="conversation">To which they are added.</param>
    /// <param name="items">What is added.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="mayBeThere">An item whose id is there already is passed over; else it is refused.</param>
    public async Task InsertAsync(
        DbWork work,
        Box sealer,
        string conversation,
        IReadOnlyList<ConversationItem> items,
        long first,
        bool mayBeThere
    )
    {
        for (var i = 0; i < items.Count; i++)
        {
            var added = await work.Connection.ExecuteAsync(
                """
                insert into gateway_conversation_items (conversation_id, seq, item_id, size, sealed)
                values (@conversation, @seq, @item, @size, @box) on conflict (conversation_id, item_id) do nothing
                """,
                new
                {
                    conversation,
                    seq = first + i,
                    item = items[i].Id,
                    size = items[i].Body.Length,
                    box = sealer.Seal(items[i].Body, Associated(conversation, items[i].Id)),
                },
                work.Transaction
            );
            if (added == 0 && !mayBeThere)
                throw new PorticoException(
                    ErrorTable.Conflict,
                    $"The conversation has an item with the id '{items[i].Id}' already: leave the id out for a new one.",
                    $"items[{i}].id"
                );
        }
    }

    /// <summary>The oldest first.</summary>
    /// <exception cref="PorticoException">They are too many or too large together.</exception>
    public async Task<IReadOnlyList<ConversationItem>> AllAsync(DbConnection db, string id, string workspace, CancellationToken ct)
    {
        await CheckRoomAsync(db, id, 0, 0, null);
        var rows = await db.QueryAsync<Row>(
            "select item_id as Id, sealed as Sealed from gateway_conversation_items where conversation_id = @id order by seq",
            new { id }
        );
        return await OpenAllAsync(rows, id, workspace, ct);
    }

    /// <exception cref="PorticoException">With so many more the conversation is too large.</exception>
    public async Task CheckRoomAsync(DbConnection db, string id, int items, long bytes, DbTransaction? transaction)
    {
        var now = await db.QuerySingleAsync<Measure>(
            "select count(*) as Items, cast(coalesce(sum(size), 0) as bigint) as Bytes from gateway_conversation_items where conversation_id = @id",
            new { id },
            transaction
        );
        if (now.Items + items > Wire.ResponsesConversation.MaxItems)
            throw new PorticoException(
                ErrorTable.TooLarge,
                $"The conversation has more than {Wire.ResponsesConversation.MaxItems} items, which is the bound: remove some or begin another.",
                "conversation"
            );
        if (now.Bytes + bytes > options.MaxRequestBytes)
            throw new PorticoException(
                ErrorTable.TooLarge,
                $"The conversation is larger than {options.MaxRequestBytes / (1024 * 1024)} MiB, which is the bound of this door (Gateway:MaxRequestBytes): remove items or begin another.",
                "conversation"
            );
    }

    /// <summary>One more than asked for, so that the reader knows whether there is more. Null when there is no item to begin behind.</summary>
    public async Task<IReadOnlyList<ConversationItem>?> ListAsync(string id, string workspace, ListPart part, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var after = part.After is null
            ? null
            : await db.ExecuteScalarAsync<long?>(
                "select seq from gateway_conversation_items where conversation_id = @id and item_id = @item",
                new { id, item = part.After }
            );
        if (part.After is not null && after is null)
            return null;
        var (order, beyond) = part.OldestFirst ? ("asc", ">") : ("desc", "<");
        var rows = await db.QueryAsync<Row>(
            $"""
            select item_id as Id, sealed as Sealed from gateway_conversation_items
            where conversation_id = @id {(after is null ? "" : $"and seq {beyond} @after")} order by seq {order} limit @limit
            """,
            new
            {
                id,
                after,
                limit = part.Limit + 1,
            }
        );
        return await OpenAllAsync(rows, id, workspace, ct);
    }

    public async Task<ConversationItem?> ItemAsync(string id, string workspace, string item, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            "select item_id as Id, sealed as Sealed from gateway_conversation_items where conversation_id = @id and item_id = @item",
            new { id, item }
        );
        return row is null ? null : await OpenAsync(row, id, workspace, ct);
    }

    /// <summary>False when there is none.</summary>
    public Task<bool> RemoveAsync(string id, string item, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
                await work.Connection.ExecuteAsync(
                    "delete from gateway_conversation_items where conversation_id = @id and item_id = @item",
                    new { id, item },
                    work.Transaction
                ) > 0,
            ct
        );

    static string Associated(string conversation, string item) => $"{conversation}/{item}";

    async Task<IReadOnlyList<ConversationItem>> OpenAllAsync(IEnumerable<Row> rows, string id, string workspace, CancellationToken ct)
    {
        var opened = new List<ConversationItem>();
        foreach (var row in rows)
            opened.Add(await OpenAsync(row, id, workspace, ct));
        return opened;
    }

    async ValueTask<ConversationItem> OpenAsync(Row row, string conversation, string workspace, CancellationToken ct)
    {
        try
        {
            var associated = Associated(conversation, row.Id);
            return new ConversationItem(row.Id, await ring.OpenAsync(workspace, KeyPurposes.Conversations, row.Sealed, associated, ct));
        }
        catch (CryptographicException e)
        {
            throw new PorticoException(ErrorTable.StorageUnavailable, $"This item cannot be opened. {e.Message}", inner: e);
        }
    }
}
