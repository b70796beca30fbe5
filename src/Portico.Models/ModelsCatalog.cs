using Microsoft.Extensions.Logging;
using Portico.Governance.Keys;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Models;

/// <summary>The current snapshot of the hub on this node.</summary>
public sealed class ModelsCatalog : SnapshotCatalog<ModelsSnapshot>
{
    /// <summary>The purpose under which credentials are sealed.</summary>
    internal const string SealPurpose = "connection-credentials";

    readonly ModelsStore store;
    readonly ProviderRegistry families;
    readonly SealedBox box;

    public ModelsCatalog(
        Database database,
        ProviderRegistry families,
        MasterKey masterKey,
        ChangeSignals signals,
        TimeProvider time,
        ILogger<ModelsCatalog> logger
    )
        : base(signals, time, logger)
    {
        store = new ModelsStore(database);
        this.families = families;
        box = masterKey.BoxFor(SealPurpose);
    }

    protected override IReadOnlyList<string> Kinds => [ModelsStore.Signal];

    protected override async Task<ModelsSnapshot> ReadAsync(long version, CancellationToken ct) =>
        new(version, await store.ReadAllAsync(ct), families, box);
}
