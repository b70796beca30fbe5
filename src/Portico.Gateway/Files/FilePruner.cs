using Microsoft.Extensions.Logging;
using Portico.Gateway.Batches;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Gateway.Files;

/// <summary>Drops files that are past their time, uploads that never came to their end, and old batches. One node does it for all.</summary>
sealed class FilePruner(
    FileStore files,
    BatchStore batches,
    Holds holds,
    Purges purges,
    GatewayOptions options,
    LeaseStore leases,
    TimeProvider time,
    ILogger<FilePruner> logger
) : HourlySweep("files-prune", leases, time, logger)
{
    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        var held = await holds.PlacesAsync(ct);
        await batches.PruneAsync(now - TimeSpan.FromDays(options.FileDays), held, ct);
        using var tally = new PurgeTally();
        await files.PruneAsync(held, tally, ct);
        var left = (await files.PastAsync(held, ct)).Count;
        var kept = (await files.PastAsync(HeldPlaces.None, ct)).Count - left;
        await purges.ReportAsync("files", now, tally, kept, left, ct);
    }
}
