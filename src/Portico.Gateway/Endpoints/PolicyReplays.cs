using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Audit;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guardrails;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;

namespace Portico.Gateway.Endpoints;

/// <summary>
/// Makes the steps of replays: each looks at some calls, opens what they said where that was asked for, and writes down counts and where it stands in one transaction. A run
/// that is cut off goes on where it stood, on this node or another. That something was opened stands in the audit log, by numbers and ids.
/// </summary>
sealed partial class PolicyReplays(
    PolicyReplayStore store,
    GovernanceCatalog governance,
    RouteTable routes,
    ICallStore calls,
    ContentReader contents,
    DetectorModelCatalog detectors,
    AuditLog audit,
    Database database,
    LeaseStore leases,
    ChangeSignals signals,
    TimeProvider time,
    ILogger<PolicyReplays> logger
) : BackgroundService
{
    const string LeaseName = "gateway_policy_replays";
    internal const int StepCalls = 200;

    /// <summary>Renewed with every step; past it another node goes on.</summary>
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    readonly WakeUp wanted = new();

    /// <summary>Writes a run down and has it begun.</summary>
    /// <exception cref="PorticoException">There is no such level within reach, the text is no policy, the time makes no sense, or as many run as may.</exception>
    public async Task<PolicyReplayRun> StartAsync(
        string level,
        string text,
        DateTimeOffset? from,
        DateTimeOffset? to,
        bool readsContents,
        Reach within,
        string askedBy,
        CancellationToken ct
    )
    {
        _ = new PolicyJudge(governance.Current, routes, level, text, within, detectors.Current, time.GetUtcNow());
        var now = Micros.ToTime(Micros.Now(time));
        if (from >= (to ?? now))
            throw new PorticoException(ErrorTable.InvalidRequest, "to must lie behind from.", "to");
        if (readsContents)
            await contents.FlushAsync(ct);
        var run = new PolicyReplayRun
        {
            Id = "replay_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            State = "running",
            Level = level,
            Text = text,
            From = from,
            // Calls that are made meanwhile are none of the past.
            To = to is { } until && until < now ? until : now,
            ReadsContents = readsContents,
            AskedBy = askedBy,
            Position = "",
            Counts = ReplayCounts.None,
            CreatedAt = now,
            UpdatedAt = now,
        };
        return await store.InsertAsync(run, ct)
            ? run
            : throw new PorticoException(
                ErrorTable.Conflict,
                $"{PolicyReplayStore.MaxRunning} replays are not done: wait for one, or cancel one."
            );
    }

    async Task<bool> IsMineAsync(CancellationToken ct) =>
        database.Engine == Engine.Sqlite || await leases.TryAcquireAsync(LeaseName, LeaseTime, ct) is not null;

    /// <summary>Makes one step of the run whose turn it is; false when there is none, or another node makes them.</summary>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        if (await store.NextAsync(ct) is null || !await IsMineAsync(ct) || await store.NextAsync(ct) is not { } run)
            return false;
        PolicyJudge judge;
        try
        {
            judge = new PolicyJudge(governance.Current, routes, run.Level, run.Text, Reach.Everywhere, detectors.Current, time.GetUtcNow());
        }
        catch (PorticoException e)
        {
            // Its level went meanwhile.
            await store.MoveAsync(run, run.Position, "failed", run.Counts, [], e.Message, ct);
            return true;
        }
        var filter = judge.Filter with { FromUs = Micros.Of(run.From), ToUs = Micros.Of(run.To) };
        var page = await calls.ListAsync(filter, new PageRequest(StepCalls, run.Position.Length == 0 ? null : run.Position), ct);
        var step = page.Take(StepCalls).ToList();
        var (judged, opened) = await JudgeAsync(run, judge, step, ct);
        var findings = step.Zip(judged)
            .Where(j => j.Second.Verdict is Verdict.Refused or Verdict.Elsewhere or Verdict.Changed)
            .Select(j => new ReplayFinding(j.First.Id.ToString(), j.Second.Verdict.ToString().ToLowerInvariant(), j.Second.Why))
            .ToList();
        var isLast = page.Count <= StepCalls;
        var counts = Plus(run.Counts, judged, opened);
        await store.MoveAsync(
            run,
            step.Count == 0 ? run.Position : step[^1].Id.ToString(),
            isLast ? "done" : "running",
            counts,
            findings,
            null,
            ct
        );
        return true;
    }

    async Task<(List<Judged> Judged, long Opened)> JudgeAsync(
        PolicyReplayRun run,
        PolicyJudge judge,
        IReadOnlyList<CallRecord> step,
        CancellationToken ct
    )
    {
        var judged = step.Select(judge.ByRecord).ToList();
        if (!run.ReadsContents)
            return (judged, 0);
        var opened = 0L;
        var toRead = Enumerable.Range(0, step.Count).Where(i => judged[i] is { Verdict: Verdict.Unjudged, Why: Judged.NotRead });
        foreach (var part in toRead.Chunk(ContentReader.MaxCalls))
        {
            var said = await contents.ReadAsync(part.Select(i => step[i].Id).ToList(), ct);
            if (said.Count > 0)
                audit.Write(
                    "contents.judged",
                    (Run: run.Id, run.AskedBy, Calls: said.Count, First: step[part[0]].Id, Last: step[part[^1]].Id),
                    static (json, read) =>
                    {
                        json.WriteString("replay", read.Run);
                        json.WriteNumber("calls", read.Calls);
                        json.WriteString("newest", read.First.ToString());
                        json.WriteString("oldest", read.Last.ToString());
                    }
                );
            opened += said.Values.Count(s => s is not null);
            foreach (var i in part)
                judged[i] = judge.ByContents(step[i], said.GetValueOrDefault(step[i].Id), said.ContainsKey(step[i].Id));
        }
        return (judged, opened);
    }

    static ReplayCounts Plus(ReplayCounts before, IReadOnlyList<Judged> judged, long opened)
    {
        var unjudged = new Dictionary<string, long>(before.Unjudged, StringComparer.Ordinal);
        var rules = new Dictionary<string, long>(before.Rules, StringComparer.Ordinal);
        foreach (var one in judged)
        {
            if (one.Verdict == Verdict.Unjudged)
                unjudged[one.Why] = unjudged.GetValueOrDefault(one.Why) + 1;
            foreach (var rule in one.Rules ?? [])
                rules[rule] = rules.GetValueOrDefault(rule) + 1;
        }
        long Of(Verdict verdict) => judged.Count(j => j.Verdict == verdict);
        return new ReplayCounts(
            before.Looked + judged.Count,
            before.Refused + Of(Verdict.Refused),
            before.Elsewhere + Of(Verdict.Elsewhere),
            before.Changed + Of(Verdict.Changed),
            before.Opened + opened,
            unjudged,
            rules
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(PolicyReplayStore.Signal, _ => wanted.Ask());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await StepAsync(stoppingToken)) { }
                await wanted.WaitAsync(LookAgain, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Log.Failed(logger, e.Message);
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override void Dispose()
    {
        wanted.Dispose();
        base.Dispose();
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A step of a policy's replay failed and is tried again: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
