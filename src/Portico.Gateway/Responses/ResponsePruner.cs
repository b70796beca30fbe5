using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>Drops responses and conversations that are past their time, and ends runs that dead nodes left behind. One node does it for all.</summary>
sealed class ResponsePruner(
    ResponseStore store,
    ConversationStore conversations,
    LeaseStore leases,
    TimeProvider time,
    ILogger<ResponsePruner> logger
) : HourlySweep("responses-prune", leases, time, logger)
{
    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        await store.PruneAsync(ct);
        await conversations.PruneAsync(ct);
        await store.FailAbandonedAsync(null, ct);
    }
}
