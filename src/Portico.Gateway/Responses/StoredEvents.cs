using System.Buffers;
using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>
/// Tells a response that is over as a stream: the same items and the same end as when it was made, each text in one piece. The numbers are those of this
/// stream and not of the first one.
/// </summary>
static class StoredEvents
{
    public static void Write(IBufferWriter<byte> target, JsonElement response)
    {
        using var events = new ResponsesEvents(target);
        Snapshot(events, "response.created"u8, response, isBegun: true);
        Snapshot(events, "response.in_progress"u8, response, isBegun: true);
        var index = 0;
        foreach (var item in response.GetProperty("output"u8).EnumerateArray())
            WriteItem(events, item, index++);
        switch (JsonMember.Text(response, "status", ""))
        {
            case "completed":
                Snapshot(events, "response.completed"u8, response, isBegun: false);
                break;
            case "failed":
                if (JsonMember.Object(response, "error", "") is { } error)
                    events.Error(
                        ErrorTable.Internal.Type,
                        JsonMember.Text(error, "code", "") ?? ErrorTable.Internal.Code,
                        JsonMember.Text(error, "message", "") ?? "",
                        null
                    );
                Snapshot(events, "response.failed"u8, response, isBegun: false);
                break;
            default:
                Snapshot(events, "response.incomplete"u8, response, isBegun: false);
                break;
        }
    }

    static void Snapshot(ResponsesEvents events, ReadOnlySpan<byte> type, JsonElement response, bool isBegun)
    {
        var json = events.Begin(type)!;
        json.WritePropertyName("response"u8);
        if (!isBegun)
            response.WriteTo(json);
        else
            WriteBegun(json, response);
        events.End();
    }

    static void WriteBegun(Utf8JsonWriter json, JsonElement response)
    {
        json.WriteStartObject();
        foreach (var member in response.EnumerateObject())
            switch (member.Name)
            {
                case "status":
                    json.WriteString("status"u8, "in_progress"u8);
                    break;
                case "output":
                    WriteEmpty(json, "output"u8);
                    break;
                case "error" or "incomplete_details" or "usage":
                    json.WriteNull(member.Name);
                    break;
                default:
                    member.WriteTo(json);
                    break;
            }
        json.WriteEndObject();
    }

    static void WriteItem(ResponsesEvents events, JsonElement item, int index)
    {
        var added = BeginItem(events, "response.output_item.added"u8, index);
        WriteAdded(added, item);
        events.End();
        var id = JsonMember.Text(item, "id", "");
        switch (JsonMember.Text(item, "type", ""))
        {
            case "message":
                WriteParts(events, item, "content", new Place(id, index, "content_index"));
                break;
            case "reasoning":
                WriteParts(events, item, "summary", new Place(id, index, "summary_index"));
                break;
            case "function_call":
                WriteCall(events, item, new Place(id, index, ""));
                break;
            default:
                break;
        }
        var done = BeginItem(events, "response.output_item.done"u8, index);
        item.WriteTo(done);
        events.End();
    }

    static Utf8JsonWriter BeginItem(ResponsesEvents events, ReadOnlySpan<byte> type, int index)
    {
        var json = events.Begin(type)!;
        json.WriteNumber("output_index"u8, index);
        json.WritePropertyName("item"u8);
        return json;
    }

    static void WriteAdded(Utf8JsonWriter json, JsonElement item)
    {
        json.WriteStartObject();
        foreach (var member in item.EnumerateObject())
            switch (member.Name)
            {
                case "status":
                    json.WriteString("status"u8, "in_progress"u8);
                    break;
                case "content" or "summary":
                    WriteEmpty(json, member.Name == "content" ? "content"u8 : "summary"u8);
                    break;
                case "arguments":
                    json.WriteString("arguments"u8, ""u8);
                    break;
                case "encrypted_content":
                    // A seal stands at the end of what it covers.
                    break;
                default:
                    member.WriteTo(json);
                    break;
            }
        json.WriteEndObject();
    }

    readonly record struct Place(string? ItemId, int Index, string PartName);

    static Utf8JsonWriter Begin(ResponsesEvents events, ReadOnlySpan<byte> type, Place place, int part)
    {
        var json = events.Begin(type)!;
        json.WriteString("item_id"u8, place.ItemId);
        json.WriteNumber("output_index"u8, place.Index);
        if (part >= 0)
            json.WriteNumber(place.PartName, part);
        return json;
    }

    static void WriteParts(ResponsesEvents events, JsonElement item, string member, Place place)
    {
        if (JsonMember.Array(item, member, "") is not { } parts)
            return;
        var isSummary = member == "summary";
        var at = 0;
        foreach (var part in parts.EnumerateArray())
        {
            var isRefusal = JsonMember.Text(part, "type", "") == "refusal";
            var said = isRefusal ? "refusal" : "text";
            var text = JsonMember.Text(part, said, "") ?? "";
            var added = Begin(events, isSummary ? "response.reasoning_summary_part.added"u8 : "response.content_part.added"u8, place, at);
            WritePart(added, part, said);
            events.End();
            if (text.Length > 0)
                WriteText(Begin(events, DeltaOf(isSummary, isRefusal), place, at), "delta"u8, text, isSummary || isRefusal, events);
            var name = isRefusal ? "refusal"u8 : "text"u8;
            WriteText(Begin(events, DoneOf(isSummary, isRefusal), place, at), name, text, isSummary || isRefusal, events);
            var done = Begin(events, isSummary ? "response.reasoning_summary_part.done"u8 : "response.content_part.done"u8, place, at);
            done.WritePropertyName("part"u8);
            part.WriteTo(done);
            events.End();
            at++;
        }
    }

    static ReadOnlySpan<byte> DeltaOf(bool isSummary, bool isRefusal) =>
        isSummary ? "response.reasoning_summary_text.delta"u8
        : isRefusal ? "response.refusal.delta"u8
        : "response.output_text.delta"u8;

    static ReadOnlySpan<byte> DoneOf(bool isSummary, bool isRefusal) =>
        isSummary ? "response.reasoning_summary_text.done"u8
        : isRefusal ? "response.refusal.done"u8
        : "response.output_text.done"u8;

    static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text, bool isBare, ResponsesEvents events)
    {
        json.WriteString(name, text);
        if (!isBare)
            ResponsesEvents.NoLogprobs(json);
        events.End();
    }

    static void WritePart(Utf8JsonWriter json, JsonElement part, string said)
    {
        json.WriteStartObject("part"u8);
        foreach (var member in part.EnumerateObject())
            if (member.NameEquals(said))
                json.WriteString(said, ""u8);
            else
                member.WriteTo(json);
        json.WriteEndObject();
    }

    static void WriteCall(ResponsesEvents events, JsonElement item, Place place)
    {
        var arguments = JsonMember.Text(item, "arguments", "") ?? "";
        if (arguments.Length > 0)
        {
            Begin(events, "response.function_call_arguments.delta"u8, place, -1).WriteString("delta"u8, arguments);
            events.End();
        }
        var done = Begin(events, "response.function_call_arguments.done"u8, place, -1);
        done.WriteString("name"u8, JsonMember.Text(item, "name", ""));
        done.WriteString("arguments"u8, arguments);
        events.End();
    }

    static void WriteEmpty(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
