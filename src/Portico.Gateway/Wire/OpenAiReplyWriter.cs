using System.Globalization;
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
            Head(http, call, reply, "application/json");
            response.ContentLength = bytes.Length;
            await response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
            return;
        }
        var fold = new OpenAiAnswerFold(call);
        while (await running.ReadAsync(http.RequestAborted))
            fold.Add(running.Batch.Span);
        var body = fold.ToJson(call.Context.Record.Usage);
        Head(http, call, reply, "application/json");
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
                    Head(http, call, reply, "text/event-stream");
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

    /// <summary>Tries so far: those that failed, and the one that answers and is not closed before the end of its stream. A hit of the cache took none.</summary>
    static int Attempts(CallContext context)
    {
        var closed = context.Record.Attempts.Count;
        return context.HasEnded || context.Record.Cache == "hit" ? closed : closed + 1;
    }

    /// <summary>What the caller may want to know beside the answer. On a stream the cost is not known yet: the call's id finds it later.</summary>
    static void Head(HttpContext http, ModelCall call, ModelReply reply, string contentType)
    {
        var headers = http.Response.Headers;
        var record = call.Context.Record;
        http.Response.ContentType = contentType;
        headers["openai-processing-ms"] = (call.Context.ElapsedUs / 1000).ToString(CultureInfo.InvariantCulture);
        headers["x-portico-model"] = record.Model;
        headers["x-portico-provider"] = record.Provider;
        headers["x-portico-attempts"] = Attempts(call.Context).ToString(CultureInfo.InvariantCulture);
        if (record.Cache != "off")
            headers["x-portico-cache"] = record.Cache;
        if (record.ContextFitted is { } fitted)
            headers["x-portico-context"] = fitted;
        if (reply.DroppedFields.Count > 0)
            headers["x-portico-dropped-fields"] = string.Join(',', reply.DroppedFields);
        if (!call.Streams)
            headers["x-portico-cost-usd"] = record.Unpriced ? "unpriced" : NanoUsd.Format(record.CostNanoUsd);
    }
}
