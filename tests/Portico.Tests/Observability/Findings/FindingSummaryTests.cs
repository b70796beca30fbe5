using Portico.Governance.Access;
using Portico.Observability;
using Portico.Observability.Findings;
using Portico.Observability.Reviews;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability.Findings;

/// <summary>Sums of findings say what one gets by counting the list and the calls.</summary>
public sealed class FindingSummaryTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Start = new(2026, 3, 30, 20, 0, 0, TimeSpan.Zero);

    static string NameOf(FoundThing f, string groupBy) =>
        groupBy switch
        {
            "rule" => f.Rule,
            "kind" => f.Kind ?? "words",
            "channel" => f.Channel,
            "action" => f.Action,
            "workspace" => f.WorkspaceId,
            _ => f.UseCaseId,
        };

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_summary_is_the_list_counted_again_and_its_denominators_are_the_calls(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var calls = new FoundCalls(61, Start, TimeSpan.FromHours(40)).Take(500);
        await FoundCalls.WriteAsync(node, calls);
        await FoundCalls.SayAsync(node, calls, 62);
        var wide = new FindingFilter(Reach.Everywhere) { FromUs = Micros.Of(Start.AddHours(3.5)), ToUs = Micros.Of(Start.AddHours(30.2)) };
        var cases =
            from f in new[]
            {
                wide,
                wide with
                {
                    WorkspaceId = "ws_a",
                },
                wide with
                {
                    Kind = "pii",
                },
                wide with
                {
                    Rule = "personal",
                    MinScorePercent = 70,
                },
                wide with
                {
                    Review = Said.Decided,
                },
            }
            from g in new[] { "rule", "kind", "channel", "action", "workspace", "use_case" }
            from b in new[] { "hour", "day" }
            select (Filter: f, GroupBy: g, Bucket: b);
        foreach (var (filter, groupBy, bucket) in cases)
        {
            var why = $"{filter} by {groupBy} and {bucket}";
            var summary = await node.Get<FindingReports>().ReadAsync(filter, groupBy, bucket, Ct);
            (summary.From, summary.To).ShouldBe((Start.AddHours(3), Start.AddHours(31)), "whole hours");
            var whole = FindingReports.WholeHours(filter);
            var list = await node.Get<FindingList>().ReadAsync(whole, new PageRequest(1_000, null), Ct);
            list.ShouldNotBeEmpty(why);
            ShouldBe(summary.Total, list, Screened(calls, whole, null, null), why);
            foreach (var line in summary.Lines)
                ShouldBe(
                    line.Counts,
                    list.Where(f => NameOf(f, groupBy) == line.Name).ToList(),
                    Screened(calls, whole, groupBy, line.Name),
                    $"{why}: {line.Name}"
                );
            summary
                .Lines.Select(l => l.Name)
                .Intersect(list.Select(f => NameOf(f, groupBy)))
                .Count()
                .ShouldBe(list.Select(f => NameOf(f, groupBy)).Distinct().Count(), why);
            var length = bucket == "hour" ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
            foreach (var b in summary.Buckets)
                (b.Findings, b.HitCalls).ShouldBe(
                    (
                        list.Count(f => f.StartedAt >= b.At && f.StartedAt < b.At + length),
                        list.Where(f => f.StartedAt >= b.At && f.StartedAt < b.At + length).Select(f => f.CallId).Distinct().Count()
                    ),
                    why
                );
            summary.Buckets.Sum(b => b.Findings).ShouldBe(list.Count, why);
            summary.Buckets.Sum(b => b.ScreenedCalls).ShouldBe(summary.Total.ScreenedCalls, why);
        }
    }

    static long Screened(IEnumerable<CallRecord> calls, FindingFilter whole, string? groupBy, string? name) =>
        calls.Count(c =>
            c.ScreenedBy is { } rules
            && c.StartedAtUs >= whole.FromUs
            && c.StartedAtUs < whole.ToUs
            && (whole.WorkspaceId is null || c.WorkspaceId == whole.WorkspaceId)
            && ((groupBy == "rule" ? name : whole.Rule) is not { } rule || rules.Split(' ').Contains(rule))
            && (groupBy != "workspace" || c.WorkspaceId == name)
            && (groupBy != "use_case" || c.UseCaseId == name)
        );

    static void ShouldBe(FindingCounts counts, IReadOnlyList<FoundThing> list, long screened, string why)
    {
        var texts = list.Where(f => f.Digest is not null).DistinctBy(f => (f.WorkspaceId, f.Digest)).ToList();
        var hits = list.Select(f => f.CallId).Distinct().Count();
        var reviewed = texts.Count(t => t.Review is ReviewState.FalseAlarm or ReviewState.Right);
        var falseAlarms = texts.Count(t => t.Review is ReviewState.FalseAlarm);
        (
            counts.Findings,
            counts.HitCalls,
            counts.ScreenedCalls,
            counts.Texts,
            counts.Reviewed,
            counts.FalseAlarms,
            counts.Waiting
        ).ShouldBe((list.Count, hits, screened, texts.Count, reviewed, falseAlarms, texts.Count(t => t.Review is ReviewState.Open)), why);
        counts.FalseAlarmShare.ShouldBe(Share.Of(falseAlarms, reviewed), why);
        counts.HitShare.ShouldBe(Share.Of(hits, screened), why);
    }

    [Theory]
    [InlineData("group_by=colour", "group_by must be one of rule,")]
    [InlineData("bucket=year", "bucket must be hour or day")]
    [InlineData("bucket=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "more than 800 hours")]
    public async Task A_question_that_has_no_answer_is_told(string query, string says)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.GetAsync($"/api/findings/summary?{query}");
        (refused.Status, refused.Text.Contains(says, StringComparison.Ordinal)).ShouldBe((400, true), refused.Text);
    }

    /// <summary>Values of Wilson's interval computed by hand from its formula at z = 1.959964.</summary>
    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(1, 12, 0.0149, 0.3539)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 10, 0.7225, 1)]
    public void A_share_has_wilsons_interval(int part, int whole, double low, double high)
    {
        var share = Share.Of(part, whole)!;
        share.Value.ShouldBe((double)part / whole);
        share.Low.ShouldBe(low, 0.0001);
        share.High.ShouldBe(high, 0.0001);
    }

    [Fact]
    public void Of_nothing_there_is_no_share() => Share.Of(0, 0).ShouldBeNull();
}
