using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>Soft alerts: each percentage of a budget is told once a window, whoever crossed it and whatever happened since.</summary>
public sealed class AlertTests(PostgresServer postgres)
{
    static async Task<(string Budget, HttpClient Door)> BudgetAsync(Node node, string window, params int[] percents)
    {
        var (key, door) = await node.NewKeyAsync();
        var made = await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["window"] = window,
                ["limit_usd"] = "0.0005",
                ["alert_percents"] = new JsonArray(percents.Select(p => (JsonNode)p).ToArray()),
            }
        );
        return (made.Text("id"), door);
    }

    /// <summary>A call costs just under a tenth of the limit: 19 tokens in at 1 USD per million and 15 out at 2.</summary>
    static async Task SpendAsync(HttpClient door, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            using var response = await door.ChatAsync(Calls.Chat("sim/echo", "a b c d e f g h i j k l m n o").With("max_tokens", 15));
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        }
    }

    static List<int> Told(string budget, params Node[] nodes) =>
        nodes
            .SelectMany(n => n.Logs.Complaints)
            .Where(l => l.Text.Contains(budget, StringComparison.Ordinal) && l.Text.Contains("% of", StringComparison.Ordinal))
            .Select(l => int.Parse(l.Text.Split(' ')[0], null))
            .Order()
            .ToList();

    static async Task<long> SpentAsync(Node node, string budget) =>
        (await node.Admin.GetAsync("/api/budgets"))["items"]!.AsArray().Single(b => b!.Text("meter", "id") == budget)!["counts"]![
            0
        ]!.Number("spent");

    /// <summary>Spends until this part of the limit of 500,000 nano-USD is used.</summary>
    static async Task SpendToAsync(Node node, string budget, HttpClient door, int percent)
    {
        while (await SpentAsync(node, budget) < 5_000L * percent)
            await SpendAsync(door, 1);
    }

    [Fact]
    public async Task Each_percentage_is_told_once_and_again_in_the_next_window()
    {
        await using var node = await Node.StartAsync();
        var (budget, door) = await BudgetAsync(node, "hour", 20, 50);
        await SpendToAsync(node, budget, door, 10);
        Told(budget, node).ShouldBeEmpty();
        await SpendToAsync(node, budget, door, 20);
        await Eventually.IsTrueAsync(() => Told(budget, node).SequenceEqual([20]));
        await SpendToAsync(node, budget, door, 70);
        await Eventually.IsTrueAsync(() => Told(budget, node).SequenceEqual([20, 50]));

        node.Time.Advance(TimeSpan.FromHours(1));
        await SpendToAsync(node, budget, door, 25);
        await Eventually.IsTrueAsync(() => Told(budget, node).SequenceEqual([20, 20, 50]));
    }

    [Fact]
    public async Task A_restart_tells_nothing_again_and_forgets_nothing()
    {
        var first = await Node.StartAsync();
        var (budget, door) = await BudgetAsync(first, "total", 20, 50);
        await SpendToAsync(first, budget, door, 30);
        await Eventually.IsTrueAsync(() => Told(budget, first).SequenceEqual([20]));
        await using var second = await first.RestartAsync();
        using var again = second.Client(door.DefaultRequestHeaders.Authorization!.Parameter);
        await SpendToAsync(second, budget, again, 50);
        await Eventually.IsTrueAsync(() => Told(budget, second).SequenceEqual([50]));
    }

    [Fact]
    public async Task A_percentage_that_is_added_later_is_told_and_the_others_are_not_told_again()
    {
        await using var node = await Node.StartAsync();
        var (budget, door) = await BudgetAsync(node, "total", 20, 90);
        await SpendToAsync(node, budget, door, 30);
        await Eventually.IsTrueAsync(() => Told(budget, node).SequenceEqual([20]));
        await node.Admin.PatchAsync($"/api/budgets/{budget}", new JsonObject { ["alert_percents"] = new JsonArray(10, 20, 40, 90) });
        await SpendToAsync(node, budget, door, 50);
        await Eventually.IsTrueAsync(() => Told(budget, node).SequenceEqual([10, 20, 40]));
    }

    [Fact]
    public async Task What_two_nodes_spend_together_is_told_by_one_of_them()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        var (budget, door) = await BudgetAsync(one, "total", 30, 60);
        using var other = two.Client(door.DefaultRequestHeaders.Authorization!.Parameter);
        await Eventually.IsTrueAsync(async () => await two.BudgetAsync(budget) is not null);

        // Neither comes to 60 % by itself.
        await SpendToAsync(one, budget, door, 40);
        await SpendAsync(other, 4);
        await Eventually.IsTrueAsync(async () =>
        {
            await Task.WhenAll(one.LookAgainAsync(), two.LookAgainAsync());
            return await SpentAsync(one, budget) >= 60 * 5_000 && await SpentAsync(two, budget) >= 60 * 5_000;
        });
        await Eventually.IsTrueAsync(() => Told(budget, one, two).SequenceEqual([30, 60]));
        await Books.ShouldAgreeAsync(two);
        Told(budget, one, two).ShouldBe([30, 60]);
    }
}
