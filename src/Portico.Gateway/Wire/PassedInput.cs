using System.Text.Json;
using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>An item on its way to a provider of this API, with the provider's own seal opened where it has one.</summary>
readonly record struct PassedItem(JsonElement Item, string? Seal);

/// <summary>The input of a call that is passed, where it is not what the caller sent: what it continues stands in front of it, references are resolved.</summary>
static class PassedInput
{
    /// <summary>Has to be looked at before it can be passed: what it seals may be of another account, or of another protocol.</summary>
    public static bool IsOfReasoning(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && (JsonMember.Said(item, "type") == "reasoning" || JsonMember.Of(item, "encrypted_content") is not null);

    /// <param name="items">All that is said, the oldest first.</param>
    /// <param name="left">Receives the names of what is left out.</param>
    /// <returns>A JSON array.</returns>
    public static byte[] Write(IReadOnlyList<PassedItem> items, ref UnreadNames left)
    {
        using var buffer = new MemoryStream(1_024);
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
        {
            json.WriteStartArray();
            foreach (var (item, seal) in items)
                if (item.ValueKind == JsonValueKind.String)
                    WriteText(json, item);
                else if (seal is null && IsOfReasoning(item))
                    // A provider that kept nothing finds reasoning by its own seal alone.
                    left.Add(JsonMember.Of(item, "encrypted_content") is null ? "input.reasoning" : "input.encrypted_content");
                else
                    WriteItem(json, item, seal);
            json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    static void WriteText(Utf8JsonWriter json, JsonElement text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WritePropertyName("content"u8);
        text.WriteTo(json);
        json.WriteEndObject();
    }

    static void WriteItem(Utf8JsonWriter json, JsonElement item, string? seal)
    {
        if (seal is null && !item.EnumerateObject().Any(IsOurs))
        {
            json.WriteRawValue(item.GetRawText(), skipInputValidation: true);
            return;
        }
        json.WriteStartObject();
        foreach (var member in item.EnumerateObject())
            if (seal is not null && member.NameEquals("encrypted_content"u8))
                json.WriteString("encrypted_content"u8, seal);
            else if (!IsOurs(member))
                member.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>An id that was made here says nothing to a provider, and where an item came from is not for it.</summary>
    static bool IsOurs(JsonProperty member) =>
        member.NameEquals(ConversationItem.PlaceMember)
        || (
            member.NameEquals("id"u8)
            && member.Value.ValueKind == JsonValueKind.String
            && ResponseId.OwnerOf(member.Value.GetString()!) is not null
        );
}
