using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Core.Sse;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// A streamed chat completion. What one read delivers is one batch. For a caller of the same dialect the batch is a frame over the bytes as they
/// came: plainly framed events (<c>data: {…}</c>, blank line, LF only) are examined with a few vectorised searches and neither copied nor parsed.
/// Any other framing goes through the SSE parser and is framed anew, without loss.
/// </summary>
sealed class OpenAiStream : ModelEventStream
{
    readonly UpstreamBytes source;
    readonly ProviderConnection connection;
    readonly bool asFrames;
    readonly bool stripUsage;
    readonly List<ModelEvent> events = new(2);
    readonly ModelEvent[] few = new ModelEvent[2]; // nearly every batch: a frame, and with the last one the end

    SseParser? parser; // set when the framing is not plain
    ArrayBufferWriter<byte>? reframed;
    ReadOnlyMemory<ModelEvent> batch;
    Usage usage;
    FinishReason finish;
    string? servedModel;
    bool outputSeen;
    bool doneSeen;
    bool over;
    bool primed;
    UpstreamException? failure; // found behind events that are given first

    public OpenAiStream(UpstreamBytes source, ProviderConnection connection, bool asFrames, bool stripUsage)
    {
        (this.source, this.connection) = (source, connection);
        (this.asFrames, this.stripUsage) = (asFrames, stripUsage);
    }

    public override ReadOnlyMemory<ModelEvent> Batch => batch;
    public override Dialect Dialect => asFrames ? Dialect.OpenAiChat : Dialect.Canonical;
    public override Usage ReportedUsage => usage;

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
        events.Clear();
        batch = default;
        if (failure is not null)
            throw failure;
        while (!over)
        {
            if (TakeBuffered())
                return true;
            if (over)
                return false;
            if (!await source.ReadAsync())
                return TakeEnd();
        }
        return false;
    }

    /// <summary>Makes a batch of the whole events in the buffer; false when there is none to give.</summary>
    bool TakeBuffered()
    {
        if (parser is null)
        {
            var held = source.Held;
            var length = MeasurePlainRun(held.Span, out var unusual);
            if (length > 0)
            {
                source.Take(length);
                try
                {
                    ExamineRun(held[..length]);
                }
                catch (UpstreamException e) when (events.Count > 0)
                {
                    // What came before it in the same read is given first, and nothing behind it.
                    (failure, doneSeen) = (e, false);
                    return Give();
                }
            }
            if (unusual)
                parser = new SseParser(UpstreamBytes.MaxEventBytes);
        }
        if (parser is not null)
            ParseUnusual();
        return Give();
    }

    bool Give()
    {
        if (doneSeen && !over)
        {
            over = true;
            events.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, servedModel) });
        }
        if (events.Count == 0)
            return false;
        if (events.Count > few.Length)
        {
            batch = events.ToArray();
            return true;
        }
        events.CopyTo(few);
        batch = few.AsMemory(0, events.Count);
        return true;
    }

    /// <summary>How many bytes hold whole events in the plain framing; <paramref name="unusual"/> when what follows is framed in another way.</summary>
    int MeasurePlainRun(ReadOnlySpan<byte> span, out bool unusual)
    {
        var at = 0;
        unusual = false;
        // Once for all events: nearly no read has one.
        var mayFail = span.IndexOf("\"error\""u8) >= 0;
        while (at < span.Length && !doneSeen)
        {
            var rest = span[at..];
            var lineEnd = rest.IndexOfAny((byte)'\n', (byte)'\r');
            if (lineEnd < 0 || lineEnd + 1 == rest.Length)
                break;
            if (lineEnd == 0 || rest[lineEnd] == (byte)'\r' || rest[lineEnd + 1] != (byte)'\n' || !rest.StartsWith("data: "u8))
            {
                unusual = true;
                break;
            }
            var payload = rest[6..lineEnd];
            if (payload is [(byte)'{', .., (byte)'}'])
            {
                if (mayFail && payload.IndexOf("\"error\""u8) >= 0 && FailureOf(payload) is { } told)
                    return at > 0 ? at : throw told;
            }
            else if (payload.SequenceEqual("[DONE]"u8))
            {
                doneSeen = true;
            }
            else
            {
                // What came before it is given first; the next look starts here and fails.
                return at > 0 ? at : throw Malformed();
            }
            at += lineEnd + 2;
        }
        return at;
    }

    UpstreamException? FailureOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            return OpenAiUsage.Scan(payload).HasFailed ? OpenAiFailure.Of(payload, connection) : null;
        }
        catch (JsonException)
        {
            return Malformed();
        }
    }

    /// <summary>Finds usage, finish reason and model in a run of plain events, and gives it as a frame or decoded.</summary>
    void ExamineRun(ReadOnlyMemory<byte> run)
    {
        var span = run.Span;
        if (servedModel is null)
        {
            servedModel = FindModel(span, out var behind);
            // Beside the model in every chunk, so in the same one: an answer that breaks off has told it.
            var end = span[behind..].IndexOf((byte)'\n');
            if (
                FindText(end < 0 ? span : span[..(behind + end)], "\"service_tier\""u8, out _) is { IsEmpty: false } tier
                && ServiceTiers.Told(tier) is var told and not PriceClass.Standard
            )
                usage = usage with { Class = told };
        }
        var stripFrom = 0;
        var stripTo = 0;
        var at = 0;
        int found;
        // "usage" cannot stand inside a JSON string: its quotes would be escaped.
        while ((found = span[at..].IndexOf("\"usage\""u8)) >= 0)
        {
            at += found + 7;
            var value = span[at..].TrimStart(": "u8);
            if (value.IsEmpty || value[0] != (byte)'{')
                continue;
            var from = span[..at].LastIndexOf((byte)'\n') + 1;
            var to = at + span[at..].IndexOf((byte)'\n');
            if (TakeFacts(span[(from + 6)..to]) && stripUsage)
                (stripFrom, stripTo) = (from, to + 2);
            at = to;
        }
        LookForFinish(span);
        if (!asFrames)
        {
            DecodeRun(span);
            return;
        }
        if (stripTo == 0)
        {
            AddFrame(run);
            return;
        }
        if (stripFrom > 0)
            AddFrame(run[..stripFrom]);
        if (stripTo < run.Length)
            AddFrame(run[stripTo..]);
    }

    /// <summary>True when the chunk carries usage and nothing else.</summary>
    bool TakeFacts(ReadOnlySpan<byte> payload)
    {
        try
        {
            var facts = OpenAiUsage.Scan(payload);
            Learn(facts);
            return facts.ChoicesEmpty;
        }
        catch (JsonException)
        {
            throw Malformed();
        }
    }

    void Learn(in OpenAiFacts facts)
    {
        usage = Usage.Max(usage, facts.Usage);
        // What is told last holds.
        if (facts.Class is { } told)
            usage = usage with { Class = told };
    }

    void LookForFinish(ReadOnlySpan<byte> span)
    {
        var at = span.LastIndexOf("\"finish_reason\""u8);
        while (at >= 0)
        {
            var value = span[(at + 15)..].TrimStart(": "u8);
            if (!value.IsEmpty && value[0] == (byte)'"')
            {
                value = value[1..];
                var quote = value.IndexOf((byte)'"');
                if (quote > 0)
                    finish = OpenAiUsage.Finish(value[..quote]);
                return;
            }
            at = span[..at].LastIndexOf("\"finish_reason\""u8);
        }
    }

    static string? FindModel(ReadOnlySpan<byte> span, out int behind) =>
        FindText(span, "\"model\""u8, out behind) is { IsEmpty: false } name ? System.Text.Encoding.UTF8.GetString(name) : null;

    /// <summary>The first text of a member that is not empty: Azure's first chunk, which tells of the filters of the prompt, names no model.</summary>
    /// <param name="span">Where to look.</param>
    /// <param name="member">Its name with quotes.</param>
    /// <param name="behind">The place behind the member that was looked at last; 0 = there is none.</param>
    static ReadOnlySpan<byte> FindText(ReadOnlySpan<byte> span, ReadOnlySpan<byte> member, out int behind)
    {
        int at;
        behind = 0;
        while ((at = span.IndexOf(member)) >= 0)
        {
            span = span[(at + member.Length)..];
            behind += at + member.Length;
            var value = span.TrimStart(": "u8);
            if (value.IsEmpty || value[0] != (byte)'"')
                continue;
            value = value[1..];
            var quote = value.IndexOf((byte)'"');
            if (quote != 0)
                return quote is > 0 and <= 256 ? value[..quote] : default;
        }
        return default;
    }

    void DecodeRun(ReadOnlySpan<byte> span)
    {
        try
        {
            OpenAiChunkDecoder.DecodePlain(span, events);
        }
        catch (JsonException)
        {
            throw Malformed();
        }
    }

    void AddFrame(ReadOnlyMemory<byte> bytes)
    {
        outputSeen = outputSeen || HasOutput(bytes.Span);
        events.Add(
            new ModelEvent
            {
                Kind = ModelEventKind.Frame,
                Bytes = bytes,
                HasOutput = outputSeen,
            }
        );
    }

    static bool HasOutput(ReadOnlySpan<byte> span)
    {
        // Content first: it is there in nearly every answer, and soon.
        var rest = span;
        int at;
        while ((at = rest.IndexOf("\"content\""u8)) >= 0)
        {
            rest = rest[(at + 9)..];
            var value = rest.TrimStart(": "u8);
            if (value.Length > 1 && value[0] == (byte)'"' && value[1] != (byte)'"')
                return true;
        }
        return span.IndexOf("\"tool_calls\""u8) >= 0 || span.IndexOf("\"reasoning"u8) >= 0 || span.IndexOf("\"audio\""u8) >= 0;
    }

    // ── Unusual framing ──

    void ParseUnusual(bool atEnd = false)
    {
        var input = source.Held.Span;
        reframed ??= new ArrayBufferWriter<byte>();
        reframed.ResetWrittenCount();
        try
        {
            while (!doneSeen && parser!.TryRead(ref input, out var e))
                TakeEvent(e);
            if (atEnd && !doneSeen && parser!.Finish(out var last))
                TakeEvent(last);
        }
        catch (InvalidDataException)
        {
            failure = Malformed();
        }
        catch (UpstreamException e)
        {
            failure = e;
        }
        source.TakeAll();
        if (asFrames && reframed.WrittenCount > 0)
            AddFrame(reframed.WrittenMemory);
        // What came before the failure is given first.
        if (failure is not null && events.Count == 0)
            throw failure;
    }

    void TakeEvent(SseEvent e)
    {
        var data = e.Data.Trim(" \n"u8);
        if (data.IsEmpty)
            return;
        if (data.SequenceEqual("[DONE]"u8))
        {
            doneSeen = true;
            reframed!.Write("data: [DONE]\n\n"u8);
            return;
        }
        if (e.Name.SequenceEqual("error"u8))
            throw OpenAiFailure.Of(data, connection);
        OpenAiFacts facts;
        try
        {
            facts = OpenAiUsage.Scan(data);
            if (facts.HasFailed)
                throw OpenAiFailure.Of(data, connection);
            if (!asFrames)
                OpenAiChunkDecoder.Decode(data, events);
        }
        catch (JsonException)
        {
            throw Malformed();
        }
        Learn(facts);
        if (!string.IsNullOrEmpty(facts.Model))
            servedModel ??= facts.Model;
        if (facts.Finish != FinishReason.None)
            finish = facts.Finish;
        if (facts.ChoicesEmpty && stripUsage && facts.Usage.Source != UsageSource.None)
            return;
        reframed!.Write("data: "u8);
        WriteOneLine(data);
        reframed!.Write("\n\n"u8);
    }

    /// <summary>Line ends between the data lines of one event are white space of the JSON text.</summary>
    void WriteOneLine(ReadOnlySpan<byte> data)
    {
        var target = reframed!.GetSpan(data.Length);
        data.CopyTo(target);
        target[..data.Length].Replace((byte)'\n', (byte)' ');
        reframed.Advance(data.Length);
    }

    // ── The end ──

    bool TakeEnd()
    {
        if (!source.Held.IsEmpty || parser is not null)
        {
            // Some providers forget the blank line behind the last event.
            parser ??= new SseParser(UpstreamBytes.MaxEventBytes);
            ParseUnusual(atEnd: true);
        }
        if (!doneSeen && failure is null)
        {
            if (finish == FinishReason.None)
                throw Cut();
            doneSeen = true;
            if (asFrames)
                AddFrame("data: [DONE]\n\n"u8.ToArray());
        }
        return Give();
    }

    static UpstreamException Cut() =>
        new(ErrorTable.UpstreamCut, Fault.Upstream, "The provider ended the stream before the answer was complete.");

    static UpstreamException Malformed() =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider sent an event that is not a chat completion chunk.");

    public override ValueTask DisposeAsync()
    {
        source.IsOver = over;
        return source.DisposeAsync();
    }
}
