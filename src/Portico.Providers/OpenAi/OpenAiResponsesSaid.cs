using System.Text.Json;
using Portico.Core.Sse;

namespace Portico.Providers.OpenAi;

/// <summary>
/// The text that a response said, joined, for counting: texts, refusals, summaries, arguments and code. Pure, and allocates nothing for each event. What is
/// not JSON says nothing: whoever counts what was received must not fail over it.
/// </summary>
public static class OpenAiResponsesSaid
{
    const int MaxEventBytes = 64 * 1024 * 1024;

    /// <summary>The text of whole SSE events: of their fragments, since what is done repeats them.</summary>
    /// <param name="frames">The events as they came.</param>
    /// <param name="into">At least as long as the frames: a character takes a byte or more.</param>
    /// <returns>The characters written.</returns>
    public static int InFrames(ReadOnlySpan<byte> frames, Span<char> into)
    {
        var parser = new SseParser(MaxEventBytes);
        var length = 0;
        while (parser.TryRead(ref frames, out var e))
            length += InEvent(e, into[length..]);
        if (parser.Finish(out var last))
            length += InEvent(last, into[length..]);
        return length;
    }

    static int InEvent(SseEvent e, Span<char> into) =>
        e.Name.EndsWith(".delta"u8) && e.Name.IndexOf("audio"u8) < 0 ? In(e.Data, 1, "delta"u8, default, default, into) : 0;

    /// <summary>The text of a whole response.</summary>
    /// <param name="json">The response.</param>
    /// <param name="into">At least as long as the response.</param>
    /// <returns>The characters written.</returns>
    public static int InAnswer(ReadOnlySpan<byte> json, Span<char> into) => In(json, 0, "text"u8, "refusal"u8, "arguments"u8, into);

    /// <param name="json">A document.</param>
    /// <param name="depth">Of the members; 0 = any within the output.</param>
    /// <param name="first">The name of a member that is said.</param>
    /// <param name="second">Another one.</param>
    /// <param name="third">A third.</param>
    /// <param name="into">Receives the texts.</param>
    static int In(
        ReadOnlySpan<byte> json,
        int depth,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third,
        Span<char> into
    )
    {
        var length = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = OpenAiResponsesFacts.MaxDepth });
            var inOutput = depth > 0;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (depth == 0 && reader.CurrentDepth == 1)
                    inOutput = reader.ValueTextEquals("output"u8);
                var isText =
                    inOutput
                    && (depth == 0 || reader.CurrentDepth == depth)
                    && (reader.ValueTextEquals(first) || reader.ValueTextEquals(second) || reader.ValueTextEquals(third));
                if (isText && reader.Read() && reader.TokenType == JsonTokenType.String)
                    length += reader.CopyString(into[length..]);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Up to here it said something; a broken rest, or a half surrogate, adds nothing.
        }
        return length;
    }
}
