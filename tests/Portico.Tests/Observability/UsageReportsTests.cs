using Dapper;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class UsageReportsTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly UsageQuery Everything = new(Reach.Everywhere) { FromUs = 0, ToUs = long.MaxValue };

    static async Task<List<CallRecord>> FillAsync(TestNode node, IEnumerable<CallRecord> calls)
    {
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        var list = calls.ToList();
        foreach (var call in list)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
        return list;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Quantiles_of_every_group_are_within_the_stated_error_of_the_exact_ones(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var calls = await FillAsync(node, new Samples(21).Take(600));

        var lines = await node.Get<UsageReports>().ReadAsync(Everything with { GroupBy = ["model", "outcome"], Quantiles = true }, Ct);

        lines.Count.ShouldBe(calls.Select(c => (c.Model, c.Outcome)).Distinct().Count());
        foreach (var line in lines)
        {
            var group = calls
                .Where(c => (c.Model ?? "") == line.Group["model"] && Outcomes.Name(c.Outcome) == line.Group["outcome"])
                .ToList();
            ShouldTell(line.Duration!, group.Select(c => c.DurationUs).ToList());
            ShouldTell(line.FirstOutput!, group.Where(c => c.FirstOutputUs > 0).Select(c => c.FirstOutputUs).ToList());
        }
    }

    [Fact]
    public async Task A_report_that_nobody_waits_for_any_more_ends_its_statement()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var node = await store.OpenAsync();
        await using var holder = new Npgsql.NpgsqlConnection(store.Connection);
        await holder.OpenAsync(Ct);
        await using var held = await holder.BeginTransactionAsync(Ct);
        await holder.ExecuteAsync("lock table observability_days in access exclusive mode", transaction: held);
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var reading = node.Get<UsageReports>().ReadAsync(Everything, leaves.Token);
        await Waits.ForALockAsync(holder);
        await leaves.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(15), Ct));
    }

    static void ShouldTell(Quantiles told, List<long> times)
    {
        times.Sort();
        told.Calls.ShouldBe(times.Count);
        foreach (var (share, us) in new[] { (0.50, told.P50Us), (0.95, told.P95Us), (0.99, told.P99Us) })
        {
            var exact = times.Count == 0 ? 0 : times[(int)Math.Ceiling(share * times.Count) - 1];
            Math.Abs((double)us - exact).ShouldBeLessThanOrEqualTo(exact * LatencyBuckets.MaxRelativeError + 0.5);
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Filters_leave_what_equal_groups_of_the_whole_report_say(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await FillAsync(node, new Samples(22).Take(300));
        var reports = node.Get<UsageReports>();
        foreach (var dimension in UsageReports.DimensionNames.Except(["minute", "hour", "day"]))
        foreach (var line in await reports.ReadAsync(Everything with { GroupBy = [dimension] }, Ct))
        {
            var where = new Dictionary<string, string>(StringComparer.Ordinal) { [dimension] = line.Group[dimension] };
            var filtered = (await reports.ReadAsync(Everything with { Where = where }, Ct)).Single();
            (filtered.Calls, filtered.CostNanoUsd, filtered.InputTokens).ShouldBe((line.Calls, line.CostNanoUsd, line.InputTokens));
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_report_by_deployment_and_error_says_what_the_calls_say(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var calls = await FillAsync(node, new Samples(26).Take(300));

        string[] by = ["operation", "connection", "deployment", "error_code"];
        var lines = await node.Get<UsageReports>().ReadAsync(Everything with { GroupBy = by }, Ct);

        var expected = calls
            .GroupBy(c => $"{c.Operation}|{c.ConnectionId}|{c.DeploymentId}|{c.ErrorCode}")
            .Select(g => (g.Key, (long)g.Count(), g.Sum(c => c.CostNanoUsd)));
        lines.Select(l => (string.Join('|', by.Select(d => l.Group[d])), l.Calls, l.CostNanoUsd)).ShouldBe(expected, ignoreOrder: true);
    }

    /// <summary>Sums that an earlier build made, with their latencies, are in the reports of this one.</summary>
    [Theory, ClassData(typeof(StoreCase))]
    public async Task Sums_of_before_a_dimension_was_kept_stay_in_every_report(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = store.Build();
        var migrator = node.Get<Migrator>();
        await migrator.ApplyAsync(Ct);
        var minute = Micros.Of(Samples.Start);
        await node.Database.WriteAsync(
            async work =>
            {
                string[] statements =
                [
                    "drop table observability_minutes",
                    "drop table observability_latencies",
                    "drop table observability_hours",
                    "drop table observability_days",
                    .. engine == Engine.Postgres
                        ?
                        [
                            "drop table observability_groups",
                            "alter table observability_calls drop column group_id, drop column operation, drop column connection_id, drop column deployment_id",
                        ]
                        : Array.Empty<string>(),
                    "drop table observability_reratings",
                    "drop table observability_adjustments",
                    "drop table observability_attempt_hours",
                    .. Sql("0001_observability.sql", "create table observability_minutes"),
                    .. Sql("0003_latencies.sql", "alter table", "create table"),
                    $"insert into observability_minutes values ({minute}, 'org', 'ws', 'uc', 'key', '', 'fast', 'm', 'north', 'completed', 3, 1, 0, 30, 0, 0, 6, 0, 900, 4, 60, 77)",
                    $"insert into observability_latencies values ({minute}, 77, {(long)Measure.Duration}, {LatencyBuckets.Of(20)}, 3)",
                    "delete from storage_migrations where module = 'observability' and number between 6 and 13",
                ];
                foreach (var statement in statements)
                    await work.Connection.ExecuteAsync(statement, transaction: work.Transaction);
            },
            Ct
        );

        await migrator.ApplyAsync(Ct);

        await node.DisposeAsync();
        node = await store.OpenAsync();
        var later = await FillAsync(node, new Samples(27, Samples.Start, TimeSpan.FromSeconds(59)).Take(20));
        foreach (var dimension in UsageReports.DimensionNames)
        {
            var lines = await node.Get<UsageReports>().ReadAsync(Everything with { GroupBy = [dimension], Quantiles = true }, Ct);
            lines.Sum(l => l.Calls).ShouldBe(23, dimension);
            lines.Sum(l => l.CostNanoUsd).ShouldBe(900 + later.Sum(c => c.CostNanoUsd), dimension);
            lines.Sum(l => l.Duration!.Calls).ShouldBe(23, dimension);
        }
    }

    /// <summary>The statements of a migration that begin with one of these.</summary>
    static IEnumerable<string> Sql(string name, params string[] beginnings)
    {
        var assembly = typeof(ObservabilityModule).Assembly;
        using var reader = new StreamReader(
            assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(n => n.EndsWith(name, StringComparison.Ordinal)))!
        );
        var text = string.Join('\n', reader.ReadToEnd().Split('\n').Where(l => !l.StartsWith("--", StringComparison.Ordinal)));
        return text.Split(';').Select(s => s.Trim()).Where(s => beginnings.Any(b => s.StartsWith(b, StringComparison.Ordinal)));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_range_holds_its_first_minute_and_not_its_last(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var samples = new Samples(23, Samples.Start, TimeSpan.FromSeconds(59));
        var later = new Samples(24, Samples.Start.AddMinutes(1), TimeSpan.FromSeconds(59));
        await FillAsync(node, samples.Take(5).Concat(later.Take(7)));
        var from = Micros.Of(Samples.Start);

        async Task<long> CallsAsync(long since, long until) =>
            (await node.Get<UsageReports>().ReadAsync(new UsageQuery(Reach.Everywhere) { FromUs = since, ToUs = until }, Ct)).Sum(l =>
                l.Calls
            );

        (await CallsAsync(from, from + Rollups.MinuteUs)).ShouldBe(5);
        (await CallsAsync(from + Rollups.MinuteUs, from + 2 * Rollups.MinuteUs)).ShouldBe(7);
        var byMinute = await node.Get<UsageReports>().ReadAsync(Everything with { GroupBy = ["minute"] }, Ct);
        byMinute.Select(l => (l.Group["minute"], l.Calls)).ShouldBe([("2026-03-01T12:00:00Z", 5), ("2026-03-01T12:01:00Z", 7)]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_api_answers_reports_as_json_and_csv_and_names_what_it_does_not_know(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Samples.Start.AddHours(1)));
        var calls = new Samples(25).Take(40);
        foreach (var call in calls)
            call.Route = "=cmd|' /c'!A0,\"x\"";
        await FillAsync(node, calls);
        await using var api = await ApiHost.StartAsync(node);

        var json = await api.GetAsync("/api/usage?group_by=route&quantiles=true");
        var line = json.Json["lines"]![0]!;
        line["calls"]!.GetValue<long>().ShouldBe(40);
        line["duration"]!["p95_us"]!.GetValue<long>().ShouldBeGreaterThan(0);

        var csv = await api.GetAsync("/api/usage?group_by=route&format=csv&quantiles=true");
        csv.MediaType.ShouldBe("text/csv");
        var rows = csv.Text.Split("\r\n");
        rows[0].ShouldStartWith("route,calls,cache_hits,");
        rows[0].ShouldEndWith(",first_output_p99_us");
        rows[1].ShouldStartWith("\"'=cmd|' /c'!A0,\"\"x\"\"\",40,");
        rows.Length.ShouldBe(3);

        (await api.GetAsync("/api/usage?outcome=completed")).Json["lines"]![0]!["calls"]!
            .GetValue<long>()
            .ShouldBe(calls.Count(c => c.Outcome == CallOutcome.Completed));
        foreach (
            var wrong in new[] { "group_by=colour", "group_by=route,route", "format=xml", "outcome=lost", "from=2026-03-02&to=2026-03-01" }
        )
            (await api.GetAsync("/api/usage?" + wrong)).Status.ShouldBe(400, wrong);
        var check = await api.GetAsync("/api/usage/check");
        check.Json["agree"]!.GetValue<bool>().ShouldBeTrue(check.Text);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_report_has_its_sums_and_the_names_of_its_ids_and_csv_has_them_where_asked(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(time: new ManualTime(Samples.Start.AddHours(1)));
        var governance = node.Get<Portico.Governance.GovernanceService>();
        var organisation = await governance.CreateOrganisationAsync("Bank", Ct);
        var workspace = await governance.CreateWorkspaceAsync(organisation.Id, "Retail, north", Ct);
        var calls = new Samples(28).Take(60);
        foreach (var call in calls.Where(c => c.WorkspaceId == "ws_a"))
            call.WorkspaceId = workspace.Id.ToString();
        await FillAsync(node, calls);
        await using var api = await ApiHost.StartAsync(node);

        var report = (await api.GetAsync("/api/usage?group_by=day,workspace")).Json;
        var total = report["total"]!;
        (total["calls"]!.GetValue<long>(), total["cost_nano_usd"]!.GetValue<long>(), total["group"]!.AsObject().Count).ShouldBe(
            (60, calls.Sum(c => c.CostNanoUsd), 0)
        );
        report["names"]!
            .AsObject()
            .Select(n => (n.Key, n.Value!.GetValue<string>()))
            .ShouldBe([(workspace.Id.ToString(), "Retail, north")]);

        var csv = (await api.GetAsync("/api/usage?group_by=day,workspace&format=csv&names=true")).Text;
        csv.ShouldStartWith("day,workspace,workspace_name,calls,");
        csv.ShouldContain($",{workspace.Id},\"Retail, north\",");
        csv.ShouldContain(",ws_b,,");
        (await api.GetAsync("/api/usage?group_by=day,workspace&format=csv")).Text.ShouldStartWith("day,workspace,calls,");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("＝1", "'＝1")]
    [InlineData("\ttab", "'\ttab")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("", "")]
    public void A_cell_is_quoted_where_csv_needs_it_and_never_a_formula(string text, string cell) => UsageCsv.Cell(text).ShouldBe(cell);
}
