using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portico.Observability;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Durability;

/// <summary>Two nodes on one PostgreSQL: a change on one is in force on the other at once, and what one node does for all is done once.</summary>
public sealed class SharedChangeTests(PostgresServer postgres, ITestOutputHelper output)
{
    /// <summary>What a node hears of changes. Without it the change would be seen by the next look at everything, up to 30 seconds later.</summary>
    static ConcurrentQueue<ChangeSignal> HearingOf(Node node, params string[] kinds)
    {
        var heard = new ConcurrentQueue<ChangeSignal>();
        foreach (var kind in kinds)
            node.Services.GetRequiredService<ChangeSignals>().Subscribe(kind, heard.Enqueue);
        return heard;
    }

    async Task ShouldSeeAsync(string what, Func<Task<bool>> seen, ConcurrentQueue<ChangeSignal> heard, string kind, string id)
    {
        var begun = Stopwatch.GetTimestamp();
        await Eventually.IsTrueAsync(seen, () => $"{what}; heard {string.Join(", ", heard)}");
        output.WriteLine($"{what}: seen by the other node after {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms");
        heard.ShouldContain(s => s.Kind == kind && s.Id == id, "a change signal brought it");
    }

    static async Task<int> StatusAsync(HttpClient door, string model)
    {
        using var response = await door.ChatAsync(Calls.Chat(model).With("max_tokens", 10));
        await response.Content.LoadIntoBufferAsync();
        return (int)response.StatusCode;
    }

    [Fact]
    public async Task A_revoked_key_a_changed_route_and_a_changed_budget_are_in_force_on_the_other_node_by_a_signal()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        var heard = HearingOf(two, "governance", "routes", "meters");
        var (key, door) = await one.NewKeyAsync();
        using var other = two.Client(door.DefaultRequestHeaders.Authorization!.Parameter);
        await ShouldSeeAsync("A new key", async () => await StatusAsync(other, "sim/echo") == 200, heard, "governance", key);

        heard.Clear();
        var deployments = (await one.Admin.GetAsync("/api/deployments?limit=1000"))["items"]!.AsArray();
        string DeploymentOf(string upstream) => deployments.First(d => d!.Text("upstream_model") == upstream)!.Text("id");
        var route = await one.RouteAsync("shared", [DeploymentOf("echo")]);
        await ShouldSeeAsync("A new route", async () => await StatusAsync(other, "shared") == 200, heard, "routes", route.Text("id"));

        heard.Clear();
        var changed = route.DeepClone().AsObject();
        await one.Admin.PutAsync(
            $"/api/routes/{route.Text("id")}",
            new JsonObject
            {
                ["name"] = "shared",
                ["targets"] = new JsonArray(new JsonObject { ["deployment"] = DeploymentOf("fixed"), ["model"] = null }),
            }
        );
        await ShouldSeeAsync(
            "A changed route",
            async () =>
            {
                using var response = await other.ChatAsync(Calls.Chat("shared").With("max_tokens", 10));
                return response.Header("x-portico-model") == "sim/fixed";
            },
            heard,
            "routes",
            changed.Text("id")
        );

        heard.Clear();
        var budget = (
            await one.Admin.PostAsync(
                "/api/budgets",
                new JsonObject
                {
                    ["scope"] = "key",
                    ["scope_id"] = key,
                    ["window"] = "total",
                    ["limit_usd"] = "1",
                }
            )
        ).Text("id");
        await ShouldSeeAsync("A new budget", async () => await two.BudgetAsync(budget) is not null, heard, "meters", budget);
        (await StatusAsync(other, "sim/echo")).ShouldBe(200);

        heard.Clear();
        await one.Admin.PatchAsync($"/api/budgets/{budget}", new JsonObject { ["limit_usd"] = "0.000001" });
        await ShouldSeeAsync("A lowered budget", async () => await StatusAsync(other, "sim/echo") == 429, heard, "meters", budget);
        (await StatusAsync(door, "sim/echo")).ShouldBe(429);

        heard.Clear();
        await one.Admin.PatchAsync($"/api/budgets/{budget}", new JsonObject { ["limit_usd"] = "2" });
        await ShouldSeeAsync("A raised budget", async () => await StatusAsync(other, "sim/echo") == 200, heard, "meters", budget);

        heard.Clear();
        await one.Admin.PostAsync($"/api/keys/{key}/revoke");
        await ShouldSeeAsync("A revoked key", async () => await StatusAsync(other, "sim/echo") == 401, heard, "governance", key);
    }

    [Fact]
    public async Task Nodes_that_start_together_on_an_empty_store_make_the_demo_once()
    {
        var database = await postgres.CreateDatabaseAsync();
        var nodes = await Node.StartTogetherAsync(2, database);
        foreach (var node in nodes)
        {
            (await node.Admin.GetAsync("/api/organisations"))["items"]!.AsArray().Count.ShouldBe(1);
            await Eventually.IsTrueAsync(async () => await StatusAsync(node.Door, "sim/echo") == 200);
        }
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task One_node_sweeps_for_all_and_when_it_is_gone_another_does()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database);
        await using var _ = one;
        await using var __ = two;
        var swept = await SweptAsync(database, "first", one, two);
        swept.Count.ShouldBe(1, "one node told it");
        var leader = swept.Single();
        (await LeaderAsync(database, "ledger-sweep")).ShouldBe(NodeId(leader));
        // Old calls and rollups are dropped by one node too.
        var sweeps = await Task.WhenAll(
            new[] { one, two }.Select(n => n.Services.GetRequiredService<Retention>().SweepAsync(CancellationToken.None))
        );
        sweeps.Count(s => s).ShouldBe(1);
        (await LeaderAsync(database, "observability_retention")).ShouldBe(NodeId(sweeps[0] ? one : two));

        var rest = leader == one ? two : one;
        await leader.StopAsync();
        await using (var db = new NpgsqlConnection(database))
            await db.ExecuteAsync("update storage_leases set expires_us = 0 where name = 'ledger-sweep'");
        (await SweptAsync(database, "second", one, two)).ShouldBe([rest]);
    }

    static string NodeId(Node node) => node.Services.GetRequiredService<Database>().NodeId;

    /// <summary>A slice of a node that is long dead; who told that it is counted as spent.</summary>
    static async Task<List<Node>> SweptAsync(string database, string slot, params Node[] nodes)
    {
        await using var db = new NpgsqlConnection(database);
        await db.ExecuteAsync(
            """
            insert into gateway_meter_windows (slot, window_start_us, spent, leased) values (@slot, 0, 0, 700);
            insert into gateway_slices (owner, slot, window_start_us, granted, presumed, expires_us) values ('journal_of_the_dead', @slot, 0, 700, 0, 1);
            """,
            new { slot }
        );
        var before = nodes.ToDictionary(n => n, Told);
        await Eventually.IsTrueAsync(async () =>
            await db.QuerySingleAsync<(long, long)>("select spent, leased from gateway_meter_windows where slot = @slot", new { slot })
            == (700, 0)
        );
        await Eventually.IsTrueAsync(() => nodes.Any(n => Told(n) > before[n]));
        return nodes.Where(n => Told(n) > before[n]).ToList();
    }

    static int Told(Node node) => node.Logs.Complaints.Count(l => l.Text.Contains("counted as spent", StringComparison.Ordinal));

    static async Task<string?> LeaderAsync(string database, string lease)
    {
        await using var db = new NpgsqlConnection(database);
        return await db.ExecuteScalarAsync<string>("select owner from storage_leases where name = @lease", new { lease });
    }
}
