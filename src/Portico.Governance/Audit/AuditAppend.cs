namespace Portico.Governance.Audit;

/// <summary>What one transaction adds to a log.</summary>
sealed record AuditAppend(
    long Size,
    byte[] Root,
    long Position,
    long AtUs,
    IReadOnlyList<AuditBatch> Batches,
    IReadOnlyList<SignedCheckpoint> Checkpoints,
    IReadOnlyList<KeyValuePair<TileAt, byte[]>> Tiles,
    IReadOnlyList<ActLine> Acts
);
