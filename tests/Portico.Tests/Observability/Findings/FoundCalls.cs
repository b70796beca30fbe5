using Portico.Observability;
using Portico.Observability.Findings;
using Portico.Observability.Reviews;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability.Findings;

/// <summary>Calls that content rules looked at, from a seeded generator, and how a test writes and reads them.</summary>
sealed class FoundCalls(int seed, DateTimeOffset? from = null, TimeSpan? span = null)
{
    public static readonly (string Rule, string? Kind, string Action)[] Sorts =
    [
        ("personal", "pii.email", "redact"),
        ("personal", "pii.national_id.de_steuerid", "redact"),
        ("credentials", "secrets.aws", "block"),
        ("attacks", "injection.direct", "ask"),
        ("house", null, "flag"),
    ];
    static readonly string[] Channels = ["user", "system", "retrieved", "tool", "output"];

    readonly Random random = new(seed);
    readonly Samples samples = new(seed, from, span);

    public CallRecord Next(int? findings = null)
    {
        var call = samples.Next();
        // Most calls are screened, few have something.
        if (random.Next(8) == 0)
            return call;
        call.ScreenedBy = random.Next(2) == 0 ? "attacks credentials house personal" : "personal";
        var count = findings ?? (random.Next(3) == 0 ? 1 + random.Next(3) : 0);
        call.Findings = Enumerable.Range(0, count).Select(_ => Found(call)).ToList();
        return call;
    }

    CallFinding Found(CallRecord call)
    {
        var sorts = call.ScreenedBy == "personal" ? Sorts[..2] : Sorts;
        var (rule, kind, action) = sorts[random.Next(sorts.Length)];
        return new CallFinding(
            rule,
            kind,
            Channels[random.Next(Channels.Length)],
            $"messages[{random.Next(4)}]",
            random.Next(100),
            1 + random.Next(40),
            kind is null ? 100 : 50 + random.Next(51),
            action,
            kind is null ? null : $"{kind}-{random.Next(6)}"
        );
    }

    public List<CallRecord> Take(int count) => Enumerable.Range(0, count).Select(_ => Next()).ToList();

    /// <summary>Writes records as the drain of the journal does.</summary>
    public static Task WriteAsync(TestNode node, IReadOnlyList<CallRecord> calls) =>
        node.Get<RecordImport>().ApplyAsync(calls, TestContext.Current.CancellationToken);

    /// <summary>What a list of all of them has to be, nobody having said anything: newest call first, last finding first.</summary>
    public static List<FoundThing> Listed(IEnumerable<CallRecord> calls, IReadOnlyDictionary<(string, string), ReviewState>? said = null) =>
        calls
            .OrderByDescending(c => c.Id.ToString(), StringComparer.Ordinal)
            .SelectMany(c => c.Findings.Select((f, i) => Of(c, f, i, said)).Reverse())
            .ToList();

    static FoundThing Of(CallRecord c, CallFinding f, int number, IReadOnlyDictionary<(string, string), ReviewState>? said) =>
        new()
        {
            CallId = c.Id.ToString(),
            Number = number,
            StartedAt = Micros.ToTime(c.StartedAtUs),
            OrganisationId = c.OrganisationId!,
            WorkspaceId = c.WorkspaceId!,
            UseCaseId = c.UseCaseId!,
            Rule = f.Rule,
            Kind = f.Kind,
            Channel = f.Channel,
            Where = f.Where,
            Start = f.Start,
            Length = f.Length,
            ScorePercent = f.ScorePercent,
            Action = f.Action,
            Digest = f.Digest,
            Review = f.Digest is { } digest && said?.TryGetValue((c.WorkspaceId!, digest), out var state) is true ? state : null,
        };

    /// <summary>Reviews of some words, written as they lie in the store: with the state each, by the first call that has them.</summary>
    public static async Task<Dictionary<(string, string), ReviewState>> SayAsync(TestNode node, IReadOnlyList<CallRecord> calls, int seed)
    {
        var dice = new Random(seed);
        var said = new Dictionary<(string, string), ReviewState>();
        foreach (var f in Listed(calls).Where(f => f.Digest is not null).DistinctBy(f => (f.WorkspaceId, f.Digest)))
        {
            if (dice.Next(3) == 0)
                continue;
            var state = (ReviewState)dice.Next(3);
            said[(f.WorkspaceId, f.Digest!)] = state;
            await node.Database.WriteAsync(
                work =>
                    Dapper.SqlMapper.ExecuteAsync(
                        work.Connection,
                        """
                        insert into observability_finding_reviews (id, state, organisation_id, workspace_id, use_case_id, call_id, number, rule, kind, channel, place, start,
                          length, score_percent, action, digest, reported_by, reported_by_name, reported_us)
                        values (@id, @state, @OrganisationId, @WorkspaceId, @UseCaseId, @CallId, @Number, @Rule, @Kind, @Channel, @Where, 0, 1, 50, @Action, @Digest, 'a', 'A', 1)
                        """,
                        new
                        {
                            id = FindingReviewId.New(TimeProvider.System).ToString(),
                            state = FindingReviewRow.NameOf(state),
                            f.OrganisationId,
                            f.WorkspaceId,
                            f.UseCaseId,
                            f.CallId,
                            f.Number,
                            f.Rule,
                            f.Kind,
                            f.Channel,
                            f.Where,
                            f.Action,
                            f.Digest,
                        },
                        work.Transaction
                    ),
                TestContext.Current.CancellationToken
            );
        }
        return said;
    }
}
