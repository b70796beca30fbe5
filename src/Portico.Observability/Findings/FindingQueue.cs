using Dapper;
using Portico.Governance;
using Portico.Guardrails;
using Portico.Storage;

namespace Portico.Observability.Findings;

/// <summary>
/// A question to a person: are these words what the detector says? Finding: the newest of them. Same: findings of the same words. Threshold: of the rule, in percent. Worth: by which the queue is ordered, the product of uncertainty
/// (1 at the threshold, falling to 0.1), expected narrowing of the kind's interval, and the binary logarithm of 1 + same.
/// </summary>
sealed record QueuedFinding(
    FoundThing Finding,
    long Same,
    double ThresholdPercent,
    bool Reported,
    double Uncertainty,
    double Narrowing,
    double Worth
);

/// <summary>How far the review of texts is. FalseAlarmShare: of the reviewed; null before the first.</summary>
sealed record ReviewProgress(long Texts, long Reviewed, long FalseAlarms, Share? FalseAlarmShare);

/// <summary>A kind and how far its review is.</summary>
sealed record KindProgress(string Kind, long Texts, long Reviewed, long FalseAlarms, Share? FalseAlarmShare);

/// <summary>What is worth asking next, and how far it is. Cut: there are more texts than the queue looks at; the newest are in it.</summary>
sealed record ReviewQueue(
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<QueuedFinding> Items,
    ReviewProgress Progress,
    IReadOnlyList<KindProgress> Kinds,
    bool Cut
);

/// <summary>Findings that nobody decided about, the same words as one, in the order of <see cref="ReviewOrder"/>.</summary>
sealed class FindingQueue(Database database, GovernanceCatalog governance, TimeProvider time)
{
    /// <summary>Questions among which the queue chooses: the newest.</summary>
    public const int MaxQuestions = 5_000;
    public const int MaxItems = 200;

    sealed class KindSum
    {
        public string Kind { get; set; } = "";
        public long Said { get; set; }
        public long Texts { get; set; }
    }

    sealed class Group
    {
        public string WorkspaceId { get; set; } = "";
        public string Digest { get; set; } = "";
        public string Kind { get; set; } = "";
        public string CallId { get; set; } = "";
        public long Same { get; set; }
        public long Said { get; set; }
    }

    sealed class Score
    {
        public string CallId { get; set; } = "";
        public string Digest { get; set; } = "";
        public long Number { get; set; }
        public string Rule { get; set; } = "";
        public string UseCaseId { get; set; } = "";
        public long ScorePercent { get; set; }
    }

    /// <param name="filter">With both ends of the range.</param>
    /// <param name="take">How many questions.</param>
    /// <param name="ct">The caller.</param>
    public async Task<ReviewQueue> ReadAsync(FindingFilter filter, int take, CancellationToken ct)
    {
        var values = new DynamicParameters(new { MaxGroups = MaxQuestions + 1 });
        var where = $"{filter.Sql(values)} and f.digest is not null and f.kind is not null";
        await using var db = await database.OpenReadAsync(ct);
        var kinds = (
            await db.QueryAsync<KindSum>(
                $"""
                select kind, said, count(*) as texts from
                  (select distinct f.kind as kind, f.workspace_id as workspace_id, f.digest as digest, {FoundRow.Rank} as said from observability_findings f where {where}) texts
                group by kind, said
                """,
                values
            )
        ).AsList();
        // The newest call of each text stands for it, and its first finding there.
        var groups = (
            await db.QueryAsync<Group>(
                $"""
                select workspace_id, digest, kind, max(call_id) as call_id, count(*) as same, max(said) as said from
                  (select f.workspace_id as workspace_id, f.digest as digest, f.kind as kind, f.call_id as call_id, {FoundRow.Rank} as said
                   from observability_findings f where {where}) texts
                where said in (0, 2) group by workspace_id, digest, kind order by max(call_id) desc limit @MaxGroups
                """,
                values
            )
        ).AsList();
        var isCut = groups.Count > MaxQuestions;
        var scores = await ScoresAsync(groups.Take(MaxQuestions).ToList(), db, ct);
        var byKind = kinds
            .GroupBy(k => k.Kind, StringComparer.Ordinal)
            .Select(ProgressOf)
            .OrderBy(k => k.Kind, StringComparer.Ordinal)
            .ToList();
        var thresholds = new Dictionary<(string, string), double>();
        var questions = new List<Question>();
        var byKey = new Dictionary<string, (Group Of, Score Newest)>(StringComparer.Ordinal);
        foreach (var group in groups.Take(MaxQuestions))
        {
            // Removed between the two readings.
            if (!scores.TryGetValue((group.CallId, group.Digest), out var newest))
                continue;
            var key = $"{group.WorkspaceId}.{group.Digest}";
            byKey[key] = (group, newest);
            questions.Add(
                new Question(
                    key,
                    group.Kind,
                    (int)newest.ScorePercent,
                    ThresholdOf(newest.UseCaseId, newest.Rule, thresholds),
                    group.Same,
                    group.Said == (long)Said.Open
                )
            );
        }
        var order = ReviewOrder.Of(
            questions,
            byKind.ToDictionary(k => k.Kind, k => new Labels(k.Reviewed, k.FalseAlarms), StringComparer.Ordinal),
            take
        );
        var rows = await RowsAsync(order.Select(o => byKey[o.Question.Key].Newest).ToList(), db);
        var (reviewed, falseAlarms) = (byKind.Sum(k => k.Reviewed), byKind.Sum(k => k.FalseAlarms));
        return new ReviewQueue(
            Micros.ToTime(filter.FromUs!.Value),
            Micros.ToTime(filter.ToUs!.Value),
            order
                .Where(o => rows.ContainsKey(KeyOf(byKey[o.Question.Key].Newest)))
                .Select(o => ItemOf(o, rows[KeyOf(byKey[o.Question.Key].Newest)]))
                .ToList(),
            new ReviewProgress(byKind.Sum(k => k.Texts), reviewed, falseAlarms, Share.Of(falseAlarms, reviewed)),
            byKind,
            isCut
        );
    }

    /// <summary>A list is an array for PostgreSQL, and one parameter an item for SQLite.</summary>
    string InCalls => database.Engine == Engine.Postgres ? "= any(@calls)" : "in @calls";

    static QueuedFinding ItemOf(in Ranked ranked, FoundThing finding) =>
        new(
            finding,
            ranked.Question.Same,
            ranked.Question.Threshold * 100,
            ranked.Question.Reported,
            ranked.Uncertainty,
            ranked.Narrowing,
            ranked.Worth
        );

    static KindProgress ProgressOf(IGrouping<string, KindSum> kind)
    {
        var falseAlarms = kind.Where(k => k.Said == (long)Said.FalseAlarm).Sum(k => k.Texts);
        var reviewed = falseAlarms + kind.Where(k => k.Said == (long)Said.Right).Sum(k => k.Texts);
        return new KindProgress(kind.Key, kind.Sum(k => k.Texts), reviewed, falseAlarms, Share.Of(falseAlarms, reviewed));
    }

    static string KeyOf(Score of) => FoundRow.CursorOf(of.CallId, (int)of.Number);

    async Task<Dictionary<(string, string), Score>> ScoresAsync(
        List<Group> groups,
        System.Data.Common.DbConnection db,
        CancellationToken ct
    )
    {
        var scores = new Dictionary<(string, string), Score>();
        foreach (var part in groups.Chunk(500))
        {
            ct.ThrowIfCancellationRequested();
            var calls = part.Select(g => g.CallId).Distinct(StringComparer.Ordinal).ToArray();
            var rows = await db.QueryAsync<Score>(
                $"""
                select call_id, digest, number, rule, use_case_id, score_percent from observability_findings
                where call_id {InCalls} and digest is not null and kind is not null order by call_id, number
                """,
                new { calls }
            );
            foreach (var row in rows)
                scores.TryAdd((row.CallId, row.Digest), row);
        }
        return scores;
    }

    async Task<Dictionary<string, FoundThing>> RowsAsync(List<Score> of, System.Data.Common.DbConnection db)
    {
        var calls = of.Select(s => s.CallId).Distinct(StringComparer.Ordinal).ToArray();
        if (calls.Length == 0)
            return [];
        var rows = await db.QueryAsync<FoundRow>(
            $"select {FoundRow.Columns} from observability_findings f where f.call_id {InCalls}",
            new { calls }
        );
        return rows.Select(r => r.ToNoun()).ToDictionary(r => r.Cursor, StringComparer.Ordinal);
    }

    /// <summary>From which score on the rule counts a finding now; of a rule that is no more, what holds where a rule says nothing.</summary>
    double ThresholdOf(string useCase, string rule, Dictionary<(string, string), double> known)
    {
        if (known.TryGetValue((useCase, rule), out var threshold))
            return threshold;
        var policy = UseCaseId.TryParse(useCase, out var id)
            ? governance.Current.AnyoneOf(id)?.Policies.InForce?.At(time.GetUtcNow())
            : null;
        var found = policy?.Screen?.Rules.FirstOrDefault(r => r.Name == rule);
        return known[(useCase, rule)] = found?.MinScore ?? ContentRule.DefaultMinScore;
    }
}
