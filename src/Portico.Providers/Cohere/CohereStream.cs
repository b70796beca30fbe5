using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.Cohere;

/// <summary>A streamed answer; its end is message-end. What one read delivers is one batch.</summary>
sealed class CohereStream(UpstreamBytes source) : ModelEventStream
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly CohereDecoder decoder = new();
    readonly List<ModelEvent> events = new(8);

    ModelEvent[] batch = [];
    UpstreamException? failure; // found behind events that are given first
    bool primed;
    bool over;

    public override ReadOnlyMemory<ModelEvent> Batch => batch;
    public override Dialect Dialect => Dialect.Canonical;
    public override Usage ReportedUsage => decoder.Reported;

    /// <summary>Reads up to the first batch, so that a failure before it is still an HTTP status.</summary>
    public async Task PrimeAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        primed = true;
    }

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        batch = [];
        while (!over)
        {
            if (failure is not null)
                throw failure;
            var more = await source.ReadAsync();
            Take(source.Held.Span, atEnd: !more);
            source.TakeAll();
            over = decoder.Over;
            if (!more && !over)
                failure ??= new UpstreamException(
                    ErrorTable.UpstreamCut,
                    Fault.Upstream,
                    "The provider ended the stream before the answer was complete."
                );
            if (events.Count == 0)
                continue;
            batch = [.. events];
            events.Clear();
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
        if (e.Data.IsEmpty)
            return;
        try
        {
            decoder.Take(e.Data, events);
        }
        catch (UpstreamException broken)
        {
            failure = broken;
        }
        catch (JsonException broken)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                failure = Malformed("The provider sent an event that is not one of Cohere's chat API.", broken);
        }
    }

    static UpstreamException Malformed(string message, Exception inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    public override ValueTask DisposeAsync()
    {
        source.IsOver = over;
        return source.DisposeAsync();
    }
}
