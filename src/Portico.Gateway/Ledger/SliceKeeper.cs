using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>Keeps this node's slices alive, and on one node of all sweeps those of nodes that died. Does nothing with one node on SQLite.</summary>
sealed partial class SliceKeeper(ISliceAuthority authority, LeaseStore leases, TimeProvider time, ILogger<SliceKeeper> logger)
    : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (authority is not PostgresAuthority slices)
            return;
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await BeatAsync(slices, stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; what it holds is returned when it starts again, or swept.
        }
    }

    async Task BeatAsync(PostgresAuthority slices, CancellationToken ct)
    {
        try
        {
            await slices.RenewAsync(ct);
            if (await leases.TryAcquireAsync("ledger-sweep", 2 * Every, ct) is not null && await slices.SweepAsync(ct) is > 0 and var swept)
                Log.Swept(logger, swept);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or TimeoutException or IOException)
        {
            Log.NotRenewed(logger, e.Message);
        }
    }

    static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "{Count} slices of nodes that gave no sign are counted as spent until their journals are replayed"
        )]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "This node could not renew its share of the budgets; calls go on until the lease ends: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string reason);
    }
}
