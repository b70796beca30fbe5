using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Endpoints;
using Portico.Governance;
using Portico.Governance.Api;

namespace Portico.Gateway.Wire;

/// <summary>
/// POST /api/playground/chat/completions: chat completions of a person in the console. What is refused is told as on the rest of the management API, with what to
/// do, and its request id is that of the call.
/// </summary>
class PlaygroundWire(RateLimitHeaders limits, GatewayOptions options) : OpenAiWire(limits, options)
{
    public override string Name => "playground";

    public override void Open(HttpContext http, CallId id)
    {
        http.TraceIdentifier = id.ToString();
        // An error clears the headers that stood before it.
        http.Response.OnStarting(() =>
        {
            base.Open(http, id);
            return Task.CompletedTask;
        });
    }

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body) =>
        CallOf(context, caller, OpenAiChatReader.Read(body), Dialect.OpenAiChat);

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        ReplyWriter.WriteAsync(http, call, reply, running, OpenAiChatForm.Instance);

    public override Task WriteErrorAsync(HttpContext http, PorticoException e) => Problems.WriteAsync(http, e);
}
