using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>A soft alert: a meter's count has reached a percentage of its limit. Amounts in the meter's unit; null = the meter is gone.</summary>
sealed record Alert(string MeterId, string? Of, int Percent, long Spent, long Limit, DateTimeOffset WindowStart, DateTimeOffset At);

/// <summary>
/// Keeps soft alerts: each percentage of each count once a window, whichever node saw it first and however often a node starts. Written behind the call,
/// because nobody waits for an alert.
/// </summary>
sealed partial class AlertKeeper(Database database, MeterCatalog meters, TimeProvider time, ILogger<AlertKeeper> logger) : BackgroundService
{
    /// <summary>Alerts that may wait for the store; over it the oldest goes, and its count raises it again at its next settlement after a start.</summary>
    const int QueueLength = 1_024;

    readonly Channel<Crossed> queue = Channel.CreateBounded<Crossed>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    long raised;

    readonly record struct Crossed(string Slot, string MeterId, long StartUs, int Percent, long Spent, long Limit, long AtUs);

    /// <summary>Alerts that this node was the first to raise.</summary>
    public long Raised => Interlocked.Read(ref raised);

    public void Raise(WindowCount count, int percent) =>
        queue.Writer.TryWrite(
            new Crossed(count.Slot.Id, count.Slot.Meter.Id, count.StartUs, percent, count.Spent, count.Slot.Meter.Limit, Micros.Now(time))
        );

    /// <summary>Newest first.</summary>
    public async Task<Page<Alert>> ListAsync(string? meterId, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        // The key of a row: time, count and percentage.
        var rows = await db.QueryAsync<AlertRow>(
            """
            select slot, window_start_us, percent, meter_id, spent, limit_amount, at_us from (
              select *, at_us || '|' || slot || '|' || percent as cursor_key from gateway_alerts
            ) a
            where (@meterId is null or meter_id = @meterId) and (@After is null or cursor_key < @After)
            order by cursor_key desc limit @take
            """,
            new
            {
                meterId,
                page.After,
                take = page.Limit + 1,
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            while (queue.Reader.TryPeek(out var next))
            {
                if (await TryKeepAsync(next, stoppingToken))
                    queue.Reader.TryRead(out _);
                else
                    await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not kept is raised again after the next start.
        }
    }

    async Task<bool> TryKeepAsync(Crossed c, CancellationToken ct)
    {
        try
        {
            var isNew = await database.WriteAsync(
                work =>
                    work.Connection.ExecuteAsync(
                        """
                        insert into gateway_alerts (slot, window_start_us, percent, meter_id, spent, limit_amount, at_us)
                        values (@Slot, @StartUs, @Percent, @MeterId, @Spent, @Limit, @AtUs) on conflict do nothing
                        """,
                        c,
                        work.Transaction
                    ),
                ct
            );
            if (isNew > 0)
            {
                Interlocked.Increment(ref raised);
                Log.Raised(logger, c.Slot, c.Percent, c.Spent, c.Limit);
            }
            return true;
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or TimeoutException or IOException)
        {
            return false;
        }
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
        [LoggerMessage(LogLevel.Warning, "{Meter} has reached {Percent} % of its limit: {Spent} of {Limit}")]
        public static partial void Raised(ILogger logger, string meter, int percent, long spent, long limit);
    }
}
