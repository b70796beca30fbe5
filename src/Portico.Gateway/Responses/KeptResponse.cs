using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>A response as it is kept. <paramref name="Body"/> is JSON: the caller's input as items with ids, the response as it was given, and the place it is bound to.</summary>
sealed record KeptResponse(string Id, string WorkspaceId, string KeyId, string? PreviousId, string Status, long CreatedUs, byte[] Body)
{
    /// <summary>The response was written when it began: its row is changed if it still runs, and never made anew once it was deleted.</summary>
    public bool IsEndOfRun { get; init; }

    /// <summary>For how many days, where the policy says less than the installation.</summary>
    public long? KeepDays { get; init; }

    public static KeptResponse Of(ModelCall call, IGivenResponse response) =>
        new(
            call.Responses!.Id.Text,
            call.Caller.WorkspaceId,
            call.Caller.OwnerKeyId,
            call.Responses.PreviousId,
            response.Status,
            call.Context.Record.StartedAtUs,
            BodyOf(call.Context.Words?.Request(call.Responses) ?? call.Responses, response)
        )
        {
            KeepDays = call.Caller.Policies.InForce?.At(call.Context.Time.GetUtcNow()).ResponsesDays,
        };

    static byte[] BodyOf(ResponsesRequest asked, IGivenResponse response)
    {
        using var buffer = new MemoryStream(2_048);
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
        {
            json.WriteStartObject();
            json.WriteStartArray("input"u8);
            for (var i = 0; i < asked.Input.Count; i++)
                KeptItems.Write(json, asked.Input[i], asked.Id, i, null);
            json.WriteEndArray();
            if (response.Place is { } place)
                json.WriteString("place"u8, place.ToString());
            json.WritePropertyName("response"u8);
            response.WriteKept(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}

/// <summary>A response read back.</summary>
/// <param name="Id">Of the response.</param>
/// <param name="PreviousId">The one it continues.</param>
/// <param name="Status">As the row says, which is newer than what the body says while it ran.</param>
/// <param name="LeaseUs">While it runs: until when its node said that it lives.</param>
/// <param name="Body">Input and response.</param>
sealed record FoundResponse(string Id, string? PreviousId, string Status, long LeaseUs, JsonElement Body)
{
    public bool Runs => Status is "queued" or "in_progress";

    /// <summary>Where alone it can be continued; null = anywhere.</summary>
    public Place? Place => Place.Parse(JsonMember.Said(Body, "place"));
    public JsonElement Response => Body.GetProperty("response"u8);
    public IEnumerable<JsonElement> Input => Body.GetProperty("input"u8).EnumerateArray();

    /// <summary>What was said to its end: a call that was cut has arguments that nobody can read.</summary>
    public IEnumerable<JsonElement> Output =>
        Response
            .GetProperty("output"u8)
            .EnumerateArray()
            .Where(i => JsonMember.Text(i, "type", "") != "function_call" || JsonMember.Text(i, "status", "") == "completed");
}

/// <summary>Items of the input in the one form in which they are kept and listed: with id and type, the content of a message as parts.</summary>
static class KeptItems
{
    public static void Write(Utf8JsonWriter json, JsonElement item, ResponseId response, int index, Place? place)
    {
        json.WriteStartObject();
        if (place is not null)
            json.WriteString(ConversationItem.PlaceMember, place.ToString());
        if (item.ValueKind == JsonValueKind.String)
        {
            Head(json, response.Input("msg", index), "message");
            json.WriteString("status"u8, "completed"u8);
            json.WriteString("role"u8, "user"u8);
            WriteText(json, item, "input_text");
            json.WriteEndObject();
            return;
        }
        var type = JsonMember.Text(item, "type", "") ?? "message";
        Head(json, JsonMember.Text(item, "id", "") ?? response.Input(PrefixOf(type), index), type);
        if (type == "message" && JsonMember.Of(item, "status") is null)
            json.WriteString("status"u8, "completed"u8);
        foreach (var member in item.EnumerateObject())
        {
            if (member.NameEquals("id"u8) || member.NameEquals("type"u8) || member.NameEquals(ConversationItem.PlaceMember))
                continue;
            if (type == "message" && member.NameEquals("content"u8) && member.Value.ValueKind == JsonValueKind.String)
                WriteText(json, member.Value, JsonMember.Text(item, "role", "") == "assistant" ? "output_text" : "input_text");
            else
                member.WriteTo(json);
        }
        json.WriteEndObject();
    }

    static void Head(Utf8JsonWriter json, string id, string type)
    {
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, type);
    }

    static void WriteText(Utf8JsonWriter json, JsonElement text, string type)
    {
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        if (type == "output_text")
        {
            json.WriteStartArray("annotations"u8);
            json.WriteEndArray();
        }
        json.WritePropertyName("text"u8);
        text.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static string PrefixOf(string type) =>
        type switch
        {
            "message" => "msg",
            "function_call" => "fc",
            "function_call_output" => "fco",
            "reasoning" => "rs",
            _ => "item",
        };
}
