namespace Portico.Observability.Findings;

/// <summary>
/// How findings of a range are spread. The range is cut to whole hours, as sums of screened calls are. Total: over all of it; a call counts once there, whatever it had. Lines: one for each name of what is grouped by, most findings first;
/// by rule those too that found nothing. Buckets: hours or days in UTC, those without anything left out.
/// </summary>
sealed record FindingSummary(
    DateTimeOffset From,
    DateTimeOffset To,
    string GroupBy,
    string Bucket,
    FindingCounts Total,
    IReadOnlyList<FindingBucket> Buckets,
    IReadOnlyList<FindingLine> Lines
);

/// <summary>What was found under a name: that of a rule, a kind (words: a rule's own words and patterns), a channel, an action, or the id of a workspace or use case.</summary>
sealed record FindingLine(string Name, FindingCounts Counts, IReadOnlyList<FindingBucket> Buckets);

/// <summary>
/// Findings; calls that had one; calls for which the rule was in force, or any rule where the line is none; and what people said. Texts: the same words of the same kind in a workspace are one, findings of a rule's own words are none.
/// Reviewed, FalseAlarms: of the texts; Waiting: those that somebody reported and nobody decided. HitShare: calls with a finding of all that were screened. FalseAlarmShare: of the reviewed texts, which are no sample of all: people report what
/// looks wrong. Both null where the whole is 0.
/// </summary>
sealed record FindingCounts(
    long Findings,
    long HitCalls,
    long ScreenedCalls,
    long Texts,
    long Reviewed,
    long FalseAlarms,
    long Waiting,
    Share? HitShare,
    Share? FalseAlarmShare
)
{
    public static FindingCounts Of(long findings, long hits, long screened, Texts texts) =>
        new(
            findings,
            hits,
            screened,
            texts.All,
            texts.Reviewed,
            texts.FalseAlarms,
            texts.Waiting,
            // Sums begin when a node first writes them: a call that spans that may be found and not counted.
            Share.Of(Math.Min(hits, screened), screened),
            Share.Of(texts.FalseAlarms, texts.Reviewed)
        );
}

/// <summary>A piece of the range, by its first instant.</summary>
sealed record FindingBucket(DateTimeOffset At, long Findings, long HitCalls, long ScreenedCalls);

/// <summary>Texts by what was said of them.</summary>
readonly record struct Texts(long All, long Reviewed, long FalseAlarms, long Waiting);
