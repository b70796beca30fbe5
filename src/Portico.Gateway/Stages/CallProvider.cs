using System.Diagnostics;
using System.Runtime.CompilerServices;
using Portico.Core.Chat;
using Portico.Gateway.Routing;
using Portico.Gateway.Wire;
using Portico.Observability.Telemetry;
using Portico.Providers;

namespace Portico.Gateway.Stages;

/// <summary>The last stage: one attempt at one deployment. Returns when the first event is in hand.</summary>
sealed class CallProvider : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct) =>
        call switch
        {
            { Target: { } target } when call.PassesAt(target) => PassAsync(call, ct),
            { Chat: { } chat } => ChatAsync(call, chat, ct),
            { Single: EmbeddingRequest embedding } => EmbedAsync(call, embedding, ct),
            _ => AskAsync(call, ct),
        };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    static async ValueTask<ModelReply> ChatAsync(ModelCall call, ChatRequest chat, CancellationToken ct)
    {
        var target = call.Target!;
        var asked = new ProviderCall
        {
            Connection = Traced(Timed(target.ProviderConnection, call)),
            UpstreamModel = target.Deployment.UpstreamModel,
            Request = chat,
            Body = call.BodyIsStale ? null : call.Body,
            ReplyDialect = call.ReplyDialect,
            DecodesAnswer = call.DecodesAnswer,
            OutputCap = call.OutputCap,
            AnthropicBeta = call.Options.AnthropicBeta,
            RefusesLosses = RefusesLosses(call),
            CallId = call.Context.Record.Id,
        };
        var reply = call.WaitsAt(target)
            ? await ProviderBatchCall.ChatAsync(call.Options.Line!, call, asked)
            : await target.Family.Chat!.ChatAsync(asked, ct);
        call.Context.Record.UpstreamRequestId = reply.UpstreamRequestId;
        return new ModelReply(reply.Events) { DroppedFields = reply.DroppedFields, Quota = reply.Quota };
    }

    /// <summary>Passes a call of the Responses API to a provider that has it too.</summary>
    static async ValueTask<ModelReply> PassAsync(ModelCall call, CancellationToken ct)
    {
        var (target, asked) = (call.Target!, call.Responses!);
        if (asked.Bond is null)
            call.Context.Note("call_provider", "passed: include reasoning.encrypted_content");
        UnreadNames left = default;
        var reply = await target.Family.Responses!.RespondAsync(
            new ResponsesCall(
                Traced(Timed(target.ProviderConnection, call)),
                target.Deployment.UpstreamModel,
                call.Body!.Bytes,
                call.Streams,
                call.Context.Record.Id
            )
            {
                OutputCap = call.OutputCap,
                Input = asked.Passed is { } items ? PassedInput.Write(items, ref left) : default(ReadOnlyMemory<byte>?),
                // What is kept is continued here, and the provider kept nothing.
                WantsSeals = asked.Store || asked.Conversation is not null || asked.WantsSealedReasoning,
            },
            ct
        );
        call.Context.Record.UpstreamRequestId = reply.UpstreamRequestId;
        return new ModelReply(reply.Events) { DroppedFields = left.All, Quota = reply.Quota };
    }

    static async ValueTask<ModelReply> EmbedAsync(ModelCall call, EmbeddingRequest embedding, CancellationToken ct)
    {
        var target = call.Target!;
        var asked = new EmbeddingCall(
            Traced(Timed(target.ProviderConnection, call)),
            target.Deployment.UpstreamModel,
            embedding,
            call.Body,
            call.Context.Record.Id
        )
        {
            RefusesLosses = RefusesLosses(call),
        };
        var reply = call.WaitsAt(target)
            ? await ProviderBatchCall.EmbedAsync(call.Options.Line!, call, asked)
            : await target.Family.Embeddings!.EmbedAsync(asked, ct);
        call.Context.Record.UpstreamRequestId = reply.UpstreamRequestId;
        return new ModelReply(
            new WholeReply(reply.OpenAiBody, new Completion(reply.Usage, FinishReason.Stop, null), Dialect.OpenAiEmbeddings)
        )
        {
            DroppedFields = reply.DroppedFields,
            Quota = reply.Quota,
        };
    }

    static async ValueTask<ModelReply> AskAsync(ModelCall call, CancellationToken ct)
    {
        var target = call.Target!;
        var reply = await target.Family.Singles!.AskAsync(
            new SingleCall(
                Traced(Timed(target.ProviderConnection, call)),
                target.Deployment.UpstreamModel,
                call.Single!,
                call.Body!,
                call.Context.Record.Id
            )
            {
                RefusesLosses = RefusesLosses(call),
            },
            ct
        );
        call.Context.Record.UpstreamRequestId = reply.UpstreamRequestId;
        return new ModelReply(reply.Events)
        {
            ContentType = reply.ContentType,
            DroppedFields = reply.DroppedFields,
            Quota = reply.Quota,
        };
    }

    static bool RefusesLosses(ModelCall call) => call.Plan!.Route.Losses == LossPolicy.Refuse;

    /// <summary>The connection with the attempt's traceparent, where the call is traced.</summary>
    internal static ProviderConnection Traced(ProviderConnection connection) =>
        Activity.Current is { Recorded: true, Id: { } id } span && span.Source.Name == GenAiTelemetry.SourceName
            ? connection with
            {
                Headers = [.. connection.Headers, new("traceparent", id)],
            }
            : connection;

    /// <summary>The connection with what is left of the call's own deadline.</summary>
    internal static ProviderConnection Timed(ProviderConnection connection, ModelCall call)
    {
        var limit = call.Options.Timeout ?? (call.Plan!.Route.TimeoutMs > 0 ? TimeSpan.FromMilliseconds(call.Plan.Route.TimeoutMs) : null);
        if (limit is not { } total)
            return connection;
        var left = total - TimeSpan.FromMicroseconds(call.Context.ElapsedUs - call.Context.WaitedUs);
        return connection with
        {
            Timeouts = connection.Timeouts with { Overall = left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1) },
        };
    }
}
