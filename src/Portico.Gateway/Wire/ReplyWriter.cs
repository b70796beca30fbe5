using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Writes the events of an answer as the events of a dialect's stream: a state machine that cannot emit an illegal sequence, whatever it is given.
/// </summary>
interface IEventWriter : IDisposable
{
    /// <param name="target">Receives whole SSE events.</param>
    /// <param name="e">What the provider said.</param>
    /// <param name="usage">What the call has used; known with the end.</param>
    void Write(IBufferWriter<byte> target, in ModelEvent e, in Usage usage);
}

/// <summary>How a dialect gives answers.</summary>
interface IAnswerForm
{
    IAnswerFold Fold(ModelCall call);

    IEventWriter Events(ModelCall call);

    /// <summary>The last event of a stream that had begun and then failed.</summary>
    ReadOnlySpan<byte> LastEvent(PorticoException e, ModelCall call);
}

/// <summary>Writes an answer in the caller's dialect: frames of that dialect as they are, decoded events through the dialect's form.</summary>
static class ReplyWriter
{
    public static Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running, IAnswerForm form) =>
        call.Streams ? WriteStreamAsync(http, call, reply, running, form) : WriteWholeAsync(http, call, reply, running, form);

    static async Task WriteWholeAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running, IAnswerForm form)
    {
        ReadOnlyMemory<byte> body;
        if (running.Dialect != Dialect.Canonical)
        {
            // One batch: the body, then the end. The call has ended when the read returns, so the headers can say what it cost.
            await running.ReadAsync(http.RequestAborted);
            body = Frame(running.Batch.Span);
        }
        else
        {
            var fold = form.Fold(call);
            while (await running.ReadAsync(http.RequestAborted))
                fold.Add(running.Batch.Span);
            body = fold.ToJson(call.Context.Record.Usage);
        }
        ReplyHeaders.Write(http, call, reply, "application/json");
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    static ReadOnlyMemory<byte> Frame(ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
            if (e.Kind == ModelEventKind.Frame)
                return e.Bytes;
        return default;
    }

    static async Task WriteStreamAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running, IAnswerForm form)
    {
        var response = http.Response;
        var writer = response.BodyWriter;
        using var events = running.Dialect == Dialect.Canonical ? form.Events(call) : null;
        // The first event is in hand: from here on a failure is an event of the stream.
        var begun = false;
        try
        {
            while (await running.ReadAsync(http.RequestAborted))
            {
                if (!begun)
                {
                    begun = true;
                    ReplyHeaders.Write(http, call, reply, "text/event-stream");
                    response.Headers.CacheControl = "no-cache";
                    response.Headers["x-accel-buffering"] = "no";
                    // What is written before the start is kept apart and copied once more.
                    await response.StartAsync(http.RequestAborted);
                }
                Put(writer, running.Batch.Span, events, call);
                // The last batch leaves with the end of the response, in one piece.
                if (call.Context.HasEnded)
                    return;
                await writer.FlushAsync(http.RequestAborted);
            }
        }
        catch (PorticoException e) when (begun)
        {
            writer.Write(form.LastEvent(e, call));
            await writer.FlushAsync(http.RequestAborted);
        }
    }

    static void Put(PipeWriter writer, ReadOnlySpan<ModelEvent> batch, IEventWriter? events, ModelCall call)
    {
        foreach (ref readonly var e in batch)
            if (e.Kind == ModelEventKind.Frame)
                writer.Write(e.Bytes.Span);
            else
                events?.Write(writer, e, call.Context.Record.Usage);
    }
}
