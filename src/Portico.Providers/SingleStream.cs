using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers;

/// <summary>The answer of a single call that goes on as it comes.</summary>
abstract class SingleStream(UpstreamBytes source) : ModelEventStream
{
    readonly ModelEvent[] batch = new ModelEvent[1];
    bool primed;
    bool isOver;

    public override ReadOnlyMemory<ModelEvent> Batch => batch;
    public override Dialect Dialect => Dialect.Single;

    /// <summary>Reads the first batch, so that a failure before it is none of a stream that has begun.</summary>
    /// <exception cref="UpstreamException">There is none; the stream is disposed.</exception>
    public async Task PrimeAsync(CancellationToken ct)
    {
        try
        {
            await ReadAsync(ct);
            primed = true;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (primed)
        {
            primed = false;
            return true;
        }
        if (isOver)
            return false;
        if (await NextAsync(source) is { IsEmpty: false } bytes)
        {
            batch[0] = new ModelEvent
            {
                Kind = ModelEventKind.Frame,
                Bytes = bytes,
                HasOutput = true,
            };
            return true;
        }
        isOver = source.IsOver = true;
        batch[0] = new ModelEvent { Kind = ModelEventKind.Completed, Completion = End() };
        return true;
    }

    /// <summary>The next bytes to hand on; empty at the good end.</summary>
    /// <exception cref="UpstreamException">The answer failed or was cut.</exception>
    protected abstract ValueTask<ReadOnlyMemory<byte>> NextAsync(UpstreamBytes from);

    protected abstract Completion End();

    public override ValueTask DisposeAsync() => source.DisposeAsync();
}

/// <summary>Bytes of a file: HTTP says where they end, and nothing in them says what they cost.</summary>
sealed class SingleByteStream(UpstreamBytes source) : SingleStream(source)
{
    bool any;

    protected override async ValueTask<ReadOnlyMemory<byte>> NextAsync(UpstreamBytes from)
    {
        if (!await from.ReadAsync())
            return any
                ? default
                : throw new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider sent an empty answer.");
        any = true;
        var bytes = from.Held;
        from.TakeAll();
        return bytes;
    }

    protected override Completion End() => new(default, FinishReason.Stop, null);
}

/// <summary>
/// Server-sent events of a single call, each with its own type and the usage in the last: <c>speech.audio.done</c>, <c>transcript.text.done</c>,
/// <c>image_generation.completed</c>, <c>image_edit.completed</c>. Whole events go on byte for byte; an error among them ends the answer as a failure.
/// </summary>
sealed class SingleEventStream(UpstreamBytes source, CallKind kind, ProviderConnection connection) : SingleStream(source)
{
    readonly SseParser parser = new(UpstreamBytes.MaxEventBytes);
    Usage usage;
    int fed; // bytes of what is held that the parser has seen
    bool isDone;
    UpstreamException? failure;

    public override Usage ReportedUsage => usage;

    protected override async ValueTask<ReadOnlyMemory<byte>> NextAsync(UpstreamBytes from)
    {
        while (failure is null)
        {
            if (!await from.ReadAsync())
                return AtEnd(from);
            var whole = Examine(from.Held.Span);
            if (whole == 0)
                continue;
            var bytes = from.Held[..whole];
            from.Take(whole);
            fed -= whole;
            return bytes;
        }
        throw failure;
    }

    /// <summary>How many of the bytes are whole events that may go on.</summary>
    int Examine(ReadOnlySpan<byte> held)
    {
        var rest = held[fed..];
        var whole = 0;
        try
        {
            while (failure is null && parser.TryRead(ref rest, out var found))
                if (Take(found))
                    whole = held.Length - rest.Length;
        }
        catch (InvalidDataException e)
        {
            failure = Malformed(e.Message, e);
        }
        fed = held.Length;
        // The parser is done with an event at the CR of its blank line.
        return whole > 0 && whole < held.Length && held[whole - 1] == (byte)'\r' && held[whole] == (byte)'\n' ? whole + 1 : whole;
    }

    ReadOnlyMemory<byte> AtEnd(UpstreamBytes from)
    {
        var rest = from.Held;
        if (!rest.IsEmpty && parser.Finish(out var last))
            Take(last);
        if (failure is not null)
            throw failure;
        if (!rest.IsEmpty)
        {
            from.TakeAll();
            fed = 0;
            return rest;
        }
        return isDone
            ? default
            : throw new UpstreamException(ErrorTable.UpstreamCut, Fault.Upstream, "The provider ended the answer before it was complete.");
    }

    bool Take(in SseEvent found)
    {
        if (found.Data.SequenceEqual("[DONE]"u8))
            return true;
        SingleFacts facts;
        try
        {
            facts = SingleFacts.Scan(kind, found.Data);
        }
        catch (JsonException e)
        {
            failure = Malformed("The provider sent an event that is not JSON.", e);
            return false;
        }
        if (facts.HasError || facts.Type == "error" || found.Name.SequenceEqual("error"u8))
        {
            failure = UpstreamErrors.From(502, UpstreamErrors.Parse(found.Data), null, connection);
            return false;
        }
        if (facts.Usage.Source != UsageSource.None)
            usage = SingleUsage.Sum(usage, facts.Usage);
        isDone |=
            facts.Type is not null
            && (facts.Type.EndsWith(".done", StringComparison.Ordinal) || facts.Type.EndsWith(".completed", StringComparison.Ordinal));
        return true;
    }

    static UpstreamException Malformed(string message, Exception inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, message, inner);

    protected override Completion End() => new(usage, FinishReason.Stop, null);
}
