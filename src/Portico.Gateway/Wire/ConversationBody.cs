using System.Text;
using System.Text.Json;
using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>Reads the bodies of OpenAI's Conversations API (https://platform.openai.com/docs/api-reference/conversations) and the references to conversations.</summary>
static class ConversationBody
{
    static readonly byte[] NoMetadata = "{}"u8.ToArray();

    /// <summary>A new conversation: its metadata and its first items. No body is an empty one.</summary>
    public static (byte[] Metadata, IReadOnlyList<ConversationItem> Items) ReadNew(ReadOnlyMemory<byte> body, ResponseId owner) =>
        body.IsEmpty
            ? (NoMetadata, [])
            : ResponsesReader.ReadRoot(
                body,
                owner,
                static (root, owner) =>
                {
                    Check(root, "items", "metadata");
                    return (MetadataOf(root), JsonMember.Of(root, "items") is null ? [] : ItemsOf(root, owner));
                }
            );

    public static byte[] ReadChange(ReadOnlyMemory<byte> body) =>
        ResponsesReader.ReadRoot(
            body,
            0,
            static (root, _) =>
            {
                Check(root, "metadata");
                return root.TryGetProperty("metadata"u8, out JsonElement _)
                    ? MetadataOf(root)
                    : throw Json.Bad("'metadata' is missing: it replaces what the conversation has.", "metadata");
            }
        );

    public static IReadOnlyList<ConversationItem> ReadItems(ReadOnlyMemory<byte> body, ResponseId owner) =>
        ResponsesReader.ReadRoot(
            body,
            owner,
            static (root, owner) =>
            {
                Check(root, "items");
                var items = ItemsOf(root, owner);
                return items.Count > 0 ? items : throw Json.Bad("'items' must hold at least one item.", "items");
            }
        );

    /// <summary>The conversation that a call of the Responses API names: its id, or an object with it.</summary>
    /// <exception cref="PorticoException">It is neither, or stands beside a response to be continued.</exception>
    public static string? ReferenceIn(JsonElement root, string? previous)
    {
        if (JsonMember.Of(root, "conversation") is not { } reference)
            return null;
        if (previous is not null)
            throw Json.Bad(
                "'conversation' and 'previous_response_id' cannot be asked together: each says what precedes the input. Send one of them.",
                "conversation"
            );
        return reference.ValueKind switch
        {
            JsonValueKind.String => JsonMember.Text(reference, "conversation", 512),
            JsonValueKind.Object => JsonMember.Needed(reference, "id", "conversation", 512),
            _ => throw Json.Bad("'conversation' must be the id of a conversation, or an object with its id.", "conversation"),
        };
    }

    /// <summary>An id that an item brings along must be one by which it can be kept and asked for.</summary>
    public static void CheckId(JsonElement item, string path)
    {
        if (JsonMember.Text(item, "id", path) is { } id && !ConversationItem.IsId(id))
            throw Json.Bad(
                $"'{path}.id' must have 1 to {ConversationItem.MaxIdLength} letters, digits and '_-.:', or be left out.",
                $"{path}.id"
            );
    }

    static void Check(JsonElement root, params ReadOnlySpan<string> known)
    {
        foreach (var member in root.EnumerateObject())
            if (!known.Contains(member.Name))
                throw Json.Bad($"'{Json.Short(member.Name)}' is not known here.", Json.Short(member.Name));
    }

    static byte[] MetadataOf(JsonElement root)
    {
        ResponsesReader.CheckMetadata(root);
        return JsonMember.Of(root, "metadata") is { } metadata ? Encoding.UTF8.GetBytes(metadata.GetRawText()) : NoMetadata;
    }

    static List<ConversationItem> ItemsOf(JsonElement root, ResponseId owner)
    {
        var items = JsonMember.Array(root, "items", "") ?? throw Json.Bad("'items' is missing: an array of items.", "items");
        if (items.GetArrayLength() > Conversation.MaxAdded)
            throw Json.Bad($"'items' may hold {Conversation.MaxAdded} items: add more in a further request.", "items");
        // Read as they will be read when a call continues the conversation: what cannot be carried is refused here and not there.
        var read = new ResponsesConversation(null, null);
        UnreadNames unread = default;
        var kept = new List<ConversationItem>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            var path = $"items[{kept.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
                throw Json.Bad($"'{path}' must be an object.", path);
            read.Add(item, path, mayRefer: false, ref unread);
            CheckId(item, path);
            kept.Add(ConversationItem.Of(item, owner, kept.Count));
        }
        return kept;
    }
}
