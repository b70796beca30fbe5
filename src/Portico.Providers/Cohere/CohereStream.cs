using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.Cohere;

/// <summary>A streamed answer; its end is message-end. What one read delivers is one batch.</summary>
sealed class CohereStream(UpstreamBytes source) : DecodedStream(source)
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly CohereDecoder decoder = new();
    public override Usage ReportedUsage => decoder.Reported;
    protected override bool IsOver => decoder.Over;

    protected override void Decode(bool atEnd)
    {
        Take(Source.Held.Span, atEnd);
        Source.TakeAll();
        if (atEnd && !decoder.Over)
            Failure ??= Cut();
    }

    void Take(ReadOnlySpan<byte> input, bool atEnd)
    {
        try
        {
            while (!decoder.Over && Failure is null && parser.TryRead(ref input, out var e))
                TakeEvent(e, atEnd: false);
            if (atEnd && !decoder.Over && Failure is null && parser.Finish(out var last))
                TakeEvent(last, atEnd: true);
        }
        catch (InvalidDataException e)
        {
            Failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
    }

    void TakeEvent(SseEvent e, bool atEnd)
    {
        if (e.Data.IsEmpty)
            return;
        try
        {
            decoder.Take(e.Data, Events);
        }
        catch (UpstreamException broken)
        {
            Failure = broken;
        }
        catch (JsonException broken)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                Failure = Malformed("The provider sent an event that is not one of Cohere's chat API.", broken);
        }
    }
}
