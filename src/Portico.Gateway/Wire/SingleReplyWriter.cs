using System.Buffers;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Hands on the answer of a call of one question: a body, or bytes as they come.</summary>
static class SingleReplyWriter
{
    const string Events = "text/event-stream";

    public static async Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        var type = reply.ContentType ?? "application/json";
        if (!running.IsWhole)
        {
            await WriteStreamAsync(http, call, reply, running, type);
            return;
        }
        // One batch: the body, then the end. The call has ended when the read returns, so the headers can say what it cost.
        await running.ReadAsync(http.RequestAborted);
        var body = Frame(running.Batch.Span);
        WriteHead(http, call, reply, type);
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

    static async Task WriteStreamAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running, string type)
    {
        var writer = http.Response.BodyWriter;
        var begun = false;
        try
        {
            while (await running.ReadAsync(http.RequestAborted))
            {
                if (!begun)
                    WriteHead(http, call, reply, type);
                begun = true;
                Put(writer, running.Batch.Span);
                await writer.FlushAsync(http.RequestAborted);
            }
        }
        catch (PorticoException e) when (begun && type == Events)
        {
            writer.Write(OpenAiErrors.LastEvent(e));
            await writer.FlushAsync(http.RequestAborted);
        }
        catch (PorticoException) when (begun)
        {
            // A file has no word for an error: only a connection that breaks tells that it is not whole.
            http.Abort();
        }
    }

    static void Put(IBufferWriter<byte> writer, ReadOnlySpan<ModelEvent> batch)
    {
        foreach (ref readonly var e in batch)
            if (e.Kind == ModelEventKind.Frame)
                writer.Write(e.Bytes.Span);
    }

    static void WriteHead(HttpContext http, ModelCall call, ModelReply reply, string type)
    {
        ReplyHeaders.Write(http, call, reply, type);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (type != Events)
            return;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["x-accel-buffering"] = "no";
    }
}
