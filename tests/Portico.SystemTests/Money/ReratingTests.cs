using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Money;

/// <summary>A price is corrected afterwards: reports and budgets follow on every node, and a kill in the middle neither loses nor doubles.</summary>
public sealed class ReratingTests(PostgresServer postgres, ITestOutputHelper output)
{
    static async Task CorrectAsync(Api admin, string model, string input, string outputPrice)
    {
        var id = (await admin.GetAsync($"/api/models?name={Uri.EscapeDataString(model)}"))["items"]![0]!.Text("id");
        await admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = id,
                ["valid_from"] = "2020-01-01T00:00:00Z",
                ["usd_per_mtok"] = new JsonObject { ["input"] = input, ["output"] = outputPrice },
            }
        );
    }

    static JsonObject Span(string? model, bool dryRun) =>
        new()
        {
            ["from"] = "2020-01-01T00:00:00Z",
            ["to"] = DateTimeOffset.UtcNow.ToString("O"),
            ["model"] = model,
            ["reason"] = "the table was wrong",
            ["dry_run"] = dryRun,
        };

    static async Task<JsonNode> DoneAsync(Api admin, string id)
    {
        JsonNode run = new JsonObject();
        await Eventually.IsTrueAsync(async () => (run = await admin.GetAsync($"/api/reratings/{id}")).Text("state") == "done");
        return run;
    }

    static async Task<JsonNode> BudgetAsync(Node node, string key, string usd) =>
        await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["window"] = "total",
                ["limit_usd"] = usd,
            }
        );

    static long SpentOf(JsonNode? budget) => budget!["counts"]!.AsArray().Single()!.Number("spent");

    [Fact]
    public async Task Reports_budgets_and_the_next_refusal_follow_a_corrected_price_and_outlive_a_restart()
    {
        var node = await Node.StartAsync();
        try
        {
            await using var upstream = await Upstream.StartAsync();
            await node.ConnectAsync(upstream.Address, "dear");
            using var house = await Estate.MakeAsync(node);
            var budget = (await BudgetAsync(node, house.Key, "0.01")).Text("id");
            for (var i = 0; i < 4; i++)
                (await house.Door.ChatAsync(Calls.Chat("dear").With("max_tokens", 10))).EnsureSuccessStatusCode();
            // 11 tokens of input at 1,000 nano-USD and 4 of output at 2,000.
            SpentOf(await node.BudgetAsync(budget)).ShouldBe(4 * 19_000);

            await CorrectAsync(node.Admin, "dear", "100", "200");
            var told = await node.Admin.PostAsync("/api/reratings", Span("dear", true));
            (told.Number("adjusted"), told.Number("old_nano_usd"), told.Number("new_nano_usd")).ShouldBe((4, 76_000, 7_600_000));
            told["use_cases"]![0]!.Text("use_case_id").ShouldBe(house.UseCase);
            SpentOf(await node.BudgetAsync(budget)).ShouldBe(76_000, "looking changes nothing");

            var run = await node.Admin.PostAsync("/api/reratings", Span("dear", false));
            (await DoneAsync(node.Admin, run.Text("id"))).Text("difference_usd").ShouldBe("0.007524");
            await Eventually.IsTrueAsync(async () => SpentOf(await node.BudgetAsync(budget)) == 7_600_000);
            var check = await node.Admin.GetAsync("/api/usage/check");
            (check["agree"]!.GetValue<bool>(), check.Number("adjustments_nano_usd")).ShouldBe((true, 7_524_000));
            var line = (await node.Admin.GetAsync("/api/usage?group_by=model&model=dear"))["lines"]![0]!;
            (line.Number("calls"), line.Number("cost_nano_usd")).ShouldBe((4, 7_600_000));
            // A call's worst case at the right price no longer fits beside what was spent.
            using (var refused = await house.Door.ChatAsync(Calls.Chat("dear").With("max_tokens", 20)))
                await refused.ShouldBeRefusedAsync(429, "insufficient_quota");

            await CorrectAsync(node.Admin, "dear", "10", "20");
            node = await node.RestartAsync();
            SpentOf(await node.BudgetAsync(budget)).ShouldBe(7_600_000, "the store has it");
            run = await node.Admin.PostAsync("/api/reratings", Span(null, false));
            await DoneAsync(node.Admin, run.Text("id"));
            await Eventually.IsTrueAsync(async () => SpentOf(await node.BudgetAsync(budget)) == 760_000);
            using var door = node.Client((await node.NewKeySecretAsync()).Secret);
            (await door.ChatAsync(Calls.Chat("dear").With("max_tokens", 20))).EnsureSuccessStatusCode();
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_other_node_of_a_shared_database_shows_what_was_adjusted_upwards_and_downwards()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var first = one;
        await using var second = two;
        await using var upstream = await Upstream.StartAsync();
        await one.ConnectAsync(upstream.Address, "dear");
        using var house = await Estate.MakeAsync(one);
        var budget = (await BudgetAsync(one, house.Key, "1")).Text("id");
        foreach (var node in new[] { one, two, one, two })
        {
            using var door = node.Client((await one.NewKeySecretAsync(new JsonObject { ["use_case_id"] = house.UseCase })).Secret);
            await Eventually.IsTrueAsync(async () => (int)(await door.ChatAsync("dear")).StatusCode == 200);
        }
        await Eventually.IsTrueAsync(async () =>
        {
            (await house.Door.ChatAsync("dear")).EnsureSuccessStatusCode();
            return true;
        });
        foreach (var (input, outputPrice, cost) in new[] { ("50", "100", 950_000L), ("0.5", "1", 9_500L) })
        {
            await CorrectAsync(one.Admin, "dear", input, outputPrice);
            var run = await one.Admin.PostAsync("/api/reratings", Span("dear", false));
            (await DoneAsync(two.Admin, run.Text("id"))).Number("new_nano_usd").ShouldBe(5 * cost);
            foreach (var node in new[] { one, two })
                await Eventually.IsTrueAsync(async () =>
                {
                    await node.LookAgainAsync();
                    return node == two || SpentOf(await node.BudgetAsync(budget)) == cost;
                });
            var check = await two.Admin.GetAsync("/api/usage/check");
            check["agree"]!.GetValue<bool>().ShouldBeTrue(check.ToJsonString());
        }
    }

    [Fact]
    public async Task A_node_that_is_killed_in_a_run_goes_on_after_its_restart_and_counts_every_call_once()
    {
        const int Many = 1_500;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using var data = new TemporaryDirectory();
        var process = await PorticoProcess.StartAsync(data.Path);
        var (key, token) = (process.KeySecret!, process.AdminSecret!);
        try
        {
            string id;
            long told;
            using (var admin = new Api(process.Client(token)))
            {
                using var door = process.Client(key);
                await Parallel.ForAsync(
                    0,
                    Many,
                    new ParallelOptions { MaxDegreeOfParallelism = 8 },
                    async (_, _) => (await door.ChatAsync("sim/echo")).EnsureSuccessStatusCode()
                );
                await CorrectAsync(admin, "sim/echo", "7", "9");
                var preview = await admin.PostAsync("/api/reratings", Span(null, true));
                preview.Number("adjusted").ShouldBe(Many);
                told = preview.Number("new_nano_usd");
                id = (await admin.PostAsync("/api/reratings", Span(null, false))).Text("id");
                await Task.Delay(new Random(seed).Next(120));
                await process.KillAsync();
            }
            await process.DisposeAsync();
            process = await PorticoProcess.StartAsync(data.Path);
            using (var admin = new Api(process.Client(token)))
            {
                output.WriteLine($"found after the kill: {(await admin.GetAsync($"/api/reratings/{id}")).ToJsonString()}");
                var run = await DoneAsync(admin, id);
                (run.Number("calls"), run.Number("adjusted"), run.Number("new_nano_usd")).ShouldBe((Many, Many, told));
                var check = await admin.GetAsync("/api/usage/check");
                (check["agree"]!.GetValue<bool>(), check.Number("rollups_nano_usd")).ShouldBe((true, told), check.ToJsonString());
                foreach (var meter in (await admin.GetAsync("/api/budgets"))["items"]!.AsArray())
                foreach (var count in meter!["counts"]!.AsArray())
                    count!.Number("spent").ShouldBe(told, meter.ToJsonString());
            }
        }
        finally
        {
            await process.DisposeAsync();
        }
    }
}
