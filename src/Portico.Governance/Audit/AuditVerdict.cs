namespace Portico.Governance.Audit;

/// <summary>Something in an export that does not fit.</summary>
/// <param name="Log">Which log, or null when it is the whole export.</param>
/// <param name="What">What and where, in a sentence.</param>
public sealed record AuditFault(string? Log, string What);

/// <summary>What was verified.</summary>
/// <param name="Manifest">Null when it cannot be read.</param>
/// <param name="Entries">Lines that were hashed.</param>
/// <param name="Checkpoints">Signatures that were verified.</param>
/// <param name="Anchors">Checkpoints from outside that were compared.</param>
/// <param name="Keys">Public keys, in hexadecimal the SHA-256 of each, that signed.</param>
/// <param name="KeyIsGiven">False when the only key is the one in the export: whoever made it could have signed anew.</param>
/// <param name="Faults">Empty when all of it is as it was signed.</param>
public sealed record AuditVerdict(
    ExportManifest? Manifest,
    long Entries,
    long Checkpoints,
    long Anchors,
    IReadOnlyList<string> Keys,
    bool KeyIsGiven,
    IReadOnlyList<AuditFault> Faults
);
