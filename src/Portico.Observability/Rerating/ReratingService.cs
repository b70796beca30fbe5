using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Observability.Rerating;

/// <summary>
/// Rates calls again: tells what would change, or writes it down in steps. A step is one transaction that moves the run's position, so that a run which is
/// cut off goes on where it stood, on this node or another, and no step is made twice. See docs/decisions/0010-rerating.md.
/// </summary>
sealed partial class ReratingService(
    Database database,
    ReratingStore store,
    ICallStore calls,
    IPriceBook prices,
    JournalDrain drain,
    IEnumerable<IAdjustmentSink> sinks,
    LeaseStore leases,
    ChangeSignals signals,
    TimeProvider time,
    ILogger<ReratingService> logger
) : BackgroundService
{
    const string LeaseName = "observability_rerating";
    const int StepCalls = 200;
    const int MaxReason = 500;

    /// <summary>Renewed with every step; past it another node goes on.</summary>
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(20);

    /// <summary>A run whose node died is found this often by the others.</summary>
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    readonly CallRater rater = new(prices);
    readonly IAdjustmentSink[] sinks = [.. sinks];
    readonly WakeUp wanted = new();

    /// <summary>What a run would change now.</summary>
    public async Task<(ReratingSums Sums, IReadOnlyList<UseCaseSums> UseCases)> PreviewAsync(ReratingScope scope, CancellationToken ct)
    {
        Check(scope);
        await drain.FlushAsync(ct);
        var (sums, position) = (ReratingSums.None, "");
        var useCases = new SortedDictionary<string, UseCaseSums>(StringComparer.Ordinal);
        while (true)
        {
            var step = await ReadAsync(scope, position, ct);
            foreach (var rated in step.Rated)
            {
                sums = sums.Plus(rated);
                if (rated.Adjustment is not { } a)
                    continue;
                var id = a.Call.UseCaseId ?? "";
                var before = useCases.GetValueOrDefault(id) ?? new UseCaseSums(id, 0, 0, 0);
                useCases[id] = new UseCaseSums(id, before.Adjusted + 1, before.OldNanoUsd + a.OldNanoUsd, before.NewNanoUsd + a.NewNanoUsd);
            }
            if (step.IsLast)
                return (sums, useCases.Values.ToList());
            position = step.Position;
        }
    }

    /// <summary>Writes a run down and has it begun.</summary>
    /// <exception cref="PorticoException">The scope makes no sense, or another run is not done.</exception>
    public async Task<Rerating> StartAsync(ReratingScope scope, string? reason, string askedBy, CancellationToken ct)
    {
        Check(scope);
        if (reason is not null && (reason.Length is 0 or > MaxReason || reason.Any(char.IsControl)))
            throw new PorticoException(ErrorTable.InvalidRequest, $"reason must be one line of 1 to {MaxReason} characters.", "reason");
        await drain.FlushAsync(ct);
        var now = time.GetUtcNow();
        var run = new Rerating
        {
            Id = ReratingId.New(time),
            State = "running",
            Scope = scope,
            Reason = reason,
            AskedBy = askedBy,
            Position = "",
            Sums = ReratingSums.None,
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (!await store.InsertAsync(run, ct))
            throw new PorticoException(
                ErrorTable.Conflict,
                $"Another run is not done: {(await store.UnfinishedAsync(ct))?.Id.ToString() ?? "it ended just now"}. Wait for its end and ask again."
            );
        return run;
    }

    void Check(ReratingScope scope)
    {
        if (scope.To <= scope.From)
            throw new PorticoException(ErrorTable.InvalidRequest, "to must lie behind from.", "to");
        if (scope.To > time.GetUtcNow())
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "to lies ahead: calls that are still to come are billed by the book anyway.",
                "to"
            );
    }

    /// <summary>Calls of a step with what came of each, the position behind them, and whether none is left.</summary>
    sealed record Step(IReadOnlyList<CallRater.Rated> Rated, string Position, bool IsLast);

    async Task<Step> ReadAsync(ReratingScope scope, string position, CancellationToken ct)
    {
        var page = new PageRequest(StepCalls, position.Length == 0 ? null : position);
        var rows = await calls.ListAsync(scope.Filter, page, ct);
        var step = rows.Take(StepCalls).ToList();
        if (step.Count == 0)
            return new Step([], position, true);
        var before = await store.BeforeAsync(step, ct);
        return new Step(
            step.Select(c => rater.Rate(c, before.GetValueOrDefault(c.Id.ToString()))).ToList(),
            step[^1].Id.ToString(),
            rows.Count <= StepCalls
        );
    }

    /// <summary>
    /// Whether the steps are this node's to make. The embedded store has one node; of several, one makes them all, which spares the others work that would
    /// come to nothing.
    /// </summary>
    async Task<bool> IsMineAsync(CancellationToken ct) =>
        database.Engine == Engine.Sqlite || await leases.TryAcquireAsync(LeaseName, LeaseTime, ct) is not null;

    /// <summary>Makes one step of the run that is not done; false when there is none, or another node makes them.</summary>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        if (await store.UnfinishedAsync(ct) is null || !await IsMineAsync(ct))
            return false;
        // Read behind the lease: before it another node may have moved it.
        if (await store.UnfinishedAsync(ct) is not { } run)
            return false;
        var step = await ReadAsync(run.Scope, run.Position, ct);
        var sums = step.Rated.Aggregate(run.Sums, (sum, rated) => sum.Plus(rated));
        var adjustments = step.Rated.Where(r => r.Adjustment is not null).Select(r => r.Adjustment!).ToList();
        if (await store.MoveAsync(run, step.Position, step.IsLast, sums, adjustments, sinks, ct) && step.IsLast)
            Log.Done(logger, run.Id.ToString(), sums.Calls, sums.Adjusted, sums.DifferenceUsd);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(ReratingStore.Signal, _ => wanted.Ask());
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
            catch (Exception e)
                when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException or OverflowException)
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
        [LoggerMessage(
            LogLevel.Information,
            "Re-rating {Id} is done: {Calls} calls examined, {Adjusted} adjusted, {DifferenceUsd} USD of difference"
        )]
        public static partial void Done(ILogger logger, string id, long calls, long adjusted, string differenceUsd);

        [LoggerMessage(LogLevel.Warning, "A step of re-rating failed and is tried again: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
