using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Gateway;

/// <summary>Starts calls: makes the context, walks the pipeline, and ends what does not begin.</summary>
sealed partial class GatewayRunner(
    Next pipeline,
    CountingPipeline counting,
    Database database,
    CallRecorder recorder,
    TimeProvider time,
    ILogger<GatewayRunner> logger
)
{
    public TimeProvider Time => time;

    public CallContext Open(string wire) =>
        new(
            new CallRecord
            {
                Id = CallId.New(time),
                StartedAtUs = Micros.Now(time),
                NodeId = database.NodeId,
                Wire = wire,
            },
            time,
            time.GetTimestamp()
        );

    /// <summary>Walks the pipeline up to the first event of the answer.</summary>
    /// <exception cref="PorticoException">The call was refused or failed; it has ended and is recorded.</exception>
    /// <exception cref="OperationCanceledException">The caller left; it has ended and is recorded.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(ModelReply Reply, RunningReply Running)> StartAsync(ModelCall call, CancellationToken callerGone)
    {
        try
        {
            var reply = await (call.CountsOnly ? counting.Walk : pipeline)(call, callerGone);
            return (reply, new RunningReply(reply, call.Context, callerGone));
        }
        catch (OperationCanceledException) when (callerGone.IsCancellationRequested)
        {
            End(call.Context, new CallEnd(CallOutcome.Abandoned, null, null));
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var error = Failures.ForCaller(e);
            if (error.Kind == ErrorTable.Internal)
                Log.Failed(logger, call.Context.Record.Id.ToString(), e);
            End(call.Context, new CallEnd(Failures.OutcomeOf(error), null, error));
            throw error;
        }
    }

    /// <summary>Records a call that was refused before it could walk: a body that cannot be read.</summary>
    public void Refuse(CallContext context, PorticoException error)
    {
        var record = context.Record;
        (record.Outcome, record.Status, record.ErrorCode, record.ErrorMessage) = (
            Failures.OutcomeOf(error),
            error.Kind.Status,
            error.Kind.Code,
            ShortText.UpTo(error.Message, 500)
        );
        record.DurationUs = context.ElapsedUs;
        recorder.Record(record);
    }

    void End(CallContext context, CallEnd end)
    {
        try
        {
            context.End(end);
        }
        catch (AggregateException e)
        {
            // The caller gets the first error; that the record could not be kept is for the operators.
            Log.DutiesFailed(logger, context.Record.Id.ToString(), e);
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Call {CallId} failed inside Portico")]
        public static partial void Failed(ILogger logger, string callId, Exception e);

        [LoggerMessage(LogLevel.Error, "Call {CallId} ended and a duty of its end failed")]
        public static partial void DutiesFailed(ILogger logger, string callId, Exception e);
    }
}
