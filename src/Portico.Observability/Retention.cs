using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance;
using Portico.Governance.Forensics;
using Portico.Governance.Policy;
using Portico.Observability.Contents;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>
/// Drops what is past its time and makes room ahead: months of calls, rollups, contents. One node does it for all, the one that holds the lease.
/// </summary>
public sealed partial class Retention : HourlySweep
{
    readonly Database database;
    readonly ICallStore calls;
    readonly ContentPurge contents;
    readonly RecordPurge records;
    readonly GovernanceCatalog governance;
    readonly Holds holds;
    readonly Purges purges;
    readonly RecordOptions options;
    readonly ILogger<Retention> logger;

    internal Retention(
        Database database,
        ICallStore calls,
        ContentPurge contents,
        RecordPurge records,
        GovernanceCatalog governance,
        Holds holds,
        Purges purges,
        LeaseStore leases,
        RecordOptions options,
        TimeProvider time,
        ILogger<Retention> logger
    )
        : base("observability_retention", leases, time, logger) =>
        (this.database, this.calls, this.contents, this.records, this.governance, this.holds, this.purges, this.options, this.logger) = (
            database,
            calls,
            contents,
            records,
            governance,
            holds,
            purges,
            options,
            logger
        );

    const int MonthsAhead = 2;

    /// <summary>Rows deleted in one transaction: a long one would hold up the writer of the embedded store.</summary>
    const int DeleteBatch = 5_000;

    /// <summary>The first instant of the oldest month whose calls are kept.</summary>
    public static DateTimeOffset KeptFrom(DateTimeOffset now, RecordOptions options) => Months.FirstOf(now, -options.KeepMonths);

    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        for (var ahead = 0; ahead <= MonthsAhead; ahead++)
            await calls.PrepareAsync(Months.FirstOf(now, ahead), ct);
        var policies = WorkspaceRetention.All(governance.Current, now);
        // A month goes as a whole, so that one thing under a hold keeps all of them.
        var isHeld = !(await holds.HeldAsync(ct)).IsEmpty;
        if (isHeld)
            Log.Held(logger);
        var keptByAll = Months.FirstOf(now, -RecordPurge.MonthsOfAll(policies, options.KeepMonths));
        if (!isHeld)
        {
            await DeleteAsync("observability_findings", "started_us", Micros.Of(keptByAll), ct);
            await DeleteAsync("observability_screened_hours", "hour_us", Micros.Of(keptByAll), ct);
        }
        var months = isHeld ? 0 : await DropMonthsAsync(keptByAll, ct);
        var removed = await records.RunAsync(now, options.KeepMonths, policies, ct);
        var rollups = Micros.Of(Months.FirstOf(now, -Math.Max(options.KeepMonths, options.KeepRollupMonths)));
        var sums = 0L;
        // The bound is the first instant of a month: whole minutes, whole hours and whole days.
        foreach (var grain in new[] { Grain.Minutes, Grain.Hours, Grain.Days })
            sums += await DeleteAsync(grain.Table, "start_us", rollups, ct);
        await DeleteAsync("observability_latencies", "minute_us", rollups, ct);
        await DeleteAsync("observability_attempt_hours", "hour_us", rollups, ct);
        await DeleteAsync("observability_adjustments", "started_us", Micros.Of(KeptFrom(now, options)), ct);
        var gone = await contents.RunAsync(now.AddDays(-options.KeepContentDays), now, policies, ct);
        if (months + removed + sums + gone > 0)
            Log.Dropped(logger, months, removed, sums, gone);
    }

    /// <summary>Drops months of calls one after the other, and reports each: what went, and whether anything of it is still found.</summary>
    async Task<int> DropMonthsAsync(DateTimeOffset before, CancellationToken ct)
    {
        var months = await calls.MonthsBeforeAsync(before, ct);
        foreach (var month in months)
        {
            using var tally = new PurgeTally();
            await foreach (var id in calls.IdsOfAsync(month, ct))
                tally.Add(id);
            await calls.DropBeforeAsync(month.AddMonths(1), ct);
            var left = 0L;
            await foreach (var _ in calls.IdsOfAsync(month, ct))
                left++;
            await purges.ReportAsync("calls", month.AddMonths(1), tally, 0, left, ct);
        }
        return months.Count;
    }

    async Task<long> DeleteAsync(string table, string column, long before, CancellationToken ct)
    {
        var id = database.Engine == Engine.Postgres ? "ctid" : "rowid";
        var all = 0L;
        while (true)
        {
            var deleted = await database.WriteAsync(
                work =>
                    work.Connection.ExecuteAsync(
                        $"delete from {table} where {id} in (select {id} from {table} where {column} < @before limit {DeleteBatch})",
                        new { before },
                        work.Transaction
                    ),
                ct
            );
            all += deleted;
            if (deleted < DeleteBatch)
                return all;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A legal hold is live: months of calls stay, whatever their time")]
        public static partial void Held(ILogger logger);

        [LoggerMessage(
            LogLevel.Information,
            "Past their time: {Months} months of calls, {Calls} calls by policies, {Minutes} rollups, {Contents} contents"
        )]
        public static partial void Dropped(ILogger logger, int months, long calls, long minutes, long contents);
    }
}
