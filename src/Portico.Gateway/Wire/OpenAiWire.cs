using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Ledger;
using Portico.Governance;

namespace Portico.Gateway.Wire;

/// <summary>What OpenAI's dialects share: headers, limits and errors.</summary>
abstract class OpenAiWire(RateLimitHeaders limits, GatewayOptions options) : IWire
{
    public abstract string Name { get; }

    public virtual void Open(HttpContext http, CallId id) => http.Response.Headers["x-request-id"] = id.ToString();

    public virtual bool TakesForm => false;

    public abstract ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body);

    public virtual ModelCall ReadForm(CallContext context, Caller caller, ReadOnlyMemory<byte> body, string contentType) =>
        throw new InvalidOperationException("This dialect has no forms.");

    public virtual ValueTask<ModelCall> CompleteAsync(ModelCall call, CancellationToken ct) => ValueTask.FromResult(call);

    public virtual ValueTask<bool> RunApartAsync(HttpContext http, ModelCall call) => ValueTask.FromResult(false);

    public void WriteLimits(HttpContext http, MeterSet? meters) => limits.Write(http, meters);

    public abstract Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running);

    public virtual Task WriteErrorAsync(HttpContext http, PorticoException e) => OpenAiErrors.WriteAsync(http, e, options);

    protected static ModelCall CallOf(CallContext context, Caller caller, in ReadChat read, Dialect replyDialect) =>
        new()
        {
            Context = context,
            Caller = caller,
            Chat = read.Request,
            Body = read.Body,
            ReplyDialect = replyDialect,
        };
}

/// <summary>Chat completions; embeddings have frames alone.</summary>
sealed class OpenAiChatForm : IAnswerForm
{
    public static readonly OpenAiChatForm Instance = new();

    public IAnswerFold Fold(ModelCall call) => new OpenAiAnswerFold(call);

    public IEventWriter Events(ModelCall call) => new OpenAiChunkWriter(call);

    public ReadOnlySpan<byte> LastEvent(PorticoException e, ModelCall call) => OpenAiErrors.LastEvent(e);
}

/// <summary>POST /v1/chat/completions.</summary>
sealed class OpenAiChatWire(RateLimitHeaders limits, GatewayOptions options) : OpenAiWire(limits, options)
{
    public override string Name => "openai-chat";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body) =>
        CallOf(context, caller, OpenAiChatReader.Read(body), Dialect.OpenAiChat);

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        ReplyWriter.WriteAsync(http, call, reply, running, OpenAiChatForm.Instance);
}

/// <summary>POST /v1/embeddings.</summary>
sealed class OpenAiEmbeddingsWire(RateLimitHeaders limits, GatewayOptions options) : OpenAiWire(limits, options)
{
    public override string Name => "openai-embeddings";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body)
    {
        var read = OpenAiEmbeddingReader.Read(body);
        return new ModelCall
        {
            Context = context,
            Caller = caller,
            Single = read.Request,
            Body = read.Body,
            ReplyDialect = Dialect.OpenAiEmbeddings,
        };
    }

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        ReplyWriter.WriteAsync(http, call, reply, running, OpenAiChatForm.Instance);
}

/// <summary>POST /v1/completions: the API before chat, served by chat models.</summary>
sealed class CompletionsWire(RateLimitHeaders limits, GatewayOptions options) : OpenAiWire(limits, options)
{
    public override string Name => "openai-completions";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body) =>
        CallOf(context, caller, CompletionsReader.Read(body), Dialect.Canonical);

    public override Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running) =>
        ReplyWriter.WriteAsync(http, call, reply, running, CompletionsForm.Instance);
}
