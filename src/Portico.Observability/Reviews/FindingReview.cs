using System.Text.Json.Serialization;

namespace Portico.Observability.Reviews;

[JsonConverter(typeof(JsonStringEnumConverter<ReviewState>))]
public enum ReviewState
{
    /// <summary>Somebody has to decide.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>It was none: the same words of the same kind count no more in the workspace.</summary>
    [JsonStringEnumMemberName("false_alarm")]
    FalseAlarm,

    /// <summary>The detector was right.</summary>
    [JsonStringEnumMemberName("right")]
    Right,
}

/// <summary>
/// A finding that somebody says is none, or that somebody was asked about, and what was decided. By names and places alone: what was said is read by a reveal of the call. Number: of the finding in its call, from 0. Where, Start, Length: as in the
/// call's findings.
/// </summary>
public sealed record FindingReview
{
    public required FindingReviewId Id { get; init; }
    public required ReviewState State { get; init; }
    public required OrganisationId OrganisationId { get; init; }
    public required WorkspaceId WorkspaceId { get; init; }
    public required UseCaseId UseCaseId { get; init; }
    public required string CallId { get; init; }
    public required int Number { get; init; }
    public required string Rule { get; init; }
    public required string Kind { get; init; }
    public required string Channel { get; init; }
    public required string Where { get; init; }
    public required long Start { get; init; }
    public required int Length { get; init; }
    public required int ScorePercent { get; init; }
    public required string Action { get; init; }
    public string? Note { get; init; }
    public required string ReportedByName { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }
    public string? DecidedByName { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? Reason { get; init; }
}

sealed class FindingReviewRow
{
    public const string Columns =
        "id, state, organisation_id, workspace_id, use_case_id, call_id, number, rule, kind, channel, place, start, length, score_percent, action, note, reported_by_name, reported_us, decided_by_name, decided_us, reason";

    public string Id { get; set; } = "";
    public string State { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string WorkspaceId { get; set; } = "";
    public string UseCaseId { get; set; } = "";
    public string CallId { get; set; } = "";
    public long Number { get; set; }
    public string Rule { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Channel { get; set; } = "";
    public string Place { get; set; } = "";
    public long Start { get; set; }
    public long Length { get; set; }
    public long ScorePercent { get; set; }
    public string Action { get; set; } = "";
    public string? Note { get; set; }
    public string ReportedByName { get; set; } = "";
    public long ReportedUs { get; set; }
    public string? DecidedByName { get; set; }
    public long? DecidedUs { get; set; }
    public string? Reason { get; set; }

    public FindingReview ToNoun() =>
        new()
        {
            Id = FindingReviewId.Parse(Id),
            State = StateOf(State),
            OrganisationId = Portico.Core.Id<IdKinds.Organisation>.Parse(OrganisationId),
            WorkspaceId = Portico.Core.Id<IdKinds.Workspace>.Parse(WorkspaceId),
            UseCaseId = Portico.Core.Id<IdKinds.UseCase>.Parse(UseCaseId),
            CallId = CallId,
            Number = (int)Number,
            Rule = Rule,
            Kind = Kind,
            Channel = Channel,
            Where = Place,
            Start = Start,
            Length = (int)Length,
            ScorePercent = (int)ScorePercent,
            Action = Action,
            Note = Note,
            ReportedByName = ReportedByName,
            ReportedAt = Micros.ToTime(ReportedUs),
            DecidedByName = DecidedByName,
            DecidedAt = Micros.ToTime(DecidedUs),
            Reason = Reason,
        };

    public static string NameOf(ReviewState state) =>
        state switch
        {
            ReviewState.Open => "open",
            ReviewState.FalseAlarm => "false_alarm",
            _ => "right",
        };

    static ReviewState StateOf(string name) =>
        name switch
        {
            "open" => ReviewState.Open,
            "false_alarm" => ReviewState.FalseAlarm,
            _ => ReviewState.Right,
        };
}
