using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portico.Governance.Forensics;

[JsonConverter(typeof(JsonStringEnumConverter<RevealState>))]
public enum RevealState
{
    /// <summary>Somebody else has to decide.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Whoever asked may read until the time that it says.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("declined")]
    Declined,

    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,

    /// <summary>Given back before its time, or stopped.</summary>
    [JsonStringEnumMemberName("ended")]
    Ended,
}

/// <summary>
/// The wish to read what was said, and what came of it. Calls: their ids; empty means all calls of the workspace from From until To. Minutes: for how long, from the approval on. Until: when it
/// ends or ended. Live: it lets who asked it read now. Readings: how often something was read by it.
/// </summary>
public sealed record Reveal(
    string Id,
    RevealState State,
    WorkspaceId WorkspaceId,
    IReadOnlyList<string> Calls,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string Reason,
    int Minutes,
    string AskedBy,
    string AskedByName,
    DateTimeOffset AskedAt,
    string? DecidedBy,
    string? DecidedByName,
    DateTimeOffset? DecidedAt,
    string? Note,
    DateTimeOffset? Until,
    bool Live,
    long Readings
)
{
    /// <summary>Whether it lets a call be read, apart from its time.</summary>
    public bool Covers(string call, string? workspace, DateTimeOffset at) =>
        workspace == WorkspaceId.ToString()
        && (Calls.Count > 0 ? Calls.Contains(call, StringComparer.Ordinal) : (From is null || at >= From) && (To is null || at < To));
}

/// <summary>What is asked to be seen.</summary>
sealed record RevealAsk(
    WorkspaceId WorkspaceId,
    IReadOnlyList<string>? Calls,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string? Reason,
    int? Minutes
);

sealed class RevealRow
{
    public const string Columns =
        "id, state, workspace_id, calls, from_us, to_us, reason, minutes, asked_by, asked_by_name, asked_us, decided_by, decided_by_name, decided_us, note, until_us, readings";

    public string Id { get; set; } = "";
    public string State { get; set; } = "";
    public string WorkspaceId { get; set; } = "";
    public string Calls { get; set; } = "[]";
    public long? FromUs { get; set; }
    public long? ToUs { get; set; }
    public string Reason { get; set; } = "";
    public long Minutes { get; set; }
    public string AskedBy { get; set; } = "";
    public string AskedByName { get; set; } = "";
    public long AskedUs { get; set; }
    public string? DecidedBy { get; set; }
    public string? DecidedByName { get; set; }
    public long? DecidedUs { get; set; }
    public string? Note { get; set; }
    public long? UntilUs { get; set; }
    public long Readings { get; set; }

    public Reveal ToNoun(long nowUs)
    {
        var state = Enum.Parse<RevealState>(State, ignoreCase: true);
        return new Reveal(
            Id,
            state,
            Portico.Core.Id<IdKinds.Workspace>.Parse(WorkspaceId),
            JsonSerializer.Deserialize(Calls, GovernanceJson.Default.IReadOnlyListString)!,
            Micros.ToTime(FromUs),
            Micros.ToTime(ToUs),
            Reason,
            (int)Minutes,
            AskedBy,
            AskedByName,
            Micros.ToTime(AskedUs),
            DecidedBy,
            DecidedByName,
            Micros.ToTime(DecidedUs),
            Note,
            Micros.ToTime(UntilUs),
            state == RevealState.Approved && UntilUs > nowUs,
            Readings
        );
    }
}
