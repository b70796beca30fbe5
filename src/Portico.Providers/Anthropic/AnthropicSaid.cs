using System.Text.Json;
using Portico.Core.Sse;

namespace Portico.Providers.Anthropic;

/// <summary>
/// The text that a streamed message said, joined, for counting: text, thinking and input of tools. Pure, and allocates nothing for each event. What is not
/// JSON says nothing: whoever counts what was received must not fail over it.
/// </summary>
public static class AnthropicSaid
{
    const int MaxEventBytes = 64 * 1024 * 1024;

    /// <summary>The text of whole SSE events.</summary>
    /// <param name="frames">The events as they came.</param>
    /// <param name="into">At least as long as the frames: a character takes a byte or more.</param>
    /// <returns>The characters written.</returns>
    public static int InFrames(ReadOnlySpan<byte> frames, Span<char> into)
    {
        var parser = new SseParser(MaxEventBytes);
        var length = 0;
        while (parser.TryRead(ref frames, out var e))
            length += In(e.Data, into[length..]);
        if (parser.Finish(out var last))
            length += In(last.Data, into[length..]);
        return length;
    }

    /// <summary>The text of one event or of a whole message.</summary>
    /// <param name="json">The document.</param>
    /// <param name="into">At least as long as the document.</param>
    /// <returns>The characters written.</returns>
    public static int In(ReadOnlySpan<byte> json, Span<char> into)
    {
        var length = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !IsText(ref reader))
                    continue;
                if (reader.Read() && reader.TokenType == JsonTokenType.String)
                    length += reader.CopyString(into[length..]);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Up to here it said something; a broken rest, or a half surrogate, adds nothing.
        }
        return length;
    }

    static bool IsText(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("thinking"u8) || reader.ValueTextEquals("partial_json"u8);
}
