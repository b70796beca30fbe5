using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Access;
using Portico.Models;
using Portico.Observability;
using Portico.Observability.Rerating;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>Corrected prices: what reports say changes once, what was recorded does not, wherever a run is cut off.</summary>
public sealed class ReratingTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A budget as the ledger has: it adds up differences in the transaction of the step, and fails when it is told to.</summary>
    sealed class CountingSink : IAdjustmentSink
    {
        public int FailAt { get; set; } = -1;
        public int Steps { get; private set; }

        public async Task ApplyAsync(DbWork work, IReadOnlyList<Adjustment> adjustments, CancellationToken ct)
        {
            await work.Connection.ExecuteAsync(
                "create table if not exists test_spent (id bigint primary key, amount bigint not null)",
                transaction: work.Transaction
            );
            await work.Connection.ExecuteAsync(
                "insert into test_spent (id, amount) values (1, @amount) on conflict (id) do update set amount = test_spent.amount + excluded.amount",
                new { amount = adjustments.Sum(a => a.Difference) },
                work.Transaction
            );
            if (++Steps == FailAt)
                throw new InvalidOperationException("It breaks here.");
        }
    }

    sealed record Books(long Rollups, long Unpriced, long Rows, long Adjustments, long Spent);

    static async Task<Books> ReadAsync(TestNode node)
    {
        var line = (
            await node.Get<UsageReports>().ReadAsync(new UsageQuery(Reach.Everywhere) { FromUs = 0, ToUs = long.MaxValue }, Ct)
        ).Single();
        await GrainTests.ShouldAgreeAsync(node, "after adjustments");
        await using var db = await node.Database.OpenReadAsync(Ct);
        // A report says what was billed and what was changed of it.
        var billed = await node.Get<ICallStore>().SumCostAsync(new CallFilter(Reach.Everywhere), Ct);
        (line.BilledNanoUsd, line.AdjustedNanoUsd).ShouldBe((billed, await ReratingStore.SumAsync(db, 0)));
        return new Books(
            line.CostNanoUsd,
            line.UnpricedCalls,
            await node.Get<ICallStore>().SumCostAsync(new CallFilter(Reach.Everywhere), Ct),
            await ReratingStore.SumAsync(db, 0),
            await db.ExecuteScalarAsync<long>("select amount from test_spent")
        );
    }

    static readonly ReratingScope All = new(Samples.Start.AddDays(-1), Samples.Start.AddDays(1), null);

    /// <summary>A node with calls of m-small, some billed by prices of another book and some by none, and a book that knows m-small now.</summary>
    static async Task<(TestNode Node, List<CallRecord> Calls, CountingSink Sink)> SetUpAsync(TestStore store, int calls = 900)
    {
        var sink = new CountingSink();
        var node = await OpenAsync(store, sink);
        var samples = new Samples(21).Take(calls);
        foreach (var call in samples)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
        await using var api = await ApiHost.StartAsync(node);
        var model = await api.PostAsync("/api/models", """{"name":"m-small"}""");
        await PriceAsync(api, model["id"], "3");
        return (node, samples, sink);
    }

    static async Task<TestNode> OpenAsync(TestStore store, CountingSink sink)
    {
        var node = await store.OpenAsync(time: new ManualTime(Samples.Start.AddDays(2)), more: s => s.AddSingleton<IAdjustmentSink>(sink));
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        return node;
    }

    static async Task PriceAsync(ApiHost api, string model, string usd) =>
        (
            await api.PostAsync(
                "/api/prices",
                $$"""{"model_id":"{{model}}","valid_from":"2026-01-01T00:00:00Z","usd_per_mtok":{"input":"{{usd}}","output":"9","audio_output":"11","image_output":"12"},"usd_per_unit":{"search":"0.002","audio_minute":"0.006"} }"""
            )
        ).Status.ShouldBe(201);

    static long Expected(TestNode node, IEnumerable<CallRecord> calls)
    {
        var price = node.Get<IPriceBook>().At("m-small", Samples.Start).ShouldNotBeNull();
        return calls
            .SelectMany(c => c.Attempts)
            .Where(a => a.PriceId is not null || !a.Usage.IsEmpty)
            .Sum(a => price.CostNanoUsd(a.Usage)!.Value);
    }

    static async Task RunAsync(TestNode node)
    {
        while (await node.Get<ReratingService>().StepAsync(Ct)) { }
        // Runs are told apart by when they were asked for.
        ((ManualTime)node.Get<TimeProvider>()).Advance(TimeSpan.FromSeconds(1));
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_corrected_price_changes_reports_and_budgets_by_an_entry_and_no_record(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (node, calls, _) = await SetUpAsync(store);
        var reratings = node.Get<ReratingService>();
        var expected = Expected(node, calls);
        var (told, useCases) = await reratings.PreviewAsync(All, Ct);
        (told.Calls, told.NewNanoUsd, told.OldNanoUsd).ShouldBe((calls.Count, expected, calls.Sum(c => c.CostNanoUsd)));
        useCases.Sum(u => u.NewNanoUsd - u.OldNanoUsd).ShouldBe(told.NewNanoUsd - told.OldNanoUsd);
        (await node.Get<ReratingStore>().UnfinishedAsync(Ct)).ShouldBeNull("looking writes nothing");

        var run = await reratings.StartAsync(All, "the table was wrong", "ada", Ct);
        (await Should.ThrowAsync<PorticoException>(() => reratings.StartAsync(All, null, "bob", Ct))).Kind.ShouldBe(ErrorTable.Conflict);
        await RunAsync(node);

        var done = (await node.Get<ReratingStore>().FindAsync(run.Id, Ct)).ShouldNotBeNull();
        (done.State, done.AskedBy, done.Reason, done.Sums).ShouldBe(("done", "ada", "the table was wrong", told));
        var billed = calls.Sum(c => c.CostNanoUsd);
        var books = await ReadAsync(node);
        books.ShouldBe(new Books(expected, 0, billed, expected - billed, expected - billed));
        (await node.Get<ReratingStore>().UseCasesAsync(run.Id, Ct)).ShouldBe(useCases);
        foreach (var call in calls.Take(20))
            CallSql
                .Row((await node.Get<ICallStore>().FindAsync(call.Id, Reach.Everywhere, Ct))!)
                .ShouldBe(CallSql.Row(call), "the record stays");

        // Asked again it changes nothing; after a second correction only what is new.
        (await reratings.PreviewAsync(All, Ct)).Sums.Adjusted.ShouldBe(0);
        await reratings.StartAsync(All, null, "ada", Ct);
        await RunAsync(node);
        (await ReadAsync(node)).ShouldBe(books);
        await using var api = await ApiHost.StartAsync(node);
        var model = node.Get<ModelsCatalog>().Current.FindModel("m-small")!;
        await PriceAsync(api, model.Id.ToString(), "0.5");
        await reratings.StartAsync(All, null, "ada", Ct);
        await RunAsync(node);
        var again = Expected(node, calls);
        (await ReadAsync(node)).ShouldBe(new Books(again, 0, billed, again - billed, again - billed));

        var one = calls.First(c => c.CostNanoUsd > 0);
        var history = (await api.GetAsync($"/api/calls/{one.Id}/adjustments")).Json["items"]!.AsArray();
        history.Count.ShouldBe(2);
        history[0]!["old_nano_usd"]!.GetValue<long>().ShouldBe(one.CostNanoUsd);
        history[1]!["old_nano_usd"]!.GetValue<long>().ShouldBe(history[0]!["new_nano_usd"]!.GetValue<long>());
        history[1]!["price_version"]!.GetValue<long>().ShouldBe(2);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_run_that_is_cut_off_in_a_step_goes_on_without_losing_or_doubling_a_call(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var (first, calls, sink) = await SetUpAsync(store);
        sink.FailAt = 3;
        await first.Get<ReratingService>().StartAsync(All, null, "ada", Ct);
        (await first.Get<ReratingService>().StepAsync(Ct)).ShouldBeTrue();
        (await first.Get<ReratingService>().StepAsync(Ct)).ShouldBeTrue();
        await Should.ThrowAsync<InvalidOperationException>(() => first.Get<ReratingService>().StepAsync(Ct));
        var half = (await first.Get<ReratingStore>().UnfinishedAsync(Ct)).ShouldNotBeNull();
        half.Sums.Calls.ShouldBe(400);
        await first.DisposeAsync();

        var second = await OpenAsync(store, new CountingSink());
        // The lease of the node that died ends first.
        ((ManualTime)second.Get<TimeProvider>()).Advance(TimeSpan.FromMinutes(1));
        await using (var db = await second.Database.OpenReadAsync(Ct))
            if (engine == Engine.Postgres)
                await db.ExecuteAsync("update storage_leases set expires_us = 0");
        await RunAsync(second);
        var (expected, billed) = (Expected(second, calls), calls.Sum(c => c.CostNanoUsd));
        (await ReadAsync(second)).ShouldBe(new Books(expected, 0, billed, expected - billed, expected - billed));
        var done = (await second.Get<ReratingStore>().FindAsync(half.Id, Ct))!;
        (done.State, done.Sums.Calls).ShouldBe(("done", calls.Count));
    }

    [Fact]
    public async Task A_step_that_was_made_elsewhere_is_not_made_again()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var (node, _, sink) = await SetUpAsync(store, 10);
        var run = await node.Get<ReratingService>().StartAsync(All, null, "ada", Ct);
        var runs = node.Get<ReratingStore>();
        (await runs.MoveAsync(run, "call_x", false, ReratingSums.None, [], [sink], Ct)).ShouldBeTrue();
        (await runs.MoveAsync(run, "call_x", false, ReratingSums.None, [], [sink], Ct)).ShouldBeFalse("it stands elsewhere now");
        sink.Steps.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_book_has_no_price_for_stays_as_it_was()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await OpenAsync(store, new CountingSink());
        var calls = new Samples(5).Take(50);
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);
        var (told, _) = await node.Get<ReratingService>().PreviewAsync(All, Ct);
        (told.Adjusted, told.OldNanoUsd).ShouldBe((0, told.NewNanoUsd));
        told.Kept.ShouldBe(calls.Count(c => c.Attempts.Any(a => a.PriceId is not null || !a.Usage.IsEmpty)));
    }

    [Theory]
    [InlineData("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z", "to")]
    [InlineData("2026-03-02T00:00:00Z", "2027-03-01T00:00:00Z", "to")]
    public async Task A_span_that_makes_no_sense_is_refused(string from, string to, string param)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await OpenAsync(store, new CountingSink());
        await using var api = await ApiHost.StartAsync(node);
        var refused = await api.PostAsync("/api/reratings", $$"""{"from":"{{from}}","to":"{{to}}"}""");
        (refused.Status, refused["param"]).ShouldBe((400, param));
        (await api.GetAsync("/api/reratings/rerating_nope")).Status.ShouldBe(404);
    }
}
