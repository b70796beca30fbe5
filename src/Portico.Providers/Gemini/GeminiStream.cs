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
sealed class GeminiStream(UpstreamBytes source, ProviderConnection connection) : ModelEventStream
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly GeminiDecoder decoder = new();
    readonly List<ModelEvent> events = new(8);

    ModelEvent[] given = new ModelEvent[8];
    ReadOnlyMemory<ModelEvent> batch;
    UpstreamException? failure; // found behind events that are given first
    bool primed;
    bool over;

    public override ReadOnlyMemory<ModelEvent> Batch => batch;
    public override Dialect Dialect => Dialect.Canonical;
    public override Usage ReportedUsage => decoder.Reported;

    /// <summary>Reads up to the first batch, so that a failure before it is still an HTTP status.</summary>
    public async Task PrimeAsync(CancellationToken ct)
    {
        if (!await ReadAsync(ct))
            throw Cut();
        primed = true;
    }

    // Pooled: a chunk allocates nothing but what it says.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        batch = default;
        while (!over)
        {
            if (failure is not null)
                throw failure;
            if (await ReadSourceAsync())
                TakeBytes(source.Held.Span);
            else
                TakeEnd();
            source.TakeAll();
            if (events.Count == 0)
                continue;
            Give();
            return true;
        }
        return false;
    }

    void Give()
    {
        if (given.Length < events.Count)
            given = new ModelEvent[events.Count];
        events.CopyTo(given);
        batch = given.AsMemory(0, events.Count);
        events.Clear();
    }

    /// <summary>Behind the last reason nothing of worth can follow: a body that then stalls or breaks has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<bool> ReadSourceAsync()
    {
        try
        {
            return await source.ReadAsync();
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
            while (failure is null && parser.TryRead(ref input, out var e))
                TakeEvent(e, atEnd: false);
        }
        catch (InvalidDataException e)
        {
            failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
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
            failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
        if (failure is not null)
            return;
        if (!decoder.Stopped)
        {
            failure = Cut();
            return;
        }
        decoder.End(events);
        over = true;
    }

    void TakeEvent(SseEvent e, bool atEnd)
    {
        if (e.Data.IsEmpty)
            return;
        try
        {
            if (!decoder.Take(e.Data, events))
                failure = GoogleErrors.FromBody(e.Data, connection);
        }
        catch (UpstreamException broken)
        {
            failure = broken;
        }
        catch (JsonException broken)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                failure = Malformed("The provider sent an event that is not one of Gemini's generateContent.", broken);
        }
    }

    static UpstreamException Cut() =>
        new(ErrorTable.UpstreamCut, Fault.Upstream, "The provider ended the stream before the answer was complete.");

    static UpstreamException Malformed(string message, Exception inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    public override ValueTask DisposeAsync()
    {
        source.IsOver = over;
        return source.DisposeAsync();
    }
}
