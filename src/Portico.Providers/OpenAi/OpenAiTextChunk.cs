using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Portico.Core.Chat;

namespace Portico.Providers.OpenAi;

/// <summary>Nearly all chunks of a stream are a piece of text of the one choice: those are read in one pass, without a document. Pure.</summary>
static class OpenAiTextChunk
{
    /// <summary>What a text in JSON has only where something has to be undone, or where it ends.</summary>
    static readonly SearchValues<byte> NotPlain = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(b => (byte)b),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <summary>What stands around the text of a chunk that was read: a provider writes the same bytes around the next one.</summary>
    public ref struct Frame
    {
        public ReadOnlySpan<byte> Before;
        public ReadOnlySpan<byte> Behind;
        public int Choice;

        /// <summary>True when the chunk is the same but for its text, and that has nothing to undo.</summary>
        /// <param name="chunk">One JSON document.</param>
        /// <param name="said">Receives the text: as many characters as the chunk has bytes are enough.</param>
        /// <param name="length">Of the text.</param>
        public readonly bool TryRead(ReadOnlySpan<byte> chunk, Span<char> said, out int length)
        {
            length = 0;
            return !Before.IsEmpty
                && chunk.Length > Before.Length + Behind.Length
                && chunk.StartsWith(Before)
                && chunk.EndsWith(Behind)
                && chunk[Before.Length..^Behind.Length] is var text
                && !text.ContainsAny(NotPlain)
                && Utf8.ToUtf16(text, said, out _, out length, replaceInvalidSequences: false) == OperationStatus.Done;
        }
    }

    /// <summary>True when the chunk was one and is decoded; false when it is another or none at all, and nothing was decoded.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> chunk, List<ModelEvent> into)
    {
        var frame = default(Frame);
        return TryDecode(chunk, into, ref frame);
    }

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{byte}, List{ModelEvent})"/>
    /// <param name="chunk">One JSON document.</param>
    /// <param name="into">Receives the event.</param>
    /// <param name="frame">Receives what stands around its text.</param>
    public static bool TryDecode(ReadOnlySpan<byte> chunk, List<ModelEvent> into, ref Frame frame)
    {
        var (from, to) = (0, 0);
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
                else if (text is not null || !TryReadChoice(ref r, out text, out index, ref from, ref to))
                    return false;
            // What is not one document is for whoever says what is wrong with it.
            if (text is not { Length: > 0 } || r.Read())
                return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
        frame.Before = chunk[..from];
        frame.Behind = chunk[to..];
        frame.Choice = index;
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
    static bool TryReadChoice(ref Utf8JsonReader r, out string? text, out int index, ref int from, ref int to)
    {
        (text, index) = (null, 0);
        if (!Next(ref r, JsonTokenType.StartArray) || !Next(ref r, JsonTokenType.StartObject))
            return false;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            if (r.ValueTextEquals("delta"u8))
            {
                if (text is not null || !TryReadDelta(ref r, out text, ref from, ref to))
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
    static bool TryReadDelta(ref Utf8JsonReader r, out string? text, ref int from, ref int to)
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
                (from, to) = ((int)r.TokenStartIndex + 1, (int)r.BytesConsumed - 1);
            }
            else if (r.ValueTextEquals("role"u8))
                r.Skip();
            else if (!Next(ref r, JsonTokenType.Null))
                return false;
        return true;
    }

    static bool Next(ref Utf8JsonReader r, JsonTokenType type) => r.Read() && r.TokenType == type;
}
