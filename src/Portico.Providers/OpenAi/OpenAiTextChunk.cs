using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>Nearly all chunks of a stream are a piece of text of the one choice: those are read in one pass, without a document. Pure.</summary>
static class OpenAiTextChunk
{
    /// <summary>True when the chunk was one and is decoded; false when it is another or none at all, and nothing was decoded.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> chunk, List<ModelEvent> into)
    {
        var r = new Utf8JsonReader(chunk);
        string? text = null;
        var index = 0;
        try
        {
            if (!Next(ref r, JsonTokenType.StartObject))
                return false;
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
                if (!r.ValueTextEquals("choices"u8))
                    r.Skip();
                else if (text is not null || !TryReadChoice(ref r, out text, out index))
                    return false;
            // What is not one document is for whoever says what is wrong with it.
            if (text is not { Length: > 0 } || r.Read())
                return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
        into.Add(
            new ModelEvent
            {
                Kind = ModelEventKind.Text,
                Choice = index,
                Text = text,
            }
        );
        return true;
    }

    /// <summary>An array of one choice, which is not finished.</summary>
    static bool TryReadChoice(ref Utf8JsonReader r, out string? text, out int index)
    {
        (text, index) = (null, 0);
        if (!Next(ref r, JsonTokenType.StartArray) || !Next(ref r, JsonTokenType.StartObject))
            return false;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("delta"u8))
            {
                if (text is not null || !TryReadDelta(ref r, out text))
                    return false;
            }
            else if (r.ValueTextEquals("index"u8))
            {
                if (!Next(ref r, JsonTokenType.Number) || !r.TryGetInt32(out index))
                    return false;
            }
            else if (r.ValueTextEquals("finish_reason"u8))
            {
                if (!Next(ref r, JsonTokenType.Null))
                    return false;
            }
            else
                r.Skip();
        return Next(ref r, JsonTokenType.EndArray);
    }

    /// <summary>Content, and beside it the role or members that are null.</summary>
    static bool TryReadDelta(ref Utf8JsonReader r, out string? text)
    {
        text = null;
        if (!Next(ref r, JsonTokenType.StartObject))
            return false;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("content"u8))
            {
                if (text is not null || !Next(ref r, JsonTokenType.String))
                    return false;
                text = r.GetString();
            }
            else if (r.ValueTextEquals("role"u8))
                r.Skip();
            else if (!Next(ref r, JsonTokenType.Null))
                return false;
        return true;
    }

    static bool Next(ref Utf8JsonReader r, JsonTokenType type) => r.Read() && r.TokenType == type;
}
