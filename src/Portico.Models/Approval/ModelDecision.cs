using System.Text.Json.Serialization;
using Portico.Governance;

namespace Portico.Models.Approval;

/// <summary>Whether a model may be called.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelState>))]
public enum ModelState
{
    /// <summary>Not yet: nobody has approved it, or somebody took the approval back.</summary>
    [JsonStringEnumMemberName("quarantined")]
    Quarantined,

    /// <summary>By all workspaces or by some.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved,

    /// <summary>No longer: its time is over.</summary>
    [JsonStringEnumMemberName("retired")]
    Retired,
}

/// <summary>Which use cases a decision or a rule is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Purpose>))]
public enum Purpose
{
    [JsonStringEnumMemberName("any")]
    Any,

    /// <summary>Use cases in any stage but production and canary.</summary>
    [JsonStringEnumMemberName("development")]
    Development,

    /// <summary>Use cases whose stage is production or canary: their answers reach people.</summary>
    [JsonStringEnumMemberName("production")]
    Production,
}

/// <summary>Who decided what about a model, for which workspace (null = all), when and why. Never changed: a newer one supersedes it.</summary>
public sealed record ModelDecision
{
    public required ModelId ModelId { get; init; }

    /// <summary>Counts up for each model from 1.</summary>
    public long Number { get; init; }
    public WorkspaceId? WorkspaceId { get; init; }
    public required ModelState State { get; init; }
    public Purpose Purpose { get; init; }
    public required string DecidedBy { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset DecidedAt { get; init; }

    /// <summary>A newer decision counts instead.</summary>
    public bool Superseded { get; init; }
}

public static class Purposes
{
    public static Purpose Of(UseCase useCase) => useCase.Stage is "production" or "canary" ? Purpose.Production : Purpose.Development;

    /// <summary>Whether what is for <paramref name="purpose"/> concerns calls of <paramref name="of"/>.</summary>
    public static bool Covers(this Purpose purpose, Purpose of) => purpose == Purpose.Any || of == Purpose.Any || purpose == of;
}
