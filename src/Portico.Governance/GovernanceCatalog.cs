using Microsoft.Extensions.Logging;
using Portico.Governance.Policy;
using Portico.Storage;

namespace Portico.Governance;

/// <summary>The current governance snapshot of this node.</summary>
public sealed class GovernanceCatalog(Database database, ChangeSignals signals, TimeProvider time, ILogger<GovernanceCatalog> logger)
    : SnapshotCatalog<GovernanceSnapshot>(signals, time, logger)
{
    readonly GovernanceStore store = new(database);
    readonly TimeProvider time = time;
    PolicyBook? policies;

    protected override IReadOnlyList<string> Kinds => [GovernanceStore.Signal];

    protected override async Task<GovernanceSnapshot> ReadAsync(long version, CancellationToken ct)
    {
        var rows = await store.ReadAllAsync(ct);
        policies = new PolicyBook(rows.Policies, policies, time.GetUtcNow());
        return new GovernanceSnapshot(version, rows, policies);
    }
}
