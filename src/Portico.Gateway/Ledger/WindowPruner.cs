using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>
/// Drops counters of windows that are long over: a limit a minute would leave half a million rows a year, all of them read at every start. One node does
/// it for all. A journal that is replayed even later makes its row anew, and the next round drops it again.
/// </summary>
sealed class WindowPruner(Database database, MeterCatalog meters, LeaseStore leases, TimeProvider time, ILogger<WindowPruner> logger)
    : HourlySweep("ledger-prune", leases, time, logger)
{
    /// <summary>For what no meter names any more.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>How long a count stays after its window began; null = as long as anything.</summary>
    static TimeSpan? KeptFor(MeterWindow window) =>
        window switch
        {
            MeterWindow.Minute => TimeSpan.FromHours(1),
            MeterWindow.Hour => TimeSpan.FromDays(2),
            MeterWindow.Day => TimeSpan.FromDays(62),
            _ => null,
        };

    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        foreach (var meter in meters.Current.Meters)
            if (KeptFor(meter.Window) is { } kept)
                await DropAsync(meter.ScopeId == "*" ? "slot like @slot" : "slot = @slot", SlotOf(meter), now - kept, ct);
        await DropAsync("window_start_us > 0", "", now - Longest, ct);
        await database.WriteAsync(
            async work =>
            {
                var before = Micros.Of(now - Longest);
                await work.Connection.ExecuteAsync(
                    "delete from gateway_alerts where window_start_us > 0 and window_start_us < @before",
                    new { before },
                    work.Transaction
                );
                if (work.Engine == Engine.Postgres)
                    await work.Connection.ExecuteAsync(DropEmptySlices, new { before = Micros.Of(now - Between) }, work.Transaction);
            },
            ct
        );
    }

    /// <summary>Slices that hold nothing any more. What someone has locked is in use: the next round sees to it.</summary>
    const string DropEmptySlices = """
        delete from gateway_slices where ctid in (
          select ctid from gateway_slices where granted = 0 and presumed = 0 and expires_us < @before for update skip locked)
        """;

    static string SlotOf(Meter meter) => meter.ScopeId == "*" ? meter.Id + "|%" : meter.Id;

    /// <summary>What a slice still stands for stays, however old.</summary>
    Task DropAsync(string which, string slot, DateTimeOffset before, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    $"""
                    delete from gateway_meter_windows where {which} and window_start_us < @before and leased = 0 and not exists (
                      select 1 from gateway_slices s where s.slot = gateway_meter_windows.slot
                        and s.window_start_us = gateway_meter_windows.window_start_us and (s.granted > 0 or s.presumed > 0))
                    """,
                    new { slot, before = Micros.Of(before) },
                    work.Transaction
                ),
            ct
        );
}
