using System.Text.Json;
using Dapper;
using Portico.Gateway.Files;
using Portico.Gateway.Responses;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Gateway.Subjects;

/// <summary>Conversations with their items. A conversation is of who began it, whoever spoke in it later.</summary>
sealed class ConversationsData(Database database, ConversationStore store, ConversationItems items, ConversationKeeper keeper)
    : IErasableData
{
    const string Table = "gateway_conversations";

    public string Class => "conversations";

    public string Says => "Conversations that the person began, each followed by its items in order. Of one that does not open, why.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await package.BeginListAsync("conversations/conversations.json", ct);
        await KeptRows.EachAsync(database, Table, subject, (id, workspace) => CopyAsync(id, workspace, package, ct), ct);
    }

    async Task CopyAsync(string id, string workspace, SubjectPackage package, CancellationToken ct)
    {
        try
        {
            if (await store.FindAsync(id, workspace, ct) is not { } conversation)
                return;
            await package.AddAsync(json => WriteHead(json, conversation, workspace), ct);
            string? last = null;
            while (
                await items.ListAsync(id, workspace, new ListPart(last, KeptRows.PageSize, OldestFirst: true), ct) is { Count: > 0 } page
            )
            {
                foreach (var item in page.Take(KeptRows.PageSize))
                    await package.AddAsync(json => WriteItem(json, id, item), ct);
                if (page.Count <= KeptRows.PageSize)
                    return;
                last = page[KeptRows.PageSize - 1].Id;
            }
        }
        catch (PorticoException e) when (KeptRows.IsUnreadable(e))
        {
            await package.AddAsync(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("conversation", id);
                    json.WriteString("unreadable", e.Message);
                    json.WriteEndObject();
                },
                ct
            );
        }
    }

    static void WriteHead(Utf8JsonWriter json, Conversation conversation, string workspace)
    {
        json.WriteStartObject();
        json.WriteString("conversation", conversation.Id);
        json.WriteString("workspace_id", workspace);
        json.WriteString("created_at", Micros.ToTime(conversation.CreatedUs));
        json.WritePropertyName("metadata");
        json.WriteRawValue(conversation.Metadata);
        json.WriteEndObject();
    }

    static void WriteItem(Utf8JsonWriter json, string id, ConversationItem item)
    {
        json.WriteStartObject();
        json.WriteString("conversation", id);
        json.WritePropertyName("item");
        item.Write(json, withSeals: false);
        json.WriteEndObject();
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) =>
        KeptRows.HeldAsync(database, Table, subject, held, ct);

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await KeptRows.RemoveAsync(
            removal,
            Table,
            subject,
            (work, id) =>
                work.Connection.ExecuteAsync(
                    "delete from gateway_conversation_items where conversation_id = @id",
                    new { id },
                    work.Transaction
                ),
            ct
        );
    }

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        return await KeptRows.CountAsync(database, Table, subject, ct);
    }
}
