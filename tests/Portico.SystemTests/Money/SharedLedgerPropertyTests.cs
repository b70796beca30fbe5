using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portico.Gateway.Ledger;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>The ledgers of two nodes on one PostgreSQL: random amounts over several meters at once, looked at from the store and from both nodes.</summary>
public sealed class SharedLedgerPropertyTests(PostgresServer postgres, ITestOutputHelper output)
{
    static readonly int Rounds = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 40 : 3;

    /// <summary>What two nodes know of one meter's window.</summary>
    sealed record Shared(Meter Meter, Node[] Nodes)
    {
        public MeterSlot SlotOf(Node node) => node.Services.GetRequiredService<MeterCatalog>().SlotOf(Meter, Meter.ScopeId);
    }

    static CreditLedger LedgerOf(Node node) => node.Services.GetRequiredService<CreditLedger>();

    [Fact]
    public async Task Over_two_nodes_no_instant_is_over_a_limit_and_in_the_end_what_was_settled_is_what_was_spent()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var database = await postgres.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database);
        await using var _ = one;
        await using var __ = two;
        for (var round = 0; round < Rounds; round++)
            await RoundAsync([one, two], database, new Random(random.Next()), $"seed {seed}, round {round}");
        // Every deadlock costs the calls that wait for it a second.
        await using var db = new NpgsqlConnection(database);
        (await db.ExecuteScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()")).ShouldBe(0);
    }

    static async Task RoundAsync(Node[] nodes, string database, Random random, string because)
    {
        var meters = await MakeMetersAsync(nodes, random);
        var settled = new ConcurrentQueue<MeterSettlement>();
        using var done = new CancellationTokenSource();
        var sampling = SampleAsync(meters, database, because, done.Token);
        await Task.WhenAll(
            Enumerable
                .Range(0, 24)
                .Select(i => (Node: nodes[i % nodes.Length], Random: new Random(random.Next())))
                .Select(c => Task.Run(() => CallAsync(c.Node, meters, c.Random, settled)))
        );
        await done.CancelAsync();
        await sampling;

        foreach (var node in nodes)
            await node.Services.GetRequiredService<JournalDrain>().FlushAsync(CancellationToken.None);
        await using var db = new NpgsqlConnection(database);
        foreach (var shared in meters)
        {
            var sum = settled.Where(s => s.MeterId == shared.Meter.Id).Sum(s => s.Amount);
            var (spent, leased) = await WindowAsync(db, shared.Meter.Id);
            spent.ShouldBe(sum, because);
            (spent + leased).ShouldBeLessThanOrEqualTo(shared.Meter.Limit, because);
            foreach (var node in nodes)
                LedgerOf(node).Status([shared.SlotOf(node)]).Single().Held.ShouldBe(0, because);
            // What is leased is what the nodes still have: nothing goes astray between them and the store. A return may be under way.
            await Eventually.IsTrueAsync(
                async () => nodes.Sum(n => shared.SlotOf(n).Current!.Room) == (await WindowAsync(db, shared.Meter.Id)).Leased,
                () => $"{because}: the nodes have what is leased"
            );
        }
    }

    static async Task<List<Shared>> MakeMetersAsync(Node[] nodes, Random random)
    {
        var meters = new List<Shared>();
        foreach (var unit in new[] { MeterUnit.NanoUsd, MeterUnit.NanoUsd, MeterUnit.Tokens })
            meters.Add(
                new Shared(
                    await nodes[0]
                        .Services.GetRequiredService<MeterService>()
                        .CreateAsync(
                            new Meter
                            {
                                Id = "",
                                Scope = MeterScope.Organisation,
                                ScopeId = nodes[0].OrganisationId,
                                Unit = unit,
                                Window = MeterWindow.Total,
                                Limit = random.Next(500, 6_000),
                            },
                            Reach.Everywhere,
                            CancellationToken.None
                        ),
                    nodes
                )
            );
        return meters;
    }

    static async Task CallAsync(Node node, List<Shared> meters, Random random, ConcurrentQueue<MeterSettlement> settled)
    {
        for (var i = 0; i < 6; i++)
        {
            var slots = meters.Where(_ => random.Next(3) > 0).Select(m => m.SlotOf(node)).ToArray();
            var worst = new Amounts(random.Next(200), random.Next(200), 0, 0);
            var result = await LedgerOf(node).HoldAsync(slots, worst, CancellationToken.None);
            if (result.Hold is not { } hold)
                continue;
            await Task.Yield();
            var used = new Amounts(random.NextInt64(worst.NanoUsd + 1), random.NextInt64(worst.Tokens + 1), 0, 0);
            var settlements = LedgerOf(node).Settled(hold, used);
            LedgerOf(node).Settled(hold, worst).ShouldBeEmpty();
            foreach (var settlement in settlements)
                settled.Enqueue(settlement);
            node.Services.GetRequiredService<CallRecorder>()
                .Record(
                    new CallRecord
                    {
                        Id = CallId.New(TimeProvider.System),
                        StartedAtUs = Micros.Now(TimeProvider.System),
                        NodeId = node.Services.GetRequiredService<Database>().NodeId,
                        Settlements = settlements,
                    }
                );
        }
    }

    static async Task SampleAsync(List<Shared> meters, string database, string because, CancellationToken done)
    {
        await using var db = new NpgsqlConnection(database);
        do
        {
            foreach (var shared in meters)
            {
                var (spent, leased) = await WindowAsync(db, shared.Meter.Id);
                (spent + leased).ShouldBeLessThanOrEqualTo(shared.Meter.Limit, because);
                foreach (var node in shared.Nodes)
                {
                    var local = LedgerOf(node).Status([shared.SlotOf(node)]).Single();
                    (local.Spent + local.Held).ShouldBeLessThanOrEqualTo(shared.Meter.Limit, because);
                }
            }
        } while (!done.IsCancellationRequested);
    }

    static async Task<(long Spent, long Leased)> WindowAsync(NpgsqlConnection db, string slot) =>
        await db.QuerySingleOrDefaultAsync<(long, long)>(
            "select spent, leased from gateway_meter_windows where slot = @slot",
            new { slot }
        );
}
