using System.Text.Json.Nodes;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Lines that lie in batch jobs of Mistral and in batches of Together: what is sent there, what comes of it, and what it costs.</summary>
public sealed class JobBatchTests(PostgresServer postgres)
{
    public static TheoryData<string> Services => ["mistral", "together"];

    async Task<Node> StartAsync(bool shared = false, int lines = 4)
    {
        (string, string)[] settings = [("Gateway:ProviderBatchLines", $"{lines}")];
        return shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);
    }

    [Theory]
    [InlineData("mistral", false)]
    [InlineData("mistral", true)]
    [InlineData("together", false)]
    [InlineData("together", true)]
    public async Task Lines_go_to_the_services_batches_and_are_billed_at_its_price(string service, bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        var (key, door) = await node.NewKeyAsync();
        using var _ = door;
        var budget = await node.BudgetAsync("key", key, "1");
        var id = await door.BatchAsync(Batching.Lines(7, ProviderBatching.Model));
        var done = await door.UntilBatchAsync(id, "completed");

        provider.Wrong.ShouldBeEmpty();
        done.Counts().ShouldBe((7, 7, 0));
        foreach (var (name, line) in await door.AnswersAsync(done))
            line.Said().ShouldBe($"I am {name}");
        // Few lines go with Mistral's order itself.
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((service == "mistral" ? 0 : 2, 2, 0));
        var calls = await node.Admin.CallsOfAsync(id, 7);
        calls.ShouldAllBe(c => c.Text("usage", "class") == "batch" && c.Number("cost_nano_usd") == ProviderBatching.BatchCost);
        var record = await node.Admin.GetAsync($"/api/calls/{calls[0].Text("id")}");
        record["trail"]!.AsArray().Select(t => t!.Text("fact")).ShouldContain("served at the class batch");
        if (service == "mistral")
            record.Text("upstream_request_id").ShouldStartWith("batch-step_");
        (await node.CountAsync(budget)).ShouldBe((7 * ProviderBatching.BatchCost, 0));
        await Books.ShouldAgreeAsync(node);
        var steps = await node.Admin.StepsAsync(id);
        steps.Select(s => s.Number("lines")).ShouldBe([4, 3]);
        steps.ShouldAllBe(s => s.Text("state") == "ended" && s.Text("provider_state") == provider.WordFor("completed"));
        steps.Select(s => s.Text("provider_batch")).Order().ShouldBe(provider.Batches.Select(b => b.Text("id")).Order());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task What_a_line_has_that_the_service_does_not_take_is_left_out_of_it_and_the_rest_stays_as_it_came(string service)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        var body = JsonNode
            .Parse(
                """{"model":"cheap","messages":[{"role":"user","content":"Say it"}],"temperature":0.5,"max_completion_tokens":20,"unknown_word":{"a":1}}"""
            )!
            .AsObject();
        var id = await node.Door.BatchAsync(Batching.Line("one", body: body));
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((1, 1, 0));
        provider.LinesOf(provider.Batches[0])[0]["body"]!
            .ToJsonString()
            .ShouldBe(
                """{"model":"up-1","messages":[{"role":"user","content":"Say it"}],"temperature":0.5,"max_tokens":20,"unknown_word":{"a":1}}"""
            );
        provider.Wrong.ShouldBeEmpty();

        using var anthropic = node.AsAnthropic();
        var messages = (await anthropic.MessageBatchAsync(MessageBatching.Requests(2, ProviderBatching.Model))).Text("id");
        var results = await anthropic.ResultsAsync(await anthropic.UntilEndedAsync(messages));
        results["r-2"]["message"]!["content"]![0]!.Text("text").ShouldBe("I am r-2");
        provider.DirectCalls.ShouldBe(0);
        provider.Wrong.ShouldBeEmpty();
        await node.Admin.ShouldBeBilledOnceAsync(messages, 2);
    }

    [Fact]
    public async Task Many_bytes_for_Mistral_are_a_file_of_its_own()
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync("mistral");
        await node.Admin.ConnectJobsAsync(provider);
        // One line, so that all bytes come at once however busy the machine is: what comes late goes in a batch of its own.
        var body = Calls.Chat(ProviderBatching.Model, new string('x', 1_200_000)).With("max_tokens", 20);
        var lines = Batching.Line("line-1", body: body);
        var id = await node.Door.BatchAsync(lines);
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((1, 1, 0));
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((1, 1, 0));
        provider.Batches[0]["input_files"]!.AsArray().Count.ShouldBe(1);
        provider.Wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("mistral", true)]
    [InlineData("together", false)]
    public async Task Embeddings_go_where_the_service_takes_them(string service, bool takesThem)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        provider.Answer = _ => (200, FakeJobs.Embedding);
        var body = new JsonObject { ["model"] = ProviderBatching.Model, ["input"] = "abc" };
        var id = await node.Door.BatchAsync(Batching.Line("one", url: "/v1/embeddings", body: body), "/v1/embeddings");
        var done = await node.Door.UntilBatchAsync(id, "completed");
        (await node.Door.AnswersAsync(done))["one"]["response"]!["body"]!["data"]![0]!["embedding"]!.AsArray().Count.ShouldBe(2);
        (provider.Creations, provider.DirectCalls).ShouldBe(takesThem ? (1, 0) : (0, 1));
        provider.Wrong.ShouldBeEmpty();
        var call = (await node.Admin.CallsOfAsync(id, 1))[0];
        (call.Text("usage", "class"), call.Number("cost_nano_usd")).ShouldBe(takesThem ? ("batch", 10_000L) : ("standard", 20_000L));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Errors_of_the_caller_are_answers_and_those_of_nobody_or_of_the_service_are_asked_again_as_calls(string service)
    {
        await using var node = await StartAsync(lines: 10);
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        provider.Answer = line =>
            (string)line["body"]!["messages"]![0]!["content"]! switch
            {
                "I am line-1" => (
                    422,
                    """{"object":"error","message":"No such tool","type":"invalid_request_error","param":"tools","code":"3051"}"""
                ),
                "I am line-2" => (503, """{"error":"Overloaded"}"""),
                "I am line-3" => (0, """{"message":"Request timeout","code":"timeout"}"""),
                "I am line-4" => (0, "\"It went wrong\""),
                _ => (200, FakeBatches.Good(line)),
            };
        var id = await node.Door.BatchAsync(Batching.Lines(6, ProviderBatching.Model));
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((6, 5, 1));
        var error = (await node.Door.AnswersAsync(done, "error_file_id"))["line-1"];
        error.Number("response", "status_code").ShouldBe(400);
        error["response"]!["body"]!.Text("error", "message").ShouldBe("No such tool");
        (provider.DirectCalls, provider.Creations).ShouldBe((3, 1));
        (await node.Admin.CallsOfAsync(id, 6))
            .Select(c => c.Number("cost_nano_usd"))
            .Order()
            .ShouldBe([
                0,
                ProviderBatching.BatchCost,
                ProviderBatching.BatchCost,
                ProviderBatching.StandardCost,
                ProviderBatching.StandardCost,
                ProviderBatching.StandardCost,
            ]);
        (await node.HeldAsync()).ShouldBe(0);
        await Books.ShouldAgreeAsync(node);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_connection_that_is_switched_on_keeps_data_without_an_end_as_far_as_demands_and_rules_go(string service)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        var deployment = await node.Admin.ConnectJobsAsync(provider, on: false);
        var connection = (await node.Admin.GetAsync($"/api/deployments/{deployment}")).Text("connection_id");
        await node.RouteAsync(
            "fleeting",
            [deployment],
            new JsonObject { ["demands"] = new JsonObject { ["max_retention_days"] = 36_500 } }
        );
        await node.Admin.SwitchBatchesAsync(deployment, on: true);
        async Task ShouldBeRefusedAsync()
        {
            using var refused = await node.Door.ChatAsync(Calls.Chat("fleeting"));
            var error = await refused.ShouldBeRefusedAsync(403, "policy_denied", "model");
            error.Text("message").ShouldContain("is kept without an end");
        }
        // Whether the contract says something of calls or not.
        await ShouldBeRefusedAsync();
        await node.Admin.PatchAsync($"/api/connections/{connection}", new JsonObject { ["retention_days"] = 0 });
        await ShouldBeRefusedAsync();
        await node.Admin.SwitchBatchesAsync(deployment, on: false);
        using var good = await node.Door.ChatAsync(Calls.Chat("fleeting"));
        ((int)good.StatusCode).ShouldBe(200);
    }
}
