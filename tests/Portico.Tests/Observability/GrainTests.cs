using Dapper;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>Minutes, hours and days say the same: a report may be read from any of them.</summary>
public sealed class GrainTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly Grain[] Grains = [Grain.Minutes, Grain.Hours, Grain.Days];

    /// <summary>Whatever is asked over all of the time, each grain answers the same.</summary>
    internal static async Task ShouldAgreeAsync(TestNode node, string because)
    {
        foreach (string[] by in new string[][] { [], ["day", "use_case"], ["key", "outcome", "error_code", "deployment"] })
        {
            var query = new UsageQuery(Reach.Everywhere)
            {
                FromUs = 0,
                ToUs = long.MaxValue,
                GroupBy = by,
                Quantiles = true,
            };
            var minutes = await ReadAsync(node, query, Grain.Minutes);
            foreach (var grain in Grains)
                (await ReadAsync(node, query, grain)).ShouldBe(minutes, $"{because}, by {string.Join(',', by)} from {grain.Table}");
        }
    }

    /// <summary>The lines of a report as texts: every figure in its place.</summary>
    static async Task<List<string>> ReadAsync(TestNode node, UsageQuery query, Grain coarsest) =>
        (await node.Get<UsageReports>().ReadAsync(query, coarsest, Ct))
            .Select(l => string.Join('|', l.Group.Select(g => $"{g.Key}={g.Value}").Append((l with { Group = Nothing }).ToString())))
            .ToList();

    static readonly Dictionary<string, string> Nothing = [];

    static async Task FillAsync(TestNode node, IEnumerable<CallRecord> calls)
    {
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_report_read_from_days_hours_and_minutes_is_the_one_from_minutes_alone(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var start = new DateTimeOffset(2026, 3, 27, 21, 13, 0, TimeSpan.Zero);
        var span = TimeSpan.FromDays(5);
        await FillAsync(node, new Samples(51, start, span).Take(900));
        var names = UsageReports.DimensionNames.Except(["minute", "hour", "day"]).ToArray();
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            long Instant() =>
                random.Next(8) switch
                {
                    0 => 0,
                    1 => long.MaxValue,
                    2 => Grain.Days.Floor(Micros.Of(start + span * random.NextDouble())),
                    3 => Grain.Hours.Floor(Micros.Of(start + span * random.NextDouble())),
                    _ => Micros.Of(start + span * random.NextDouble()) + random.Next(1_000_000),
                };
            var (one, other) = (Instant(), Instant());
            string[] cut = [.. new[] { "minute", "hour", "day" }.OrderBy(_ => random.Next()).Take(random.Next(2))];
            var query = new UsageQuery(Reach.Everywhere)
            {
                FromUs = Math.Min(one, other),
                ToUs = Math.Max(one, other),
                GroupBy = [.. cut, .. names.OrderBy(_ => random.Next()).Take(random.Next(5))],
                Where = random.Next(3) == 0 ? new Dictionary<string, string>(StringComparer.Ordinal) { ["route"] = "fast" } : Nothing,
                Quantiles = random.Next(2) == 0,
            };

            var minutes = await ReadAsync(node, query, Grain.Minutes);

            (await ReadAsync(node, query, Grain.Hours)).ShouldBe(minutes, $"seed {seed}, hours, {query}");
            (await ReadAsync(node, query, Grain.Days)).ShouldBe(minutes, $"seed {seed}, days, {query}");
        }
    }

    [Fact]
    public void A_plan_covers_the_minutes_of_its_range_once_and_few_ends()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var from = random.NextInt64(Grain.Days.LengthUs * 3);
            var to = from + random.NextInt64(Grain.Days.LengthUs * 40);
            var plan = UsagePlan.For(from, to, Grains[random.Next(3)]);

            var at = Grain.Minutes.Floor(from);
            foreach (var stretch in plan)
            {
                stretch.FromUs.ShouldBe(at, $"seed {seed}");
                stretch.FromUs.ShouldBe(stretch.Grain.Floor(stretch.FromUs), $"seed {seed}");
                stretch.ToUs.ShouldBe(stretch.Grain.Floor(stretch.ToUs), $"seed {seed}");
                at = stretch.ToUs;
            }
            at.ShouldBe(Math.Max(Grain.Minutes.Floor(from), Grain.Minutes.Ceiling(to)), $"seed {seed}");
            plan.Count.ShouldBeLessThanOrEqualTo(5, $"seed {seed}");
        }
    }

    [Fact]
    public void A_month_is_read_from_its_days_and_little_else()
    {
        var to = new DateTimeOffset(2026, 11, 19, 14, 32, 7, TimeSpan.Zero);
        var plan = UsagePlan.For(Micros.Of(to.AddDays(-30)), Micros.Of(to), Grain.Days);
        plan.Select(s => (s.Grain.Table, (s.ToUs - s.FromUs) / s.Grain.LengthUs))
            .ShouldBe([
                ("observability_minutes", 28),
                ("observability_hours", 9),
                ("observability_days", 29),
                ("observability_hours", 14),
                ("observability_minutes", 33),
            ]);
    }

    /// <summary>Sums that an earlier build made by the minute are there by the hour and the day, with their latencies.</summary>
    [Theory, ClassData(typeof(StoreCase))]
    public async Task Hours_and_days_are_filled_from_the_minutes_of_before(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await FillAsync(node, new Samples(52, Samples.Start, TimeSpan.FromHours(50)).Take(500));
        var kept = await TablesAsync(node);
        await node.Database.WriteAsync(
            async work =>
            {
                foreach (
                    var statement in new[]
                    {
                        "drop table observability_hours",
                        "drop table observability_days",
                        "alter table observability_minutes rename column start_us to minute_us",
                        "delete from storage_migrations where module = 'observability' and number = 12",
                    }
                )
                    await work.Connection.ExecuteAsync(statement, transaction: work.Transaction);
            },
            Ct
        );

        await node.Get<Migrator>().ApplyAsync(Ct);

        kept.Count.ShouldBeGreaterThan(100);
        (await TablesAsync(node)).ShouldBe(kept);
    }

    static async Task<List<string>> TablesAsync(TestNode node)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        var rows = new List<string>();
        foreach (var table in new[] { Grain.Hours.Table, Grain.Days.Table })
        foreach (IDictionary<string, object> row in await db.QueryAsync($"select * from {table}"))
            rows.Add($"{table} {string.Join('|', row.Select(c => $"{c.Key}={c.Value}"))}");
        return rows.Order(StringComparer.Ordinal).ToList();
    }

    [Fact]
    public void Counts_by_bucket_add_up_as_texts()
    {
        LatencyCounts.Print([(91, 12), (88, 3), (90, 0)]).ShouldBe("88:3 91:12");
        LatencyCounts.Add("", "88:3").ShouldBe("88:3");
        LatencyCounts.Add("88:3", "").ShouldBe("88:3");
        LatencyCounts.Add("9:1 88:3 91:12", "7:5 88:1").ShouldBe("7:5 9:1 88:4 91:12");
        Should.Throw<FormatException>(() => LatencyCounts.Read("88", []));
        Should.Throw<FormatException>(() => LatencyCounts.Read("88:x", []));
    }
}
