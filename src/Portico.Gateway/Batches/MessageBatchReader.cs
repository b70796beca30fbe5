using System.Text;
using System.Text.Json;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Batches;

/// <summary>
/// Reads the body that makes a message batch (https://platform.claude.com/docs/en/api/creating-message-batches), <c>{"requests": [{"custom_id", "params"}]}</c>,
/// as it arrives: it holds nothing, and gives every request as its bytes stand there.
/// </summary>
/// <param name="take">Is given each element of the requests.</param>
sealed class MessageBatchReader(Action<ReadOnlyMemory<byte>> take)
{
    /// <summary>What a line may have, and what stands around it here.</summary>
    const int MaxDepth = 64 + 4;

    enum Place
    {
        Start,
        Members,
        Requests,
        End,
    }

    JsonReaderState state = new(new JsonReaderOptions { MaxDepth = MaxDepth });
    Place place;
    bool hasRequests;

    /// <summary>Reads on; returns how many bytes it is done with. What it is not done with comes again in front of the next.</summary>
    /// <param name="bytes">What there is.</param>
    /// <param name="isLast">Nothing comes behind.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="PorticoException">It is not an object with requests alone.</exception>
    public int Read(ReadOnlyMemory<byte> bytes, bool isLast)
    {
        var json = new Utf8JsonReader(bytes.Span, isLast, state);
        while (true)
        {
            var before = json;
            if (!json.Read())
                break;
            if (!Step(bytes, ref json))
            {
                json = before;
                break;
            }
        }
        if (isLast && place == Place.End && !hasRequests)
            throw Json.Bad("requests: Field required: a list of requests.", "requests");
        state = json.CurrentState;
        return (int)json.BytesConsumed;
    }

    /// <summary>False when what begins here has not all arrived.</summary>
    bool Step(ReadOnlyMemory<byte> bytes, ref Utf8JsonReader json)
    {
        switch (place)
        {
            case Place.Start:
                if (json.TokenType != JsonTokenType.StartObject)
                    throw new PorticoException(ErrorTable.InvalidJson, "The body must be a JSON object.");
                place = Place.Members;
                return true;
            case Place.Members:
                return Member(ref json);
            default:
                if (json.TokenType == JsonTokenType.EndArray)
                {
                    place = Place.Members;
                    return true;
                }
                var start = (int)json.TokenStartIndex;
                if (!json.TrySkip())
                    return false;
                take(bytes[start..(int)json.BytesConsumed]);
                return true;
        }
    }

    bool Member(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.EndObject)
        {
            place = Place.End;
            return true;
        }
        if (!json.ValueTextEquals("requests"u8))
        {
            var name = Json.Short(Encoding.UTF8.GetString(json.ValueSpan));
            throw Json.Bad($"{name}: it is not known here: a batch has requests alone.", name);
        }
        if (hasRequests)
            throw Json.Bad("requests: it stands there twice.", "requests");
        if (!json.Read())
            return false;
        if (json.TokenType != JsonTokenType.StartArray)
            throw Json.Bad("requests: it must be a list.", "requests");
        hasRequests = true;
        place = Place.Requests;
        return true;
    }
}
