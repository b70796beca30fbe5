using Microsoft.Extensions.Logging;
using Portico.Governance.Keys;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Models;

/// <summary>The current snapshot of the hub on this node.</summary>
public sealed class ModelsCatalog : SnapshotCatalog<ModelsSnapshot>
{
    readonly ModelsStore store;
    readonly ProviderRegistry families;
    readonly KeyRing ring;

    public ModelsCatalog(
        Database database,
        ProviderRegistry families,
        KeyRing ring,
        ChangeSignals signals,
        TimeProvider time,
        ILogger<ModelsCatalog> logger
    )
        : base(signals, time, logger)
    {
        store = new ModelsStore(database);
        this.families = families;
        this.ring = ring;
    }

    protected override IReadOnlyList<string> Kinds => [ModelsStore.Signal];

    protected override async Task<ModelsSnapshot> ReadAsync(long version, CancellationToken ct)
    {
        var rows = await store.ReadAllAsync(ct);
        // Behind the rows: a key that one of them needs is there by now.
        return new ModelsSnapshot(version, rows, families, await ring.OpenerAsync(KeyRing.Platform, PlatformPurposes.Credentials, ct));
    }
}
