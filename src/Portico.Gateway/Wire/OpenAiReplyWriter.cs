using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Writes an answer in OpenAI's form: frames as they are, decoded events through <see cref="OpenAiChunkWriter"/>.</summary>
static class OpenAiReplyWriter
{
    public static async Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        if (!call.Streams)
            await WriteWholeAsync(http, call, reply, running);
        else
            await WriteStreamAsync(http, call, reply, running);
    }

    static async Task WriteWholeAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        var response = http.Response;
        if (running.Dialect != Dialect.Canonical)
        {
            // One batch: the body, then the end. The call has ended when the read returns, so the headers can say what it cost.
            await running.ReadAsync(http.RequestAborted);
            var bytes = Frame(running.Batch.Span);
            ReplyHeaders.Write(http, call, reply, "application/json");
            response.ContentLength = bytes.Length;
            await response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
            return;
        }
        var fold = new OpenAiAnswerFold(call);
        while (await running.ReadAsync(http.RequestAborted))
            fold.Add(running.Batch.Span);
        var body = fold.ToJson(call.Context.Record.Usage);
        ReplyHeaders.Write(http, call, reply, "application/json");
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    static ReadOnlyMemory<byte> Frame(ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
            if (e.Kind == ModelEventKind.Frame)
                return e.Bytes;
        return default;
    }

    static async Task WriteStreamAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        var response = http.Response;
        var writer = response.BodyWriter;
        var chunks = running.Dialect == Dialect.Canonical ? new OpenAiChunkWriter(call) : null;
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
                }
                Put(writer, running.Batch.Span, chunks, call);
                await writer.FlushAsync(http.RequestAborted);
            }
        }
        catch (PorticoException e) when (begun)
        {
            System.Buffers.BuffersExtensions.Write(writer, OpenAiErrors.LastEvent(e));
            await writer.FlushAsync(http.RequestAborted);
        }
    }

    static void Put(System.IO.Pipelines.PipeWriter writer, ReadOnlySpan<ModelEvent> batch, OpenAiChunkWriter? chunks, ModelCall call)
    {
        foreach (ref readonly var e in batch)
            if (e.Kind == ModelEventKind.Frame)
                System.Buffers.BuffersExtensions.Write(writer, e.Bytes.Span);
            else
                chunks?.Write(writer, e, call.Context.Record.Usage);
    }
}
