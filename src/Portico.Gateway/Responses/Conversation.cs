using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>A conversation of a workspace; its items lie apart.</summary>
/// <param name="Metadata">A JSON object, as the caller gave it.</param>
sealed record Conversation(string Id, string WorkspaceId, string KeyId, long CreatedUs, byte[] Metadata)
{
    /// <summary>Items that one request may add (https://platform.openai.com/docs/api-reference/conversations/create).</summary>
    public const int MaxAdded = 20;

    /// <summary>Writes the conversation as OpenAI's API gives it (https://platform.openai.com/docs/api-reference/conversations/object).</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("object"u8, "conversation"u8);
        json.WriteNumber("created_at"u8, CreatedUs / 1_000_000);
        json.WritePropertyName("metadata"u8);
        json.WriteRawValue(Metadata);
        json.WriteEndObject();
    }
}

/// <summary>An item of a conversation as it is kept: JSON with id and type, seals of reasoning included.</summary>
sealed record ConversationItem(string Id, byte[] Body)
{
    /// <summary>Characters of an item's id, at most.</summary>
    public const int MaxIdLength = 512;

    /// <summary>The member that says where an item was said, when that binds. It is never told, and taken from nobody.</summary>
    public const string PlaceMember = "portico:place";

    /// <summary>Whether an id can be kept and asked for: what stands in an address and in a column of any store.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':');

    /// <summary>An item of a request. Without an id of its own it gets one below <paramref name="owner"/>.</summary>
    public static ConversationItem Of(JsonElement item, ResponseId owner, int index, Place? place = null) =>
        Written(json => KeptItems.Write(json, item, owner, index, place));

    /// <summary>An item that a provider said. Its id stays where it is one by which it can be kept and asked for.</summary>
    public static ConversationItem OfOutput(JsonElement item, ResponseId owner, int index, Place place) =>
        Written(json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, JsonMember.Said(item, "id") is { } own && IsId(own) ? own : owner.Output("item", index));
            foreach (var member in item.EnumerateObject())
                if (!member.NameEquals("id"u8) && !member.NameEquals(PlaceMember))
                    member.WriteTo(json);
            json.WriteString(PlaceMember, place.ToString());
            json.WriteEndObject();
        });

    public static ConversationItem Of(ResponsesItem item) => Written(json => item.Write(json, withSeal: true));

    static ConversationItem Written(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
            write(json);
        var body = buffer.ToArray();
        return new ConversationItem(JsonMember.Needed(JsonElement.Parse(body), "id", ""), body);
    }

    /// <param name="json">Receives the item.</param>
    /// <param name="withSeals">Seals of reasoning are told, to who asks for them.</param>
    public void Write(Utf8JsonWriter json, bool withSeals)
    {
        json.WriteStartObject();
        foreach (var member in JsonElement.Parse(Body).EnumerateObject())
            if (!member.NameEquals(PlaceMember) && (withSeals || !member.NameEquals("encrypted_content"u8)))
                member.WriteTo(json);
        json.WriteEndObject();
    }
}

/// <summary>What is added to a conversation together: all of it in its order, or nothing.</summary>
sealed record ConversationTurn(string ConversationId, string WorkspaceId, IReadOnlyList<ConversationItem> Items)
{
    public long Bytes => Items.Sum(i => (long)i.Body.Length);

    /// <summary>
    /// The turn that a response ends: its input and its output. Null when it belongs to no conversation, or failed: then nothing was said.
    /// </summary>
    public static ConversationTurn? Of(ModelCall call, IGivenResponse response)
    {
        if (call.Responses!.Conversation is not { } conversation || response.Status is not ("completed" or "incomplete"))
            return null;
        var words = call.Context.Words;
        var asked = words?.Request(call.Responses) ?? call.Responses;
        var items = new List<ConversationItem>(asked.Input.Count + 4);
        for (var i = 0; i < asked.Input.Count; i++)
            items.Add(ConversationItem.Of(asked.Input[i], asked.Id, i, response.Place));
        items.AddRange(words is null ? response.SaidItems() : response.SaidItems().Select(i => i with { Body = words.Answer(i.Body) }));
        return new ConversationTurn(conversation, call.Caller.WorkspaceId, items);
    }
}
