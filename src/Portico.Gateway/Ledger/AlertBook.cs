using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>
/// Raises each alert of a budget once a window, over all nodes and restarts: whoever adds its row tells it. Off the path of calls; a store that is
/// away delays an alert and does not lose it.
/// </summary>
sealed partial class AlertBook(Database database, CreditLedger ledger, TimeProvider time, ILogger<AlertBook> logger)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public void Raise(WindowCount count, int percent) => _ = RaiseAsync(count, percent);

    async Task RaiseAsync(WindowCount count, int percent)
    {
        var meter = count.Slot.Meter;
        var spent = Math.Max(count.Spent, 0);
        try
        {
            var added = await database.WriteAsync(
                work =>
                    work.Connection.ExecuteAsync(
                        """
                        insert into gateway_alerts (slot, window_start_us, percent, meter_id, spent, limit_amount, at_us)
                        values (@slot, @start, @percent, @meter, @spent, @limit, @now) on conflict do nothing
                        """,
                        new
                        {
                            slot = count.Slot.Id,
                            start = count.StartUs,
                            percent,
                            meter = meter.Id,
                            spent,
                            limit = meter.Limit,
                            now = Micros.Now(time),
                        },
                        work.Transaction
                    ),
                CancellationToken.None
            );
            if (added > 0)
                Log.Raised(logger, percent, meter.Id, MeterRefusal.Words(meter.Scope), count.Slot.Value, spent, meter.Limit);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or TimeoutException or IOException)
        {
            Log.NotRaised(logger, percent, meter.Id, e.Message);
            // Then the next settlement, or the next look at the store, finds it crossed again.
            await Task.Delay(RetryAfter, time);
            ledger.ForgetAlert(count, percent);
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Percent} % of {Meter} are reached: {Scope} {Of} has used {Spent} of {Limit}")]
        public static partial void Raised(ILogger logger, int percent, string meter, string scope, string of, long spent, long limit);

        [LoggerMessage(LogLevel.Warning, "The alert at {Percent} % of {Meter} could not be raised and is tried again: {Reason}")]
        public static partial void NotRaised(ILogger logger, int percent, string meter, string reason);
    }
}
