using System.Text.Json.Serialization;

namespace Portico.Gateway.Ledger.Requests;

[JsonConverter(typeof(JsonStringEnumConverter<BudgetRequestState>))]
enum BudgetRequestState
{
    [JsonStringEnumMemberName("open")]
    Open,

    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("declined")]
    Declined,

    /// <summary>By who asked.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}

/// <summary>A wish for a higher limit of a budget, who had it, and who decided what. Money also as decimal USD.</summary>
sealed record BudgetRequest
{
    public required BudgetRequestId Id { get; init; }
    public required string BudgetId { get; init; }
    public required BudgetRequestState State { get; init; }

    /// <summary>The limit when it was asked, in nano-USD.</summary>
    public required long LimitBefore { get; init; }
    public required long LimitAsked { get; init; }

    /// <summary>What was approved, which may be less than was asked.</summary>
    public long? LimitGiven { get; init; }
    public required string Reason { get; init; }

    /// <summary>The id of the person or of the admin token.</summary>
    public required string AskedBy { get; init; }
    public required string AskedByName { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public string? DecidedBy { get; init; }
    public string? DecidedByName { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What who decided has to say.</summary>
    public string? Note { get; init; }
    public string LimitAskedUsd => NanoUsd.Format(LimitAsked);
}
