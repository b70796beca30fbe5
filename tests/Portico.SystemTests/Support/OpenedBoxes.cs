using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.SystemTests.Support;

/// <summary>All that a store holds of what was said in a workspace, opened: the bytes that whoever has store and keys would read.</summary>
static class OpenedBoxes
{
    static readonly (string Purpose, string Sql)[] Kept =
    [
        (KeyPurposes.Responses, "select id as Id, sealed as Sealed from gateway_responses where workspace_id = @workspace"),
        (KeyPurposes.Conversations, "select id as Id, sealed as Sealed from gateway_conversations where workspace_id = @workspace"),
        (
            KeyPurposes.Conversations,
            "select i.conversation_id || '/' || i.item_id as Id, i.sealed as Sealed from gateway_conversation_items i join gateway_conversations c on c.id = i.conversation_id where c.workspace_id = @workspace"
        ),
        (
            KeyPurposes.Files,
            "select c.file_id || '/' || c.seq as Id, c.sealed as Sealed from gateway_file_chunks c join gateway_files f on f.id = c.file_id where f.workspace_id = @workspace and f.purpose <> 'batch'"
        ),
        (
            KeyPurposes.Contents,
            "select call_id as Id, sealed as Sealed from observability_contents where workspace_id = @workspace and sealed is not null"
        ),
    ];

    sealed class Row
    {
        public string Id { get; set; } = "";
        public byte[] Sealed { get; set; } = [];
    }

    /// <summary>The texts by the row that they lie in.</summary>
    public static async Task<Dictionary<string, string>> OpenedAsync(this Node node, string workspace)
    {
        var ring = node.Services.GetRequiredService<KeyRing>();
        var opened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (purpose, sql) in Kept)
        {
            List<Row> rows;
            await using (var db = await node.Services.GetRequiredService<Database>().OpenReadAsync(CancellationToken.None))
                rows = (await db.QueryAsync<Row>(sql, new { workspace })).AsList();
            foreach (var row in rows)
                opened[$"{purpose} {row.Id}"] = Encoding.UTF8.GetString(
                    await ring.OpenAsync(workspace, purpose, row.Sealed, row.Id, CancellationToken.None)
                );
        }
        return opened;
    }
}
