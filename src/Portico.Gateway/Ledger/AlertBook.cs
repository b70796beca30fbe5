using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>A soft alert: a count has reached a percentage of its limit. Amounts in the meter's unit; what it was of is null when the meter is gone.</summary>
sealed record Alert(string MeterId, string? Of, int Percent, long Spent, long Limit, DateTimeOffset WindowStart, DateTimeOffset At);

/// <summary>
/// Raises each alert of a budget once a window, over all nodes and restarts: whoever adds its row tells it. Off the path of calls; a store that is
/// away delays an alert and does not lose it.
/// </summary>
sealed partial class AlertBook(
    Database database,
    CreditLedger ledger,
    MeterCatalog meters,
    MeterScopes scopes,
    TimeProvider time,
    ILogger<AlertBook> logger
)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    long raised;

    /// <summary>Alerts that this node was the first to raise.</summary>
    public long Raised => Interlocked.Read(ref raised);

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
            if (added == 0)
                return;
            Interlocked.Increment(ref raised);
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

    /// <summary>Newest first; of meters that are gone, for who sees all alone.</summary>
    public async Task<Page<Alert>> ListAsync(Reach within, string? meterId, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var (term, seen) = scopes.MetersIn(within, meters.Current.Meters, database.Engine, "meter_id");
        // The cursor is the key of a row: time, count and percentage.
        var rows = await db.QueryAsync<AlertRow>(
            $"""
            select slot, window_start_us, percent, meter_id, spent, limit_amount, at_us from (
              select *, at_us || '|' || slot || '|' || percent as cursor_key from gateway_alerts
            ) a
            where (@meterId is null or meter_id = @meterId) and (@After is null or cursor_key < @After) and {term}
            order by cursor_key desc limit @take
            """,
            new
            {
                meterId,
                page.After,
                take = page.Limit + 1,
                seen,
            }
        );
        var cut = page.Cut(rows.ToList(), r => $"{r.AtUs}|{r.Slot}|{r.Percent}");
        return new Page<Alert>(cut.Items.Select(ToAlert).ToList(), cut.Next);
    }

    Alert ToAlert(AlertRow r)
    {
        var bar = r.Slot.IndexOf('|', StringComparison.Ordinal);
        var of = bar >= 0 ? r.Slot[(bar + 1)..] : meters.Current.Meters.FirstOrDefault(m => m.Id == r.MeterId)?.ScopeId;
        return new Alert(r.MeterId, of, (int)r.Percent, r.Spent, r.LimitAmount, Micros.ToTime(r.WindowStartUs), Micros.ToTime(r.AtUs));
    }

    sealed class AlertRow
    {
        public string Slot { get; set; } = "";
        public long WindowStartUs { get; set; }
        public long Percent { get; set; }
        public string MeterId { get; set; } = "";
        public long Spent { get; set; }
        public long LimitAmount { get; set; }
        public long AtUs { get; set; }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Percent} % of {Meter} are reached: {Scope} {Of} has used {Spent} of {Limit}")]
        public static partial void Raised(ILogger logger, int percent, string meter, string scope, string of, long spent, long limit);

        [LoggerMessage(LogLevel.Warning, "The alert at {Percent} % of {Meter} could not be raised and is tried again: {Reason}")]
        public static partial void NotRaised(ILogger logger, int percent, string meter, string reason);
    }
}
