using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Server.Seeds;
using Portico.Storage;
using Portico.Tests.Observability;
using Portico.Tests.Support;

namespace Portico.Tests.Server;

/// <summary>The recorded calls of a scenario are what the door would have recorded.</summary>
public sealed class CallHistoryTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset End = new(2026, 3, 20, 15, 0, 0, TimeSpan.Zero);

    static IReadOnlyList<HistoryUse> Uses(string meter = "budget_all") =>
        CallsSheet
            .UseCases.Select(
                (u, i) =>
                    new HistoryUse(
                        u,
                        "org_a",
                        "ws_" + u.Workspace,
                        $"uc_{i}",
                        Enumerable.Range(1, u.Keys).Select(k => $"key_{i}_{k}").ToList(),
                        u.Models.Select(m => Model(CallsSheet.Models.Single(s => s.Name == m))).ToList(),
                        [new HistoryMeter(meter, IsDay: false)]
                    )
            )
            .ToList();

    static HistoryModel Model(CallsSheet.SeedModel sheet) =>
        new(
            sheet,
            "dep_" + sheet.Name,
            "conn_" + sheet.Connection,
            new Price
            {
                Id = default,
                Version = 1,
                Rates = new TokenRates { Input = (long)(sheet.InUsd * NanoUsd.PerUsd), Output = (long)(sheet.OutUsd * NanoUsd.PerUsd) },
            }
        );

    static List<CallRecord> Calls(long count) => new CallHistory(Uses(), End, 10, count, 7).All().ToList();

    [Fact]
    public void The_same_seed_gives_the_same_calls_down_to_their_ids()
    {
        var (one, other) = (Calls(3_000), Calls(3_000));
        one.Select(CallSql.Row).ShouldBe(other.Select(CallSql.Row));
    }

    [Fact]
    public void Calls_are_as_many_as_asked_for_in_the_order_of_time_and_of_every_kind()
    {
        var calls = Calls(20_000);

        calls.Count.ShouldBe(20_000);
        calls.Select(c => c.StartedAtUs).ShouldBeInOrder();
        Micros.ToTime(calls[0].StartedAtUs).ShouldBeGreaterThanOrEqualTo(End.AddDays(-10));
        Micros.ToTime(calls[^1].StartedAtUs).ShouldBeLessThan(End);
        calls.Select(c => c.Id).Distinct().Count().ShouldBe(20_000);
        calls.ShouldAllBe(c => Math.Abs(Micros.Of(c.Id.CreatedAt) - c.StartedAtUs) < 1_000);
        calls.Select(c => c.Outcome).Distinct().Count().ShouldBe(4);
        calls.Select(c => c.UseCaseId).Distinct().Count().ShouldBe(CallsSheet.UseCases.Count);
        calls.Count(c => c.Cache == "hit").ShouldBeGreaterThan(500);
        calls.Count(c => c is { Outcome: CallOutcome.Completed, Attempts.Count: 2 }).ShouldBeGreaterThan(50);
        calls.ShouldAllBe(c => c.CostNanoUsd == c.Attempts.Sum(a => a.CostNanoUsd) && c.DurationUs >= c.FirstOutputUs);
        // Weekends are quiet.
        var days = calls.GroupBy(c => Micros.ToTime(c.StartedAtUs).DayOfWeek).ToDictionary(g => g.Key, g => g.Count());
        days[DayOfWeek.Sunday].ShouldBeLessThan(days[DayOfWeek.Tuesday]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_is_brought_in_agrees_in_rows_rollups_and_budgets(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync("one", new ManualTime(End), s => s.AddGateway(new ConfigurationBuilder().Build()));
        var calls = Calls(3_000);

        foreach (var batch in calls.Chunk(1_000))
            await node.Services.GetRequiredService<RecordImport>().ApplyAsync(batch, Ct);

        await GrainTests.ShouldAgreeAsync(node, "after the import");
        var lines = await node.Get<UsageReports>().ReadAsync(new UsageQuery(Reach.Everywhere) { FromUs = 0, ToUs = long.MaxValue }, Ct);
        lines.Single().CostNanoUsd.ShouldBe(calls.Sum(c => c.CostNanoUsd));
        (await node.Get<ICallStore>().SumCostAsync(new CallFilter(Reach.Everywhere), Ct)).ShouldBe(calls.Sum(c => c.CostNanoUsd));
        await using var db = await node.Database.OpenReadAsync(Ct);
        (
            await Dapper.SqlMapper.ExecuteScalarAsync<long>(
                db,
                "select cast(sum(spent) as bigint) from gateway_meter_windows where slot = 'budget_all'"
            )
        ).ShouldBe(calls.Sum(c => c.CostNanoUsd));
    }

    [Fact]
    public async Task Records_whose_rows_cannot_be_written_are_not_counted_either()
    {
        await using var store = await TestStore.CreateAsync(Engine.Postgres, server);
        var node = await store.OpenAsync("one", new ManualTime(End), s => s.AddGateway(new ConfigurationBuilder().Build()));
        await RenameAsync("observability_calls", "away");

        await Should.ThrowAsync<System.Data.Common.DbException>(() => node.Get<RecordImport>().ApplyAsync(Calls(10), Ct));

        await RenameAsync("away", "observability_calls");
        (
            await node.Get<UsageReports>().ReadAsync(new UsageQuery(Reach.Everywhere) { FromUs = 0, ToUs = long.MaxValue }, Ct)
        ).ShouldBeEmpty();
        await node.Get<RecordImport>().ApplyAsync(Calls(10), Ct);
        await GrainTests.ShouldAgreeAsync(node, "brought again");

        Task RenameAsync(string table, string to) =>
            node.Database.WriteAsync(
                w => Dapper.SqlMapper.ExecuteAsync(w.Connection, $"alter table {table} rename to {to}", transaction: w.Transaction),
                Ct
            );
    }
}
