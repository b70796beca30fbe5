using System.Text.Json.Serialization;

namespace Portico.Governance.Keys;

[JsonConverter(typeof(JsonStringEnumConverter<DestructionState>))]
public enum DestructionState
{
    /// <summary>Somebody else has to decide.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>The key is gone.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("declined")]
    Declined,

    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}

/// <summary>Whether back-ups from before still open, with the root that was in force then.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BackupState>))]
public enum BackupState
{
    /// <summary>They hold the key under the root that is in force.</summary>
    [JsonStringEnumMemberName("until_root_is_rotated")]
    UntilRootIsRotated,

    /// <summary>The root was rotated since: once the old one is destroyed wherever it lies, nothing opens them.</summary>
    [JsonStringEnumMemberName("gone")]
    Gone,
}

/// <summary>The wish to end the key of a workspace, and what came of it. Keys: how many were removed.</summary>
public sealed record KeyDestruction(
    string Id,
    WorkspaceId WorkspaceId,
    DestructionState State,
    string Reason,
    string AskedBy,
    string AskedByName,
    DateTimeOffset AskedAt,
    string? DecidedBy,
    string? DecidedByName,
    DateTimeOffset? DecidedAt,
    string? Note,
    long? Keys,
    BackupState? Backups
);
