using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Forecasts;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Ledger;

/// <summary>Forecasts from the rollups of both engines, and the way of a budget for a chart.</summary>
public sealed class BudgetForecastTests(PostgresServer server)
{
    const long Usd = NanoUsd.PerUsd;
    static readonly DateTimeOffset Noon = new(2026, 3, 18, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(TestNode Node, Meter Meter)> OpenAsync(TestStore store, ManualTime time, Warnings? warnings = null)
    {
        var node = await store.OpenAsync(
            "one",
            time,
            s =>
            {
                s.AddGateway(new ConfigurationBuilder().Build());
                if (warnings is not null)
                    s.AddSingleton<ILoggerProvider>(warnings);
            }
        );
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        await node.Services.StartGatewayAsync(Ct);
        var organisation = await node.Get<GovernanceService>().CreateOrganisationAsync("Bank", Ct);
        var meter = await node.Get<MeterService>()
            .CreateAsync(
                new Meter
                {
                    Id = "",
                    Scope = MeterScope.Organisation,
                    ScopeId = organisation.Id.ToString(),
                    Unit = MeterUnit.NanoUsd,
                    Window = MeterWindow.Day,
                    Limit = 40 * Usd,
                },
                Reach.Everywhere,
                Ct
            );
        return (node, meter);
    }

    /// <summary>The record of a call that cost this at that time.</summary>
    static async Task SpendAsync(TestNode node, Meter meter, DateTimeOffset at, long usd)
    {
        node.Get<CallRecorder>()
            .Record(
                new CallRecord
                {
                    Id = CallId.New(new ManualTime(at)),
                    StartedAtUs = Micros.Of(at),
                    NodeId = node.Database.NodeId,
                    OrganisationId = meter.ScopeId,
                    CostNanoUsd = usd * Usd,
                }
            );
        await node.Get<JournalDrain>().FlushAsync(Ct);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_budget_tells_where_it_goes_by_what_its_scope_cost(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Noon);
        var (node, meter) = await OpenAsync(store, time);
        for (var hour = 1; hour <= 40; hour++)
            await SpendAsync(node, meter, Noon.AddHours(-hour).AddMinutes(hour), 2);

        var count = (await node.Get<MeterViews>().ListAsync(Reach.Everywhere, true, null, null, PageRequest.From(null, null), Ct))
            .Items.Single()
            .Counts[0];
        (count.StartsAt, count.ResetsAt).ShouldBe((Noon.AddHours(-12), Noon.AddHours(12)));
        (count.Forecast!.HistoryHours, count.Forecast.Method).ShouldBe((40, ForecastMethod.Rate));
        (count.Forecast.ExpectedNanoUsd, count.Forecast.RunsOutAt).ShouldBe((24 * Usd, null));

        // What came since is added, what is over before that is not read again.
        await SpendAsync(node, meter, Noon.AddMinutes(10), 100);
        time.Advance(TimeSpan.FromSeconds(30));
        (await ReadAsync()).HistoryHours.ShouldBe(40);
        time.Advance(TimeSpan.FromHours(1));
        var later = await ReadAsync();
        later.HistoryHours.ShouldBe(41);
        later.ExpectedNanoUsd!.Value.ShouldBeGreaterThan(24 * Usd);

        async Task<Forecast> ReadAsync() => (await node.Get<MeterViews>().OfAsync(meter, Ct)).Counts.Single().Forecast.ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_way_of_a_budget_ends_at_what_its_ledger_spent_and_goes_on_from_there(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, meter) = await OpenAsync(store, new ManualTime(Noon));
        // Before four in the morning the budget was not there: it cost as much and counted nowhere.
        for (var hour = 1; hour <= 40; hour++)
            await SpendAsync(node, meter, Noon.AddHours(-hour), 2);
        var ledger = node.Get<CreditLedger>();
        var slot = node.Get<MeterCatalog>().SlotOf(meter, meter.ScopeId);
        var amounts = new Amounts(16 * Usd, 0, 0, 0);
        var hold = (await ledger.HoldAsync([slot], amounts, Ct)).Hold.ShouldNotBeNull();
        ledger.Settle(hold, amounts, []);

        var view = await node.Get<MeterViews>().ForecastAsync(meter, null, Ct);

        (view.SpentNanoUsd, view.LimitNanoUsd, view.AsOf).ShouldBe((16 * Usd, 40 * Usd, Noon));
        view.Past.Select(p => p.At.Hour).ShouldBe([.. Enumerable.Range(0, 12), 12]);
        view.Past.Select(p => p.NanoUsd / Usd).ShouldBe([0, 0, 0, 0, 0, 2, 4, 6, 8, 10, 12, 14, 16]);
        view.Future.Select(p => p.ExpectedNanoUsd / Usd).ShouldBe(Enumerable.Range(1, 12).Select(h => 16L + 2 * h));
        (view.Future[^1].At, view.Forecast!.ExpectedNanoUsd).ShouldBe((Noon.AddHours(12), 40 * Usd));
        view.Forecast.RunsOutAt.ShouldBe(Noon.AddHours(12));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_budget_over_all_keys_has_a_way_for_each_that_was_counted_and_for_no_other(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, _) = await OpenAsync(store, new ManualTime(Noon));
        var meter = await node.Get<MeterService>()
            .CreateAsync(
                new Meter
                {
                    Id = "",
                    Scope = MeterScope.Key,
                    ScopeId = "*",
                    Unit = MeterUnit.NanoUsd,
                    Window = MeterWindow.Month,
                    Limit = 40 * Usd,
                },
                Reach.Everywhere,
                Ct
            );
        node.Get<MeterCatalog>().SlotOf(meter, "key_1");

        (await node.Get<MeterViews>().ForecastAsync(meter, "key_1", Ct)).Of.ShouldBe("key_1");
        foreach (var other in new[] { null, "", "key_2" })
            (await Should.ThrowAsync<PorticoException>(() => node.Get<MeterViews>().ForecastAsync(meter, other, Ct))).Param.ShouldBe("of");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_spending_of_a_day_is_forecast_from_the_hours_before_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Noon);
        var (node, meter) = await OpenAsync(store, time);
        for (var hour = 1; hour <= 40; hour++)
            await SpendAsync(node, meter, Noon.AddHours(-hour).AddMinutes(hour), 2);
        var forecasts = node.Get<SpendForecasts>();

        var all = await forecasts.TodayAsync(MeterScope.Organisation, [meter.ScopeId], Ct);

        (all.StartsAt, all.EndsAt, all.AsOf).ShouldBe((Noon.AddHours(-12), Noon.AddHours(12), Noon));
        all.SpentNanoUsd.ShouldBe(24 * Usd);
        // Two dollars an hour, twelve hours to go.
        Math.Abs(all.ExpectedNanoUsd!.Value - 48 * Usd).ShouldBeLessThan(Usd);
        all.LowNanoUsd!.Value.ShouldBeLessThanOrEqualTo(all.ExpectedNanoUsd.Value);
        all.HighNanoUsd!.Value.ShouldBeGreaterThanOrEqualTo(all.ExpectedNanoUsd.Value);

        var none = await forecasts.TodayAsync(MeterScope.Workspace, ["ws_without_calls"], Ct);
        (none.SpentNanoUsd, none.ExpectedNanoUsd, none.Method).ShouldBe((0, null, null));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_spending_of_a_day_is_read_once_a_minute_however_many_ask(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Noon);
        var (node, meter) = await OpenAsync(store, time);
        await SpendAsync(node, meter, Noon.AddHours(-1), 2);
        (await SpentAsync()).ShouldBe(2);
        await SpendAsync(node, meter, Noon.AddSeconds(1), 3);
        await SpendAsync(node, meter with { ScopeId = "org_other" }, Noon.AddSeconds(1), 7);

        time.Advance(TimeSpan.FromSeconds(59));
        (await SpentAsync()).ShouldBe(2);
        (await SpentAsync("org_other")).ShouldBe(9, "what nobody asked for before is read");
        time.Advance(TimeSpan.FromSeconds(2));
        (await SpentAsync("org_other")).ShouldBe(12);

        async Task<long> SpentAsync(params string[] others) =>
            (await node.Get<SpendForecasts>().TodayAsync(MeterScope.Organisation, [meter.ScopeId, .. others], Ct)).SpentNanoUsd / Usd;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_has_no_place_in_memory_belongs_to_a_sum_all_the_same(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, meter) = await OpenAsync(store, new ManualTime(Noon));
        await SpendAsync(node, meter, Noon.AddHours(-1), 2);
        await SpendAsync(node, meter with { ScopeId = "org_last" }, Noon.AddHours(-1), 3);
        string[] Many(int count) => [meter.ScopeId, .. Enumerable.Range(0, count).Select(i => $"org_{i}"), "org_last"];

        var today = await node.Get<SpendForecasts>().TodayAsync(MeterScope.Organisation, Many(BudgetForecasts.MaxSeries), Ct);
        today.SpentNanoUsd.ShouldBe(5 * Usd);

        var hours = node.Get<SpendHistory>().ReadAsync("organisation", Many(SpendHistory.MaxParameters), 0, long.MaxValue, Ct);
        var sum = 0L;
        await foreach (var hour in hours)
            sum += hour.NanoUsd;
        sum.ShouldBe(5 * Usd);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Budgets_are_listed_without_a_forecast_while_the_store_is_away_and_that_is_told_once(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var time = new ManualTime(Noon);
        using var warnings = new Warnings();
        var (node, meter) = await OpenAsync(store, time, warnings);
        for (var hour = 1; hour <= 40; hour++)
            await SpendAsync(node, meter, Noon.AddHours(-hour), 2);
        (await CountAsync()).Forecast.ShouldNotBeNull();

        await RenameAsync("observability_hours", "away");
        // A read that fails takes no history from anybody whose history was read.
        await Should.ThrowAsync<System.Data.Common.DbException>(() =>
            node.Get<BudgetForecasts>().ModelsAsync([(MeterScope.Organisation, "org_other")], Ct)
        );
        (await CountAsync()).Forecast.ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 3; i++)
            ((await CountAsync()).Of, (await CountAsync()).Forecast).ShouldBe((meter.ScopeId, null));
        warnings.Lines.Count(l => l.Contains("forecasts of budgets", StringComparison.Ordinal)).ShouldBe(1);

        await RenameAsync("away", "observability_hours");
        (await CountAsync()).Forecast!.HistoryHours.ShouldBe(40);

        async Task<CountView> CountAsync() =>
            (await node.Get<MeterViews>().ListAsync(Reach.Everywhere, true, null, null, PageRequest.From(null, null), Ct))
                .Items.Single()
                .Counts.Single();

        Task RenameAsync(string table, string to) =>
            node.Database.WriteAsync(w => w.Connection.ExecuteAsync($"alter table {table} rename to {to}", transaction: w.Transaction), Ct);
    }

    [Fact]
    public async Task A_caller_who_leaves_while_hours_are_read_takes_no_history_from_the_others()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (node, meter) = await OpenAsync(store, new ManualTime(Noon));
        for (var hour = 1; hour <= 40; hour++)
            await SpendAsync(node, meter, Noon.AddHours(-hour), 2);
        var forecasts = node.Get<BudgetForecasts>();
        var mine = (MeterScope.Organisation, meter.ScopeId);
        (await forecasts.ModelsAsync([mine], Ct))[mine].ShouldNotBeNull();

        await using var holder = new Npgsql.NpgsqlConnection(store.Connection);
        await holder.OpenAsync(Ct);
        await using (var held = await holder.BeginTransactionAsync(Ct))
        {
            await holder.ExecuteAsync("lock table observability_hours in access exclusive mode", transaction: held);
            using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var reading = forecasts.ModelsAsync([(MeterScope.Organisation, "org_other")], leaves.Token);
            await Waits.ForALockAsync(holder);
            await leaves.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => reading);
            // Whoever had to read again would find nothing.
            await holder.ExecuteAsync("delete from observability_hours", transaction: held);
            await held.CommitAsync(Ct);
        }

        (await forecasts.ModelsAsync([mine], Ct))[mine].ShouldNotBeNull();
    }

    /// <summary>What the node warns of.</summary>
    sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
