using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Requests;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Ledger;

/// <summary>Asking for more of a budget on both engines: who decides, what a decision changes, and what is kept of it.</summary>
public sealed class BudgetRequestTests(PostgresServer server)
{
    const long Usd = NanoUsd.PerUsd;

    static readonly ApiActor Ada = new("person_ada", "Ada", ["engineer"]);
    static readonly ApiActor Ben = new("person_ben", "Ben", ["admin"]);
    static readonly ApiActor Owner = new("person_mara", "Mara", ["owner"]);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(TestNode Node, BudgetRequests Requests, Meter Meter)> OpenAsync(TestStore store)
    {
        var node = await store.OpenAsync("one", null, s => s.AddGateway(new ConfigurationBuilder().Build()));
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        await node.Services.StartGatewayAsync(Ct);
        var organisation = await node.Get<GovernanceService>().CreateOrganisationAsync("Bank", Ct);
        return (node, node.Get<BudgetRequests>(), await BudgetAsync(node, organisation.Id.ToString()));
    }

    static Task<Meter> BudgetAsync(TestNode node, string organisation) =>
        node.Get<MeterService>()
            .CreateAsync(
                new Meter
                {
                    Id = "",
                    Scope = MeterScope.Organisation,
                    ScopeId = organisation,
                    Unit = MeterUnit.NanoUsd,
                    Window = MeterWindow.Month,
                    Limit = 100 * Usd,
                },
                Reach.Everywhere,
                Ct
            );

    static long LimitOf(TestNode node, Meter meter) => node.Get<MeterService>().Find(meter.Id, budget: true, Reach.Everywhere).Limit;

    static async Task<ErrorKind> KindAsync(Func<Task> act) => (await Should.ThrowAsync<PorticoException>(act)).Kind;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_approved_is_the_limit_from_then_on_and_the_request_says_who_decided(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, requests, meter) = await OpenAsync(store);
        var asked = await requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 150 * Usd, "  Claims are up by a third. ", Ct);
        (asked.State, asked.LimitBefore, asked.Reason).ShouldBe((BudgetRequestState.Open, 100 * Usd, "Claims are up by a third."));
        LimitOf(node, meter).ShouldBe(100 * Usd);

        var decided = await requests.ApproveAsync(Ben, Reach.Everywhere, asked.Id.ToString(), 120 * Usd, "Until the storm is over.", Ct);

        LimitOf(node, meter).ShouldBe(120 * Usd);
        (decided.State, decided.LimitGiven, decided.DecidedBy, decided.DecidedByName).ShouldBe(
            (BudgetRequestState.Approved, 120 * Usd, Ben.Id, Ben.Name)
        );
        (await requests.FindAsync(Reach.Everywhere, asked.Id.ToString(), Ct)).ShouldBe(decided);
        foreach (
            var again in new Func<Task>[]
            {
                () => requests.ApproveAsync(Owner, Reach.Everywhere, asked.Id.ToString(), null, null, Ct),
                () => requests.DeclineAsync(Owner, Reach.Everywhere, asked.Id.ToString(), null, Ct),
            }
        )
            (await KindAsync(again)).ShouldBe(ErrorTable.Conflict);
        LimitOf(node, meter).ShouldBe(120 * Usd);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Who_asked_does_not_decide_unless_they_own_the_place(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, requests, meter) = await OpenAsync(store);
        var own = (await requests.AskAsync(Ben, Reach.Everywhere, meter.Id, 150 * Usd, "I need it.", Ct)).Id.ToString();
        (await KindAsync(() => requests.ApproveAsync(Ben, Reach.Everywhere, own, null, null, Ct))).ShouldBe(ErrorTable.PermissionDenied);
        (await KindAsync(() => requests.DeclineAsync(Ben, Reach.Everywhere, own, null, Ct))).ShouldBe(ErrorTable.PermissionDenied);
        LimitOf(node, meter).ShouldBe(100 * Usd);
        (await requests.WithdrawAsync(Ben, Reach.Everywhere, own, Ct)).State.ShouldBe(BudgetRequestState.Withdrawn);

        var alone = (await requests.AskAsync(Owner, Reach.Everywhere, meter.Id, 150 * Usd, "There is nobody else.", Ct)).Id.ToString();
        (await requests.ApproveAsync(Owner, Reach.Everywhere, alone, null, null, Ct)).LimitGiven.ShouldBe(150 * Usd);
        LimitOf(node, meter).ShouldBe(150 * Usd);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_person_has_one_open_request_on_a_budget_and_alone_takes_it_back(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (_, requests, meter) = await OpenAsync(store);
        var first = (await requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 150 * Usd, "First", Ct)).Id.ToString();
        (await KindAsync(() => requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 160 * Usd, "Second", Ct))).ShouldBe(ErrorTable.Conflict);
        await requests.AskAsync(Ben, Reach.Everywhere, meter.Id, 170 * Usd, "Of somebody else", Ct);
        (await KindAsync(() => requests.WithdrawAsync(Ben, Reach.Everywhere, first, Ct))).ShouldBe(ErrorTable.PermissionDenied);
        await requests.WithdrawAsync(Ada, Reach.Everywhere, first, Ct);
        (await KindAsync(() => requests.WithdrawAsync(Ada, Reach.Everywhere, first, Ct))).ShouldBe(ErrorTable.Conflict);
        await requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 160 * Usd, "Second", Ct);

        var page = await requests.ListAsync(Reach.Everywhere, meter.Id, null, PageRequest.From(2, null), Ct);
        page.Items.Select(r => r.Reason).ShouldBe(["Second", "Of somebody else"]);
        (await requests.ListAsync(Reach.Everywhere, meter.Id, null, PageRequest.From(2, page.Next), Ct))
            .Items.Single()
            .Reason.ShouldBe("First");
        (await requests.ListAsync(Reach.Everywhere, null, BudgetRequestState.Open, PageRequest.From(null, null), Ct)).Items.Count.ShouldBe(
            2
        );
        (await requests.ListAsync(Reach.Everywhere, "budget_other", null, PageRequest.From(null, null), Ct)).Items.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_no_raise_or_more_than_was_asked_is_not_approved(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, requests, meter) = await OpenAsync(store);
        (await KindAsync(() => requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 100 * Usd, "The same", Ct))).ShouldBe(
            ErrorTable.InvalidRequest
        );
        (await KindAsync(() => requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 150 * Usd, " ", Ct))).ShouldBe(ErrorTable.InvalidRequest);
        (await KindAsync(() => requests.AskAsync(Ada, Reach.Everywhere, "budget_none", 150 * Usd, "None", Ct))).ShouldBe(
            ErrorTable.NotFound
        );
        var asked = (await requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 150 * Usd, "More", Ct)).Id.ToString();
        (await KindAsync(() => requests.ApproveAsync(Ben, Reach.Everywhere, asked, 151 * Usd, null, Ct))).ShouldBe(
            ErrorTable.InvalidRequest
        );
        (await KindAsync(() => requests.ApproveAsync(Ben, Reach.Everywhere, asked, 100 * Usd, null, Ct))).ShouldBe(
            ErrorTable.InvalidRequest
        );

        // Raised meanwhile by other means: what was asked would lower it.
        var meters = node.Get<MeterService>();
        var raised = await meters.ChangeAsync(meter with { Limit = 200 * Usd }, Ct);
        (await KindAsync(() => requests.ApproveAsync(Ben, Reach.Everywhere, asked, null, null, Ct))).ShouldBe(ErrorTable.InvalidRequest);
        await meters.DeleteAsync(raised, Ct);
        (await KindAsync(() => requests.ApproveAsync(Ben, Reach.Everywhere, asked, null, null, Ct))).ShouldBe(ErrorTable.Conflict);
        (await requests.DeclineAsync(Ben, Reach.Everywhere, asked, "It is gone.", Ct)).Note.ShouldBe("It is gone.");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Of_two_who_decide_at_once_one_does(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, requests, meter) = await OpenAsync(store);
        var id = (await requests.AskAsync(Ada, Reach.Everywhere, meter.Id, 150 * Usd, "More", Ct)).Id.ToString();
        var tries = Enumerable
            .Range(0, 8)
            .Select(i =>
                Task.Run(
                    async () =>
                    {
                        try
                        {
                            await (
                                i % 2 == 0
                                    ? requests.ApproveAsync(Ben, Reach.Everywhere, id, null, null, Ct)
                                    : requests.DeclineAsync(Owner, Reach.Everywhere, id, null, Ct)
                            );
                            return true;
                        }
                        catch (PorticoException)
                        {
                            return false;
                        }
                    },
                    Ct
                )
            )
            .ToList();
        (await Task.WhenAll(tries)).Count(done => done).ShouldBe(1);
        var isApproved = (await requests.FindAsync(Reach.Everywhere, id, Ct)).State == BudgetRequestState.Approved;
        LimitOf(node, meter).ShouldBe(isApproved ? 150 * Usd : 100 * Usd);
    }
}
