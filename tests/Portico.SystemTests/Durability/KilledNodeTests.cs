using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Durability;

/// <summary>
/// <c>kill -9</c> under load, at random instants, of the real program: after the restart every call whose end its caller saw is in the books once, and
/// everything that is counted agrees with the rows.
/// </summary>
public sealed class KilledNodeTests(PostgresServer postgres, ITestOutputHelper output)
{
    static readonly bool Long = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1";

    /// <summary>Kills of the one node; a number in PORTICO_KILL_RUNS says how many in a long run.</summary>
    static readonly int Runs = Long
        ? int.Parse(Environment.GetEnvironmentVariable("PORTICO_KILL_RUNS") ?? "25", System.Globalization.CultureInfo.InvariantCulture)
        : 3;

    const int Callers = 12;

    int NewSeed()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return seed;
    }

    /// <summary>Budgets and limits over the whole run, so that no window ends in it, on everything that a call belongs to.</summary>
    static async Task AddMetersAsync(Api admin)
    {
        var key = (await admin.GetAsync("/api/keys"))["items"]![0]!.Text("id");
        var organisation = (await admin.GetAsync("/api/organisations"))["items"]![0]!.Text("id");
        foreach (var (scope, id) in new[] { ("key", key), ("organisation", organisation) })
            await admin.PostAsync(
                "/api/budgets",
                new JsonObject
                {
                    ["scope"] = scope,
                    ["scope_id"] = id,
                    ["window"] = "total",
                    ["limit_usd"] = "50",
                }
            );
        foreach (var (unit, limit) in new[] { ("requests", 10_000_000), ("tokens", 1_000_000_000), ("concurrent_calls", 1_000) })
            await admin.PostAsync(
                "/api/limits",
                new JsonObject
                {
                    ["scope"] = "key",
                    ["scope_id"] = key,
                    ["unit"] = unit,
                    ["window"] = "total",
                    ["limit"] = limit,
                }
            );
    }

    [Fact]
    public async Task A_killed_node_on_SQLite_has_every_call_whose_end_was_seen_once_and_its_books_agree()
    {
        var seed = NewSeed();
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        var node = await PorticoProcess.StartAsync(data.Path);
        var (key, token) = (node.KeySecret!, node.AdminSecret!);
        try
        {
            using (var admin = new Api(node.Client(token)))
                await AddMetersAsync(admin);
            var loads = new List<CallLoad>();
            for (var round = 0; round < Runs; round++)
            {
                var load = new CallLoad(unchecked(seed + round));
                loads.Add(load);
                using var door = node.Client(key);
                using var stop = new CancellationTokenSource();
                var calling = load.RunAsync(door, Callers, stop.Token);
                await SomeAsync(load, random);
                await node.KillAsync();
                await stop.CancelAsync();
                await calling;
                await node.DisposeAsync();
                // The start that repairs what the kill left is killed too, now and then.
                if (round % 2 == 1)
                    await PorticoProcess.StartAndKillAsync(data.Path, TimeSpan.FromMilliseconds(random.Next(1_500)));
                node = await PorticoProcess.StartAsync(data.Path);
                using var admin = new Api(node.Client(token));
                var rows = await Books.ShouldAgreeAsync(admin);
                loads.ForEach(l => l.ShouldBeIn(rows));
                await ShouldBeAuditedAsync(admin, loads, rows);
                output.WriteLine($"round {round}: {load.Seen.Count} ends seen, {load.Cut} cut off, {rows.Count} rows");
            }
            loads.Sum(l => l.Cut).ShouldBeGreaterThan(0, "the kill met calls under way");
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>No answered call without its audit entries, in logs that verify.</summary>
    static async Task ShouldBeAuditedAsync(Api admin, List<CallLoad> loads, IReadOnlyList<JsonNode> rows)
    {
        var audited = await AuditedCalls.ReadAsync(admin);
        audited.ShouldHold(loads.SelectMany(l => l.Seen));
        audited.ShouldHoldIntentsOf(rows.Select(r => r.Text("id")));
    }

    /// <summary>Lets the load get under way, and then some more: the instant of the kill.</summary>
    static async Task SomeAsync(CallLoad load, Random random)
    {
        var goal = load.Seen.Count + 50;
        await Eventually.IsTrueAsync(() => load.Seen.Count > goal);
        await Task.Delay(random.Next(300));
    }

    [Fact]
    public async Task Of_two_nodes_on_PostgreSQL_one_is_killed_and_the_other_goes_on_and_the_books_agree()
    {
        var seed = NewSeed();
        var random = new Random(seed);
        var database = await postgres.CreateDatabaseAsync();
        (string, string)[] settings = [("Storage:PostgresConnection", database), ("PORTICO_MASTER_KEY", Node.MasterKey)];
        using var oneData = new TemporaryDirectory();
        using var twoData = new TemporaryDirectory();
        await using var one = await PorticoProcess.StartAsync(oneData.Path, settings);
        var two = await PorticoProcess.StartAsync(twoData.Path, settings);
        var (key, token) = (one.KeySecret!, one.AdminSecret!);
        try
        {
            using var admin = new Api(one.Client(token));
            await AddMetersAsync(admin);
            using var oneDoor = one.Client(key);
            var loads = new List<CallLoad>();
            for (var round = 0; round < (Long ? 10 : 1); round++)
            {
                var (survivor, victim) = (new CallLoad(seed + round), new CallLoad(seed - round - 1));
                loads.AddRange([survivor, victim]);
                using var stop = new CancellationTokenSource();
                using var twoDoor = two.Client(key);
                var calling = Task.WhenAll(
                    survivor.RunAsync(oneDoor, Callers / 2, stop.Token),
                    victim.RunAsync(twoDoor, Callers / 2, stop.Token)
                );
                await SomeAsync(victim, random);
                await two.KillAsync();
                await two.DisposeAsync();
                // The other one goes on as if nothing had happened.
                await SomeAsync(survivor, random);
                await stop.CancelAsync();
                await calling;
                survivor.Cut.ShouldBe(0, "no caller of the other node noticed");
                survivor.Seen.Where(c => c.Model == "sim/echo").ShouldAllBe(c => c.Outcome == "completed");

                await ShouldHoldNoLongerThanItsLeaseAsync(database, twoData.Path);
                two = await PorticoProcess.StartAsync(twoData.Path, settings);
                var rows = await Books.ShouldAgreeAsync(admin);
                loads.ForEach(l => l.ShouldBeIn(rows));
                await ShouldBeAuditedAsync(admin, loads, rows);
                (await SlicesOfAsync(database, twoData.Path)).ShouldAllBe(s => s.Presumed == 0);
                output.WriteLine(
                    $"round {round}: {survivor.Seen.Count} + {victim.Seen.Count} ends seen, {victim.Cut} cut off, {rows.Count} rows"
                );
            }
        }
        finally
        {
            await two.DisposeAsync();
        }
    }

    /// <summary>
    /// The dead node's slices hold until their lease ends, which is brought forward here; then the other node counts them as spent, so that nothing is
    /// held by nobody, and within the limit all the same.
    /// </summary>
    static async Task ShouldHoldNoLongerThanItsLeaseAsync(string database, string data)
    {
        var before = await SlicesOfAsync(database, data);
        before.Sum(s => s.Granted).ShouldBeGreaterThan(0, "the node held slices when it died");
        await using (var db = new NpgsqlConnection(database))
            await db.ExecuteAsync("update gateway_slices set expires_us = 0 where owner = @owner", new { owner = OwnerOf(data) });
        await Eventually.IsTrueAsync(async () => (await SlicesOfAsync(database, data)).All(s => s.Granted == 0));
        (await SlicesOfAsync(database, data)).Sum(s => s.Presumed).ShouldBe(before.Sum(s => s.Granted + s.Presumed));
    }

    static string OwnerOf(string data) => File.ReadAllText(Path.Combine(data, "journal", "journal.id")).Trim();

    static async Task<List<(long Granted, long Presumed)>> SlicesOfAsync(string database, string data)
    {
        await using var db = new NpgsqlConnection(database);
        return (
            await db.QueryAsync<(long, long)>(
                "select granted, presumed from gateway_slices where owner = @owner",
                new { owner = OwnerOf(data) }
            )
        ).ToList();
    }
}
