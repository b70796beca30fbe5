using System.Collections.Frozen;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Models;
using Portico.Storage;

namespace Portico.Governance.Policy.Guardrails;

/// <summary>The detectors in force, of the platform and of the workspaces that have models of their own. Immutable.</summary>
/// <param name="Platform">Of all that have none of their own.</param>
/// <param name="ByWorkspace">Of those that have.</param>
/// <param name="Unreadable">Sets that should be in force and that this build cannot use, with the reason.</param>
public sealed record DetectorsInForce(
    DetectorCatalog Platform,
    FrozenDictionary<string, DetectorCatalog> ByWorkspace,
    FrozenDictionary<string, string> Unreadable
)
{
    /// <summary>The detectors of a workspace's calls.</summary>
    public DetectorCatalog Of(string? workspace) =>
        workspace is not null && ByWorkspace.TryGetValue(workspace, out var own) ? own : Platform;
}

/// <summary>The detectors in force on this node: swapped as one when a set of models is used or rolled back. A call asks once and ends with what it began with.</summary>
public sealed partial class DetectorModelCatalog(
    Database database,
    ChangeSignals signals,
    TimeProvider time,
    ILogger<DetectorModelCatalog> logger
) : SnapshotCatalog<DetectorsInForce>(signals, time, logger)
{
    internal const string Signal = "governance/detector-models";

    /// <summary>What this node has read, by the set's id: what is in force is read once.</summary>
    Dictionary<string, DetectorCatalog> read = new(StringComparer.Ordinal);

    /// <summary>What was in force before, by level: it stays where the next cannot be used.</summary>
    Dictionary<string, DetectorCatalog> before = new(StringComparer.Ordinal);

    protected override IReadOnlyList<string> Kinds => [Signal];

    protected override async Task<DetectorsInForce> ReadAsync(long version, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var uses = await db.QueryAsync<DetectorModelUseRow>(InForce);
        var unreadable = new Dictionary<string, string>(StringComparer.Ordinal);
        var (known, byLevel) = (
            new Dictionary<string, DetectorCatalog>(StringComparer.Ordinal),
            new Dictionary<string, DetectorCatalog>(StringComparer.Ordinal)
        );
        foreach (var use in uses.Where(u => u.ModelId != DetectorModelUseRow.None))
        {
            if (!known.TryGetValue(use.ModelId, out var catalog))
                catalog = await FindAsync(db, use.ModelId, unreadable);
            if (catalog is not null)
                known[use.ModelId] = catalog;
            if ((catalog ?? before.GetValueOrDefault(use.Level)) is { } holds)
                byLevel[use.Level] = holds;
        }
        (read, before) = (known, byLevel);
        return new DetectorsInForce(
            byLevel.GetValueOrDefault(DetectorModelUseRow.Platform, DetectorCatalog.Shipped),
            byLevel.Where(l => l.Key != DetectorModelUseRow.Platform).ToFrozenDictionary(StringComparer.Ordinal),
            unreadable.ToFrozenDictionary(StringComparer.Ordinal)
        );
    }

    /// <summary>The newest use of each level.</summary>
    internal const string InForce = $"""
        select {DetectorModelUseRow.Columns},
            (select b.model_id from governance_detector_model_uses b where b.level = u.level and b.number = u.before_number) as before_id
        from governance_detector_model_uses u
        where number = (select max(number) from governance_detector_model_uses o where o.level = u.level)
        order by level
        """;

    /// <summary>Null where this build cannot use it.</summary>
    async Task<DetectorCatalog?> FindAsync(System.Data.Common.DbConnection db, string id, Dictionary<string, string> unreadable)
    {
        if (id == DetectorModelUseRow.Shipped)
            return DetectorCatalog.Shipped;
        if (read.TryGetValue(id, out var known))
            return known;
        try
        {
            var bytes =
                await db.QuerySingleOrDefaultAsync<byte[]?>("select bundle from governance_detector_models where id = @id", new { id })
                ?? throw new InvalidDataException("It is gone from the store.");
            var catalog = DetectorCatalog.Shipped.With(ModelBundle.Read(bytes));
            // No call waits for it.
            catalog.Make();
            return catalog;
        }
        catch (InvalidDataException e)
        {
            unreadable[id] = e.Message;
            Log.Unreadable(logger, id, e.Message);
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "The set of models {Id} is in force and this build cannot use it; what was in force before stays: {Reason}"
        )]
        public static partial void Unreadable(ILogger logger, string id, string reason);
    }
}
