using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Ledger;

/// <summary>Soft alerts on both engines: once a window whichever node sees the crossing, and again in the next window.</summary>
public sealed class AlertTests(PostgresServer server)
{
    static readonly Amounts OneCent = new(10_000_000, 0, 0, 0);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<TestNode> OpenAsync(TestStore store, string name, TimeProvider time)
    {
        var node = await store.OpenAsync(name, time, s => s.AddGateway(new ConfigurationBuilder().Build()));
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        await node.Services.StartGatewayAsync(Ct);
        await node.StartAsync();
        return node;
    }

    static async Task SpendAsync(TestNode node, Meter meter, int cents)
    {
        var ledger = node.Get<CreditLedger>();
        var slot = node.Get<MeterCatalog>().SlotOf(meter, meter.ScopeId);
        for (var i = 0; i < cents; i++)
        {
            var hold = (await ledger.HoldAsync([slot], OneCent, Ct)).Hold.ShouldNotBeNull();
            var settlements = new List<MeterSettlement>();
            ledger.Settle(hold, OneCent, settlements);
            node.Get<CallRecorder>()
                .Record(
                    new CallRecord
                    {
                        Id = CallId.New(TimeProvider.System),
                        StartedAtUs = Micros.Now(TimeProvider.System),
                        NodeId = node.Database.NodeId,
                        Settlements = settlements,
                    }
                );
        }
        await node.Get<JournalDrain>().FlushAsync(Ct);
    }

    static async Task<List<int>> PercentsAsync(TestNode node) =>
        (await node.Get<AlertBook>().ListAsync(Reach.Everywhere, null, PageRequest.From(null, null), Ct))
            .Items.Select(a => a.Percent)
            .ToList();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_alert_is_kept_once_a_window_over_restarts_and_nodes(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        Meter meter;
        await using (var first = await OpenAsync(store, "one", TimeProvider.System))
        {
            var organisation = await first.Get<GovernanceService>().CreateOrganisationAsync("Bank", Ct);
            meter = await first
                .Get<MeterService>()
                .CreateAsync(
                    new Meter
                    {
                        Id = "",
                        Scope = MeterScope.Organisation,
                        ScopeId = organisation.Id.ToString(),
                        Unit = MeterUnit.NanoUsd,
                        Window = MeterWindow.Total,
                        Limit = 10 * OneCent.NanoUsd,
                        AlertPercents = [50, 80],
                    },
                    Reach.Everywhere,
                    Ct
                );
            await SpendAsync(first, meter, 6);
            await Eventually.HoldsAsync(async () => (await PercentsAsync(first)).Count == 1, TimeSpan.FromSeconds(10));
            await Eventually.HoldsAsync(() => first.Get<AlertBook>().Raised == 1, TimeSpan.FromSeconds(10));
        }
        // Another process: it knows nothing of what was raised, only what was spent.
        var second = await OpenAsync(store, engine == Engine.Postgres ? "two" : "one", TimeProvider.System);
        await SpendAsync(second, meter, 3);
        await Eventually.HoldsAsync(async () => (await PercentsAsync(second)).Count == 2, TimeSpan.FromSeconds(10));

        (await PercentsAsync(second)).ShouldBe([80, 50]);
        await Eventually.HoldsAsync(() => second.Get<AlertBook>().Raised == 1, TimeSpan.FromSeconds(10));
        var alert = (await second.Get<AlertBook>().ListAsync(Reach.Everywhere, meter.Id, PageRequest.From(1, null), Ct)).Items[0];
        (alert.Of, alert.Limit, alert.Spent >= 80_000_000).ShouldBe((meter.ScopeId, meter.Limit, true));
    }
}
