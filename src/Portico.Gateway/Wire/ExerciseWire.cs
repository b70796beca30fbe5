using Microsoft.AspNetCore.Http;
using Portico.Gateway.Endpoints;
using Portico.Governance;
using Portico.Governance.Learning;
using Portico.Observability;

namespace Portico.Gateway.Wire;

/// <summary>
/// POST /api/learning/exercise-runs/{id}/chat/completions: one call of a run, a wire for each. The request is looked at before it goes, and what it showed is kept when
/// it was answered.
/// </summary>
sealed class ExerciseWire(RateLimitHeaders limits, GatewayOptions options, ExerciseRuns runs, ExerciseTurn turn)
    : PlaygroundWire(limits, options)
{
    ExerciseEvidence? evidence;

    public override string Name => "exercise";

    public override ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body) =>
        base.Read(context, caller, body) with
        {
            Exercise = turn,
        };

    public override async ValueTask<ModelCall> CompleteAsync(ModelCall call, CancellationToken ct)
    {
        evidence = await runs.TakeAsync(turn, call.Chat!, ct);
        return call;
    }

    public override async Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running)
    {
        try
        {
            await base.WriteAsync(http, call, reply, running);
        }
        finally
        {
            // What it cost is counted also where the person left.
            await running.DisposeAsync();
            var record = call.Context.Record;
            await runs.KeepAsync(
                turn,
                evidence!,
                record.Id,
                record.Outcome == CallOutcome.Completed,
                record.CostNanoUsd,
                CancellationToken.None
            );
        }
    }
}
