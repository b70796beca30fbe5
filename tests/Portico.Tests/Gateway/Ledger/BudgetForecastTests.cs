using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Forecasts;
using Portico.Governance;
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

    static async Task<(TestNode Node, Meter Meter)> OpenAsync(TestStore store, ManualTime time)
    {
        var node = await store.OpenAsync("one", time, s => s.AddGateway(new ConfigurationBuilder().Build()));
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

        var count = (await node.Get<MeterViews>().ListAsync(true, null, null, PageRequest.From(null, null), Ct)).Items.Single().Counts[0];
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

        var all = await forecasts.TodayAsync("organisation", [meter.ScopeId], Ct);

        (all.StartsAt, all.EndsAt, all.AsOf).ShouldBe((Noon.AddHours(-12), Noon.AddHours(12), Noon));
        all.SpentNanoUsd.ShouldBe(24 * Usd);
        // Two dollars an hour, twelve hours to go.
        Math.Abs(all.ExpectedNanoUsd!.Value - 48 * Usd).ShouldBeLessThan(Usd);
        all.LowNanoUsd!.Value.ShouldBeLessThanOrEqualTo(all.ExpectedNanoUsd.Value);
        all.HighNanoUsd!.Value.ShouldBeGreaterThanOrEqualTo(all.ExpectedNanoUsd.Value);

        var none = await forecasts.TodayAsync("workspace", ["ws_without_calls"], Ct);
        (none.SpentNanoUsd, none.ExpectedNanoUsd, none.Method).ShouldBe((0, null, null));
    }
}
