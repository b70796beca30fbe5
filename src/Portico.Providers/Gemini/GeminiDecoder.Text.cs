using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>Nearly all chunks of a stream are a piece of text and the usage: those are read in one pass, without a document.</summary>
sealed partial class GeminiDecoder
{
    /// <summary>True when the chunk was one and is taken; false when it is another or none at all, and nothing was taken.</summary>
    bool TryTakeText(ReadOnlySpan<byte> data, List<ModelEvent> into)
    {
        var r = new Utf8JsonReader(data);
        var told = usage;
        string? text = null;
        try
        {
            if (!r.Read() || r.TokenType != JsonTokenType.StartObject)
                return false;
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
                if (r.ValueTextEquals("candidates"u8))
                {
                    if (text is not null || !TryReadCandidate(ref r, out text))
                        return false;
                }
                else if (r.ValueTextEquals("usageMetadata"u8))
                {
                    r.Read();
                    told.Take(ref r);
                }
                else if (r.ValueTextEquals("modelVersion"u8) || r.ValueTextEquals("responseId"u8))
                    r.Skip();
                else
                    return false;
            if (text is not { Length: > 0 } || r.Read())
                return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Whoever reads it as a document says what is wrong.
            return false;
        }
        usage = told;
        OutputSeen = Choice(0).HasOutput = true;
        into.Add(new ModelEvent { Kind = ModelEventKind.Text, Text = text });
        return true;
    }

    /// <summary>An array of the first candidate alone, which has content and no end.</summary>
    static bool TryReadCandidate(ref Utf8JsonReader r, out string? text)
    {
        text = null;
        if (!Next(ref r, JsonTokenType.StartArray) || !Next(ref r, JsonTokenType.StartObject))
            return false;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("content"u8))
            {
                if (text is not null || !TryReadContent(ref r, out text))
                    return false;
            }
            else if (r.ValueTextEquals("index"u8))
            {
                if (!Next(ref r, JsonTokenType.Number) || !r.TryGetInt32(out var index) || index != 0)
                    return false;
            }
            else
                return false;
        return Next(ref r, JsonTokenType.EndArray);
    }

    /// <summary>One part, which is text and nothing else.</summary>
    static bool TryReadContent(ref Utf8JsonReader r, out string? text)
    {
        text = null;
        if (!Next(ref r, JsonTokenType.StartObject))
            return false;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("role"u8))
                r.Skip();
            else if (
                text is null
                && r.ValueTextEquals("parts"u8)
                && Next(ref r, JsonTokenType.StartArray)
                && Next(ref r, JsonTokenType.StartObject)
                && Next(ref r, JsonTokenType.PropertyName)
                && r.ValueTextEquals("text"u8)
                && Next(ref r, JsonTokenType.String)
            )
            {
                text = r.GetString();
                if (!Next(ref r, JsonTokenType.EndObject) || !Next(ref r, JsonTokenType.EndArray))
                    return false;
            }
            else
                return false;
        return true;
    }

    static bool Next(ref Utf8JsonReader r, JsonTokenType type) => r.Read() && r.TokenType == type;
}
