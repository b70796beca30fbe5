using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>
/// Drops what is past its time and makes room ahead: months of calls, rollups, contents. One node does it for all, the one that holds the lease.
/// </summary>
public sealed partial class Retention(
    Database database,
    ICallStore calls,
    LeaseStore leases,
    RecordOptions options,
    TimeProvider time,
    ILogger<Retention> logger
) : HourlySweep("observability_retention", leases, time, logger)
{
    const int MonthsAhead = 2;

    /// <summary>Rows deleted in one transaction: a long one would hold up the writer of the embedded store.</summary>
    const int DeleteBatch = 5_000;

    /// <summary>The first instant of the oldest month whose calls are kept.</summary>
    public static DateTimeOffset KeptFrom(DateTimeOffset now, RecordOptions options) => Months.FirstOf(now, -options.KeepMonths);

    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        for (var ahead = 0; ahead <= MonthsAhead; ahead++)
            await calls.PrepareAsync(Months.FirstOf(now, ahead), ct);
        var months = await calls.DropBeforeAsync(KeptFrom(now, options), ct);
        var rollups = Micros.Of(Months.FirstOf(now, -Math.Max(options.KeepMonths, options.KeepRollupMonths)));
        var sums = 0L;
        // The bound is the first instant of a month: whole minutes, whole hours and whole days.
        foreach (var grain in new[] { Grain.Minutes, Grain.Hours, Grain.Days })
            sums += await DeleteAsync(grain.Table, "start_us", rollups, ct);
        await DeleteAsync("observability_latencies", "minute_us", rollups, ct);
        await DeleteAsync("observability_attempt_hours", "hour_us", rollups, ct);
        await DeleteAsync("observability_adjustments", "started_us", Micros.Of(KeptFrom(now, options)), ct);
        var contents = await DeleteAsync("observability_contents", "started_us", Micros.Of(now.AddDays(-options.KeepContentDays)), ct);
        contents += await DeleteAsync("observability_contents", "until_us", Micros.Of(now), ct);
        if (months + sums + contents > 0)
            Log.Dropped(logger, months, sums, contents);
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
        [LoggerMessage(LogLevel.Information, "Past their time: {Months} months of calls, {Minutes} rollups, {Contents} contents")]
        public static partial void Dropped(ILogger logger, int months, long minutes, long contents);
    }
}
