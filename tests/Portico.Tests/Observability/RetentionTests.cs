using Dapper;
using Microsoft.Extensions.Hosting;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class RetentionTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly Dictionary<string, string?> TwoMonths = new(StringComparer.Ordinal)
    {
        ["Records:KeepMonths"] = "2",
        ["Records:KeepRollupMonths"] = "4",
        ["Records:KeepContentDays"] = "10",
    };

    /// <summary>A call in the middle of each month of 2026 up to July, drained.</summary>
    static async Task<List<CallRecord>> FillAsync(TestNode node)
    {
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        var calls = Enumerable
            .Range(1, 7)
            .Select(month => new Samples(month, new DateTimeOffset(2026, month, 15, 0, 0, 0, TimeSpan.Zero)).Next())
            .ToList();
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
        return calls;
    }

    static async Task<List<int>> MonthsOfCallsAsync(TestNode node) =>
        (await node.Get<ICallStore>().ListAsync(new CallFilter(Reach.Everywhere), new PageRequest(100, null), Ct))
            .Select(c => Micros.ToTime(c.StartedAtUs).Month)
            .Order()
            .ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_said_goes_when_its_policy_wants_it_gone_and_no_later_than_all(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(new DateTimeOffset(2026, 7, 20, 0, 0, 0, TimeSpan.Zero));
        var node = await store.OpenAsync(time: time, settings: TwoMonths);
        CallContents Of(int daysAgo, int? keepDays)
        {
            var contents = ContentTests.Sample("words", time.GetUtcNow().AddDays(-daysAgo));
            return contents with { UntilUs = keepDays is { } days ? Micros.Of(time.GetUtcNow().AddDays(days - daysAgo)) : null };
        }
        var (kept, over, stays, old) = (Of(3, null), Of(3, 2), Of(3, 4), Of(11, 40));
        await node.Get<ContentStore>().InsertAsync([kept, over, stays, old], Ct);

        (await node.Get<Retention>().SweepAsync(Ct)).ShouldBeTrue();

        await using var db = await node.Database.OpenReadAsync(Ct);
        (await db.QueryAsync<string>("select call_id from observability_contents")).ShouldBe(
            [kept.Id.ToString(), stays.Id.ToString()],
            ignoreOrder: true
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Months_past_their_time_go_with_their_attempts_and_rollups_stay_longer(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(new DateTimeOffset(2026, 7, 20, 0, 0, 0, TimeSpan.Zero));
        var node = await store.OpenAsync(time: time, settings: TwoMonths);
        await FillAsync(node);

        (await node.Get<Retention>().SweepAsync(Ct)).ShouldBeTrue();

        (await MonthsOfCallsAsync(node)).ShouldBe([5, 6, 7]);
        var days = await node.Get<UsageReports>()
            .ReadAsync(
                new UsageQuery(Reach.Everywhere)
                {
                    FromUs = 0,
                    ToUs = long.MaxValue,
                    GroupBy = ["day"],
                    Quantiles = true,
                },
                Ct
            );
        days.Select(l => l.Group["day"][5..7]).ShouldBe(["03", "04", "05", "06", "07"]);
        days.ShouldAllBe(l => l.Duration!.Calls == 1);
        if (engine == Engine.Sqlite)
            Directory
                .GetFiles(Path.Combine(store.DirectoryOf("one"), "records"))
                .Select(f => Path.GetFileName(f)[6..13])
                .Distinct()
                .Order()
                .ShouldBe(["2026-05", "2026-06", "2026-07"]);
        else
            (await TablesAsync(node)).ShouldBe(
                new[] { "05", "06", "07", "08", "09" }.SelectMany(m => new[] { "attempts_2026_" + m, "calls_2026_" + m }).Order()
            );
    }

    static async Task<List<string>> TablesAsync(TestNode node)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return (
            await db.QueryAsync<string>(
                "select replace(inhrelid::regclass::text, 'observability_', '') from pg_inherits i join pg_class c on c.oid = i.inhparent where c.relkind = 'p'"
            )
        )
            .Order(StringComparer.Ordinal)
            .ToList();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_sweep_moves_on_with_the_calendar_and_late_calls_are_still_taken(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(new DateTimeOffset(2026, 7, 20, 0, 0, 0, TimeSpan.Zero));
        var node = await store.OpenAsync(time: time, settings: TwoMonths);
        var calls = await FillAsync(node);
        await node.Get<Retention>().SweepAsync(Ct);
        time.Advance(TimeSpan.FromDays(30));
        await node.Get<Retention>().SweepAsync(Ct);
        (await MonthsOfCallsAsync(node)).ShouldBe([6, 7]);

        // A node that was away brings a call of a month that is gone: it is taken, and goes with the next sweep.
        await node.Get<ICallStore>().InsertAsync([calls[2]], Ct);
        (await MonthsOfCallsAsync(node)).ShouldBe([3, 6, 7]);
        await node.Get<Retention>().SweepAsync(Ct);
        (await MonthsOfCallsAsync(node)).ShouldBe([6, 7]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Contents_past_their_days_go(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var now = new DateTimeOffset(2026, 7, 20, 0, 0, 0, TimeSpan.Zero);
        var node = await store.OpenAsync(time: new ManualTime(now), settings: TwoMonths);
        var kept = ContentTests.Sample("young", now.AddDays(-9));
        var old = ContentTests.Sample("old", now.AddDays(-11));
        await node.Get<ContentStore>().InsertAsync([kept, old], Ct);

        await node.Get<Retention>().SweepAsync(Ct);

        (await node.Get<ContentStore>().FindAsync(kept.Id, Reach.Everywhere, Ct)).ShouldNotBeNull();
        (await node.Get<ContentStore>().FindAsync(old.Id, Reach.Everywhere, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_several_nodes_one_sweeps()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var one = await store.OpenAsync("one");
        var two = await store.OpenAsync("two");

        (await one.Get<Retention>().SweepAsync(Ct)).ShouldBeTrue();
        (await two.Get<Retention>().SweepAsync(Ct)).ShouldBeFalse();
        (await one.Get<Retention>().SweepAsync(Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nodes_that_meet_a_new_month_together_make_it_once()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var nodes = new[] { await store.OpenAsync("one"), await store.OpenAsync("two"), await store.OpenAsync("three") };
        var calls = nodes.Select((_, i) => new Samples(40 + i).Take(20)).ToList();

        await Task.WhenAll(nodes.Select((n, i) => n.Get<ICallStore>().InsertAsync(calls[i], Ct)));

        (await nodes[0].Get<ICallStore>().ListAsync(new CallFilter(Reach.Everywhere), new PageRequest(100, null), Ct)).Count.ShouldBe(60);
    }

    [Fact]
    public async Task Rows_of_before_the_partitions_are_moved_into_them()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var node = store.Build();
        await node.Get<Migrator>().ApplyAsync(Ct);
        await using (var db = await node.Database.OpenReadAsync(Ct))
            await db.ExecuteAsync(
                """
                drop table observability_calls; drop table observability_attempts; drop function observability_add_month(bigint);
                delete from storage_migrations where module = 'observability' and number = 4;
                """
                    + Sql("0002_calls.pgsql.sql")
                    + """
                    ;insert into observability_calls (id, started_us, outcome, status, cost_nano_usd, record) values
                      ('call_a', 1767225600000000, 0, 200, 5, '\x7b7d'), ('call_b', 1767225599999999, 0, 200, 6, '\x7b7d'), ('call_c', 1772323200000000, 0, 200, 7, '\x7b7d');
                    insert into observability_attempts (id, call_id, number, started_us, deployment_id, outcome, status, cost_nano_usd, price_version, input_tokens, output_tokens)
                      values ('att_b', 'call_b', 1, 1767225600000001, 'dep', 'completed', 200, 6, 1, 1, 1);
                    """
            );

        await node.Get<Migrator>().ApplyAsync(Ct);

        await using var read = await node.Database.OpenReadAsync(Ct);
        (await read.QueryAsync<string>("select id || tableoid::regclass::text from observability_calls order by id")).ShouldBe([
            "call_aobservability_calls_2026_01",
            "call_bobservability_calls_2025_12",
            "call_cobservability_calls_2026_03",
        ]);
        (await read.QuerySingleAsync<string>("select id || tableoid::regclass::text from observability_attempts")).ShouldBe(
            "att_bobservability_attempts_2025_12"
        );
    }

    static string Sql(string name)
    {
        var assembly = typeof(ObservabilityModule).Assembly;
        using var reader = new StreamReader(
            assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(n => n.EndsWith(name, StringComparison.Ordinal)))!
        );
        return reader.ReadToEnd();
    }

    [Fact]
    public async Task A_setting_out_of_its_range_is_named_at_the_start()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        Should
            .Throw<InvalidOperationException>(() =>
                store.Build(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["Records:KeepMonths"] = "0" })
            )
            .Message.ShouldBe("Records:KeepMonths must be from 1 to 1200; it is 0.");
    }
}
