using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Ledger;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>Counters of windows that are over go after a while; those that count stay, and so does what a slice stands for.</summary>
public sealed class WindowPruningTests(PostgresServer postgres)
{
    [Fact]
    public async Task Counters_of_past_minutes_go_and_what_counts_stays_on_SQLite()
    {
        await using var node = await Node.StartAsync();
        await ShouldDropPastMinutesAsync(node);
    }

    [Fact]
    public async Task Counters_of_past_minutes_go_and_what_counts_stays_on_PostgreSQL()
    {
        await using var node = (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single();
        await ShouldDropPastMinutesAsync(node);
        await node.LookAgainAsync();
        (await SlicesAsync(node)).ShouldAllBe(s => s.Start == 0 || s.Granted + s.Presumed > 0);
    }

    static async Task ShouldDropPastMinutesAsync(Node node)
    {
        node.Time.ToTheStartOfAMinute();
        var (key, door) = await node.NewKeyAsync();
        var ids = new List<string>();
        foreach (var (scope, window) in new[] { (key, "minute"), ("*", "minute"), (key, "total") })
            ids.Add(
                (
                    await node.Admin.PostAsync(
                        "/api/limits",
                        new JsonObject
                        {
                            ["scope"] = "key",
                            ["scope_id"] = scope,
                            ["unit"] = "requests",
                            ["window"] = window,
                            ["limit"] = 100,
                        }
                    )
                ).Text("id")
            );
        for (var minute = 0; minute < 3; minute++)
        {
            using var response = await door.ChatAsync("sim/echo");
            ((int)response.StatusCode).ShouldBe(200);
            await node.RecordOfAsync(response);
            node.Time.Advance(TimeSpan.FromMinutes(1));
        }
        (await CountsAsync(node)).Count(c => ids.Any(i => c.Slot.StartsWith(i, StringComparison.Ordinal))).ShouldBe(7);

        // What was granted for past minutes goes back, as it does at every look of the node.
        await node.LookAgainAsync();
        node.Time.Advance(TimeSpan.FromHours(3));
        using (var last = await door.ChatAsync("sim/echo"))
            await node.RecordOfAsync(last);
        await node.LookAgainAsync();
        var others = (await CountsAsync(node)).Where(c => !ids.Any(i => c.Slot.StartsWith(i, StringComparison.Ordinal))).ToList();
        (await node.Services.GetRequiredService<WindowPruner>().SweepAsync(CancellationToken.None)).ShouldBeTrue();

        var counts = await CountsAsync(node);
        foreach (var (id, spent) in new[] { (ids[0], 1), (ids[1], 1), (ids[2], 4) })
            counts.Where(c => c.Slot.StartsWith(id, StringComparison.Ordinal)).ShouldHaveSingleItem().Spent.ShouldBe(spent);
        others.ShouldBeSubsetOf(counts);
        await Books.ShouldAgreeAsync(node);
    }

    static async Task<List<(string Slot, long Start, long Spent)>> CountsAsync(Node node)
    {
        await using var db = await node.Services.GetRequiredService<Database>().OpenReadAsync(CancellationToken.None);
        return (await db.QueryAsync<(string, long, long)>("select slot, window_start_us, spent from gateway_meter_windows")).ToList();
    }

    static async Task<List<(long Start, long Granted, long Presumed)>> SlicesAsync(Node node)
    {
        await using var db = await node.Services.GetRequiredService<Database>().OpenReadAsync(CancellationToken.None);
        return (await db.QueryAsync<(long, long, long)>("select window_start_us, granted, presumed from gateway_slices")).ToList();
    }
}
