using System.Globalization;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Portico.Storage.Postgres;

/// <summary>
/// Brings other nodes' change signals here: LISTEN on a connection of its own, and every second a look at the table, because a notification is
/// lost while the connection is down. Sequence numbers can become visible out of order, so each look re-reads a trailing window and
/// drops what was delivered before.
/// </summary>
sealed partial class PostgresListener(PostgresDatabase database, ChangeSignals signals, ILogger<PostgresListener> logger)
    : BackgroundService
{
    /// <summary>Longer than any write transaction lives before it commits.</summary>
    const long TrailingRows = 1_000;

    /// <summary>Half of what is promised: a change is heard of within 2 s, be its notification lost or not.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Keep = TimeSpan.FromHours(1);

    readonly HashSet<long> delivered = [];
    long highest = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = TimeSpan.FromMilliseconds(100);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (PostgresDatabase.IsOutage(e) || e is NpgsqlException or PorticoException)
            {
                Log.Lost(logger, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, stoppingToken);
                wait = TimeSpan.FromMilliseconds(Math.Min(2_000, wait.TotalMilliseconds * 2));
                continue;
            }
            wait = TimeSpan.FromMilliseconds(100);
        }
    }

    async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        connection.Notification += (_, e) =>
        {
            if (Parse(e.Payload) is { } signal)
                signals.Deliver(signal);
        };
        await connection.ExecuteAsync("listen portico_changes");
        // From here on nothing is missed; what happened before, also between a catalog's first read and now, is covered by one general signal.
        await LookAsync(connection, deliver: false, ct);
        signals.Deliver(new ChangeSignal(ChangeSignals.Everything, "", 0));
        var lastPrune = 0L;
        while (true)
        {
            await connection.WaitAsync(LookEvery, ct);
            await LookAsync(connection, deliver: true, ct);
            if (highest - lastPrune > 10_000)
            {
                lastPrune = highest;
                await connection.ExecuteAsync(
                    "delete from storage_changes where at < now() - make_interval(secs => @secs)",
                    new { secs = Keep.TotalSeconds }
                );
            }
        }
    }

    async Task LookAsync(NpgsqlConnection connection, bool deliver, CancellationToken ct)
    {
        var from = Math.Max(0, highest - TrailingRows);
        if (highest < 0)
            from = Math.Max(0, (await connection.ExecuteScalarAsync<long?>("select max(seq) from storage_changes") ?? 0) - TrailingRows);
        var rows = await connection.QueryAsync<(long Seq, string Kind, string Id, long Version)>(
            new CommandDefinition(
                "select seq, kind, id, version from storage_changes where seq > @from order by seq",
                new { from },
                cancellationToken: ct
            )
        );
        highest = Math.Max(highest, from);
        foreach (var row in rows)
        {
            highest = Math.Max(highest, row.Seq);
            if (delivered.Add(row.Seq) && deliver)
                signals.Deliver(new ChangeSignal(row.Kind, row.Id, row.Version));
        }
        delivered.RemoveWhere(seq => seq <= highest - TrailingRows);
    }

    static ChangeSignal? Parse(string payload)
    {
        var parts = payload.Split('\n');
        return parts.Length == 3 && long.TryParse(parts[2], CultureInfo.InvariantCulture, out var version)
            ? new ChangeSignal(parts[0], parts[1], version)
            : null;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The listener for change signals lost PostgreSQL; next try in {WaitMs} ms: {Reason}")]
        public static partial void Lost(ILogger logger, double waitMs, string reason);
    }
}
