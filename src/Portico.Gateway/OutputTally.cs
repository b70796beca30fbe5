using System.Buffers;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Providers.OpenAi;

namespace Portico.Gateway;

/// <summary>
/// Remembers what an attempt has received, so that an answer without reported usage can be counted. Frames are kept as bytes and decoded only
/// when the buffer is full or the count is asked for: a call that ends well with reported usage pays one memory copy.
/// </summary>
sealed class OutputTally : IDisposable
{
    /// <summary>Frames kept before they are counted; bounds memory a call.</summary>
    const int MaxPending = 64 * 1024;

    /// <summary>Most streams fit: growing would copy.</summary>
    const int FirstStreamed = 16 * 1024;

    byte[]? pending;
    int length;
    long tokens;
    bool whole;
    TokenCounter? counter;
    string family = "";

    public void Reset(TokenCounter tokenCounter, string tokenFamily)
    {
        counter = tokenCounter;
        family = tokenFamily;
        length = 0;
        tokens = 0;
    }

    public void Add(in ModelEvent e, bool isWhole)
    {
        whole = isWhole;
        if (e.Kind == ModelEventKind.Frame)
            AddFrame(e.Bytes.Span);
        else if (e.Text is { Length: > 0 } text)
            tokens += Count(text);
        else if (e.ToolCall?.Arguments is { Length: > 0 } arguments)
            tokens += Count(arguments);
    }

    /// <summary>Output tokens received so far, counted by us.</summary>
    public long CountTokens()
    {
        Fold();
        return tokens;
    }

    void AddFrame(ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > MaxPending)
            Fold();
        if (bytes.Length > MaxPending)
        {
            tokens += CountFrames(bytes);
            return;
        }
        pending ??= ArrayPool<byte>.Shared.Rent(Math.Min(MaxPending, Math.Max(whole ? bytes.Length : FirstStreamed, bytes.Length)));
        if (pending.Length < length + bytes.Length)
            Grow(length + bytes.Length);
        bytes.CopyTo(pending.AsSpan(length));
        length += bytes.Length;
    }

    void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, pending!.Length * 2));
        pending.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(pending);
        pending = larger;
    }

    void Fold()
    {
        if (length == 0)
            return;
        tokens += CountFrames(pending.AsSpan(0, length));
        length = 0;
    }

    long CountFrames(ReadOnlySpan<byte> bytes)
    {
        var events = new List<ModelEvent>();
        if (whole)
            OpenAiAnswerDecoder.Decode(bytes, events);
        else
            OpenAiChunkDecoder.DecodeFrames(bytes, events);
        // One count over the joined text: fragments counted alone would come out too high.
        var text = string.Concat(events.Select(e => e.Text ?? e.ToolCall?.Arguments ?? ""));
        return Count(text);
    }

    long Count(string text) => counter is null ? 0 : counter.Count(family, text).Tokens;

    public void Dispose()
    {
        if (pending is null)
            return;
        ArrayPool<byte>.Shared.Return(pending);
        pending = null;
        length = 0;
    }
}
