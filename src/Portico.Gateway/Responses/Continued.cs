using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>Everything that a call says, the oldest first: as messages, as items for a provider of this API, and what of it binds the call to a place.</summary>
sealed class Continued(ResponsesRequest asked, string workspace, BoundSeals seals)
{
    readonly ResponsesBonds bonds = new();
    readonly List<PassedItem> items = [];
    ResponsesConversation? conversation;
    UnreadNames unread;

    public string Workspace => workspace;
    public IReadOnlyList<ChatMessage> Messages => Conversation.Finish();
    public IReadOnlyList<PassedItem> Items => items;
    public ResponsesBond? Bond => bonds.With(asked.Bond);

    ResponsesConversation Conversation => conversation ??= new ResponsesConversation(asked.Instructions, bonds);

    /// <summary>An item that was said before, by its id.</summary>
    public JsonElement? Find(string id)
    {
        foreach (var (item, _) in items)
            if (JsonMember.Said(item, "id") == id)
                return item;
        return null;
    }

    /// <param name="item">An item, references resolved.</param>
    /// <param name="path">Its place in the caller's terms.</param>
    /// <param name="place">Where it was said, when that binds.</param>
    /// <exception cref="PorticoException">It is none, its seal does not open, or something else was said at another account.</exception>
    public void Add(JsonElement item, string path, Place? place)
    {
        Conversation.Add(item, path, mayRefer: false, ref unread);
        if (place is not null)
            bonds.At(path, place);
        if (JsonMember.Said(item, "encrypted_content") is not { } seal || !BoundSeals.IsOne(seal))
        {
            items.Add(new PassedItem(item, null));
            return;
        }
        var at = path.StartsWith("input[", StringComparison.Ordinal) ? path + ".encrypted_content" : path;
        var (where, opened) = seals.Open(seal, workspace, at);
        bonds.At(at, where);
        items.Add(new PassedItem(item, opened));
    }
}
