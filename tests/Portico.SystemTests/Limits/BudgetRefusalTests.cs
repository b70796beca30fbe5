using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Limits;

/// <summary>What a budget does not cover is refused before any provider is asked, with everything that the caller must know.</summary>
public sealed class BudgetRefusalTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>Eleven tokens in and four out, at the prices of the tests.</summary>
    const long Cost = 11 * Connecting.InputNano + 4 * Connecting.OutputNano;

    static string Name() => "b-" + Guid.NewGuid().ToString("N")[..8];

    async Task<string> ModelAsync(Upstream upstream, bool priced = true)
    {
        var model = Name();
        await node.ConnectAsync(upstream.Address, model, priced: priced);
        return model;
    }

    [Theory]
    [InlineData("organisation", "month")]
    [InlineData("workspace", "day")]
    [InlineData("use_case", "hour")]
    [InlineData("key", "total")]
    [InlineData("person", "month")]
    [InlineData("route", "day")]
    [InlineData("model", "hour")]
    public async Task A_refusal_names_scope_limit_spent_held_and_reset(string scope, string window)
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        node.Time.ToTheStartOfAMinute();
        // 0.0005 USD: room for a call of 100 tokens of output, and none for one of 400.
        var budget = await node.BudgetAsync(scope, estate.IdOf(scope, model), "0.0005", window);
        using (var good = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 100)))
            ((int)good.StatusCode).ShouldBe(200);
        using var refused = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 400));
        var error = await refused.ShouldBeRefusedAsync(429, "insufficient_quota");
        error.Text("type").ShouldBe("insufficient_quota");
        refused.Header("x-should-retry").ShouldBe("false");
        refused.Header("retry-after").ShouldBeNull();
        var message = error.Text("message");
        message.ShouldStartWith(
            $"The budget of {scope.Replace('_', ' ')} {estate.IdOf(scope, model)} does not cover this call: limit $0.0005 "
        );
        message.ShouldContain("spent $0.000019, held $0.00, this call may cost $0.0008");
        var details = error["details"]!;
        details.Text("meter").ShouldBe(budget);
        details.Text("scope").ShouldBe(scope);
        details.Text("scope_id").ShouldBe(estate.IdOf(scope, model));
        details.Text("unit").ShouldBe("nano_usd");
        details.Text("window").ShouldBe(window);
        (details.Number("limit"), details.Number("spent"), details.Number("held")).ShouldBe((500_000, Cost, 0));
        details.Number("requested").ShouldBeInRange(800_000, 900_000);
        if (window == "total")
        {
            details["resets_at"].ShouldBeNull();
            message.ShouldEndWith("It does not reset by itself: ask for more.");
        }
        else
        {
            var resets = DateTimeOffset.Parse(details.Text("resets_at"));
            resets.ShouldBeGreaterThan(node.Time.GetUtcNow());
            resets.ShouldBeLessThanOrEqualTo(node.Time.GetUtcNow().AddDays(32));
            message.ShouldEndWith($"It resets at {details.Text("resets_at")}.");
        }
        upstream.Calls.ShouldBe(1);
        var record = await node.RecordOfAsync(refused);
        record.Text("outcome").ShouldBe("refused");
        record.Text("error_code").ShouldBe("insufficient_quota");
        record["trail"]!.AsArray().ShouldContain(t => t!.Text("stage") == "hold_budget" && t!.Text("fact") == $"refused by {budget}");
        (await node.CountAsync(budget)).ShouldBe((Cost, 0));
    }

    [Fact]
    public async Task What_another_call_holds_is_told_and_not_promised_twice()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await go.Task.WaitAsync(http.RequestAborted);
            await Upstream.WholeAsync(http);
        });
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        var budget = await node.BudgetAsync("key", estate.Key, "0.0005");
        var first = estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 200));
        await Eventually.IsTrueAsync(() => upstream.Calls == 1);
        var (_, held) = await node.CountAsync(budget);
        held.ShouldBeInRange(400_000, 450_000);
        using (var refused = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 200)))
            (await refused.ShouldBeRefusedAsync(429, "insufficient_quota"))["details"]!.Number("held").ShouldBe(held);
        go.SetResult();
        (await first).Dispose();
        (await node.CountAsync(budget)).ShouldBe((Cost, 0));
        using var next = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 200));
        ((int)next.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Of_several_budgets_the_one_without_room_is_named_and_none_is_touched()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream);
        var wide = await node.BudgetAsync("organisation", estate.Organisation, "5");
        var narrow = await node.BudgetAsync("workspace", estate.Workspace, "0.0001", "day");
        var other = await node.BudgetAsync("workspace", estate.Workspace, "1", "month");
        using var refused = await estate.Door.ChatAsync(Calls.Chat(model).With("max_tokens", 400));
        (await refused.ShouldBeRefusedAsync(429, "insufficient_quota"))["details"]!.Text("meter").ShouldBe(narrow);
        foreach (var budget in new[] { wide, narrow, other })
            (await node.CountAsync(budget)).ShouldBe((0, 0));
        upstream.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task The_status_may_be_402()
    {
        await using var own = await Node.StartAsync(("Gateway:BudgetStatus", "402"));
        var (key, client) = await own.NewKeyAsync();
        using var _ = client;
        await own.BudgetAsync("key", key, "0");
        using var refused = await client.ChatAsync("sim/echo");
        await refused.ShouldBeRefusedAsync(402, "insufficient_quota");
        refused.Header("x-should-retry").ShouldBe("false");
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_where_a_money_budget_applies_and_nowhere_else()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var model = await ModelAsync(upstream, priced: false);
        await node.LimitAsync("key", estate.Key, "tokens", 1_000_000, "total");
        await node.BudgetAsync("key", estate.Key, "1", more: new JsonObject { ["shadow_only"] = true });
        using (var free = await estate.Door.ChatAsync(model))
        {
            ((int)free.StatusCode).ShouldBe(200);
            free.Header("x-portico-cost-usd").ShouldBe("unpriced");
            (await node.RecordOfAsync(free))["unpriced"]!.GetValue<bool>().ShouldBeTrue();
        }
        await node.BudgetAsync("workspace", estate.Workspace, "1");
        using var refused = await estate.Door.ChatAsync(model);
        var error = await refused.ShouldBeRefusedAsync(403, "unpriced_model", "model");
        error.Text("message").ShouldContain($"'{model}' has no price");
        refused.Header("x-should-retry").ShouldBe("false");
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_route_may_let_models_without_a_price_through()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var name = Name();
        var deployment = await node.ConnectAsync(upstream.Address, name + "-model", priced: false);
        await node.RouteAsync(name, [deployment], new JsonObject { ["allow_unpriced"] = true });
        var budget = await node.BudgetAsync("key", estate.Key, "1");
        using var response = await estate.Door.ChatAsync(name);
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-cost-usd").ShouldBe("unpriced");
        (await node.CountAsync(budget)).ShouldBe((0, 0));
    }

    /// <summary>A model without a price beside one that has a price must not make the priced one free.</summary>
    [Fact]
    public async Task Where_some_have_a_price_their_worst_case_is_held()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        var name = Name();
        var priced = await node.ConnectAsync(upstream.Address, name + "-priced");
        var unpriced = await node.ConnectAsync(upstream.Address, name + "-unpriced", priced: false);
        await node.RouteAsync(name, [priced, unpriced], new JsonObject { ["allow_unpriced"] = true });
        await node.BudgetAsync("key", estate.Key, "0.0001");
        using var refused = await estate.Door.ChatAsync(Calls.Chat(name).With("max_tokens", 400));
        await refused.ShouldBeRefusedAsync(429, "insufficient_quota");
        upstream.Calls.ShouldBe(0);
    }
}
