using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.Anthropic;

/// <summary>
/// A streamed message. What one read delivers is one batch: decoded events, or for a caller of the same dialect the events framed anew with name and data
/// as they came. The head of the message and pings are held back until something follows, so that a refusal right behind them is still an
/// HTTP status and may go to another deployment.
/// </summary>
sealed class AnthropicStream(UpstreamBytes source, ProviderConnection connection, bool asFrames) : ModelEventStream
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly AnthropicDecoder decoder = new();
    readonly List<ModelEvent> events = new(8);
    readonly ArrayBufferWriter<byte> frames = new();

    readonly ModelEvent[] single = new ModelEvent[1];

    ReadOnlyMemory<ModelEvent> batch;
    UpstreamException? failure; // found behind events that are given first
    bool framesGiven;
    bool primed;
    bool over;

    public override ReadOnlyMemory<ModelEvent> Batch => batch;
    public override Dialect Dialect => asFrames ? Dialect.AnthropicMessages : Dialect.Canonical;
    public override Usage ReportedUsage => decoder.Reported;

    /// <summary>Reads up to the first batch, so that a failure before it is still an HTTP status.</summary>
    public async Task PrimeAsync(CancellationToken ct)
    {
        if (!await ReadAsync(ct))
            throw Cut();
        primed = true;
    }

    // Every chunk comes through here and mostly waits: its state machine is pooled, so that a chunk allocates nothing.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        batch = default;
        if (framesGiven)
            frames.ResetWrittenCount();
        framesGiven = false;
        while (!over)
        {
            if (failure is not null)
                throw failure;
            if (await source.ReadAsync())
                TakeBytes(source.Held.Span);
            else
                TakeEnd();
            source.TakeAll();
            if (Give())
                return true;
        }
        return false;
    }

    void TakeBytes(ReadOnlySpan<byte> input)
    {
        try
        {
            while (!decoder.Over && failure is null && parser.TryRead(ref input, out var e))
                TakeEvent(e, atEnd: false);
        }
        catch (InvalidDataException e)
        {
            failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
    }

    /// <summary>The body has ended without the end of the message: cut, unless only the last word is missing.</summary>
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
        if (decoder.Over || failure is not null)
            return;
        if (!decoder.Stopped)
        {
            failure = Cut();
            return;
        }
        // The stop reason comes with the final usage: content and bill are whole.
        var end = new List<ModelEvent>(2);
        decoder.End(end);
        Keep(end);
        if (asFrames)
            Frame("message_stop"u8, """{"type":"message_stop"}"""u8);
    }

    void TakeEvent(SseEvent e, bool atEnd)
    {
        if (e.Data.IsEmpty)
            return;
        try
        {
            if (asFrames && decoder.TryPass(e.Name, e.Data))
            {
                Frame(e.Name, e.Data);
                return;
            }
            var decoded = new List<ModelEvent>(2);
            if (!decoder.Take(e.Name, e.Data, decoded))
            {
                failure = AnthropicErrors.FromBody(e.Data, connection);
                return;
            }
            Keep(decoded);
        }
        // A name with half a surrogate pair is none that can be compared.
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Half an event at the end of the body is a cut, not another protocol; behind the stop reason nothing of worth can follow.
            if (!atEnd)
                failure = Malformed("The provider sent an event that is not one of the Messages API.", broken);
            return;
        }
        if (asFrames)
            Frame(e.Name, e.Data);
    }

    void Keep(List<ModelEvent> decoded)
    {
        foreach (var e in decoded)
            if (!asFrames || e.Kind == ModelEventKind.Completed)
                events.Add(e);
    }

    void Frame(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        frames.Write("event: "u8);
        // SDKs go by the name; the data holds it too.
        if (name.IsEmpty)
            Encoding.UTF8.GetBytes(decoder.Type, frames);
        else
            frames.Write(name);
        frames.Write("\ndata: "u8);
        // Line ends between the data lines of one event are white space of the JSON text.
        var line = frames.GetSpan(data.Length)[..data.Length];
        data.Replace(line, (byte)'\n', (byte)' ');
        frames.Advance(data.Length);
        frames.Write("\n\n"u8);
    }

    bool Give()
    {
        over = decoder.Over;
        if (asFrames && decoder.Begun && frames.WrittenCount > 0)
        {
            framesGiven = true;
            events.Insert(
                0,
                new ModelEvent
                {
                    Kind = ModelEventKind.Frame,
                    Bytes = frames.WrittenMemory,
                    HasOutput = decoder.OutputSeen,
                }
            );
        }
        if (events.Count == 0)
            return false;
        if (events.Count == 1)
        {
            single[0] = events[0];
            batch = single;
        }
        else
        {
            batch = events.ToArray();
        }
        events.Clear();
        return true;
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
