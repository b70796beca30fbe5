using System.Data.Common;
using Dapper;
using Portico.Storage;

namespace Portico.Observability.Findings;

/// <summary>Counts findings by what they are and when they were, beside the calls that were screened.</summary>
sealed class FindingReports(Database database)
{
    public const int MaxBuckets = 800;
    public const int MaxLines = 1_000;

    static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["rule"] = "f.rule",
        ["kind"] = $"coalesce(f.kind, '{FindingFilter.Words}')",
        ["channel"] = "f.channel",
        ["action"] = "f.action",
        ["workspace"] = "f.workspace_id",
        ["use_case"] = "f.use_case_id",
    };

    sealed class FoundSum
    {
        public string Name { get; set; } = "";
        public long At { get; set; }
        public long Findings { get; set; }
        public long Hits { get; set; }
    }

    sealed class ScreenedSum
    {
        public string Name { get; set; } = "";
        public long At { get; set; }
        public long Calls { get; set; }
    }

    sealed class TextSum
    {
        public string Name { get; set; } = "";
        public long Said { get; set; }
        public long Texts { get; set; }
    }

    /// <summary>The range cut to whole hours, which both sides of a share have.</summary>
    public static FindingFilter WholeHours(FindingFilter filter) =>
        filter with
        {
            FromUs = Grain.Hours.Floor(filter.FromUs!.Value),
            ToUs = Grain.Hours.Ceiling(filter.ToUs!.Value),
        };

    /// <param name="filter">With both ends of the range.</param>
    /// <param name="groupBy">rule, kind, channel, action, workspace, use_case.</param>
    /// <param name="bucket">hour, day.</param>
    /// <param name="ct">The caller.</param>
    /// <exception cref="PorticoException">A name is none of these, or the answer would be too large.</exception>
    public async Task<FindingSummary> ReadAsync(FindingFilter filter, string groupBy, string bucket, CancellationToken ct)
    {
        if (!Groups.TryGetValue(groupBy, out var group))
            throw Bad($"group_by must be one of {string.Join(", ", Groups.Keys)}.", "group_by");
        var grain =
            bucket == "hour" ? Grain.Hours
            : bucket == "day" ? Grain.Days
            : throw Bad("bucket must be hour or day.", "bucket");
        filter = WholeHours(filter);
        var (from, to) = (filter.FromUs!.Value, filter.ToUs!.Value);
        if ((to - from) / grain.LengthUs > MaxBuckets)
            throw Bad($"The range holds more than {MaxBuckets} {bucket}s. Ask for a shorter one, or by day.", "from");
        var values = new DynamicParameters(new { grain = grain.LengthUs });
        var where = filter.Sql(values);
        await using var db = await database.OpenReadAsync(ct);
        var found = await FoundAsync(db, group, where, values);
        var all = await FoundAsync(db, "''", where, values);
        var texts = (await TextsAsync(db, group, where, values)).ToLookup(t => t.Name, StringComparer.Ordinal);
        var allTexts = await TextsAsync(db, "''", where, values);
        var screened = (await ScreenedAsync(db, filter, groupBy, grain)).ToLookup(s => s.Name, StringComparer.Ordinal);
        var allScreened = await ScreenedAsync(db, filter, "", grain);
        var names = found.Select(f => f.Name).Concat(screened.Select(s => s.Key)).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > MaxLines)
            throw Bad($"The answer has more than {MaxLines} lines. Narrow it.", "group_by");
        var byName = found.ToLookup(f => f.Name, StringComparer.Ordinal);
        // What no rule is told apart by has been screened whenever any rule was in force.
        IEnumerable<ScreenedSum> ScreenedOf(string name) => IsOfAll(groupBy) ? allScreened : screened[name];
        return new FindingSummary(
            Micros.ToTime(from),
            Micros.ToTime(to),
            groupBy,
            bucket,
            CountsOf(all, allScreened, allTexts),
            BucketsOf(all, allScreened),
            names
                .Select(n => new FindingLine(n, CountsOf(byName[n], ScreenedOf(n), texts[n]), BucketsOf(byName[n], ScreenedOf(n))))
                .OrderByDescending(l => l.Counts.Findings)
                .ThenBy(l => l.Name, StringComparer.Ordinal)
                .ToList()
        );
    }

    static bool IsOfAll(string groupBy) => groupBy is "kind" or "channel" or "action";

    static FindingCounts CountsOf(IEnumerable<FoundSum> found, IEnumerable<ScreenedSum> screened, IEnumerable<TextSum> texts)
    {
        var sums = found.ToList();
        var said = texts.ToLookup(t => (Said)t.Said, t => t.Texts);
        var (falseAlarms, right) = (said[Said.FalseAlarm].Sum(), said[Said.Right].Sum());
        return FindingCounts.Of(
            sums.Sum(f => f.Findings),
            // A call has one start, so it is in one bucket.
            sums.Sum(f => f.Hits),
            screened.Sum(s => s.Calls),
            new Texts(said.Sum(s => s.Sum()), falseAlarms + right, falseAlarms, said[Said.Open].Sum())
        );
    }

    static List<FindingBucket> BucketsOf(IEnumerable<FoundSum> found, IEnumerable<ScreenedSum> screened)
    {
        var calls = screened.GroupBy(s => s.At).ToDictionary(g => g.Key, g => g.Sum(s => s.Calls));
        var hits = found.ToDictionary(f => f.At);
        return hits
            .Keys.Union(calls.Keys)
            .Order()
            .Select(at =>
            {
                var of = hits.GetValueOrDefault(at);
                return new FindingBucket(Micros.ToTime(at), of?.Findings ?? 0, of?.Hits ?? 0, calls.GetValueOrDefault(at));
            })
            .ToList();
    }

    static async Task<List<FoundSum>> FoundAsync(DbConnection db, string group, string where, DynamicParameters values) =>
        (
            await db.QueryAsync<FoundSum>(
                $"""
                select name, at, count(*) as findings, count(distinct call_id) as hits from
                  (select {group} as name, (f.started_us / @grain) * @grain as at, f.call_id as call_id from observability_findings f where {where}) found
                group by name, at
                """,
                values
            )
        ).AsList();

    static async Task<List<TextSum>> TextsAsync(DbConnection db, string group, string where, DynamicParameters values) =>
        (
            await db.QueryAsync<TextSum>(
                $"""
                select name, said, count(*) as texts from
                  (select distinct {group} as name, f.workspace_id as workspace_id, f.digest as digest, {FoundRow.Rank} as said
                   from observability_findings f where {where} and f.digest is not null) texts
                group by name, said
                """,
                values
            )
        ).AsList();

    /// <summary>Calls that were screened, in the places and the time of the filter; its other terms are about what was found.</summary>
    static async Task<List<ScreenedSum>> ScreenedAsync(DbConnection db, FindingFilter filter, string groupBy, Grain grain)
    {
        if (IsOfAll(groupBy))
            return [];
        var name =
            groupBy == "rule" ? "rule"
            : groupBy == "workspace" ? "workspace_id"
            : groupBy == "use_case" ? "use_case_id"
            : "''";
        var values = new DynamicParameters(
            new
            {
                grain = grain.LengthUs,
                filter.FromUs,
                filter.ToUs,
                rule = filter.Rule ?? CallRecord.AnyRule,
                any = CallRecord.AnyRule,
                filter.OrganisationId,
                filter.WorkspaceId,
                filter.UseCaseId,
            }
        );
        var terms = new List<string>
        {
            "hour_us >= @FromUs and hour_us < @ToUs",
            groupBy == "rule" && filter.Rule is null ? "rule <> @any" : "rule = @rule",
            filter.Within.Sql(values, "organisation_id", "workspace_id", "use_case_id"),
        };
        if (filter.OrganisationId is not null)
            terms.Add("organisation_id = @OrganisationId");
        if (filter.WorkspaceId is not null)
            terms.Add("workspace_id = @WorkspaceId");
        if (filter.UseCaseId is not null)
            terms.Add("use_case_id = @UseCaseId");
        return (
            await db.QueryAsync<ScreenedSum>(
                $"""
                select name, at, cast(sum(calls) as bigint) as calls from
                  (select {name} as name, (hour_us / @grain) * @grain as at, calls from observability_screened_hours
                   where {string.Join(" and ", terms)}) screened
                group by name, at
                """,
                values
            )
        ).AsList();
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
