using System.Text.Json;
using Portico.Core.Sse;

namespace Portico.Providers.OpenAi;

/// <summary>
/// The text that an answer said, joined, for counting: content, reasoning, refusals and arguments of tools. Pure, and allocates nothing for each chunk.
/// What is not JSON says nothing: whoever counts what was received must not fail over it.
/// </summary>
public static class OpenAiSaid
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
            length += InAnswer(e.Data, into[length..]);
        if (parser.Finish(out var last))
            length += InAnswer(last.Data, into[length..]);
        return length;
    }

    /// <summary>The text of one chunk or of a whole answer.</summary>
    /// <param name="json">The chunk.</param>
    /// <param name="into">At least as long as the chunk.</param>
    /// <returns>The characters written.</returns>
    public static int InAnswer(ReadOnlySpan<byte> json, Span<char> into)
    {
        var length = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            var (inChoices, isText) = (false, false);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.CurrentDepth == 1)
                        inChoices = reader.ValueTextEquals("choices"u8);
                    isText = inChoices && IsText(ref reader);
                    continue;
                }
                if (isText && reader.TokenType == JsonTokenType.String)
                    length += reader.CopyString(into[length..]);
                isText = false;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Up to here it said something; a broken rest, or a half surrogate, adds nothing.
        }
        return length;
    }

    static bool IsText(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("content"u8)
        || reader.ValueTextEquals("reasoning_content"u8)
        || reader.ValueTextEquals("reasoning"u8)
        || reader.ValueTextEquals("refusal"u8)
        || reader.ValueTextEquals("arguments"u8);
}
