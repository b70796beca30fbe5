using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class CallListTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset MonthEnd = new(2026, 3, 31, 20, 0, 0, TimeSpan.Zero);

    static List<CallRecord> OverMonths(int count) => new Samples(31, MonthEnd, TimeSpan.FromHours(8)).Take(count);

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Every_filter_leaves_exactly_the_calls_it_names(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var calls = OverMonths(120);
        await node.Get<ICallStore>().InsertAsync(calls, Ct);
        var middle = Micros.Of(MonthEnd.AddHours(4));
        (CallFilter Filter, Func<CallRecord, bool> Holds)[] cases =
        [
            (new CallFilter(Reach.Everywhere), _ => true),
            (new CallFilter(Reach.Everywhere) { FromUs = middle }, c => c.StartedAtUs >= middle),
            (new CallFilter(Reach.Everywhere) { ToUs = middle }, c => c.StartedAtUs < middle),
            (new CallFilter(Reach.Everywhere) { OrganisationId = "org_1" }, _ => true),
            (new CallFilter(Reach.Everywhere) { OrganisationId = "org_2" }, _ => false),
            (new CallFilter(Reach.Everywhere) { WorkspaceId = "ws_a" }, c => c.WorkspaceId == "ws_a"),
            (new CallFilter(Reach.Everywhere) { UseCaseId = "uc_b" }, c => c.UseCaseId == "uc_b"),
            (new CallFilter(Reach.Everywhere) { KeyId = "key_c" }, c => c.KeyId == "key_c"),
            (new CallFilter(Reach.Everywhere) { PersonId = "person_a" }, c => c.PersonId == "person_a"),
            (new CallFilter(Reach.Everywhere) { Operation = "embeddings" }, c => c.Operation == "embeddings"),
            (new CallFilter(Reach.Everywhere) { Route = "fast" }, c => c.Route == "fast"),
            (new CallFilter(Reach.Everywhere) { Model = "m-large" }, c => c.Model == "m-large"),
            (new CallFilter(Reach.Everywhere) { Provider = "south" }, c => c.Provider == "south"),
            (new CallFilter(Reach.Everywhere) { ConnectionId = "conn_1" }, c => c.ConnectionId == "conn_1"),
            (new CallFilter(Reach.Everywhere) { DeploymentId = "dep_2" }, c => c.DeploymentId == "dep_2"),
            (new CallFilter(Reach.Everywhere) { Outcome = CallOutcome.Completed }, c => c.Outcome == CallOutcome.Completed),
            (new CallFilter(Reach.Everywhere) { ErrorCode = "upstream_failed" }, c => c.ErrorCode == "upstream_failed"),
            (
                new CallFilter(Reach.Everywhere) { Model = "m-small", Outcome = CallOutcome.Failed },
                c => c is { Model: "m-small", Outcome: CallOutcome.Failed }
            ),
        ];
        foreach (var (filter, holds) in cases)
        {
            var expected = calls.Where(holds).OrderByDescending(c => c.Id.ToString(), StringComparer.Ordinal).Select(c => c.Id);
            var listed = await node.Get<ICallStore>().ListAsync(filter, new PageRequest(1_000, null), Ct);
            listed.Select(c => c.Id).ShouldBe(expected, filter.ToString());
            calls.Where(filter.Fits).ShouldBe(calls.Where(holds), filter.ToString());
            (await node.Get<ICallStore>().SumCostAsync(filter, Ct)).ShouldBe(calls.Where(holds).Sum(c => c.CostNanoUsd), filter.ToString());
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Pages_hold_every_call_once_while_newer_calls_arrive(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var calls = OverMonths(57);
        await node.Get<ICallStore>().InsertAsync(calls, Ct);
        var late = new Samples(32, MonthEnd.AddHours(9), TimeSpan.FromHours(1));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await api.GetAsync($"/api/calls?limit=10{(cursor is null ? "" : "&cursor=" + cursor)}")).Json;
            seen.AddRange(page["items"]!.AsArray().Select(c => c!["id"]!.GetValue<string>()));
            cursor = page["next"]?.GetValue<string>();
            await node.Get<ICallStore>().InsertAsync([late.Next()], Ct);
        } while (cursor is not null);

        seen.ShouldBe(calls.Select(c => c.Id.ToString()).OrderByDescending(i => i, StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task One_call_shows_its_attempts_and_its_trail_in_order(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var call = OverMonths(100).First(c => c.Attempts.Count == 3);
        await node.Get<ICallStore>().InsertAsync([call], Ct);

        var shown = await api.GetAsync("/api/calls/" + call.Id);

        shown.Status.ShouldBe(200, shown.Text);
        shown.Json["attempts"]!.AsArray().Select(a => a!["number"]!.GetValue<int>()).ShouldBe([1, 2, 3]);
        shown.Json["attempts"]![0]!["outcome"]!.GetValue<string>().ShouldBe("failed");
        shown.Json["trail"]!.AsArray().Select(t => t!["stage"]!.GetValue<string>()).ShouldBe(["resolve_route", "hold_budget"]);
        (await api.GetAsync("/api/calls/" + CallId.New(TimeProvider.System))).Status.ShouldBe(404);
        (await api.GetAsync("/api/calls/nonsense")).Status.ShouldBe(404);
        (await api.GetAsync("/api/calls?outcome=lost")).Status.ShouldBe(400);
        (await api.GetAsync("/api/calls?limit=1001")).Status.ShouldBe(400);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_call_that_came_in_the_last_moment_of_a_month_is_found(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var midnight = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        var call = new Samples(33).Next();
        call.Id = CallId.New(new ManualTime(midnight.AddMilliseconds(-1)));
        call.StartedAtUs = Micros.Of(midnight);
        await node.Get<ICallStore>().InsertAsync([call], Ct);

        (await node.Get<ICallStore>().FindAsync(call.Id, Reach.Everywhere, Ct)).ShouldNotBeNull().Id.ShouldBe(call.Id);
    }
}
