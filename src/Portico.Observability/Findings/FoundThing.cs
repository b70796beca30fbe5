using System.Text.Json.Serialization;
using Portico.Observability.Reviews;

namespace Portico.Observability.Findings;

/// <summary>
/// A finding of a content rule in a list: places and numbers, and no word of the text. Number: in its call, from 0. Kind: null for the rule's own words and patterns. Where, Start, Length: as in the call's findings.
/// Digest: the same for the same words of the same kind in the workspace. Review: what people said of these words; null = nobody said anything.
/// </summary>
sealed record FoundThing
{
    public required string CallId { get; init; }
    public required int Number { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required string OrganisationId { get; init; }
    public required string WorkspaceId { get; init; }
    public required string UseCaseId { get; init; }
    public required string Rule { get; init; }
    public string? Kind { get; init; }
    public required string Channel { get; init; }
    public required string Where { get; init; }
    public required long Start { get; init; }
    public required int Length { get; init; }
    public required int ScorePercent { get; init; }
    public required string Action { get; init; }
    public string? Digest { get; init; }
    public ReviewState? Review { get; init; }

    /// <summary>The review of these words that was made first; null = none.</summary>
    public string? ReviewId { get; init; }

    /// <summary>Where it stands in a list: ids of calls are in the order of time.</summary>
    [JsonIgnore]
    public string Cursor => FoundRow.CursorOf(CallId, Number);
}

sealed class FoundRow
{
    /// <summary>
    /// What people said of these words, over all reports of them: 1 a false alarm, 2 open, 3 right, 0 nothing. A decision for a false alarm counts wherever it was made; a report after it was held right opens it again.
    /// </summary>
    public const string Rank = """
        cast(coalesce((select min(case r.state when 'false_alarm' then 1 when 'open' then 2 else 3 end) from observability_finding_reviews r
          where r.workspace_id = f.workspace_id and r.digest = f.digest), 0) as bigint)
        """;

    public const string Columns = $"""
        f.call_id, f.number, f.started_us, f.organisation_id, f.workspace_id, f.use_case_id, f.rule, f.kind, f.channel, f.place, f.start, f.length, f.score_percent,
        f.action, f.digest, {Rank} as said,
        (select min(r.id) from observability_finding_reviews r where r.workspace_id = f.workspace_id and r.digest = f.digest) as review_id
        """;

    public string CallId { get; set; } = "";
    public long Number { get; set; }
    public long StartedUs { get; set; }
    public string OrganisationId { get; set; } = "";
    public string WorkspaceId { get; set; } = "";
    public string UseCaseId { get; set; } = "";
    public string Rule { get; set; } = "";
    public string? Kind { get; set; }
    public string Channel { get; set; } = "";
    public string Place { get; set; } = "";
    public long Start { get; set; }
    public long Length { get; set; }
    public long ScorePercent { get; set; }
    public string Action { get; set; } = "";
    public string? Digest { get; set; }
    public long Said { get; set; }
    public string? ReviewId { get; set; }

    public FoundThing ToNoun() =>
        new()
        {
            CallId = CallId,
            Number = (int)Number,
            StartedAt = Micros.ToTime(StartedUs),
            OrganisationId = OrganisationId,
            WorkspaceId = WorkspaceId,
            UseCaseId = UseCaseId,
            Rule = Rule,
            Kind = Kind,
            Channel = Channel,
            Where = Place,
            Start = Start,
            Length = (int)Length,
            ScorePercent = (int)ScorePercent,
            Action = Action,
            Digest = Digest,
            Review = StateOf(Said),
            ReviewId = ReviewId,
        };

    static ReviewState? StateOf(long rank) =>
        rank switch
        {
            0 => null,
            1 => ReviewState.FalseAlarm,
            2 => ReviewState.Open,
            _ => ReviewState.Right,
        };

    public static string CursorOf(string call, int number) => string.Create(Invariant, $"{call}.{number}");

    static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;
}
