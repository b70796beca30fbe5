namespace Portico.Governance.Policy;

/// <summary>How past calls came out under a text.</summary>
/// <param name="Looked">Calls that were looked at.</param>
/// <param name="Refused">The text would have refused them, or ended their answer.</param>
/// <param name="Elsewhere">It would have sent them elsewhere than where they went.</param>
/// <param name="Changed">A content rule would have taken something out of them.</param>
/// <param name="Opened">Calls whose kept words were read by the server.</param>
/// <param name="Unjudged">Calls that cannot be judged, by why.</param>
/// <param name="Rules">Calls in which a content rule found something, by its name.</param>
public sealed record ReplayCounts(
    long Looked,
    long Refused,
    long Elsewhere,
    long Changed,
    long Opened,
    IReadOnlyDictionary<string, long> Unjudged,
    IReadOnlyDictionary<string, long> Rules
)
{
    public static readonly ReplayCounts None = new(0, 0, 0, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());
}

/// <summary>What came of one call. <paramref name="Verdict"/>: refused, elsewhere or changed. <paramref name="Why"/>: lines and rules by name, no word of the call.</summary>
public sealed record ReplayFinding(string CallId, string Verdict, string Why);

/// <summary>A text that is asked of the past calls of a level, from the newest back.</summary>
public sealed record PolicyReplayRun
{
    /// <summary>Findings that are kept of a run; the counts have all.</summary>
    public const int MaxFindings = 1_000;

    public required string Id { get; init; }

    /// <summary>running, done, cancelled, failed.</summary>
    public required string State { get; init; }
    public required string Level { get; init; }
    public required string Text { get; init; }
    public DateTimeOffset? From { get; init; }
    public required DateTimeOffset To { get; init; }

    /// <summary>What was said is opened where it is kept, by the server and for the rules alone.</summary>
    public required bool ReadsContents { get; init; }
    public required string AskedBy { get; init; }

    /// <summary>The call that was looked at last; empty before the first.</summary>
    public required string Position { get; init; }
    public required ReplayCounts Counts { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Problem { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
