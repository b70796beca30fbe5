using System.Diagnostics;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway.Routing;
using Portico.Models;
using Portico.Observability;
using Portico.Observability.Telemetry;

namespace Portico.Gateway.Stages;

sealed partial class Failover
{
    sealed partial class Walk
    {
        /// <summary>One try: its row, its cost, and what it teaches about the deployment.</summary>
        public sealed class Attempt(Walk walk, Candidate candidate, int number, bool waits)
        {
            readonly long startedAtUs = Micros.Now(walk.Time);
            readonly long started = walk.Time.GetTimestamp();
            readonly Activity? span = walk.Telemetry.StartAttempt(
                number,
                candidate.Deployment.Deployment.UpstreamModel,
                candidate.Deployment.ProviderConnection.BaseUrl
            );

            /// <summary>What this attempt teaches; null where it is no call.</summary>
            readonly RecentAttempts? recent = waits ? null : walk.Book.Of(candidate.Deployment.Deployment.Id);
            readonly DeploymentHealth? health = waits ? null : candidate.Health;

            public int Number => number;

            /// <summary>The reply has begun: the rest is known when the call ends.</summary>
            public void Answered(in RemainingQuota quota)
            {
                var context = walk.context;
                recent?.Told(quota);
                health?.Answered();
                Name(context.Record);
                context.Retirement = candidate.Retirement;
                context.Tally.Reset(walk.Counter, candidate.Deployment.Model.TokenFamily);
                context.OnEnd(Close);
            }

            /// <summary>True when another try may follow.</summary>
            public bool Failed(UpstreamException e, ConnectionBench bench)
            {
                walk.last = e;
                recent?.Failed(e);
                Learn(e);
                if (e.Fault == Fault.Credential && !waits)
                    bench.Bench(candidate.Deployment.Connection.Id, candidate.Deployment.Connection.Version);
                Name(walk.context.Record);
                Row("failed", default, null, false, null, e);
                walk.context.Note("failover", $"attempt {number} at {candidate.Deployment.DeploymentText} failed: {e.Kind.Code}");
                return e.Fault != Fault.Caller;
            }

            /// <summary>It is as if it had not been.</summary>
            public void TakeBack() => span?.Dispose();

            public void Unfinished(string outcome)
            {
                recent?.Abandoned();
                health?.Undecided();
                health?.Leave();
                Name(walk.context.Record);
                Row(outcome, default, null, false, null, null);
            }

            /// <summary>The call's own deadline has passed: that teaches nothing about the deployment, or impatient callers could bench it for all.</summary>
            public PorticoException OutOfTime()
            {
                Unfinished("abandoned");
                walk.context.Note("failover", $"attempt {number} at {candidate.Deployment.DeploymentText}: the call's deadline passed");
                return new PorticoException(
                    ErrorTable.UpstreamTimeout,
                    $"The call's deadline of {walk.Limit!.Value.TotalMilliseconds:0} ms passed before an answer began."
                );
            }

            void Close(CallEnd end)
            {
                var record = walk.context.Record;
                var price = candidate.Deployment.PriceAt(walk.Time.GetUtcNow());
                var usage = end.Completion?.Usage ?? BrokenOff(walk.context.ReportedUsage);
                if (walk.Ways is { } ways)
                    usage = BilledAs.Used(ways, usage, price);
                else if (usage.Source == UsageSource.None)
                    usage = Counted(usage);
                NoteClass(usage.Class, price);
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

            void NoteClass(PriceClass served, Price? price)
            {
                if (served == PriceClass.Standard)
                    return;
                var name = served.ToString().ToLowerInvariant();
                walk.context.Note(
                    "failover",
                    price is null || price.Classes?.Of(served) is not null
                        ? $"served at the class {name}"
                        : $"served at the class {name}, for which the price has no rates: billed at the standard ones"
                );
            }

            /// <summary>The answer broke off: what was reported holds, and output that was not is counted as received.</summary>
            Usage BrokenOff(in Usage reported)
            {
                if (reported.Source == UsageSource.None || reported.TotalOutput > 0)
                    return reported;
                var output = walk.context.Tally.CountTokens();
                return output == 0 ? reported : reported with { Output = output, Source = UsageSource.Estimated };
            }

            /// <summary>No tokens were reported: the input as counted before the call, the output as received, and what else is known.</summary>
            Usage Counted(in Usage known) =>
                known with
                {
                    Input = walk.InputTokens,
                    Output = walk.context.Tally.CountTokens(),
                    Source = UsageSource.Estimated,
                };

            /// <summary>From this attempt's own start: what came before it, failed tries and waits included, says nothing of this deployment. 0 = no output.</summary>
            long FirstOutputUs
            {
                get
                {
                    var sinceCall = walk.context.Record.FirstOutputUs;
                    var before = (long)walk.Time.GetElapsedTime(walk.context.StartTimestamp, started).TotalMicroseconds;
                    return sinceCall == 0 ? 0 : Math.Max(1, sinceCall - before);
                }
            }

            void LearnEnd(CallEnd end)
            {
                if (end.Outcome == CallOutcome.Completed)
                {
                    health?.Succeeded(FirstOutputUs);
                    recent?.Completed(FirstOutputUs, (long)walk.Time.GetElapsedTime(started).TotalMicroseconds);
                }
                else if (end.Error?.InnerException is UpstreamException upstream && !walk.IsOutOfTime)
                {
                    health?.Failed(upstream.Fault, upstream.RetryAfter);
                    recent?.Failed(upstream);
                }
                else
                {
                    health?.Undecided();
                    recent?.Abandoned();
                }
                health?.Leave();
            }

            void Learn(UpstreamException e)
            {
                if (e.Fault == Fault.Caller)
                    health?.Undecided();
                else
                    health?.Failed(e.Fault, e.RetryAfter);
                health?.Leave();
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
                        FirstOutputUs = FirstOutputUs,
                        Status = e?.Status ?? (outcome == "completed" ? 200 : 0),
                        Outcome = outcome,
                        Fault = e is null ? null : FaultName(e.Fault),
                        ErrorCode = e?.Kind.Code,
                        ErrorMessage = e is null ? null : ShortText.UpTo(e.ForRecord, 500),
                        Usage = usage,
                        CostNanoUsd = cost ?? 0,
                        Unpriced = unpriced,
                        PriceId = price is null ? null : walk.context.Record.PriceId,
                        PriceVersion = price?.Version ?? 0,
                        UpstreamRequestId = walk.context.Record.UpstreamRequestId,
                    }
                );
                walk.context.Record.Attempts = walk.attempts;
                walk.Telemetry.EndAttempt(span, walk.attempts[^1], FamilyOf(d));
            }

            static string FamilyOf(ResolvedDeployment d) => d.ProviderConnection.Service;

            static string FaultName(Fault fault) => fault == Core.Chat.Fault.RateLimit ? "rate_limit" : fault.ToString().ToLowerInvariant();
        }
    }
}
