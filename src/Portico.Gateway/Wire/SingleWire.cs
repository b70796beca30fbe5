using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Endpoints;
using Portico.Governance;

namespace Portico.Gateway.Wire;

/// <summary>A body of a call of one question, read: the canonical request, and the bytes with the places that may change.</summary>
readonly record struct ReadSingle(SingleRequest Request, WireBody Body);

/// <summary>Reads a body of a kind. <paramref name="contentType"/> is that of the request, with the boundary of a form.</summary>
/// <exception cref="PorticoException">The body is not a request of this kind.</exception>
delegate ReadSingle SingleReader(ReadOnlyMemory<byte> body, string contentType);

/// <summary>The dialect of a kind of call with one question and one answer. All have OpenAI's headers and errors.</summary>
sealed class SingleWire(RateLimitHeaders limits, GatewayOptions options, string name, SingleReader read, bool takesForm)
    : OpenAiWire(limits, options)
{
    public override string Name => name;
    public override bool TakesForm => takesForm;

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body) =>
        ReadForm(context, caller, body, "application/json");

    public override ModelCall ReadForm(CallContext context, Caller caller, ReadOnlyMemory<byte> body, string contentType)
    {
        var (request, wire) = read(body, contentType);
        return new ModelCall
        {
            Context = context,
            Caller = caller,
            Single = request,
            Body = wire,
            ReplyDialect = Dialect.Single,
        };
    }

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        SingleReplyWriter.WriteAsync(http, call, reply, running);
}
