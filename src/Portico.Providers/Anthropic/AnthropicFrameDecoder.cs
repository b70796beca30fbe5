using Portico.Core.Chat;
using Portico.Core.Sse;

namespace Portico.Providers.Anthropic;

/// <summary>Reads frames of the Messages API that passed untouched, where their content must be known: for what is kept of an answer.</summary>
public sealed class AnthropicFrameDecoder
{
    const int MaxEventBytes = 64 * 1024 * 1024;

    readonly SseParser parser = new(MaxEventBytes);
    readonly AnthropicDecoder decoder = new();

    /// <summary>Takes the next whole events of one stream.</summary>
    /// <exception cref="System.Text.Json.JsonException">An event is not JSON.</exception>
    public void Take(ReadOnlySpan<byte> frames, List<ModelEvent> into)
    {
        while (!decoder.Over && parser.TryRead(ref frames, out var e))
            if (!e.Data.IsEmpty)
                decoder.Take(e.Name, e.Data, into);
    }
}
