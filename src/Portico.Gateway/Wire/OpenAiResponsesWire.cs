using System.Buffers;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Responses;
using Portico.Governance;

namespace Portico.Gateway.Wire;

/// <summary>POST /v1/responses.</summary>
sealed class OpenAiResponsesWire(
    RateLimitHeaders limits,
    GatewayOptions options,
    ResponseBook book,
    ResponseKeeper keeper,
    ConversationBook conversations,
    BackgroundResponses background,
    BoundSeals seals
) : OpenAiWire(limits, options)
{
    readonly GatewayOptions options = options;

    public override string Name => "openai-responses";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body)
    {
        var (chat, asked) = ResponsesReader.Read(body, ResponseId.Of(context.Record.Id));
        asked = StatePolicy.Apply(asked, caller, options, context.Time.GetUtcNow());
        return new ModelCall
        {
            Context = context,
            Caller = caller,
            Chat = chat,
            Body = new WireBody { Dialect = Dialect.OpenAiResponses, Bytes = body },
            Responses = asked,
            ReplyDialect = Dialect.OpenAiResponses,
        };
    }

    /// <summary>Reads what the call continues. A call that continues nothing asks no store.</summary>
    public override ValueTask<ModelCall> CompleteAsync(ModelCall call, CancellationToken ct) =>
        call.Responses is { PreviousId: null, Conversation: null, HasReferences: false, HasReasoning: false }
            ? ValueTask.FromResult(call)
            : book.ContinueAsync(call, ct);

    public override async ValueTask<bool> RunApartAsync(HttpContext http, ModelCall call)
    {
        if (!call.Responses!.Background)
            return false;
        var (queued, events) = await background.StartAsync(call, http.RequestAborted);
        if (events is null)
            await WriteBodyAsync(http, queued);
        else
            await ResponseStreams.FollowAsync(http, events, after: -1);
        return true;
    }

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        call.Streams ? WriteStreamAsync(http, call, reply, running) : WriteWholeAsync(http, call, reply, running);

    async Task WriteWholeAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        using var writer = new ResponsesTeller(call, null, seals);
        while (await running.ReadAsync(http.RequestAborted))
            writer.Take(running);
        await conversations.AddTurnAsync(call, writer.Response);
        keeper.Keep(call, writer.Response);
        ReplyHeaders.Write(http, call, reply, "application/json");
        await WriteBodyAsync(http, writer.Response.ToJson());
    }

    static async Task WriteBodyAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    async Task WriteStreamAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        var response = http.Response;
        var body = response.BodyWriter;
        using var writer = new ResponsesTeller(call, body, seals);
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
                writer.Take(running);
                if (writer.HasEnded)
                {
                    // Before the caller hears of the end: its next turn may follow at once, and on another node.
                    await conversations.AddTurnAsync(call, writer.Response);
                    keeper.Keep(call, writer.Response);
                }
                await body.FlushAsync(http.RequestAborted);
            }
        }
        catch (PorticoException e) when (begun)
        {
            writer.Fail(e);
            keeper.Keep(call, writer.Response);
            await body.FlushAsync(http.RequestAborted);
        }
    }
}
