using System.Buffers;
using System.Text;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Providers.Anthropic;
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

    StringBuilder? text; // decoded
    byte[]? pending; // frames
    int length;
    long tokens;
    bool whole;
    Dialect dialect;
    TokenCounter? counter;
    string family = "";

    public void Reset(TokenCounter tokenCounter, string tokenFamily)
    {
        counter = tokenCounter;
        family = tokenFamily;
        length = 0;
        text?.Clear();
        tokens = 0;
    }

    public void Add(in ModelEvent e, Dialect form, bool isWhole)
    {
        // What a call of one question is billed for is known from the question or told in the answer.
        if (form == Dialect.Single)
            return;
        (whole, dialect) = (isWhole, form);
        if (e.Kind == ModelEventKind.Frame)
            AddFrame(e.Bytes.Span);
        else if ((e.Text ?? e.ToolCall?.Arguments) is { Length: > 0 } fragment)
            AddText(fragment);
    }

    /// <summary>Fragments are joined before they are counted: alone they would come out too high.</summary>
    void AddText(string fragment)
    {
        text ??= new StringBuilder();
        text.Append(fragment);
        if (text.Length > MaxPending)
            Fold();
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
        if (text is { Length: > 0 })
        {
            tokens += Count(text.ToString());
            text.Clear();
        }
        if (length == 0)
            return;
        tokens += CountFrames(pending.AsSpan(0, length));
        length = 0;
    }

    long CountFrames(ReadOnlySpan<byte> bytes)
    {
        // One count over the joined text, as for decoded fragments.
        var said = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            var chars = (dialect, whole) switch
            {
                (Dialect.AnthropicMessages, true) => AnthropicSaid.In(bytes, said),
                (Dialect.AnthropicMessages, false) => AnthropicSaid.InFrames(bytes, said),
                (Dialect.OpenAiResponses, true) => OpenAiResponsesSaid.InAnswer(bytes, said),
                (Dialect.OpenAiResponses, false) => OpenAiResponsesSaid.InFrames(bytes, said),
                (_, true) => OpenAiSaid.InAnswer(bytes, said),
                _ => OpenAiSaid.InFrames(bytes, said),
            };
            return Count(said.AsSpan(0, chars));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(said);
        }
    }

    long Count(ReadOnlySpan<char> joined) => counter is null ? 0 : counter.Count(family, joined).Tokens;

    public void Dispose()
    {
        if (pending is null)
            return;
        ArrayPool<byte>.Shared.Return(pending);
        pending = null;
        length = 0;
    }
}
