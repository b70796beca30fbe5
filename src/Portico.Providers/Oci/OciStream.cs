using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.Oci;

/// <summary>A streamed answer: server-sent events with data alone, whose end is the end of the body. What one read delivers is one batch.</summary>
sealed class OciStream(UpstreamBytes source, ProviderConnection connection, string seed) : DecodedStream(source)
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly OciDecoder decoder = new(seed);
    public override Usage ReportedUsage => decoder.Reported;
    protected override bool IsOver => decoder.Over;

    protected override void Decode(bool atEnd)
    {
        Take(Source.Held.Span, atEnd);
        Source.TakeAll();
        if (atEnd && Failure is null)
            TakeEnd();
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
        var data = e.Data.Trim(" \n"u8);
        if (data.IsEmpty)
            return;
        if (data.SequenceEqual("[DONE]"u8))
        {
            TakeEnd();
            return;
        }
        try
        {
            if (!decoder.Take(data, Events))
                Failure = OciErrors.From(StatusOf(UpstreamErrors.Parse(data)), UpstreamErrors.Parse(data), null, connection);
        }
        catch (UpstreamException broken)
        {
            Failure = broken;
        }
        catch (JsonException broken)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                Failure = Malformed("The provider sent an event that is not one of OCI Generative AI.", broken);
        }
    }

    void TakeEnd()
    {
        if (decoder.Stopped)
            decoder.End(Events);
        else
            Failure = Cut();
    }

    /// <summary>The status that an error would have had in front of the stream.</summary>
    static int StatusOf(UpstreamErrorBody error) =>
        int.TryParse(error.Code, out var code) && code is >= 400 and < 600
            ? code
            : error.Code switch
            {
                "TooManyRequests" => 429,
                "InvalidParameter" => 400,
                "NotAuthenticated" => 401,
                _ => 500,
            };
}
