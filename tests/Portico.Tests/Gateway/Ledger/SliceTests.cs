using Dapper;
using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Ledger;

/// <summary>Budgets with one node on SQLite and with several on one PostgreSQL.</summary>
public sealed class SliceTests(PostgresServer server)
{
    static readonly Amounts OneCent = new(10_000_000, 0, 0, 0);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<TestNode> OpenAsync(TestStore store, string name)
    {
        var node = await store.OpenAsync(name, more: s => s.AddGateway(new ConfigurationBuilder().Build()));
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        await node.Services.StartGatewayAsync(Ct);
        await node.StartAsync();
        return node;
    }

    static async Task<Meter> BudgetAsync(TestNode node, long cents, string organisation = "One") =>
        await node.Get<MeterService>()
            .CreateAsync(
                new Meter
                {
                    Id = "",
                    Scope = MeterScope.Organisation,
                    ScopeId = (await node.Get<GovernanceService>().CreateOrganisationAsync(organisation, Ct)).Id.ToString(),
                    Unit = MeterUnit.NanoUsd,
                    Window = MeterWindow.Total,
                    Limit = cents * OneCent.NanoUsd,
                },
                Reach.Everywhere,
                Ct
            );

    static MeterSlot SlotOf(TestNode node, Meter meter) => node.Get<MeterCatalog>().SlotOf(meter, meter.ScopeId);

    /// <summary>Settles as the end of a call does: in the ledger, and by its record in the journal.</summary>
    static void Settle(TestNode node, Hold hold, Amounts actual)
    {
        var settlements = new List<MeterSettlement>();
        node.Get<CreditLedger>().Settle(hold, actual, settlements);
        node.Get<CallRecorder>()
            .Record(
                new CallRecord
                {
                    Id = CallId.New(TimeProvider.System),
                    StartedAtUs = Micros.Now(TimeProvider.System),
                    NodeId = node.Database.NodeId,
                    CostNanoUsd = actual.NanoUsd,
                    Settlements = settlements,
                }
            );
    }

    static async Task<(long Spent, long Leased)> WindowAsync(TestNode node, Meter meter)
    {
        await using var db = await node.Database.OpenReadAsync(Ct);
        return await db.QuerySingleOrDefaultAsync<(long, long)>(
            "select spent, leased from gateway_meter_windows where slot = @id",
            new { id = meter.Id }
        );
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Of_500_callers_on_a_budget_for_100_calls_exactly_100_pass_and_no_instant_is_over_the_limit(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var nodes = new List<TestNode> { await OpenAsync(store, "one") };
        if (engine == Engine.Postgres)
            nodes.Add(await OpenAsync(store, "two"));
        var meter = await BudgetAsync(nodes[0], 100);
        foreach (var node in nodes)
            await node.Get<MeterCatalog>().RefreshAsync(Ct);

        using var done = new CancellationTokenSource();
        var sampling = Task.Run(() => SampleAsync(nodes, meter, done.Token), Ct);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(i => Task.Run(() => CallAsync(nodes[i % nodes.Count], meter), Ct))
        );
        await done.CancelAsync();

        results.Count(passed => passed).ShouldBe(100);
        (await sampling).ShouldBeGreaterThan(0);
        foreach (var node in nodes)
            await node.Get<JournalDrain>().FlushAsync(Ct);
        (await WindowAsync(nodes[0], meter)).ShouldBe((meter.Limit, 0));
    }

    static async Task<bool> CallAsync(TestNode node, Meter meter)
    {
        var result = await node.Get<CreditLedger>().HoldAsync([SlotOf(node, meter)], OneCent, Ct);
        if (result.Hold is null)
            return false;
        await Task.Yield();
        Settle(node, result.Hold, OneCent);
        return true;
    }

    /// <summary>Looks at the store and at every node again and again; throws at the first instant over the limit.</summary>
    static async Task<int> SampleAsync(List<TestNode> nodes, Meter meter, CancellationToken done)
    {
        var samples = 0;
        do
        {
            foreach (var node in nodes)
            {
                var local = node.Get<CreditLedger>().Status([SlotOf(node, meter)]).Single();
                (local.Spent + local.Held).ShouldBeLessThanOrEqualTo(meter.Limit);
            }
            var (spent, leased) = await WindowAsync(nodes[0], meter);
            (spent + leased).ShouldBeLessThanOrEqualTo(meter.Limit);
            samples++;
        } while (!done.IsCancellationRequested);
        return samples;
    }

    [Fact]
    public async Task What_one_node_does_not_need_another_gets()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await OpenAsync(store, "one"), await OpenAsync(store, "two"));
        var meter = await BudgetAsync(one, 80);
        await two.Get<MeterCatalog>().RefreshAsync(Ct);

        (await CallAsync(one, meter)).ShouldBeTrue(); // leases an eighth, ten calls, and uses one
        var passed = 0;
        while (await CallAsync(two, meter))
            passed++;

        passed.ShouldBe(79);
        (await CallAsync(one, meter)).ShouldBeFalse();
    }

    /// <summary>It was told that too many calls ask at once, although it was the only one.</summary>
    [Fact]
    public async Task A_call_that_holds_nothing_passes_where_more_was_settled_than_held_until_the_limit_is_reached()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var one = await OpenAsync(store, "one");
        var meter = await BudgetAsync(one, 8);
        async Task<HoldResult> HoldAsync() => await one.Get<CreditLedger>().HoldAsync([SlotOf(one, meter)], default, Ct);
        for (var i = 0; i < 3; i++)
            Settle(one, (await HoldAsync()).Hold!, new Amounts(3 * OneCent.NanoUsd, 0, 0, 0));
        await one.Get<JournalDrain>().FlushAsync(Ct);
        (await HoldAsync()).Refusal.ShouldNotBeNull("nine cents are spent of eight");
    }

    [Fact]
    public async Task A_dead_nodes_slice_counts_as_spent_until_its_journal_is_replayed()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var one = await OpenAsync(store, "one");
        var meter = await BudgetAsync(one, 80);
        (await CallAsync(one, meter)).ShouldBeTrue();
        await one.Get<JournalDrain>().FlushAsync(Ct);
        await one.DisposeAsync();

        var two = await OpenAsync(store, "two");
        (await WindowAsync(two, meter)).ShouldBe((OneCent.NanoUsd, 9 * OneCent.NanoUsd));
        await using (var db = new Npgsql.NpgsqlConnection(store.Connection))
            await db.ExecuteAsync("update gateway_slices set expires_us = 0");
        (await two.Get<PostgresAuthority>().SweepAsync(Ct)).ShouldBe(1);
        (await WindowAsync(two, meter)).ShouldBe((10 * OneCent.NanoUsd, 0));
        (await two.Get<PostgresAuthority>().SweepAsync(Ct)).ShouldBe(0);

        await OpenAsync(store, "one");
        (await WindowAsync(two, meter)).ShouldBe((OneCent.NanoUsd, 0));
    }

    [Fact]
    public async Task A_lowered_limit_holds_on_every_node()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var (one, two) = (await OpenAsync(store, "one"), await OpenAsync(store, "two"));
        var meter = await BudgetAsync(one, 80);
        await two.Get<MeterCatalog>().RefreshAsync(Ct);
        (await CallAsync(one, meter)).ShouldBeTrue();
        (await CallAsync(two, meter)).ShouldBeTrue();

        await one.Get<MeterService>().ChangeAsync(meter with { Limit = 5 * OneCent.NanoUsd }, Ct);
        await two.Get<MeterCatalog>().RefreshAsync(Ct);
        await Eventually.HoldsAsync(
            () => SlotOf(one, meter).Current!.Room == 0 && SlotOf(two, meter).Current!.Room == 0,
            TimeSpan.FromSeconds(5)
        );

        var passed = 0;
        while (await CallAsync(passed % 2 == 0 ? one : two, meter))
            passed++;
        passed.ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_over_several_meters_takes_nothing_from_any()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var node = await OpenAsync(store, "one");
        var (wide, narrow) = (await BudgetAsync(node, 100), await BudgetAsync(node, 0, "Other"));

        var result = await node.Get<CreditLedger>().HoldAsync([SlotOf(node, wide), SlotOf(node, narrow)], OneCent, Ct);

        result.Refusal!.Meter.Id.ShouldBe(narrow.Id);
        node.Get<CreditLedger>().Status([SlotOf(node, wide)]).Single().Held.ShouldBe(0);
        (await WindowAsync(node, wide)).ShouldBe((0, 0));
    }
}
