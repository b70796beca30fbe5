using Portico.Governance.Access;

namespace Portico.Observability.Findings;

/// <summary>
/// By what a list of findings can be narrowed, on the management API. kind: one, the front of several (pii), or words for a rule's own words and patterns. review: none, open, false_alarm, right, decided.
/// Scores are whole percents.
/// </summary>
sealed record FindingFilters(
    DateTimeOffset? from,
    DateTimeOffset? to,
    string? organisation_id,
    string? workspace_id,
    string? use_case_id,
    string? rule,
    string? kind,
    string? channel,
    string? action,
    int? min_score_percent,
    int? max_score_percent,
    string? digest,
    string? review
)
{
    static readonly string[] Channels = ["user", "system", "retrieved", "tool", "output"];
    static readonly string[] Actions = ["flag", "tokenise", "redact", "ask", "block"];
    static readonly string[] Reviews = ["none", "false_alarm", "open", "right", "decided"];

    /// <param name="within">Whose findings may be seen.</param>
    /// <param name="call">Those of a call alone: sums have none, since screened calls are counted by hours.</param>
    /// <exception cref="PorticoException">A word is none of those that there are, a score is out of 0 to 100, or the range ends before it begins.</exception>
    public FindingFilter ToFilter(Reach within, string? call = null)
    {
        if (to < from)
            throw Bad("to must not lie before from.", "to");
        Score(min_score_percent, "min_score_percent");
        Score(max_score_percent, "max_score_percent");
        if (min_score_percent > max_score_percent)
            throw Bad("max_score_percent must not be less than min_score_percent.", "max_score_percent");
        return new FindingFilter(within)
        {
            FromUs = Micros.Of(from),
            ToUs = Micros.Of(to),
            OrganisationId = organisation_id,
            WorkspaceId = workspace_id,
            UseCaseId = use_case_id,
            CallId = call,
            Rule = rule,
            Kind = kind,
            Channel = Word(channel, Channels, "channel"),
            Action = Word(action, Actions, "action"),
            MinScorePercent = min_score_percent,
            MaxScorePercent = max_score_percent,
            Digest = digest,
            Review = Word(review, Reviews, "review") is { } said ? (Said)Array.IndexOf(Reviews, said) : null,
        };
    }

    static string? Word(string? said, string[] known, string param) =>
        said is null || known.Contains(said, StringComparer.Ordinal)
            ? said
            : throw Bad($"{param} must be {string.Join(", ", known[..^1])} or {known[^1]}.", param);

    static void Score(int? percent, string param)
    {
        if (percent is < 0 or > 100)
            throw Bad($"{param} must be from 0 to 100; it is {percent}.", param);
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
