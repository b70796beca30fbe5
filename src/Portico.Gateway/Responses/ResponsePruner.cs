using Microsoft.Extensions.Logging;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>Drops responses and conversations that are past their time, and ends runs that dead nodes left behind. One node does it for all.</summary>
sealed class ResponsePruner(
    ResponseStore store,
    ConversationStore conversations,
    Holds holds,
    Purges purges,
    LeaseStore leases,
    TimeProvider time,
    ILogger<ResponsePruner> logger
) : HourlySweep("responses-prune", leases, time, logger)
{
    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        var held = await holds.PlacesAsync(ct);
        using var responses = new PurgeTally();
        var (heldResponses, leftResponses) = await store.PruneAsync(held, responses, ct);
        await purges.ReportAsync("responses", now, responses, heldResponses, leftResponses, ct);
        using var talks = new PurgeTally();
        var (heldTalks, leftTalks) = await conversations.PruneAsync(held, talks, ct);
        await purges.ReportAsync("conversations", now, talks, heldTalks, leftTalks, ct);
        await store.FailAbandonedAsync(null, ct);
    }
}
