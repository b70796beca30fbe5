using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance;
using Portico.Governance.Forensics;
using Portico.Governance.Policy;
using Portico.Storage;

namespace Portico.Gateway.Responses;

/// <summary>
/// Drops responses and conversations that are past their time, by their workspace's policy first and then by the installation, and ends runs that dead nodes left behind. One
/// node does it for all.
/// </summary>
sealed class ResponsePruner(
    ResponseStore store,
    ConversationStore conversations,
    GovernanceCatalog governance,
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
        var snapshot = governance.Current;
        foreach (var policy in WorkspaceRetention.All(snapshot, now))
        foreach (var (term, parameters, before) in PastTime.By(policy, snapshot, now))
            await PruneAsync(term, parameters, before, held, policy.WorkspaceId, ct);
        var (expired, values) = PastTime.Expired(Micros.Of(now));
        await PruneAsync(expired, values, now, held, null, ct);
        await store.FailAbandonedAsync(null, ct);
    }

    async Task PruneAsync(
        string term,
        DynamicParameters parameters,
        DateTimeOffset before,
        HeldPlaces held,
        string? workspace,
        CancellationToken ct
    )
    {
        using var responses = new PurgeTally();
        var (heldResponses, leftResponses) = await store.PruneAsync(term, parameters, held, responses, ct);
        await purges.ReportAsync("responses", before, responses, heldResponses, leftResponses, ct, workspace);
        using var talks = new PurgeTally();
        var (heldTalks, leftTalks) = await conversations.PruneAsync(term, parameters, held, talks, ct);
        await purges.ReportAsync("conversations", before, talks, heldTalks, leftTalks, ct, workspace);
    }
}
