using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>A response that a provider made, as far as it has come: its own words under our id.</summary>
sealed class PassedResponse(ModelCall call, BoundSeals seals) : IGivenResponse
{
    readonly Place place = PlaceOf(call);
    readonly PassedEdits edits = new(call.Responses!, seal => seals.Seal(PlaceOf(call), seal, call.Caller.WorkspaceId));
    readonly List<byte[]> done = [];

    /// <summary>The response as it began: what a failed one is made of.</summary>
    byte[]? begun;

    /// <summary>As it is kept: with our seals in place of the provider's.</summary>
    byte[]? body;

    /// <summary>Whoever answers has begun to: the record says where.</summary>
    static Place PlaceOf(ModelCall call) => new(call.Context.Record.ConnectionId ?? "", call.Context.Record.DeploymentId ?? "");

    public string Status { get; private set; } = "in_progress";
    public Place? Place => place;

    /// <summary>The caller keeps the conversation itself and wants the seals.</summary>
    public bool TellsSeals => call.Responses!.WantsSealedReasoning;

    public PassedEdits Edits => edits;

    /// <summary>Takes a response as the provider has it at its beginning.</summary>
    public void Begin(ReadOnlySpan<byte> response) => begun = Edited(response);

    /// <summary>Takes an item that is complete.</summary>
    public void Add(ReadOnlySpan<byte> item)
    {
        var changes = new List<BodyEdit>(1);
        edits.Item(item, 0, changes, withSeals: true);
        done.Add(BodyEdits.Apply(item, [.. changes]));
    }

    /// <summary>Takes the whole response.</summary>
    public void End(ReadOnlySpan<byte> response)
    {
        body = Edited(response);
        Status = JsonMember.Needed(JsonElement.Parse(body, Whole), "status", "");
    }

    static readonly JsonDocumentOptions Whole = new() { MaxDepth = PassedEvent.Options.MaxDepth };

    byte[] Edited(ReadOnlySpan<byte> response)
    {
        var changes = new List<BodyEdit>(8);
        edits.Response(response, 0, changes, withSeals: true);
        return BodyEdits.Apply(response, [.. changes]);
    }

    public void Fail(PorticoException e) => Cut("failed", ResponsesObject.ErrorOf(e));

    public void Cancel() => Cut("cancelled", null);

    /// <summary>What had begun, with what was done of it and the reason.</summary>
    void Cut(string status, (string Code, string Message)? error)
    {
        Status = status;
        if (begun is null)
        {
            var made = new ResponsesObject(call);
            made.Cut(status, error);
            body = made.ToJson();
            return;
        }
        using var buffer = new MemoryStream(1_024);
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
        {
            json.WriteStartObject();
            foreach (var member in JsonElement.Parse(begun, Whole).EnumerateObject())
                if (member.Name is not ("status" or "output" or "error"))
                    member.WriteTo(json);
            json.WriteString("status"u8, status);
            ResponsesObject.WriteError(json, error);
            json.WriteStartArray("output"u8);
            foreach (var item in done)
                json.WriteRawValue(item, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        body = buffer.ToArray();
    }

    byte[] Kept => body ?? begun ?? new ResponsesObject(call).ToJson();

    public byte[] ToJson()
    {
        if (TellsSeals)
            return Kept;
        var changes = new List<BodyEdit>();
        PassedEdits.Strip(Kept, changes);
        return changes.Count == 0 ? Kept : BodyEdits.Apply(Kept, [.. changes]);
    }

    public void WriteKept(Utf8JsonWriter json) => json.WriteRawValue(Kept, skipInputValidation: true);

    public IEnumerable<ConversationItem> SaidItems()
    {
        var at = 0;
        foreach (var item in JsonElement.Parse(Kept, Whole).GetProperty("output"u8).EnumerateArray())
        {
            var index = at++;
            if (JsonMember.Said(item, "type") != "function_call" || JsonMember.Said(item, "status") == "completed")
                yield return ConversationItem.OfOutput(item, call.Responses!.Id, index, place);
        }
    }
}
