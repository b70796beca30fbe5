using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>
/// Runs requests that were approved, class by class: what is done of one is in the store, so that a run which is cut off goes on where it stood, on this node or another. One that cannot go on says why and
/// is looked at again.
/// </summary>
public sealed partial class SubjectRunner : BackgroundService
{
    const string LeaseName = "governance_subjects";
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    readonly Database database;
    readonly SubjectStore store;
    readonly Subjects subjects;
    readonly SubjectHolds holds;
    readonly ISubjectData[] classes;
    readonly LeaseStore leases;
    readonly ChangeSignals signals;
    readonly SubjectEnd end;
    readonly TimeProvider time;
    readonly ILogger<SubjectRunner> logger;
    readonly WakeUp wanted = new();
    long renewed;

    internal SubjectRunner(
        Database database,
        SubjectStore store,
        Subjects subjects,
        SubjectHolds holds,
        IEnumerable<ISubjectData> classes,
        LeaseStore leases,
        ChangeSignals signals,
        SubjectEnd end,
        TimeProvider time,
        ILogger<SubjectRunner> logger
    )
    {
        (this.database, this.store, this.subjects, this.holds, this.leases, this.signals) = (
            database,
            store,
            subjects,
            holds,
            leases,
            signals
        );
        (this.classes, this.end, this.time, this.logger) = ([.. classes], end, time, logger);
    }

    /// <summary>Takes every request that runs as far as it goes, and removes packages that are past their time. False when another node does so.</summary>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        if (!await IsMineAsync(ct))
            return false;
        renewed = time.GetTimestamp();
        await store.PruneAsync(ct);
        foreach (var request in await store.ReadAsync("where state = 'running' order by id", new { }, ct))
            await TryAsync(request, ct);
        return true;
    }

    /// <summary>The embedded store has one node, which need not wait for the lease of a process of its own that died.</summary>
    async Task<bool> IsMineAsync(CancellationToken ct) =>
        database.Engine == Engine.Sqlite || await leases.TryAcquireAsync(LeaseName, LeaseTime, ct) is not null;

    async Task TryAsync(SubjectRequest request, CancellationToken ct)
    {
        string problem;
        try
        {
            await RunAsync(request, ct);
            return;
        }
        catch (SubjectWaitException e)
        {
            problem = e.Message;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !ct.IsCancellationRequested)
        {
            // Whatever it is: it is told, and one request does not keep the others from their end.
            problem = e.Message;
            Log.Failed(logger, request.Id, e);
        }
        await store.ChangeAsync(
            "update governance_subject_requests set problem = @problem where id = @Id and state = 'running'",
            new { request.Id, problem },
            ct
        );
    }

    /// <summary>Renews the lease now and then.</summary>
    /// <exception cref="SubjectWaitException">Another node has it: whatever this one does not do, that one does.</exception>
    async Task RenewAsync(CancellationToken ct)
    {
        if (time.GetElapsedTime(renewed) < RenewEvery)
            return;
        if (!await IsMineAsync(ct))
            throw new SubjectWaitException("Another node goes on with it.");
        renewed = time.GetTimestamp();
    }

    async Task RunAsync(SubjectRequest request, CancellationToken ct)
    {
        var subject = await subjects.SubjectOfAsync(request.PersonId.ToString(), request.OrganisationId.ToString(), ct);
        var erases = request.Kind == SubjectKind.Erasure;
        var mine = erases ? classes.OfType<IErasableData>().ToList<ISubjectData>() : [.. classes];
        await PlanAsync(request.Id, mine, ct);
        var steps = (await store.StepsAsync(request.Id, ct)).ToDictionary(s => s.Class, StringComparer.Ordinal);
        foreach (var each in mine)
            if (steps[each.Class] is { State: SubjectStepRow.Waiting } step)
            {
                // Before each class anew: what is about to be deleted is not decided by what was known before.
                if (erases && await holds.FindAsync(subject, ct) is { } hold)
                    throw new SubjectWaitException(SubjectHolds.Words(hold));
                if (erases)
                    await ((IErasableData)each).RemoveAsync(
                        subject,
                        new SubjectRemoval(database, request.Id, step.Number, subject, RenewAsync),
                        ct
                    );
                else
                    await CopyAsync(request.Id, step, each, subject, ct);
                await SetAsync(request.Id, step.Number, SubjectStepRow.Done, null, ct);
            }
        if (erases)
            await ProveAsync(request.Id, steps, mine, subject, ct);
        await end.EndAsync(request, ct);
    }

    /// <summary>A class that came with a newer build while a request waited is a step of it too.</summary>
    Task PlanAsync(string request, IReadOnlyList<ISubjectData> mine, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var there = (
                    await work.Connection.QueryAsync<string>(
                        "select class from governance_subject_steps where request_id = @request",
                        new { request },
                        work.Transaction
                    )
                ).ToHashSet(StringComparer.Ordinal);
                var number = (long)there.Count;
                foreach (var each in mine.Where(c => !there.Contains(c.Class)))
                    await work.Connection.ExecuteAsync(
                        """
                        insert into governance_subject_steps (request_id, number, class, state, amount, hash)
                        values (@request, @number, @of, 'waiting', 0, '') on conflict do nothing
                        """,
                        new
                        {
                            request,
                            number = ++number,
                            of = each.Class,
                        },
                        work.Transaction
                    );
                await work.Connection.ExecuteAsync(
                    "update governance_subject_requests set problem = null where id = @request and problem is not null",
                    new { request },
                    work.Transaction
                );
            },
            ct
        );

    async Task CopyAsync(string request, SubjectStepRow step, ISubjectData each, Subject subject, CancellationToken ct)
    {
        var first = await store.ClearStepAsync(request, step.Number, ct);
        using var package = new SubjectPackage(store, await store.SealerAsync(ct), request, step.Number, first, RenewAsync);
        await each.CopyAsync(subject, package, ct);
        await package.EndAsync(ct);
        await store.ChangeAsync(
            "update governance_subject_steps set amount = @amount where request_id = @request and number = @number",
            new
            {
                request,
                number = step.Number,
                amount = package.Amount,
            },
            ct
        );
    }

    Task<int> SetAsync(string request, long number, string state, long? left, CancellationToken ct) =>
        store.ChangeAsync(
            "update governance_subject_steps set state = @state, left_behind = @left where request_id = @request and number = @number",
            new
            {
                request,
                number,
                state,
                left,
            },
            ct
        );

    /// <summary>Looks for what was said to be gone. A class of which something is found is removed again.</summary>
    /// <exception cref="SubjectWaitException">Something was found.</exception>
    async Task ProveAsync(
        string request,
        Dictionary<string, SubjectStepRow> steps,
        IReadOnlyList<ISubjectData> mine,
        Subject subject,
        CancellationToken ct
    )
    {
        var found = new List<string>();
        foreach (var each in mine)
        {
            var left = await ((IErasableData)each).CountAsync(subject, ct);
            await SetAsync(request, steps[each.Class].Number, left > 0 ? SubjectStepRow.Waiting : SubjectStepRow.Done, left, ct);
            if (left > 0)
                found.Add($"{left} of {each.Class}");
        }
        if (found.Count > 0)
            throw new SubjectWaitException($"A second reading still found {string.Join(", ", found)}: they are removed again.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(SubjectStore.Signal, _ => wanted.Ask());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                await wanted.WaitAsync(LookAgain, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Log.Away(logger, e.Message);
                await Task.Delay(LookAgain, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        [LoggerMessage(LogLevel.Warning, "The request {Id} about a person cannot go on and is tried again")]
        public static partial void Failed(ILogger logger, string id, Exception e);

        [LoggerMessage(LogLevel.Warning, "Requests about people wait for the store: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
