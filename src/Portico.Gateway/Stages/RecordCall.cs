using Portico.Core.Chat;
using Portico.Governance;
using Portico.Observability;
using Portico.Observability.Telemetry;

namespace Portico.Gateway.Stages;

/// <summary>Opens the record and makes its keeping the last duty of the call; refuses when records cannot be kept.</summary>
sealed class RecordCall(CallRecorder recorder, Metrics metrics, GenAiTelemetry telemetry) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var context = call.Context;
        if (!recorder.Healthy && !(recorder.TryRecover() && recorder.Healthy))
        {
            // It is kept nowhere, but the audit log's outcome is read from it.
            context.OnEnd(end => Close(context, end));
            throw new PorticoException(
                ErrorTable.LedgerUnavailable,
                "This node can keep no more records: its journal cannot be written, or is full of records that the store does not take."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
        Describe(context.Record, call);
        metrics.Began();
        var span = telemetry.StartCall(context.Record, call.Options.Traceparent, call.Options.Tracestate);
        context.OnEnd(end =>
        {
            metrics.Ended();
            Close(context, end);
            telemetry.EndCall(span, context.Record);
            recorder.Record(context.Record);
        });
        return next(call, ct);
    }

    static void Describe(CallRecord record, ModelCall call)
    {
        DescribeCaller(record, call.Caller);
        record.EndUser = Cut(call.Chat?.User ?? call.Single?.User, 256);
        record.Operation = call.CountsOnly ? "count_tokens" : CallKinds.Name(call.Kind);
        record.Stream = call.Streams;
        record.RequestedModel = Cut(call.RequestedModel, 256);
    }

    /// <summary>Who the call is for; also for calls that are refused before they walk.</summary>
    public static void DescribeCaller(CallRecord record, Caller caller)
    {
        record.OrganisationId = caller.OrganisationId;
        record.WorkspaceId = caller.WorkspaceId;
        record.UseCaseId = caller.UseCaseId;
        record.KeyId = caller.KeyId;
        record.PersonId = caller.PersonId;
    }

    static void Close(CallContext context, CallEnd end)
    {
        var record = context.Record;
        record.Outcome = end.Outcome;
        record.Status = end.Error?.Kind.Status ?? (end.Outcome == CallOutcome.Abandoned ? ErrorTable.ClientClosed.Status : 200);
        record.ErrorCode = end.Error?.Kind.Code;
        record.ErrorMessage = Cut(
            end.Error?.InnerException is UpstreamException upstream ? upstream.ForRecord : end.Error?.ForRecord ?? end.Error?.Message,
            500
        );
        record.DurationUs = context.ElapsedUs;
        if (end.Completion is { } completion)
        {
            record.Finish = completion.Finish;
            record.ServedModel = completion.ServedModel;
        }
    }

    static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
