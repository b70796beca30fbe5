using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Lines that lie in a provider's own batch: what is sent there, what comes of it, and what it costs.</summary>
public sealed class ProviderBatchTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Lines_go_to_the_providers_batch_and_are_billed_at_its_price(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:ProviderBatchLines", "3"));
        await using var provider = await FakeBatches.StartAsync();
        var deployment = await node.Admin.ConnectBatchesAsync(provider.Address);
        var (key, door) = await node.NewKeyAsync();
        using var _ = door;
        var budget = await node.BudgetAsync("key", key, "1");

        var id = await door.BatchAsync(Batching.Lines(7, ProviderBatching.Model));
        var done = await door.UntilBatchAsync(id, "completed");

        provider.Wrong.ShouldBeEmpty();
        done.Counts().ShouldBe((7, 7, 0));
        var answers = await door.AnswersAsync(done);
        answers.Count.ShouldBe(7);
        foreach (var (name, line) in answers)
            line.Said().ShouldBe($"I am {name}");
        // Two steps of three lines, and one that closed because nothing came.
        provider.DirectCalls.ShouldBe(0);
        (provider.Uploads, provider.Creations).ShouldBe((3, 3));
        provider.Batches.Sum(b => provider.LinesOf(b).Count).ShouldBe(7);
        provider.Batches.SelectMany(provider.LinesOf).ShouldAllBe(l => (string?)l["body"]!["model"] == "up-1");

        var calls = await node.Admin.CallsOfAsync(id, 7);
        foreach (var call in calls)
        {
            (call.Text("outcome"), call.Text("usage", "class")).ShouldBe(("completed", "batch"));
            call.Number("cost_nano_usd").ShouldBe(ProviderBatching.BatchCost);
            call.Text("deployment_id").ShouldBe(deployment);
        }
        var record = await node.Admin.GetAsync($"/api/calls/{calls[0].Text("id")}");
        record.Text("upstream_request_id").ShouldStartWith("req-step_");
        var facts = record["trail"]!.AsArray().Select(t => t!.Text("fact")).ToList();
        facts.ShouldContain("served at the class batch");
        facts.ShouldContain(f => f.StartsWith("answered in step_", StringComparison.Ordinal) && f.Contains("which was batch_"));

        (await node.CountAsync(budget)).ShouldBe((7 * ProviderBatching.BatchCost, 0));
        done.Text("cost_usd").ShouldBe(NanoUsd.Format(7 * ProviderBatching.BatchCost));
        await Books.ShouldAgreeAsync(node);
        (await node.Admin.GetAsync("/api/usage/recompute"))["agree"]!.GetValue<bool>().ShouldBeTrue();

        var steps = await node.Admin.StepsAsync(id);
        steps.Select(s => s.Number("lines")).ShouldBe([3, 3, 1]);
        steps.ShouldAllBe(s => s.Text("state") == "ended" && s.Text("provider_state") == "completed");
        steps.Select(s => s.Text("provider_batch")).Order().ShouldBe(provider.Batches.Select(b => b.Text("id")).Order());
        steps.Select(s => s.Text("id")).Order().ShouldBe(provider.Batches.Select(b => b.Text("metadata", "portico_step")).Order());
    }

    [Fact]
    public async Task A_connection_that_is_not_switched_on_is_called_and_one_without_batches_cannot_be()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address, on: false);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.DirectCalls, provider.Uploads).ShouldBe((4, 0));
        (await node.Admin.CallsOfAsync(id, 4)).ShouldAllBe(c => c.Number("cost_nano_usd") == ProviderBatching.StandardCost);
        (await node.Admin.StepsAsync(id)).ShouldBeEmpty();

        foreach (var (family, preset) in new[] { ("openai", "vllm"), ("cohere", null), ("azure-openai", "2024-10-21") })
        {
            using var refused = await node.Admin.RawAsync(
                HttpMethod.Post,
                "/api/connections",
                new JsonObject
                {
                    ["name"] = "b-" + family,
                    ["family"] = family,
                    ["preset"] = preset,
                    ["base_url"] = provider.Address.ToString(),
                    ["credential"] = "sk-none",
                    ["provider_batches"] = true,
                }
            );
            await refused.ShouldBeProblemAsync(400, "invalid_request", "provider_batches");
        }
    }

    [Fact]
    public async Task Lines_that_wait_take_no_place_from_others_and_count_as_nobody_who_is_waited_for()
    {
        await using var node = await StartAsync(
            shared: false,
            ("Gateway:ProviderBatchLines", "40"),
            ("Gateway:BatchYieldsAt", "10"),
            ("Gateway:BatchLinesAtOnce", "2")
        );
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(40, ProviderBatching.Model));
        var there = await provider.BatchAsync();
        provider.LinesOf(there).Count.ShouldBe(40);
        // Another batch has its lines asked meanwhile.
        var other = await node.Door.BatchAsync(Batching.Lines(5));
        (await node.Door.UntilBatchAsync(other, "completed")).Counts().ShouldBe((5, 5, 0));
        provider.End(there.Text("id"), "completed");
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((40, 40, 0));
        provider.Batches.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Lines_that_wait_leave_a_part_of_a_limit_to_calls_that_somebody_waits_for()
    {
        await using var node = await StartAsync(shared: false, ("Gateway:BatchLinesAtOnce", "1"));
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var (key, door) = await node.NewKeyAsync();
        using var _ = door;
        node.Time.ToTheStartOfAMinute();
        await node.LimitAsync("key", key, "requests", 10);
        await door.BatchAsync(Batching.Lines(30, ProviderBatching.Model));
        provider.LinesOf(await provider.BatchAsync()).Count.ShouldBeInRange(8, 9);
        using var call = await door.ChatAsync(Calls.Chat("sim/echo"));
        ((int)call.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_connection_that_is_switched_on_keeps_data_for_a_month_as_far_as_demands_go()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        var deployment = await node.Admin.ConnectBatchesAsync(provider.Address, on: false);
        var connection = (await node.Admin.GetAsync($"/api/deployments/{deployment}")).Text("connection_id");
        await node.Admin.PatchAsync($"/api/connections/{connection}", new JsonObject { ["retention_days"] = 0 });
        await node.RouteAsync("fleeting", [deployment], new JsonObject { ["demands"] = new JsonObject { ["max_retention_days"] = 7 } });
        using (var good = await node.Door.ChatAsync(Calls.Chat("fleeting")))
            ((int)good.StatusCode).ShouldBe(200);
        await node.Admin.SwitchBatchesAsync(deployment, on: true);
        using var refused = await node.Door.ChatAsync(Calls.Chat("fleeting"));
        var error = await refused.ShouldBeRefusedAsync(403, "policy_denied", "model");
        error.Text("message").ShouldContain("terms.retention_days is 30");
    }

    [Fact]
    public async Task A_line_that_waits_is_no_probe_of_a_deployment_that_failed_calls()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var good = provider.Direct;
        provider.Direct = http => Upstream.ErrorAsync(http, 500);
        for (var failed = 0; failed < 6; failed++)
            using (var call = await node.Door.ChatAsync(Calls.Chat(ProviderBatching.Model)))
                ((int)call.StatusCode).ShouldBeGreaterThanOrEqualTo(500);
        var asked = provider.DirectCalls;
        using (var benched = await node.Door.ChatAsync(Calls.Chat(ProviderBatching.Model)))
            ((int)benched.StatusCode).ShouldBe(503);
        provider.DirectCalls.ShouldBe(asked);

        node.Time.Advance(TimeSpan.FromMinutes(3));
        var id = await node.Door.BatchAsync(Batching.Lines(2, ProviderBatching.Model));
        var there = await provider.BatchAsync();
        // While it waits, the first call may try whether the deployment is well again.
        provider.Direct = good;
        using (var probe = await node.Door.ChatAsync(Calls.Chat(ProviderBatching.Model)))
            ((int)probe.StatusCode).ShouldBe(200);
        provider.End(there.Text("id"), "completed");
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((2, 2, 0));
    }

    [Fact]
    public async Task Embeddings_go_to_batches_of_their_own()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        provider.Answer = _ =>
            (
                200,
                """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,0.25]}],"model":"up-1","usage":{"prompt_tokens":10,"total_tokens":10}}"""
            );
        var body = new JsonObject { ["model"] = ProviderBatching.Model, ["input"] = "abc" };
        var id = await node.Door.BatchAsync(Batching.Line("one", url: "/v1/embeddings", body: body), "/v1/embeddings");
        var done = await node.Door.UntilBatchAsync(id, "completed");
        var answer = (await node.Door.AnswersAsync(done))["one"];
        answer["response"]!["body"]!["data"]![0]!["embedding"]!.AsArray().Count.ShouldBe(2);
        provider.Batches.ShouldHaveSingleItem().Text("endpoint").ShouldBe("/v1/embeddings");
        ((string?)provider.LinesOf(provider.Batches[0])[0]["body"]!["input"]).ShouldBe("abc");
        provider.Wrong.ShouldBeEmpty();
        var call = (await node.Admin.CallsOfAsync(id, 1))[0];
        (call.Text("usage", "class"), call.Number("cost_nano_usd")).ShouldBe(("batch", 10 * 1_000L));
    }

    [Fact]
    public async Task Errors_of_lines_are_what_a_caller_would_have_got()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        provider.Answer = line =>
            FakeBatches.Good(line).Contains("I am bad", StringComparison.Ordinal)
                ? (400, """{"error":{"message":"No such tool","type":"invalid_request_error","param":"tools","code":"bad_tool"}}""")
                : (200, FakeBatches.Good(line));
        var id = await node.Door.BatchAsync(
            Batching.Line("good", ProviderBatching.Model)
                + Batching.Line("bad", ProviderBatching.Model)
                + Batching.Line("none", "no/such-model")
        );
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 1, 2));
        var errors = await node.Door.AnswersAsync(done, "error_file_id");
        errors["bad"].Number("response", "status_code").ShouldBe(400);
        errors["bad"]["response"]!["body"]!.Text("error", "message").ShouldBe("No such tool");
        errors["none"].Number("response", "status_code").ShouldBe(404);
        provider.DirectCalls.ShouldBe(0);
        provider.Wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_result_that_tells_of_the_providers_own_failure_is_asked_again_as_a_call()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        provider.Answer = line =>
            FakeBatches.Good(line).Contains("line-2", StringComparison.Ordinal)
                ? (500, """{"error":{"message":"Oh","type":"server_error","param":null,"code":null}}""")
                : (200, FakeBatches.Good(line));
        var id = await node.Door.BatchAsync(Batching.Lines(3, ProviderBatching.Model));
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 3, 0));
        (await node.Door.AnswersAsync(done))["line-2"].Said().ShouldBe("I am line-2");
        provider.DirectCalls.ShouldBe(1);
        var costs = (await node.Admin.CallsOfAsync(id, 3)).Select(c => c.Number("cost_nano_usd")).Order();
        costs.ShouldBe([ProviderBatching.BatchCost, ProviderBatching.BatchCost, ProviderBatching.StandardCost]);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_finds_no_room_in_the_budget_is_an_answer_and_settled_and_held_never_pass_it()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var (key, door) = await node.NewKeyAsync();
        using var _ = door;
        // A line holds its prompt at 2 USD and 20 tokens at 8: room for some of them.
        var budget = await node.BudgetAsync("key", key, "0.0009");
        var id = await door.BatchAsync(Batching.Lines(8, ProviderBatching.Model));
        var there = await provider.BatchAsync();
        var sent = provider.LinesOf(there).Count;
        sent.ShouldBeInRange(2, 6);
        var (spent, held) = await node.CountAsync(budget);
        spent.ShouldBe(0);
        held.ShouldBeInRange(1, 900_000);
        // What is held stays held while it waits, however long that is.
        node.Time.Advance(TimeSpan.FromHours(20));
        (await node.CountAsync(budget)).ShouldBe((0, held));
        using (var refused = await door.ChatAsync(Calls.Chat(ProviderBatching.Model, "And I?").With("max_tokens", 20)))
            ((int)refused.StatusCode).ShouldBe(429);
        provider.End(there.Text("id"), "completed");
        var done = await node.LetPassUntilBatchAsync(door, TimeSpan.FromMinutes(2), id, "completed");
        done.Counts().ShouldBe((8, sent, 8 - sent));
        var errors = await door.AnswersAsync(done, "error_file_id");
        errors.Values.ShouldAllBe(l => l["response"]!["body"]!["error"]!.Text("code") == "insufficient_quota");
        (await node.CountAsync(budget)).ShouldBe((sent * ProviderBatching.BatchCost, 0));
    }
}
