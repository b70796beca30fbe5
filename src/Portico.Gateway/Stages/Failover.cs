using System.Diagnostics;
using System.Runtime.CompilerServices;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway.Batches;
using Portico.Gateway.Routing;
using Portico.Models;
using Portico.Observability;
using Portico.Observability.Telemetry;

namespace Portico.Gateway.Stages;

/// <summary>
/// Tries the deployments of the plan in the strategy's order until one answers: retries with back-off at one deployment, then the next, within the
/// total of attempts and the caller's deadline. Only before the first output: this stage's work is over when the reply has begun.
/// </summary>
sealed partial class Failover(ConnectionBench bench, AttemptBook book, TokenCounter counter, GenAiTelemetry telemetry) : IStage
{
    static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    /// <summary>A provider that asks for a longer wait is left for the next one; the caller is told how long.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Timers count in whole milliseconds and may fire that much early.</summary>
    static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(2);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var walk = new Walk(call, bench, book, counter, telemetry);
        foreach (var candidate in walk.Order())
        {
            for (var retry = 0; retry <= call.Plan!.Route.Retries && walk.HasAttemptsLeft; retry++)
            {
                var waits = call.WaitsAt(candidate.Deployment);
                if (!waits && !walk.TryEnter(candidate))
                    break;
                var attempt = walk.Begin(candidate, waits);
                try
                {
                    var reply = await next(call with { Target = candidate.Deployment, AttemptNumber = attempt.Number }, ct);
                    attempt.Answered(reply.Quota);
                    return reply;
                }
                catch (UpstreamException e)
                {
                    if (walk.IsOutOfTime && e.Kind == ErrorTable.UpstreamTimeout)
                        throw attempt.OutOfTime();
                    if (!attempt.Failed(e, bench))
                        throw;
                    if (!await WaitAsync(walk, retry, e, ct))
                        break;
                }
                catch (StepGaveBackException e)
                {
                    // No attempt was made. The line asks by itself now, at the same deployment.
                    walk.TakeBack(attempt, e.Message);
                    retry--;
                }
                catch (Exception e)
                {
                    // The caller left, or something is broken on our side: nothing is learnt, and the place is given back.
                    attempt.Unfinished(e is OperationCanceledException ? "abandoned" : "failed");
                    throw;
                }
            }
        }
        throw walk.NothingLeft();
    }

    /// <summary>Waits before the next try at the same deployment; false when another one should be tried instead.</summary>
    static async Task<bool> WaitAsync(Walk walk, int retry, UpstreamException e, CancellationToken ct)
    {
        if (e.Fault != Fault.Upstream || !walk.HasAttemptsLeft || retry >= walk.Retries)
            return false;
        var backOff = TimeSpan.FromTicks(Math.Min(LongestBackOff.Ticks, FirstBackOff.Ticks << retry));
        var wait = e.RetryAfter is { } asked && asked > backOff ? asked : backOff * (0.5 + walk.Draw / 2);
        if (wait > LongestWait || !walk.HasTimeFor(wait))
            return false;
        await Task.Delay(wait, walk.Time, ct);
        return true;
    }

    /// <summary>Chance that belongs to a call: from the random part of its id, so that a record can be explained. In [0, 1).</summary>
    internal static double DrawOf(CallId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        // 53 bits: what a double holds, so that no draw is rounded up to 1.
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & 0x3FFFFFFFFFFFFFFF;
        return (bits >> 9) / (double)(1ul << 53);
    }

    /// <summary>The attempts of one call.</summary>
    sealed partial class Walk(ModelCall call, ConnectionBench bench, AttemptBook book, TokenCounter counter, GenAiTelemetry telemetry)
    {
        readonly List<AttemptRecord> attempts = new(1);
        readonly CallContext context = call.Context;
        UpstreamException? last;
        DateTimeOffset? benchedUntil;
        int begun;

        public TimeProvider Time => context.Time;
        public int Retries => call.Plan!.Route.Retries;
        public bool HasAttemptsLeft => begun < call.Plan!.Route.MaxAttempts;

        public double Draw { get; } = DrawOf(call.Context.Record.Id);

        public IReadOnlyList<Candidate> Order()
        {
            var now = Time.GetUtcNow();
            var order = CandidateOrder.For(
                call.Plan!,
                call.Options.Session,
                Draw,
                c => call.WorstCaseNanoUsd(c.Deployment, now, call.OutputCap ?? 1_000, out _),
                call.Responses?.Bond?.Place?.Deployment
            );
            // Where it lies already it is answered already, or will be.
            return call.Options.Line?.LiesAt is { } there
                ? order.OrderBy(c => c.Deployment.Deployment.Id == there ? 0 : 1).ToList()
                : order;
        }

        public bool TryEnter(Candidate candidate)
        {
            var connection = candidate.Deployment.Connection;
            var until = bench.Until(connection.Id, connection.Version);
            if (until is null && candidate.Health.TryEnter())
                return true;
            until ??= candidate.Health.UnavailableUntil;
            if (benchedUntil is null || until < benchedUntil)
                benchedUntil = until;
            context.Note("failover", $"skipped {candidate.Deployment.DeploymentText}: benched until {until:HH:mm:ss}");
            return false;
        }

        /// <param name="candidate">Where.</param>
        /// <param name="waits">It is no call: the line waits in a step, which says nothing of how the deployment answers calls.</param>
        public Attempt Begin(Candidate candidate, bool waits)
        {
            var attempt = new Attempt(this, candidate, ++begun, waits);
            if (begun == 1)
                context.Record.OverheadUs = context.ElapsedUs;
            return attempt;
        }

        public void TakeBack(Attempt attempt, string reason)
        {
            begun--;
            attempt.TakeBack();
            context.Note("failover", $"the provider did not take the batch, asked by itself at the class standard: {reason}");
        }

        /// <summary>The bound of the whole call: the caller's own, else the route's.</summary>
        TimeSpan? Limit =>
            call.Options.Timeout ?? (call.Plan!.Route.TimeoutMs > 0 ? TimeSpan.FromMilliseconds(call.Plan.Route.TimeoutMs) : null);

        public bool HasTimeFor(TimeSpan wait) =>
            Limit is not { } limit || TimeSpan.FromMicroseconds(context.ElapsedUs - context.WaitedUs) + wait < limit;

        public bool IsOutOfTime => !HasTimeFor(TimerStep);

        public Exception NothingLeft() =>
            last
            ?? (Exception)
                new PorticoException(
                    ErrorTable.NoDeployment,
                    $"No deployment of '{call.Plan!.Route.Name}' can be called now{(benchedUntil is { } until ? $"; the first one is tried again at {until:HH:mm:ss} UTC" : "")}."
                )
                {
                    RetryAfter = benchedUntil is { } at ? at - Time.GetUtcNow() : null,
                };

        AttemptBook Book => book;
        TokenCounter Counter => counter;
        GenAiTelemetry Telemetry => telemetry;
        int InputTokens => call.InputTokens;
        IReadOnlyList<BilledAs>? Ways => call.Ways;
    }
}
