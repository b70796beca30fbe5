using Dapper;
using Portico.Governance.Access;
using Portico.Observability.Reviews;

namespace Portico.Observability.Findings;

/// <summary>What findings are narrowed to by what people said of them.</summary>
enum Said
{
    /// <summary>Nobody said anything.</summary>
    Nothing = 0,
    FalseAlarm = 1,

    /// <summary>Reported, and nobody decided.</summary>
    Open = 2,
    Right = 3,

    /// <summary>Somebody decided, either way.</summary>
    Decided = 4,
}

/// <summary>What a list of findings is narrowed to; null = any. Times are microseconds, from inclusive, to exclusive.</summary>
/// <param name="Within">Whose findings may be seen: there is no list without it.</param>
sealed record FindingFilter(Reach Within)
{
    /// <summary>What stands where a kind would, for findings of a rule's own words and patterns.</summary>
    public const string Words = "words";

    public long? FromUs { get; init; }
    public long? ToUs { get; init; }
    public string? OrganisationId { get; init; }
    public string? WorkspaceId { get; init; }
    public string? UseCaseId { get; init; }
    public string? CallId { get; init; }
    public string? Rule { get; init; }

    /// <summary>A kind, the front of kinds (pii, pii.national_id), or <see cref="Words"/>.</summary>
    public string? Kind { get; init; }
    public string? Channel { get; init; }
    public string? Action { get; init; }
    public int? MinScorePercent { get; init; }
    public int? MaxScorePercent { get; init; }

    /// <summary>The same words of the same kind in a workspace.</summary>
    public string? Digest { get; init; }
    public Said? Review { get; init; }

    /// <summary>Whether a finding is among those that the store lists: the same said in memory, which tests hold it against.</summary>
    public bool Fits(FoundThing f) =>
        Within.Has(f.OrganisationId, f.WorkspaceId, f.UseCaseId)
        && (FromUs is not { } from || Micros.Of(f.StartedAt) >= from)
        && (ToUs is not { } to || Micros.Of(f.StartedAt) < to)
        && Is(OrganisationId, f.OrganisationId)
        && Is(WorkspaceId, f.WorkspaceId)
        && Is(UseCaseId, f.UseCaseId)
        && Is(CallId, f.CallId)
        && Is(Rule, f.Rule)
        && Covers(Kind, f.Kind)
        && Is(Channel, f.Channel)
        && Is(Action, f.Action)
        && f.ScorePercent >= (MinScorePercent ?? 0)
        && f.ScorePercent <= (MaxScorePercent ?? 100)
        && Is(Digest, f.Digest)
        && Review switch
        {
            null => true,
            Said.Nothing => f.Review is null,
            Said.FalseAlarm => f.Review is ReviewState.FalseAlarm,
            Said.Open => f.Review is ReviewState.Open,
            Said.Right => f.Review is ReviewState.Right,
            _ => f.Review is ReviewState.FalseAlarm or ReviewState.Right,
        };

    static bool Is(string? wanted, string? value) => wanted is null || wanted == value;

    static bool Covers(string? wanted, string? kind) =>
        wanted is null
        || (wanted == Words ? kind is null : kind == wanted || kind?.StartsWith(wanted + ".", StringComparison.Ordinal) is true);

    /// <summary>The terms over <c>observability_findings f</c>. Adds their parameters.</summary>
    public string Sql(DynamicParameters values)
    {
        var terms = new List<string> { Within.Sql(values, "f.organisation_id", "f.workspace_id", "f.use_case_id") };
        void Term(string sql, string name, object? value)
        {
            if (value is null)
                return;
            values.Add(name, value);
            terms.Add(sql);
        }
        Term("f.started_us >= @FromUs", "FromUs", FromUs);
        Term("f.started_us < @ToUs", "ToUs", ToUs);
        // Ids of calls are in the order of time: the list goes by them.
        Term("f.call_id >= @FromId", "FromId", CallSql.IdAt(FromUs, -CallSql.SkewUs));
        Term("f.call_id < @ToId", "ToId", CallSql.IdAt(ToUs, CallSql.SkewUs));
        Term("f.organisation_id = @OrganisationId", "OrganisationId", OrganisationId);
        Term("f.workspace_id = @WorkspaceId", "WorkspaceId", WorkspaceId);
        Term("f.use_case_id = @UseCaseId", "UseCaseId", UseCaseId);
        Term("f.call_id = @CallId", "CallId", CallId);
        Term("f.rule = @Rule", "Rule", Rule);
        Term("f.channel = @Channel", "Channel", Channel);
        Term("f.action = @Action", "Action", Action);
        Term("f.score_percent >= @MinScorePercent", "MinScorePercent", MinScorePercent);
        Term("f.score_percent <= @MaxScorePercent", "MaxScorePercent", MaxScorePercent);
        Term("f.digest = @Digest", "Digest", Digest);
        if (Kind == Words)
            terms.Add("f.kind is null");
        else if (Kind is not null)
        {
            values.Add("FrontLength", Kind.Length + 1);
            values.Add("Front", Kind + ".");
            Term("(f.kind = @Kind or substr(f.kind, 1, @FrontLength) = @Front)", "Kind", Kind);
        }
        if (Review is { } said)
            terms.Add(said == Said.Decided ? $"{FoundRow.Rank} in (1, 3)" : $"{FoundRow.Rank} = {(int)said}");
        return string.Join(" and ", terms);
    }
}
