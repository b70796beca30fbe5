using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.Gemini;

/// <summary>
/// A streamed answer (streamGenerateContent?alt=sse): chunks without a last word. Its end is the end of the body behind the reasons of all candidates;
/// a body that ends before them was cut. What one read delivers is one batch.
/// </summary>
sealed class GeminiStream(UpstreamBytes source, ProviderConnection connection, PriceClass? served = null) : DecodedStream(source)
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly GeminiDecoder decoder = new(served);
    bool over;

    public override Usage ReportedUsage => decoder.Reported;
    protected override bool IsOver => over;

    protected override void Decode(bool atEnd)
    {
        if (atEnd)
            TakeEnd();
        else
            TakeBytes(Source.Held.Span);
        Source.TakeAll();
    }

    /// <summary>Behind the last reason nothing of worth can follow: a body that then stalls or breaks has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<bool> ReadSourceAsync()
    {
        try
        {
            return await Source.ReadAsync();
        }
        catch (UpstreamException) when (decoder.Stopped)
        {
            return false;
        }
    }

    void TakeBytes(ReadOnlySpan<byte> input)
    {
        try
        {
            while (Failure is null && parser.TryRead(ref input, out var e))
                TakeEvent(e, atEnd: false);
        }
        catch (InvalidDataException e)
        {
            Failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
    }

    void TakeEnd()
    {
        try
        {
            if (parser.Finish(out var last))
                TakeEvent(last, atEnd: true);
        }
        catch (InvalidDataException e)
        {
            Failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
        if (Failure is not null)
            return;
        if (!decoder.Stopped)
        {
            Failure = Cut();
            return;
        }
        decoder.End(Events);
        over = true;
    }

    void TakeEvent(SseEvent e, bool atEnd)
    {
        if (e.Data.IsEmpty)
            return;
        try
        {
            if (!decoder.Take(e.Data, Events))
                Failure = GoogleErrors.FromBody(e.Data, connection);
        }
        catch (UpstreamException broken)
        {
            Failure = broken;
        }
        catch (JsonException broken)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                Failure = Malformed("The provider sent an event that is not one of Gemini's generateContent.", broken);
        }
    }
}
