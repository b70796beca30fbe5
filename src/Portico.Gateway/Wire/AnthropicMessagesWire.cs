using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Ledger;
using Portico.Governance;

namespace Portico.Gateway.Wire;

/// <summary>What Anthropic's endpoints share: headers, limits and errors.</summary>
abstract class AnthropicWire(AnthropicLimitHeaders limits, GatewayOptions options) : IWire
{
    public abstract string Name { get; }

    public void Open(HttpContext http, CallId id)
    {
        var text = id.ToString();
        http.Response.Headers["request-id"] = text;
        http.Response.Headers["x-request-id"] = text;
    }

    public abstract ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body);

    public void WriteLimits(HttpContext http, MeterSet? meters) => limits.Write(http, meters);

    public abstract Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running);

    public Task WriteErrorAsync(HttpContext http, PorticoException e) => MessagesErrors.WriteAsync(http, e, options);

    protected static ModelCall CallOf(CallContext context, Caller caller, in ReadChat read) =>
        new()
        {
            Context = context,
            Caller = caller,
            Chat = read.Request,
            Body = read.Body,
            ReplyDialect = Dialect.AnthropicMessages,
        };
}

/// <summary>Messages.</summary>
sealed class MessagesForm : IAnswerForm
{
    public static readonly MessagesForm Instance = new();

    public IAnswerFold Fold(ModelCall call) => new MessagesAnswerFold(call);

    public IEventWriter Events(ModelCall call) => new MessagesEventWriter(call);

    public ReadOnlySpan<byte> LastEvent(PorticoException e, ModelCall call) =>
        MessagesErrors.LastEvent(e, call.Context.Record.Id.ToString());
}

/// <summary>POST /v1/messages.</summary>
sealed class AnthropicMessagesWire(AnthropicLimitHeaders limits, GatewayOptions options) : AnthropicWire(limits, options)
{
    public override string Name => "anthropic-messages";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body) =>
        CallOf(context, caller, MessagesReader.Read(body));

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        ReplyWriter.WriteAsync(http, call, reply, running, MessagesForm.Instance);
}

/// <summary>POST /v1/messages/count_tokens.</summary>
sealed class AnthropicCountWire(AnthropicLimitHeaders limits, GatewayOptions options) : AnthropicWire(limits, options)
{
    public override string Name => "anthropic-count-tokens";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body)
    {
        var read = MessagesReader.Read(body, needsCap: false);
        // There is nothing to stream.
        var call = CallOf(context, caller, read with { Request = read.Request with { Stream = false } });
        return call with { CountsOnly = true };
    }

    public override async Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        await running.ReadAsync(http.RequestAborted);
        var body = running.Batch.Span[0].Bytes;
        var record = call.Context.Record;
        var response = http.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers["x-portico-model"] = HeaderText.Of(record.Model);
        response.Headers["x-portico-token-count"] =
            record.Provider is not null ? "provider"
            : record.CountEstimated ? "estimated"
            : "exact";
        await response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
