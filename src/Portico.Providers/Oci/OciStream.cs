using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.Oci;

/// <summary>A streamed answer: server-sent events with data alone, whose end is the end of the body. What one read delivers is one batch.</summary>
sealed class OciStream(UpstreamBytes source, ProviderConnection connection, string seed) : ModelEventStream
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly OciDecoder decoder = new(seed);
    readonly List<ModelEvent> events = new(8);

    ModelEvent[] given = new ModelEvent[8];
    int count;
    UpstreamException? failure; // found behind events that are given first
    bool primed;

    public override ReadOnlyMemory<ModelEvent> Batch => given.AsMemory(0, count);
    public override Dialect Dialect => Dialect.Canonical;
    public override Usage ReportedUsage => decoder.Reported;

    /// <summary>Reads up to the first batch, so that a failure before it is still an HTTP status.</summary>
    public async Task PrimeAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        primed = true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        count = 0;
        while (!decoder.Over)
        {
            if (failure is not null)
                throw failure;
            var more = await source.ReadAsync();
            Take(source.Held.Span, atEnd: !more);
            source.TakeAll();
            if (!more && failure is null)
                TakeEnd();
            if (Give())
                return true;
        }
        return false;
    }

    void Take(ReadOnlySpan<byte> input, bool atEnd)
    {
        try
        {
            while (!decoder.Over && failure is null && parser.TryRead(ref input, out var e))
                TakeEvent(e, atEnd: false);
            if (atEnd && !decoder.Over && failure is null && parser.Finish(out var last))
                TakeEvent(last, atEnd: true);
        }
        catch (InvalidDataException e)
        {
            failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
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
            if (!decoder.Take(data, events))
                failure = OciErrors.From(StatusOf(UpstreamErrors.Parse(data)), UpstreamErrors.Parse(data), null, connection);
        }
        catch (UpstreamException broken)
        {
            failure = broken;
        }
        catch (JsonException broken)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                failure = Malformed("The provider sent an event that is not one of OCI Generative AI.", broken);
        }
    }

    void TakeEnd()
    {
        if (decoder.Stopped)
            decoder.End(events);
        else
            failure = new UpstreamException(
                ErrorTable.UpstreamCut,
                Fault.Upstream,
                "The provider ended the stream before the answer was complete."
            );
    }

    bool Give()
    {
        count = events.Count;
        if (count == 0)
            return false;
        if (count > given.Length)
            given = new ModelEvent[Math.Max(count, given.Length * 2)];
        events.CopyTo(given);
        events.Clear();
        return true;
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

    static UpstreamException Malformed(string message, Exception inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    public override ValueTask DisposeAsync()
    {
        source.IsOver = decoder.Over;
        return source.DisposeAsync();
    }
}
