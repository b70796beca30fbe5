using System.Diagnostics;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway.Routing;
using Portico.Models;
using Portico.Observability;
using Portico.Observability.Telemetry;

namespace Portico.Gateway.Stages;

/// <summary>
/// Tries the deployments of the plan in the strategy's order until one answers: retries with back-off at one deployment, then the next, within the
/// total of attempts and the caller's deadline. Only before the first output: this stage's work is over when the reply has begun.
/// </summary>
sealed class Failover(ConnectionBench bench, TokenCounter counter, GenAiTelemetry telemetry) : IStage
{
    static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    /// <summary>A provider that asks for a longer wait is left for the next one; the caller is told how long.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Timers count in whole milliseconds and may fire that much early.</summary>
    static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(2);

    public async ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var walk = new Walk(call, bench, counter, telemetry);
        foreach (var candidate in walk.Order())
        {
            for (var retry = 0; retry <= call.Plan!.Route.Retries && walk.HasAttemptsLeft; retry++)
            {
                if (!walk.TryEnter(candidate))
                    break;
                var attempt = walk.Begin(candidate);
                try
                {
                    var reply = await next(call with { Target = candidate.Deployment, AttemptNumber = attempt.Number }, ct);
                    attempt.Answered();
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
                catch (OperationCanceledException)
                {
                    attempt.Abandoned();
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

    /// <summary>The attempts of one call.</summary>
    sealed class Walk(ModelCall call, ConnectionBench bench, TokenCounter counter, GenAiTelemetry telemetry)
    {
        readonly List<AttemptRecord> attempts = new(1);
        readonly CallContext context = call.Context;
        UpstreamException? last;
        DateTimeOffset? benchedUntil;
        int begun;

        public TimeProvider Time => context.Time;
        public int Retries => call.Plan!.Route.Retries;
        public bool HasAttemptsLeft => begun < call.Plan!.Route.MaxAttempts;

        /// <summary>Chance that belongs to the call: from its random id, so that a record can be explained.</summary>
        public double Draw { get; } = DrawOf(call.Context.Record.Id);

        static double DrawOf(CallId id)
        {
            Span<byte> bytes = stackalloc byte[16];
            id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & 0x3FFFFFFFFFFFFFFF) / (double)(1ul << 62);
        }

        public IReadOnlyList<Candidate> Order()
        {
            var now = Time.GetUtcNow();
            return CandidateOrder.For(
                call.Plan!,
                call.Options.Session,
                Draw,
                c => c.Deployment.PriceAt(now)?.WorstCaseNanoUsd(call.InputTokens, call.OutputCap ?? 1_000)
            );
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

        public Attempt Begin(Candidate candidate)
        {
            var attempt = new Attempt(this, candidate, ++begun);
            if (begun == 1)
                context.Record.OverheadUs = context.ElapsedUs;
            return attempt;
        }

        /// <summary>The bound of the whole call: the caller's own, else the route's.</summary>
        TimeSpan? Limit =>
            call.Options.Timeout ?? (call.Plan!.Route.TimeoutMs > 0 ? TimeSpan.FromMilliseconds(call.Plan.Route.TimeoutMs) : null);

        public bool HasTimeFor(TimeSpan wait) => Limit is not { } limit || TimeSpan.FromMicroseconds(context.ElapsedUs) + wait < limit;

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

        /// <summary>One try: its row, its cost, and what it teaches about the deployment.</summary>
        public sealed class Attempt(Walk walk, Candidate candidate, int number)
        {
            readonly long startedAtUs = Micros.Now(walk.Time);
            readonly long started = walk.Time.GetTimestamp();
            readonly Activity? span = walk.Telemetry.StartAttempt(
                number,
                candidate.Deployment.Deployment.UpstreamModel,
                candidate.Deployment.ProviderConnection.BaseUrl
            );

            public int Number => number;

            /// <summary>The reply has begun: the rest is known when the call ends.</summary>
            public void Answered()
            {
                var context = walk.context;
                Name(context.Record);
                context.Tally.Reset(walk.Counter, candidate.Deployment.Model.TokenFamily);
                context.OnEnd(Close);
            }

            /// <summary>True when another try may follow.</summary>
            public bool Failed(UpstreamException e, ConnectionBench bench)
            {
                walk.last = e;
                Learn(e);
                if (e.Fault == Fault.Credential)
                    bench.Bench(candidate.Deployment.Connection.Id, candidate.Deployment.Connection.Version);
                Name(walk.context.Record);
                Row("failed", default, null, false, null, e);
                walk.context.Note("failover", $"attempt {number} at {candidate.Deployment.DeploymentText} failed: {e.Kind.Code}");
                return e.Fault != Fault.Caller;
            }

            public void Abandoned()
            {
                candidate.Health.Undecided();
                candidate.Health.Leave();
                Name(walk.context.Record);
                Row("abandoned", default, null, false, null, null);
            }

            /// <summary>The call's own deadline has passed: that teaches nothing about the deployment, or impatient callers could bench it for all.</summary>
            public PorticoException OutOfTime()
            {
                Abandoned();
                walk.context.Note("failover", $"attempt {number} at {candidate.Deployment.DeploymentText}: the call's deadline passed");
                return new PorticoException(
                    ErrorTable.UpstreamTimeout,
                    $"The call's deadline of {walk.Limit!.Value.TotalMilliseconds:0} ms passed before an answer began."
                );
            }

            void Close(CallEnd end)
            {
                var record = walk.context.Record;
                var usage = end.Completion?.Usage ?? default;
                if (usage.Source == UsageSource.None)
                    usage = Counted();
                var price = candidate.Deployment.PriceAt(walk.Time.GetUtcNow());
                var cost = price?.CostNanoUsd(usage);
                record.Usage = usage;
                record.CostNanoUsd = cost ?? 0;
                record.Unpriced = cost is null && !usage.IsEmpty;
                record.PriceId = price?.Id.ToString();
                record.PriceVersion = price?.Version ?? 0;
                LearnEnd(end);
                Row(
                    end.Outcome == CallOutcome.Completed ? "completed"
                        : end.Outcome == CallOutcome.Abandoned ? "abandoned"
                        : "failed",
                    usage,
                    price,
                    record.Unpriced,
                    cost,
                    end.Error?.InnerException as UpstreamException
                );
            }

            /// <summary>Nothing was reported: the input as counted before the call, the output as received.</summary>
            Usage Counted() =>
                new()
                {
                    Input = walk.InputTokens,
                    Output = walk.context.Tally.CountTokens(),
                    Source = UsageSource.Estimated,
                };

            void LearnEnd(CallEnd end)
            {
                if (end.Outcome == CallOutcome.Completed)
                    candidate.Health.Succeeded(walk.context.Record.FirstOutputUs);
                else if (end.Error?.InnerException is UpstreamException upstream && !walk.IsOutOfTime)
                    candidate.Health.Failed(upstream.Fault, upstream.RetryAfter);
                else
                    candidate.Health.Undecided();
                candidate.Health.Leave();
            }

            void Learn(UpstreamException e)
            {
                if (e.Fault == Fault.Caller)
                    candidate.Health.Undecided();
                else
                    candidate.Health.Failed(e.Fault, e.RetryAfter);
                candidate.Health.Leave();
            }

            void Name(CallRecord record)
            {
                var d = candidate.Deployment;
                record.Model = d.Model.Name;
                record.Provider = d.Connection.Name;
                record.ProviderFamily = FamilyOf(d);
                record.ConnectionId = d.ConnectionText;
                record.DeploymentId = d.DeploymentText;
            }

            void Row(string outcome, Usage usage, Price? price, bool unpriced, long? cost, UpstreamException? e)
            {
                var d = candidate.Deployment;
                walk.attempts.Add(
                    new AttemptRecord
                    {
                        Id = AttemptId.New(walk.Time),
                        Number = number,
                        DeploymentId = d.DeploymentText,
                        ConnectionId = d.ConnectionText,
                        Provider = d.Connection.Name,
                        Model = d.Model.Name,
                        StartedAtUs = startedAtUs,
                        DurationUs = (long)walk.Time.GetElapsedTime(started).TotalMicroseconds,
                        FirstOutputUs = walk.context.Record.FirstOutputUs,
                        Status = e?.Status ?? (outcome == "completed" ? 200 : 0),
                        Outcome = outcome,
                        Fault = e is null ? null : FaultName(e.Fault),
                        ErrorCode = e?.Kind.Code,
                        ErrorMessage = e is null ? null : e.Message[..Math.Min(500, e.Message.Length)],
                        Usage = usage,
                        CostNanoUsd = cost ?? 0,
                        Unpriced = unpriced,
                        PriceId = price?.Id.ToString(),
                        PriceVersion = price?.Version ?? 0,
                        UpstreamRequestId = walk.context.Record.UpstreamRequestId,
                    }
                );
                walk.context.Record.Attempts = walk.attempts;
                walk.Telemetry.EndAttempt(span, walk.attempts[^1], FamilyOf(d));
            }

            static string FamilyOf(ResolvedDeployment d) => d.ProviderConnection.Preset ?? d.ProviderConnection.Family;

            static string FaultName(Fault fault) => fault == Core.Chat.Fault.RateLimit ? "rate_limit" : fault.ToString().ToLowerInvariant();
        }

        TokenCounter Counter => counter;
        GenAiTelemetry Telemetry => telemetry;
        int InputTokens => call.InputTokens;
    }
}
