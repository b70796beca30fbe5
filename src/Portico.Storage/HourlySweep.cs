using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portico.Storage;

/// <summary>
/// Work that one node does for all at its start and then every hour: whoever holds the lease of this name. A round that fails is told and repeated by the
/// next.
/// </summary>
public abstract partial class HourlySweep(string lease, LeaseStore leases, TimeProvider time, ILogger logger) : BackgroundService
{
    protected static readonly TimeSpan Between = TimeSpan.FromHours(1);

    long sweptUs;

    /// <summary>The name of the round and of its lease.</summary>
    public string Name => lease;

    /// <summary>When this node last made a round that succeeded; null when it made none since its start.</summary>
    public DateTimeOffset? SweptAt => Volatile.Read(ref sweptUs) is > 0 and var us ? Micros.ToTime(us) : null;

    /// <summary>Why the last round of this node failed; null when it did not, or when another node makes them since.</summary>
    public string? Failure { get; private set; }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is PorticoException or System.Data.Common.DbException or IOException or TimeoutException)
            {
                Failure = e.Message;
                Log.Failed(logger, lease, e.Message);
            }
            await Task.Delay(Between, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round; false when another node holds the lease.</summary>
    public async Task<bool> SweepAsync(CancellationToken ct)
    {
        // Longer than the time between rounds: the leader stays the leader until it is gone.
        if (await leases.TryAcquireAsync(lease, Between + Between / 2, ct) is null)
        {
            // Another node makes the rounds now; how the last one of this node went says nothing any more.
            Failure = null;
            return false;
        }
        await SweepAsync(time.GetUtcNow(), ct);
        Volatile.Write(ref sweptUs, Micros.Now(time));
        Failure = null;
        return true;
    }

    protected abstract Task SweepAsync(DateTimeOffset now, CancellationToken ct);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The hourly round '{Name}' failed and is tried again in an hour: {Reason}")]
        public static partial void Failed(ILogger logger, string name, string reason);
    }
}
