using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Gateway.Wire;

/// <summary>
/// Finds the system prompt of a body and puts something before its first text and behind its last; all else stays byte for byte, members that Portico does not know included.
/// </summary>
static class SystemTexts
{
    static readonly JsonReaderOptions Options = new() { MaxDepth = OpenAiChatReader.MaxDepth };

    /// <param name="body">In a dialect with a system prompt in it: OpenAI's or Anthropic's.</param>
    /// <param name="first">The message of the first text, counted in the canonical form.</param>
    /// <param name="last">That of the last one.</param>
    /// <param name="count">Of the texts, as the canonical form has them.</param>
    /// <param name="before">What to put before the first text.</param>
    /// <param name="behind">What to put behind the last one.</param>
    /// <returns>Null where the texts are not found in the body: it can only be written anew.</returns>
    public static WireBody? Enclose(WireBody body, int first, int last, int count, string before, string behind)
    {
        var texts = body.Dialect switch
        {
            Dialect.OpenAiChat => OfMessages(body, first, last),
            // What the system says stands in a member of its own, whose message is the first.
            Dialect.AnthropicMessages when (first, last) == (0, 0) => OfSystem(body.Bytes.Span),
            _ => [],
        };
        return texts.Count != count
            ? null
            : body.WithInsertions([Insertion(texts[0].Start + 1, before), Insertion(texts[^1].End - 1, behind)]);
    }

    /// <summary>Within the quotes of a string.</summary>
    static BodyEdit Insertion(int at, string text) => new(at, at, JsonEncodedText.Encode(text).EncodedUtf8Bytes.ToArray());

    static List<(int Start, int End)> OfMessages(WireBody body, int first, int last)
    {
        var texts = new List<(int, int)>();
        var array = body.Bytes.Span[body.Messages.ValueStart..body.Messages.ValueEnd];
        var reader = new Utf8JsonReader(array, Options);
        reader.Read();
        for (var i = 0; i <= last && reader.Read() && reader.TokenType == JsonTokenType.StartObject; i++)
            if (i < first)
                reader.Skip();
            else
                Members(ref reader, "content"u8, body.Messages.ValueStart, texts);
        return texts;
    }

    static List<(int Start, int End)> OfSystem(ReadOnlySpan<byte> bytes)
    {
        var texts = new List<(int, int)>();
        var reader = new Utf8JsonReader(bytes, Options);
        reader.Read();
        Members(ref reader, "system"u8, 0, texts);
        return texts;
    }

    /// <summary>The texts of a member of an object, which is a string or a list of parts.</summary>
    static void Members(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, int offset, List<(int Start, int End)> texts)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String)
                texts.Add(Place(ref reader, offset));
            else if (isIt && reader.TokenType == JsonTokenType.StartArray)
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Part(ref reader, offset, texts);
            else
                reader.Skip();
        }
    }

    static void Part(ref Utf8JsonReader reader, int offset, List<(int Start, int End)> texts)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        var isText = false;
        (int, int)? said = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isSaid) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("text"u8));
            reader.Read();
            if (isType)
                isText = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("text"u8);
            else if (isSaid && reader.TokenType == JsonTokenType.String)
                said = Place(ref reader, offset);
            reader.Skip();
        }
        if (isText && said is { } place)
            texts.Add(place);
    }

    static (int Start, int End) Place(ref Utf8JsonReader reader, int offset) =>
        (offset + (int)reader.TokenStartIndex, offset + (int)reader.BytesConsumed);
}
