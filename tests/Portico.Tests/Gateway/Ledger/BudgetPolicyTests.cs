using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Gateway.Ledger;
using Portico.Gateway.Ledger.Requests;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Budgets;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Governance;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Ledger;

/// <summary>Budgets by policy on both engines: what is made without one gets one, and no larger one is made under a mandatory line.</summary>
public sealed class BudgetPolicyTests(PostgresServer server)
{
    const long Usd = NanoUsd.PerUsd;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(TestNode Node, Estate Estate)> OpenAsync(TestStore store)
    {
        var node = await store.OpenAsync("one", null, s => s.AddGateway(new ConfigurationBuilder().Build()));
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        await node.Services.StartGatewayAsync(Ct);
        return (node, await Estate.MakeAsync(node));
    }

    static Task WriteAsync(TestNode node, PolicyPlace place, string text) =>
        node.Get<PolicyService>()
            .WriteAsync(place, text, null, "Ada", node.Get<GovernanceCatalog>().Current.Policies.Find(place.Id)?.Version ?? 0, false, Ct);

    static List<(MeterScope Scope, MeterWindow Window, long Limit)> MetersOf(TestNode node, string id) =>
        node.Get<MeterCatalog>()
            .Current.Meters.Where(m => m.ScopeId == id)
            .Select(m => (m.Scope, m.Window, m.Limit))
            .OrderBy(m => m.Window)
            .ToList();

    static Meter Budget(MeterScope scope, string id, long usd, MeterWindow window = MeterWindow.Month) =>
        new()
        {
            Id = "",
            Scope = scope,
            ScopeId = id,
            Unit = MeterUnit.NanoUsd,
            Window = window,
            Limit = usd * Usd,
        };

    static async Task<PorticoException> RefusedAsync(Func<Task> act) => await Should.ThrowAsync<PorticoException>(act);

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_made_without_a_budget_gets_that_of_the_policy_and_what_is_made_with_one_keeps_to_it(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, estate) = await OpenAsync(store);
        var before = await Estate.IssueAsync(node, estate.UseCase);
        MetersOf(node, before.Key.Id.ToString()).ShouldBeEmpty();
        await WriteAsync(
            node,
            new PolicyPlace(estate.Organisation, null, null),
            """
            # Ours.
            budgets:
              mandatory: true
              key: { limit_usd: "50", window: month }
              use_case: { limit_usd: "500", window: month }
            """
        );
        await WriteAsync(
            node,
            new PolicyPlace(estate.Organisation, estate.Workspace, null),
            "budgets:\n  key: { limit_usd: \"5\", window: day }\n"
        );
        var key = await Estate.IssueAsync(node, estate.UseCase);
        MetersOf(node, key.Key.Id.ToString())
            .ShouldBe([(MeterScope.Key, MeterWindow.Day, 5 * Usd), (MeterScope.Key, MeterWindow.Month, 50 * Usd)]);
        var useCase = await node.Get<GovernanceService>().CreateUseCaseAsync(estate.Workspace.Id, "Letters", null, null, Ct);
        MetersOf(node, useCase.Id.ToString()).ShouldBe([(MeterScope.UseCase, MeterWindow.Month, 500 * Usd)]);
        MetersOf(node, before.Key.Id.ToString()).ShouldBeEmpty("what is there stays as it is");

        var own = await Estate.IssueAsync(node, estate.UseCase, d => d with { Budget = new BudgetDraft("20", "month") });
        MetersOf(node, own.Key.Id.ToString()).ShouldBe([(MeterScope.Key, MeterWindow.Month, 20 * Usd)]);
        var keys = node.Get<GovernanceCatalog>().Current.Callers.Count;
        var refused = await RefusedAsync(() =>
            Estate.IssueAsync(node, estate.UseCase, d => d with { Budget = new BudgetDraft("80", "month") })
        );
        (refused.Kind, refused.Param).ShouldBe((ErrorTable.Conflict, "budget"));
        refused.Message.ShouldContain("80.00 USD a month is larger than 50.00 USD a month");
        refused.Message.ShouldContain("line 4 of version 1 of the policy of organisation 'Bank'");
        node.Get<GovernanceCatalog>().Current.Callers.Count.ShouldBe(keys, "nothing was made");
        (
            await RefusedAsync(() => Estate.IssueAsync(node, estate.UseCase, d => d with { Budget = new BudgetDraft("x", "month") }))
        ).Param.ShouldBe("budget.limit_usd");
        (
            await RefusedAsync(() => Estate.IssueAsync(node, estate.UseCase, d => d with { Budget = new BudgetDraft("1", "year") }))
        ).Param.ShouldBe("budget.window");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Nobody_makes_a_larger_budget_than_a_mandatory_line_allows_or_takes_the_last_one_away(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, estate) = await OpenAsync(store);
        var (meters, id) = (node.Get<MeterService>(), estate.UseCase.Id.ToString());
        var large = await meters.CreateAsync(Budget(MeterScope.UseCase, id, 900), Reach.Everywhere, Ct);
        await WriteAsync(
            node,
            new PolicyPlace(estate.Organisation, null, null),
            "budgets:\n  mandatory: true\n  use_case: { limit_usd: \"500\", window: month }\n"
        );
        var refused = await RefusedAsync(() => meters.CreateAsync(Budget(MeterScope.UseCase, id, 600), Reach.Everywhere, Ct));
        (refused.Kind, refused.Param).ShouldBe((ErrorTable.Conflict, "limit_usd"));
        refused.Message.ShouldContain("line 3 of version 1");
        // Another window is another thing, and what was larger before gets smaller step by step.
        await meters.CreateAsync(Budget(MeterScope.UseCase, id, 900, MeterWindow.Total), Reach.Everywhere, Ct);
        large = await meters.ChangeAsync(large with { Limit = 700 * Usd }, Ct);
        (await RefusedAsync(() => meters.ChangeAsync(large with { Limit = 800 * Usd }, Ct))).Kind.ShouldBe(ErrorTable.Conflict);
        large = await meters.ChangeAsync(large with { Limit = 400 * Usd }, Ct);
        foreach (
            var away in new Func<Task>[]
            {
                () => meters.DeleteAsync(large, Ct),
                () => meters.ChangeAsync(large with { Disabled = true }, Ct),
                () => meters.ChangeAsync(large with { ShadowOnly = true }, Ct),
            }
        )
            (await RefusedAsync(away)).Message.ShouldContain("keeps to budgets.use_case");
        var asked = await node.Get<BudgetRequests>()
            .AskAsync(new ApiActor("person_a", "Ada", ["engineer"]), Reach.Everywhere, large.Id, 900 * Usd, "growth", Ct);
        var admin = new ApiActor("person_b", "Ben", ["admin"]);
        var requests = node.Get<BudgetRequests>();
        (
            await RefusedAsync(() => requests.ApproveAsync(admin, Reach.Everywhere, asked.Id.ToString(), null, null, Ct))
        ).Message.ShouldContain("larger than 500.00 USD a month");
        (await requests.ApproveAsync(admin, Reach.Everywhere, asked.Id.ToString(), 500 * Usd, null, Ct)).LimitGiven.ShouldBe(500 * Usd);
        var second = await meters.CreateAsync(Budget(MeterScope.UseCase, id, 300), Reach.Everywhere, Ct);
        await meters.DeleteAsync(meters.Find(large.Id, true, Reach.Everywhere), Ct);
        MetersOf(node, id).ShouldContain((MeterScope.UseCase, MeterWindow.Month, second.Limit));

        // A free line says what is given, and nothing else.
        await WriteAsync(
            node,
            new PolicyPlace(estate.Organisation, null, null),
            "budgets:\n  mandatory: false\n  use_case: { limit_usd: \"100\", window: month }\n"
        );
        await meters.CreateAsync(Budget(MeterScope.UseCase, id, 5_000), Reach.Everywhere, Ct);
    }

    [Fact]
    public void Bounds_of_money_meet_window_by_window_and_a_line_below_may_only_be_lower()
    {
        static PolicyValue Of(long usd, string window) =>
            PolicyReader.Read($"budgets:\n  key: {{ limit_usd: \"{usd}\", window: {window} }}\n").Document!.Lines["budgets.key"].Value;
        Of(50, "month").Meet(Of(20, "month")).ShouldBe(Of(20, "month"));
        Of(50, "month").Meet(Of(5, "day")).Says.ShouldBe("5.00 USD a day, 50.00 USD a month");
        Of(50, "month").Join(Of(20, "month")).ShouldBe(Of(50, "month"));
        (Of(60, "month").Contradicts(Of(50, "month")), Of(40, "month").Contradicts(Of(50, "month"))).ShouldBe((true, false));
        Of(60, "day").Contradicts(Of(50, "month")).ShouldBeFalse();
        foreach (
            var (text, says) in new[]
            {
                ("50", "an amount in a window"),
                ("{ limit_usd: x, window: month }", "decimal USD"),
                ("{ limit_usd: \"5\" }", "needs a window"),
                ("{ limit_usd: \"5\", window: year }", "one of minute, hour, day, month, total"),
                ("{ limit_usd: \"5\", window: day, for: me }", "There is no 'for'"),
            }
        )
            PolicyReader.Read($"budgets:\n  key: {text}\n").Problems[0].Message.ShouldContain(says);
    }
}
