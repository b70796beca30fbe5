using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Limits;

/// <summary>A route may lead to several models: the budget of each holds for what that model serves, and for nothing else.</summary>
public sealed class ModelBudgetTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const long Cost = 11 * Connecting.InputNano + 4 * Connecting.OutputNano;

    readonly Node node = shared.Node;

    async Task<(string Route, string First, string Second)> RouteAsync(Upstream first, Upstream second, JsonObject? more = null)
    {
        var name = "m-" + Guid.NewGuid().ToString("N")[..8];
        var (one, two) = (name + "-first", name + "-second");
        await node.RouteAsync(
            name,
            [await node.ConnectAsync(first.Address, one), await node.ConnectAsync(second.Address, two)],
            more ?? new JsonObject { ["retries"] = 0 }
        );
        return (name, one, two);
    }

    static JsonObject Asking(string route) => Calls.Chat(route).With("max_tokens", 100);

    [Fact]
    public async Task What_a_fallback_serves_is_spent_from_its_own_budget()
    {
        await using var bad = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        await using var good = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var (route, first, second) = await RouteAsync(bad, good);
        var budgetOfFirst = await node.BudgetAsync("model", first, "1");
        var budgetOfSecond = await node.BudgetAsync("model", second, "1");
        var requestsOfFirst = await node.LimitAsync("model", first, "requests", 10, "total");
        var tokensOfSecond = await node.LimitAsync("model", second, "tokens", 1_000, "total");
        using var response = await estate.Door.ChatAsync(Asking(route));
        response.Header("x-portico-model").ShouldBe(second);
        (await node.CountAsync(budgetOfFirst)).ShouldBe((0, 0));
        (await node.CountAsync(budgetOfSecond)).ShouldBe((Cost, 0));
        (await node.CountAsync(requestsOfFirst)).ShouldBe((0, 0));
        (await node.CountAsync(tokensOfSecond)).ShouldBe((15, 0));
    }

    /// <summary>Not held, a fallback could spend what its model's budget does not have.</summary>
    [Fact]
    public async Task A_model_whose_budget_is_spent_is_left_out_and_the_others_serve()
    {
        await using var one = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        await using var two = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var (route, first, second) = await RouteAsync(one, two);
        var spent = await node.BudgetAsync("model", second, "0");
        using (var failed = await estate.Door.ChatAsync(Asking(route)))
            await failed.ShouldBeRefusedAsync(502, "upstream_failed");
        (one.Calls, two.Calls).ShouldBe((1, 0));
        (await node.CountAsync(spent)).ShouldBe((0, 0));

        one.Answer = http => Upstream.WholeAsync(http);
        using var response = await estate.Door.ChatAsync(Asking(route));
        response.Header("x-portico-model").ShouldBe(first);
        var record = await node.RecordOfAsync(response);
        record["trail"]!
            .AsArray()
            .ShouldContain(t => t!.Text("stage") == "hold_budget" && t!.Text("fact") == $"left out {second}: no room in {spent}");
        var explained = await node.Admin.PostAsync(
            "/api/explain",
            new JsonObject
            {
                ["key_id"] = estate.Key,
                ["model"] = route,
                ["max_output_tokens"] = 100,
            }
        );
        explained["would_pass"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Where_no_model_has_room_the_call_is_refused()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var (route, first, second) = await RouteAsync(upstream, upstream);
        await node.BudgetAsync("model", first, "0");
        var last = await node.BudgetAsync("model", second, "0");
        using var refused = await estate.Door.ChatAsync(Asking(route));
        (await refused.ShouldBeRefusedAsync(429, "insufficient_quota"))["details"]!.Text("meter").ShouldBe(last);
        upstream.Calls.ShouldBe(0);
        (await node.HeldAsync()).ShouldBe(0);
        var explained = await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = estate.Key, ["model"] = route });
        explained.Text("refused_with").ShouldBe("insufficient_quota");
    }

    /// <summary>Many callers, a budget of the model that is tried second: whatever serves, nothing goes over.</summary>
    [Fact]
    public async Task Calls_at_once_cannot_overshoot_the_budget_of_any_model()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var (route, first, second) = await RouteAsync(upstream, upstream, new JsonObject { ["strategy"] = "weighted", ["retries"] = 0 });
        // Room for about five calls each, at 220 micro-dollars held.
        var budgets = new[] { await node.BudgetAsync("model", first, "0.0011"), await node.BudgetAsync("model", second, "0.0011") };
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ => (await estate.Door.ChatAsync(Asking(route))).Dispose()));
        foreach (var budget in budgets)
        {
            var (spent, held) = await node.CountAsync(budget);
            (spent % Cost, held).ShouldBe((0, 0));
            spent.ShouldBeLessThanOrEqualTo(1_100_000);
        }
        var total = 0L;
        foreach (var budget in budgets)
            total += (await node.CountAsync(budget)).Spent;
        total.ShouldBe(upstream.Calls * Cost);
    }

    /// <summary>Claude's tokenizer counts more than the lead's: the hold must cover whoever serves.</summary>
    [Fact]
    public async Task The_hold_covers_the_model_that_counts_most()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var name = "m-" + Guid.NewGuid().ToString("N")[..8];
        var exact = await node.ConnectAsync(upstream.Address, "gpt-4o-" + name);
        var wide = await node.ConnectAsync(upstream.Address, "claude-" + name);
        await node.RouteAsync(name, [exact]);
        await node.RouteAsync(name + "-2", [exact, wide]);
        await node.BudgetAsync("key", estate.Key, "1");
        var counts = new List<long>();
        foreach (var route in new[] { name, name + "-2" })
            using (var response = await estate.Door.ChatAsync(Calls.Chat(route, Conversation.Words).With("max_tokens", 10)))
                counts.Add((await node.RecordOfAsync(response)).Number("held_nano_usd"));
        counts[1].ShouldBeGreaterThan(counts[0] * 5 / 4);
    }
}
