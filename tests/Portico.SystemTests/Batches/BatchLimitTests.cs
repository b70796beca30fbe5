using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>What keeps lines of a batch from being answered: budgets, limits, providers that fail, keys that stop, calls that come first.</summary>
public sealed class BatchLimitTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_spent_budget_is_the_answer_of_the_lines_that_it_does_not_cover(bool shared)
    {
        await using var node = await StartAsync(shared);
        using var estate = await Estate.MakeAsync(node);
        var exact = await ExactModel.ConnectAsync(node);
        await using var _ = exact;
        await exact.BudgetAsync(estate.Key, 3, node);
        var lines = string.Concat(Enumerable.Range(1, 10).Select(i => Batching.Line($"{i}", body: ExactModel.Call())));
        var done = await estate.Door.UntilBatchAsync(await estate.Door.BatchAsync(lines), "completed");
        done.Counts().ShouldBe((10, 3, 7));
        foreach (var bad in (await estate.Door.AnswersAsync(done, "error_file_id")).Values)
        {
            bad.Number("response", "status_code").ShouldBe(429);
            bad["response"]!["body"]!["error"]!.Text("code").ShouldBe("insufficient_quota");
        }
        (await node.HeldAsync()).ShouldBe(0);
        await Books.ShouldAgreeAsync(node);
    }

    [Fact]
    public async Task A_limit_is_waited_for_and_a_part_of_it_is_left_to_other_calls()
    {
        await using var node = await Node.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        node.Time.ToTheStartOfAMinute();
        var limit = await node.LimitAsync("key", estate.Key, "requests", 10);
        var id = await estate.Door.BatchAsync(Batching.Lines(20));
        await estate.Door.UntilBatchAsync(id, b => b.Counts().Completed >= 8);
        await node.StaysAsync(async () => (await estate.Door.BatchOfAsync(id)).Counts().Completed <= 10);
        (await node.CountAsync(limit)).Spent.ShouldBeLessThanOrEqualTo(10);
        for (var minutes = 0; minutes < 6 && (await estate.Door.BatchOfAsync(id)).Text("status") != "completed"; minutes++)
        {
            var before = (await estate.Door.BatchOfAsync(id)).Counts().Completed;
            node.Time.ToTheStartOfAMinute();
            await estate.Door.UntilBatchAsync(id, b => b.Counts().Completed > before || b.Text("status") == "completed");
        }
        var done = await estate.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((20, 20, 0));
        (await estate.Door.AnswersAsync(done)).Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_line_whose_provider_fails_is_tried_again_and_then_has_its_error()
    {
        await using var node = await Node.StartAsync();
        var fails = 0;
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BodyOf(http).Contains("hopeless", StringComparison.Ordinal) || Interlocked.Increment(ref fails) == 1
                ? Upstream.JsonAsync(http, 500, """{"error":{"message":"down","type":"server_error"}}""")
                : Upstream.WholeAsync(http)
        );
        await node.ConnectAsync(upstream.Address, "shaky");
        var lines = Batching.Line("mends", "shaky") + Batching.Line("hopeless", "shaky");
        var done = await node.Door.UntilBatchAsync(
            await node.Door.BatchAsync(lines),
            batch =>
            {
                // Meanwhile the deployment is benched, now and then: the batch waits for it.
                node.Time.Advance(TimeSpan.FromSeconds(1));
                return batch.Text("status") == "completed";
            }
        );
        done.Counts().ShouldBe((2, 1, 1));
        (await node.Door.AnswersAsync(done)).Keys.ShouldBe(["mends"]);
        var bad = (await node.Door.AnswersAsync(done, "error_file_id"))["hopeless"];
        bad.Number("response", "status_code").ShouldBe(502);
    }

    [Fact]
    public async Task A_key_that_is_revoked_calls_no_more_lines()
    {
        await using var node = await Node.StartAsync(("Gateway:BatchLinesAtOnce", "1"));
        var (key, door) = await node.NewKeyAsync();
        using var _ = door;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await release.Task;
            await Upstream.WholeAsync(http);
        });
        await node.ConnectAsync(upstream.Address, "slow");
        var id = await door.BatchAsync(Batching.Lines(3, "slow"));
        await Eventually.IsTrueAsync(() => upstream.Calls == 1);
        await node.Admin.PostAsync($"/api/keys/{key}/revoke");
        release.SetResult();
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 1, 2));
        upstream.Calls.ShouldBe(1);
        foreach (var bad in (await node.Door.AnswersAsync(done, "error_file_id")).Values)
            bad["response"]!["body"]!["error"]!.Text("code").ShouldBe("invalid_api_key");
    }

    [Fact]
    public async Task Lines_wait_while_the_node_is_busy_with_other_calls()
    {
        await using var node = await Node.StartAsync(("Gateway:BatchYieldsAt", "1"));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await release.Task;
            await Upstream.WholeAsync(http);
        });
        await node.ConnectAsync(upstream.Address, "slow");
        var live = node.Door.ChatAsync("slow");
        await Eventually.IsTrueAsync(() => upstream.Calls == 1);
        var id = await node.Door.BatchAsync(Batching.Lines(3));
        await node.Door.UntilBatchAsync(id, "in_progress");
        await node.StaysAsync(async () => (await node.Door.BatchOfAsync(id)).Counts().Completed == 0);
        release.SetResult();
        (await live).Dispose();
        await node.Door.UntilBatchAsync(id, "completed");
    }
}
