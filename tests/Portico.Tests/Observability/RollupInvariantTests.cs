using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>One truth: rows, rollups and the counters of the sinks are sums over the same calls, whatever happened between.</summary>
public sealed class RollupInvariantTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A counter as the ledger has: it adds up in the transaction that moves the journal's position.</summary>
    sealed class CountingSink : IJournalSink
    {
        public async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> batch, CancellationToken ct)
        {
            await work.Connection.ExecuteAsync(
                "create table if not exists test_counter (id bigint primary key, calls bigint not null, cost bigint not null)",
                transaction: work.Transaction
            );
            await work.Connection.ExecuteAsync(
                "insert into test_counter (id, calls, cost) values (1, @calls, @cost) on conflict (id) do update set calls = test_counter.calls + excluded.calls, cost = test_counter.cost + excluded.cost",
                new { calls = (long)batch.Count, cost = batch.Sum(r => r.CostNanoUsd) },
                work.Transaction
            );
        }

        public static async Task<(long Calls, long Cost)> ReadAsync(TestNode node)
        {
            await using var db = await node.Database.OpenReadAsync(Ct);
            return await db.QuerySingleAsync<(long, long)>("select calls, cost from test_counter");
        }
    }

    static void Count(IServiceCollection services) => services.AddSingleton<IJournalSink, CountingSink>();

    static async Task ShouldAgreeAsync(TestNode node, IReadOnlyList<CallRecord> calls, string because)
    {
        var reports = node.Get<UsageReports>();
        var all = (
            await reports.ReadAsync(
                new UsageQuery(Reach.Everywhere)
                {
                    FromUs = 0,
                    ToUs = long.MaxValue,
                    Quantiles = true,
                },
                Ct
            )
        ).Single();
        var cost = calls.Sum(c => c.CostNanoUsd);
        (await node.Get<ICallStore>().SumCostAsync(new CallFilter(Reach.Everywhere), Ct)).ShouldBe(cost, because);
        (await CountingSink.ReadAsync(node)).ShouldBe((calls.Count, cost), because);
        (all.Calls, all.CostNanoUsd).ShouldBe((calls.Count, cost), because);
        (all.InputTokens + all.CacheReadTokens + all.CacheWriteTokens).ShouldBe(calls.Sum(c => c.Usage.TotalInput), because);
        (all.OutputTokens + all.ReasoningTokens).ShouldBe(calls.Sum(c => c.Usage.TotalOutput), because);
        all.Duration!.Calls.ShouldBe(calls.Count, because);
        all.FirstOutput!.Calls.ShouldBe(calls.Count(c => c.FirstOutputUs > 0), because);
        foreach (var dimension in UsageReports.DimensionNames)
        {
            var lines = await reports.ReadAsync(
                new UsageQuery(Reach.Everywhere)
                {
                    FromUs = 0,
                    ToUs = long.MaxValue,
                    GroupBy = [dimension],
                },
                Ct
            );
            (lines.Sum(l => l.Calls), lines.Sum(l => l.CostNanoUsd)).ShouldBe((calls.Count, cost), $"{because}, by {dimension}");
        }
        await GrainTests.ShouldAgreeAsync(node, because);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Rows_rollups_and_counters_agree_for_any_batches_over_the_turn_of_a_month(Engine engine)
    {
        foreach (var seed in new[] { 1, 2, 3 })
        {
            await using var store = await TestStore.CreateAsync(engine, server);
            var node = await store.OpenAsync(more: Count);
            await node.Get<JournalDrain>().ReplayAsync(Ct);
            var random = new Random(seed);
            var samples = new Samples(seed, new DateTimeOffset(2026, 3, 31, 22, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(4));
            var calls = new List<CallRecord>();
            for (var batch = 0; batch < 6; batch++)
            {
                foreach (var call in samples.Take(1 + random.Next(120)))
                {
                    node.Get<CallRecorder>().Record(call);
                    calls.Add(call);
                }
                await node.Get<JournalDrain>().FlushAsync(Ct);
            }

            await ShouldAgreeAsync(node, calls, $"seed {seed}");
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_journal_that_is_replayed_after_the_rows_arrived_counts_nothing_twice(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var first = await store.OpenAsync(more: Count);
        await first.Get<JournalDrain>().ReplayAsync(Ct);
        var calls = new Samples(11).Take(700);
        foreach (var call in calls)
            first.Get<CallRecorder>().Record(call);
        // The process died between the rows and the counters: the rows of some calls are there, the position is not.
        await first.Get<ICallStore>().InsertAsync(calls.Take(300).ToList(), Ct);
        await first.DisposeAsync();

        var second = await store.OpenAsync(more: Count);
        await second.Get<JournalDrain>().ReplayAsync(Ct);
        await ShouldAgreeAsync(second, calls, "after the replay");
        await second.Get<JournalDrain>().ReplayAsync(Ct);
        await second.Get<ICallStore>().InsertAsync(calls, Ct);
        await ShouldAgreeAsync(second, calls, "after another replay");
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_stored_is_what_was_recorded_and_can_be_priced_again(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync(more: Count);
        await node.Get<JournalDrain>().ReplayAsync(Ct);
        var samples = new Samples(12);
        var calls = samples.Take(60);
        foreach (var call in calls)
            node.Get<CallRecorder>().Record(call);
        await node.Get<JournalDrain>().FlushAsync(Ct);

        foreach (var call in calls)
        {
            var kept = (await node.Get<ICallStore>().FindAsync(call.Id, Reach.Everywhere, Ct)).ShouldNotBeNull();
            CallSql.Row(kept).ShouldBe(CallSql.Row(call));
            Recomputation.Check(kept, samples.Find).Verdict.ShouldBe(CostVerdict.Agrees);
        }
    }
}
