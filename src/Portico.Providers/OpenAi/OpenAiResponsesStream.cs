using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// A streamed response, passed as frames: each event with its name and its data as they came, an event on one line of data. What one read delivers is one
/// batch. The events that only say that it has begun are held back until something follows, so that a failure right behind them is still an HTTP status
/// and may go to another deployment.
/// </summary>
sealed class OpenAiResponsesStream(UpstreamBytes source, ProviderConnection connection) : ModelEventStream
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    readonly ArrayBufferWriter<byte> frames = new();
    readonly ModelEvent[] given = new ModelEvent[2];

    int count;
    Usage usage;
    OpenAiToolCalls? tools; // of the items that are complete
    Completion? completion;
    UpstreamException? failure; // found behind events that are given first
    bool begun;
    bool outputSeen;
    bool framesGiven;
    bool primed;
    bool over;

    public override ReadOnlyMemory<ModelEvent> Batch => given.AsMemory(0, count);
    public override Dialect Dialect => Dialect.OpenAiResponses;

    /// <summary>Calls of tools that are complete are charged, whatever comes behind them.</summary>
    public override Usage ReportedUsage => tools?.In(usage) ?? usage;

    /// <summary>The provider's own id of the response, when the first batch is there.</summary>
    public string? ResponseId { get; private set; }

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
        count = 0;
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
            while (completion is null && failure is null && parser.TryRead(ref input, out var e))
                TakeEvent(e, atEnd: false);
        }
        catch (InvalidDataException e)
        {
            failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
    }

    /// <summary>The body has ended: without the end of the response it was cut.</summary>
    void TakeEnd()
    {
        try
        {
            if (completion is null && parser.Finish(out var last))
                TakeEvent(last, atEnd: true);
        }
        catch (InvalidDataException e)
        {
            failure = Malformed($"The provider sent an event longer than {UpstreamBytes.MaxEventBytes} bytes.", e);
        }
        if (completion is null)
            failure ??= Cut();
    }

    void TakeEvent(SseEvent e, bool atEnd)
    {
        var data = e.Data.Trim(" \n"u8);
        // Servers that copy the older protocol end with its mark.
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
            return;
        try
        {
            var facts = OpenAiResponsesFacts.OfEvent(e.Name, data, out var type);
            Learn(facts);
            if (failure is null)
                Frame(type, data);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Half an event at the end of the body is a cut, not another protocol.
            if (!atEnd)
                failure = Malformed("The provider sent an event that is not one of the Responses API.", broken);
        }
    }

    void Learn(in OpenAiResponsesFacts facts)
    {
        ResponseId ??= facts.Id;
        usage = Usage.Max(usage, facts.Usage);
        begun |= facts.Kind is not (ResponsesEventKind.Begun or ResponsesEventKind.Failed or ResponsesEventKind.Error);
        outputSeen |= facts.Kind is ResponsesEventKind.Delta or ResponsesEventKind.ItemAdded or ResponsesEventKind.ItemDone;
        if (facts is { Kind: ResponsesEventKind.ItemDone, Tools: { } item })
        {
            tools ??= new OpenAiToolCalls();
            tools.Add(item);
        }
        if (facts.Kind is ResponsesEventKind.Failed or ResponsesEventKind.Error)
            failure = facts.Error(connection);
        else if (facts.Kind == ResponsesEventKind.End)
            completion = facts.Completion with { Usage = facts.Tools?.In(usage) ?? usage };
    }

    void Frame(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        frames.Write("event: "u8);
        frames.Write(type);
        frames.Write("\ndata: "u8);
        // Line ends between the data lines of one event are white space of the JSON text.
        var line = frames.GetSpan(data.Length)[..data.Length];
        data.Replace(line, (byte)'\n', (byte)' ');
        frames.Advance(data.Length);
        frames.Write("\n\n"u8);
    }

    bool Give()
    {
        over = completion is not null;
        if (begun && frames.WrittenCount > 0)
        {
            framesGiven = true;
            given[count++] = new ModelEvent
            {
                Kind = ModelEventKind.Frame,
                Bytes = frames.WrittenMemory,
                HasOutput = outputSeen,
            };
        }
        if (over)
            given[count++] = new ModelEvent { Kind = ModelEventKind.Completed, Completion = completion };
        return count > 0;
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
