using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portico.Gateway.Ledger;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Durability;

/// <summary>A PostgreSQL server that these tests may take down.</summary>
public sealed class OwnPostgres : IAsyncLifetime
{
    public PostgresServer Server { get; } = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>
/// PostgreSQL goes away while calls go on: what a node has been granted it may spend, then calls are refused clearly, and when the server is back
/// nothing is lost, doubled, or out of reach.
/// </summary>
public sealed class StoreOutageTests(OwnPostgres own, ITestOutputHelper output) : IClassFixture<OwnPostgres>
{
    readonly PostgresServer server = own.Server;

    static readonly bool Long = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1";

    static async Task<long> TakenAsync(string database, string budget)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select spent + leased from gateway_meter_windows where slot = @slot", connection);
        command.Parameters.AddWithValue("slot", budget);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task Warm_calls_go_on_within_what_was_granted_then_are_refused_and_later_the_whole_budget_can_be_used()
    {
        const int Affordable = 120;
        var database = await server.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database);
        await using var _ = one;
        await using var __ = two;
        await using var exact = await ExactModel.ConnectAsync(one);
        var (key, oneDoor) = await one.NewKeyAsync();
        using var twoDoor = two.Client(oneDoor.DefaultRequestHeaders.Authorization!.Parameter);
        var budget = await exact.BudgetAsync(key, Affordable, one, two);
        foreach (var door in new[] { oneDoor, twoDoor })
            using (var warm = await door.ChatAsync(ExactModel.Call()))
                ((int)warm.StatusCode).ShouldBe(200, await warm.Content.ReadAsStringAsync());
        await Books.ShouldAgreeAsync(one);

        await server.StopAsync();
        var served = 2;
        foreach (var door in new[] { oneDoor, twoDoor })
        {
            var (more, refusal) = await ExactModel.CallUntilRefusedAsync(door);
            more.ShouldBeGreaterThan(0, "a node goes on with what it was granted");
            var error = await refusal.ShouldBeRefusedAsync(503, "ledger_unavailable");
            error.Text("message").ShouldContain("does not answer");
            refusal.Header("retry-after").ShouldNotBeNull();
            served += more;
        }
        served.ShouldBeLessThan(Affordable);

        await server.StartAsync();
        served += await ExactModel.CallUntilTheBudgetIsSpentAsync(oneDoor);
        served += await ExactModel.CallUntilTheBudgetIsSpentAsync(twoDoor);
        served += await ExactModel.CallUntilTheBudgetIsSpentAsync(oneDoor);
        served.ShouldBe(Affordable);
        (await TakenAsync(database, budget)).ShouldBe(exact.PriceNanoUsd * Affordable);
        var rows = await Books.ShouldAgreeAsync(two);
        rows.Count(r => r.Text("key_id") == key && r.Text("outcome") == "completed").ShouldBe(Affordable);
    }

    [Fact]
    public async Task A_server_that_hangs_holds_no_warm_call_up_and_all_that_wait_for_it_are_refused_together()
    {
        var database = await server.CreateDatabaseAsync();
        await using var node = (await Node.StartTogetherAsync(1, database)).Single();
        await using var exact = await ExactModel.ConnectAsync(node);
        var (key, door) = await node.NewKeyAsync();
        await exact.BudgetAsync(key, 80, node);
        using (var warm = await door.ChatAsync(ExactModel.Call()))
            ((int)warm.StatusCode).ShouldBe(200);
        await server.FreezeAsync();
        try
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => door.ChatAsync(ExactModel.Call())));
            answers.Count(a => (int)a.StatusCode == 200).ShouldBe(9, "a node goes on with what it was granted");
            foreach (var refusal in answers.Where(a => (int)a.StatusCode != 200))
                await refusal.ShouldBeRefusedAsync(503, "ledger_unavailable");
        }
        finally
        {
            await server.ThawAsync();
        }
        (await ExactModel.CallUntilTheBudgetIsSpentAsync(door)).ShouldBe(70, "what was granted too late was not lost");
        await Books.ShouldAgreeAsync(node);
    }

    [Fact]
    public async Task A_node_that_could_not_renew_its_lease_spends_nothing_until_it_has_and_then_has_lost_nothing()
    {
        const int Affordable = 40;
        var database = await server.CreateDatabaseAsync();
        await using var node = (await Node.StartTogetherAsync(1, database)).Single();
        await using var exact = await ExactModel.ConnectAsync(node);
        var (key, door) = await node.NewKeyAsync();
        var budget = await exact.BudgetAsync(key, Affordable, node);
        using (var warm = await door.ChatAsync(ExactModel.Call()))
            ((int)warm.StatusCode).ShouldBe(200);
        await Books.ShouldAgreeAsync(node);

        await server.StopAsync();
        using (var within = await door.ChatAsync(ExactModel.Call()))
            ((int)within.StatusCode).ShouldBe(200);
        node.Time.LetPass(TimeSpan.FromSeconds(26));
        using (var past = await door.ChatAsync(ExactModel.Call()))
            (await past.ShouldBeRefusedAsync(503, "ledger_unavailable")).Text("message").ShouldContain("lost the store");
        // It tries to renew, and cannot; of the room that it has left nothing is lost by that.
        for (var turn = 0; turn < 10; turn++)
            (await Should.ThrowAsync<PorticoException>(node.LookAgainAsync)).Kind.ShouldBe(ErrorTable.StorageUnavailable);

        await server.StartAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                await node.LookAgainAsync();
                return true;
            }
            catch (PorticoException e) when (e.Kind == ErrorTable.StorageUnavailable)
            {
                return false; // a connection of the time before
            }
        });
        (await ExactModel.CallUntilTheBudgetIsSpentAsync(door)).ShouldBe(Affordable - 2);
        (await TakenAsync(database, budget)).ShouldBe(exact.PriceNanoUsd * Affordable);
        await Books.ShouldAgreeAsync(node);
    }

    [Fact]
    public async Task A_node_that_was_cut_off_so_long_that_its_share_was_counted_as_spent_still_spends_it_and_nothing_more()
    {
        const int Affordable = 60;
        var database = await server.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database);
        await using var _ = one;
        await using var __ = two;
        await using var exact = await ExactModel.ConnectAsync(one);
        var (key, oneDoor) = await one.NewKeyAsync();
        using var twoDoor = two.Client(oneDoor.DefaultRequestHeaders.Authorization!.Parameter);
        var budget = await exact.BudgetAsync(key, Affordable, one, two);
        using (var warm = await twoDoor.ChatAsync(ExactModel.Call()))
            ((int)warm.StatusCode).ShouldBe(200);

        // The store sees no sign of the second node, which knows nothing of it.
        await using (var db = new NpgsqlConnection(database))
        {
            await db.ExecuteAsync(
                "update gateway_slices set expires_us = 0 where owner = @owner",
                new { owner = two.Services.GetRequiredService<PostgresAuthority>().Owner }
            );
        }
        await one.Services.GetRequiredService<PostgresAuthority>().SweepAsync(CancellationToken.None);
        await one.LookAgainAsync();
        (await one.CountAsync(budget)).Spent.ShouldBeLessThanOrEqualTo(exact.PriceNanoUsd, "what is presumed is not told as spent");

        var served = 1;
        foreach (var door in new[] { twoDoor, oneDoor, twoDoor })
        {
            served += await ExactModel.CallUntilTheBudgetIsSpentAsync(door);
            (await TakenAsync(database, budget)).ShouldBeLessThanOrEqualTo(exact.PriceNanoUsd * Affordable);
        }
        served.ShouldBe(Affordable);
        foreach (var node in new[] { one, two })
            await Books.ShouldAgreeAsync(node);
    }

    [Fact]
    public async Task Calls_under_way_when_the_server_crashes_are_in_the_books_once()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var database = await server.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database);
        await using var _ = one;
        await using var __ = two;
        var loads = new ConcurrentQueue<CallLoad>();
        for (var round = 0; round < (Long ? 10 : 1); round++)
        {
            using var stop = new CancellationTokenSource();
            var calling = Task.WhenAll(
                new[] { one, two }.Select(
                    async (node, i) =>
                    {
                        var load = new CallLoad(seed + i);
                        loads.Enqueue(load);
                        await load.RunAsync(node.Door, 4, stop.Token);
                    }
                )
            );
            await SomeMoreAsync(loads, 60 + random.Next(60));
            await server.StopAsync(crash: true);
            await SomeMoreAsync(loads, 60);
            await server.StartAsync();
            await SomeMoreAsync(loads, 60);
            await stop.CancelAsync();
            await calling;
            // Each node brings what it has kept to the store.
            foreach (var node in new[] { one, two })
                await Eventually.IsTrueAsync(async () =>
                {
                    using var check = await node.Admin.RawAsync(HttpMethod.Get, "/api/usage/check");
                    return check.IsSuccessStatusCode;
                });
            foreach (var node in new[] { one, two })
            {
                var rows = await Books.ShouldAgreeAsync(node);
                foreach (var load in loads)
                    load.ShouldBeIn(rows);
                output.WriteLine($"round {round}: {loads.Sum(l => l.Seen.Count)} ends seen, {rows.Count} rows");
            }
        }
        loads.Sum(l => l.Cut).ShouldBe(0, "no connection of a caller broke");
    }

    static Task SomeMoreAsync(ConcurrentQueue<CallLoad> loads, int calls)
    {
        var goal = loads.Sum(l => l.Seen.Count) + calls;
        return Eventually.IsTrueAsync(() => loads.Sum(l => l.Seen.Count) >= goal);
    }

    [Fact]
    public async Task When_more_records_wait_for_the_store_than_may_calls_are_refused_until_it_takes_them()
    {
        const long MaxBytes = 1 << 20;
        var database = await server.CreateDatabaseAsync();
        await using var node = (await Node.StartTogetherAsync(1, database, ("Records:MaxJournalBytes", $"{MaxBytes}"))).Single();
        using (var warm = await node.Door.ChatAsync("sim/echo"))
            ((int)warm.StatusCode).ShouldBe(200);
        await server.StopAsync();
        var served = 0;
        var refusals = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    while (true)
                    {
                        var response = await node.Door.ChatAsync("sim/echo");
                        if ((int)response.StatusCode != 200)
                            return response;
                        Interlocked.Increment(ref served);
                        response.Dispose();
                    }
                })
        );
        foreach (var refusal in refusals)
            (await refusal.ShouldBeRefusedAsync(503, "ledger_unavailable")).Text("message").ShouldContain("records");
        served.ShouldBeGreaterThan(100);
        using (var ready = await node.Door.GetAsync("/ready"))
            ((int)ready.StatusCode).ShouldBe(503);

        await server.StartAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            using var response = await node.Door.ChatAsync("sim/echo");
            return (int)response.StatusCode == 200;
        });
        (await Books.ShouldAgreeAsync(node)).Count(r => r.Text("outcome") == "completed").ShouldBe(served + 2);
    }
}
