using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Writes an answer in Anthropic's form: frames as they are, decoded events through <see cref="MessagesEventWriter"/>.</summary>
static class MessagesReplyWriter
{
    public static async Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        if (call.Streams)
            await WriteStreamAsync(http, call, reply, running);
        else
            await WriteWholeAsync(http, call, reply, running);
    }

    static async Task WriteWholeAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        ReadOnlyMemory<byte> body = default;
        if (running.Dialect == Dialect.AnthropicMessages)
        {
            // One batch: the body, then the end. The call has ended when the read returns, so the headers can say what it cost.
            await running.ReadAsync(http.RequestAborted);
            foreach (ref readonly var e in running.Batch.Span)
                if (e.Kind == ModelEventKind.Frame)
                    body = e.Bytes;
        }
        else
        {
            var fold = new MessagesAnswerFold(call);
            while (await running.ReadAsync(http.RequestAborted))
                fold.Add(running.Batch.Span);
            body = fold.ToJson(call.Context.Record.Usage);
        }
        ReplyHeaders.Write(http, call, reply, "application/json");
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    static async Task WriteStreamAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        var response = http.Response;
        var writer = response.BodyWriter;
        using var events = running.Dialect == Dialect.Canonical ? new MessagesEventWriter(call) : null;
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
                Put(writer, running.Batch.Span, events, call);
                await writer.FlushAsync(http.RequestAborted);
            }
        }
        catch (PorticoException e) when (begun)
        {
            writer.Write(MessagesErrors.LastEvent(e, call.Context.Record.Id.ToString()));
            await writer.FlushAsync(http.RequestAborted);
        }
    }

    static void Put(PipeWriter writer, ReadOnlySpan<ModelEvent> batch, MessagesEventWriter? events, ModelCall call)
    {
        foreach (ref readonly var e in batch)
            if (e.Kind == ModelEventKind.Frame)
                writer.Write(e.Bytes.Span);
            else
                events?.Write(writer, e, call.Context.Record.Usage);
    }
}
