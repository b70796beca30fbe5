using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Lines that lie in a message batch of Anthropic's, made in either form, and what becomes of them.</summary>
public sealed class AnthropicBatchTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    static readonly (string, string)[] Small = [("Gateway:ProviderBatchLines", "4")];

    async Task<Node> StartAsync(bool shared) =>
        shared ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), Small)).Single() : await Node.StartAsync(Small);

    static Task<string> ConnectAsync(Node node, FakeMessageBatches provider) =>
        node.Admin.ConnectBatchesAsync(provider.Address, "anthropic", credential: FakeMessageBatches.Credential);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Lines_of_either_form_go_to_message_batches_and_are_billed_at_their_price(bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var provider = await FakeMessageBatches.StartAsync();
        await ConnectAsync(node, provider);
        using var anthropic = node.AsAnthropic();
        using var order = new HttpRequestMessage(HttpMethod.Post, new Uri(MessageBatching.Path, UriKind.Relative))
        {
            Content = new StringContent(
                MessageBatching.Requests(3, ProviderBatching.Model).ToJsonString(),
                Encoding.UTF8,
                "application/json"
            ),
        };
        order.Headers.Add("anthropic-beta", "context-1m-2025-08-07");
        using var taken = await anthropic.SendAsync(order);
        var messages = (await taken.GoodAsync()).Text("id");
        var ended = await anthropic.UntilEndedAsync(messages);
        ended.Tallies().ShouldBe((0, 3, 0, 0, 0));
        var results = await anthropic.ResultsAsync(ended);
        results["r-2"].Text("type").ShouldBe("succeeded");
        results["r-2"]["message"]!["content"]![0]!.Text("text").ShouldBe("I am r-2");
        results["r-2"]["message"]!["usage"]!.Text("service_tier").ShouldBe("batch", "it is the provider's own message");
        provider.BetaOf(provider.Batches[0]).ShouldBe("context-1m-2025-08-07");

        var lines = await node.Door.BatchAsync(Batching.Lines(5, ProviderBatching.Model));
        var done = await node.Door.UntilBatchAsync(lines, "completed");
        (await node.Door.AnswersAsync(done))["line-4"].Said().ShouldBe("I am line-4");

        provider.Wrong.ShouldBeEmpty();
        (provider.Creations, provider.DirectCalls).ShouldBe((3, 0));
        await node.Admin.ShouldBeBilledOnceAsync(messages, 3);
        await node.Admin.ShouldBeBilledOnceAsync(lines, 5);
        foreach (var call in await node.Admin.CallsOfAsync(lines, 5))
            call.Text("usage", "class").ShouldBe("batch");
        await Books.ShouldAgreeAsync(node);
        var steps = await node.Admin.StepsAsync(lines);
        steps.ShouldAllBe(s => s.Text("provider_state") == "ended" && s.Text("provider_batch").StartsWith("msgbatch_"));
    }

    [Fact]
    public async Task Requests_that_are_errored_expired_or_left_out_say_so()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeMessageBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        provider.Answer = request =>
            request.ToJsonString() switch
            {
                var t when t.Contains("I am r-1") =>
                    """{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error","message":"No such tool"},"request_id":null}}""",
                var t when t.Contains("I am r-2") => null,
                _ => """{"type":"expired"}""",
            };
        using var anthropic = node.AsAnthropic();
        var id = (await anthropic.MessageBatchAsync(MessageBatching.Requests(4, ProviderBatching.Model))).Text("id");
        await Eventually.IsTrueAsync(() => provider.Batches.Count == 1);
        provider.End(provider.Batches[0].Text("id"));
        var ended = await anthropic.UntilEndedAsync(id);
        var results = await anthropic.ResultsAsync(ended);
        results["r-1"]["error"]!.Text("error", "message").ShouldBe("No such tool");
        results["r-2"]["error"]!.Text("error", "code").ShouldBe("result_missing");
        results["r-3"].Text("type").ShouldBe("expired");
        (provider.DirectCalls, provider.Creations).ShouldBe((0, 1));
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_canceled_batch_is_canceled_there_and_has_what_was_answered()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeMessageBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        using var anthropic = node.AsAnthropic();
        var id = (await anthropic.MessageBatchAsync(MessageBatching.Requests(4, ProviderBatching.Model))).Text("id");
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");
        using var cancel = await anthropic.PostAsync(new Uri($"{MessageBatching.Path}/{id}/cancel", UriKind.Relative), null);
        cancel.IsSuccessStatusCode.ShouldBeTrue();
        await Eventually.IsTrueAsync(() => provider.Batches[0].Text("processing_status") == "canceling");
        provider.End(provider.Batches[0].Text("id"), answered: 1, rest: "canceled");
        var ended = await anthropic.UntilEndedAsync(id);
        ended.Tallies().ShouldBe((0, 1, 0, 3, 0));
        await node.Admin.ShouldBeBilledOnceAsync(id, 1);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_without_a_mark_is_found_again_by_its_results_when_its_order_was_not_answered()
    {
        var node = await StartAsync(shared: false);
        await using var provider = await FakeMessageBatches.StartAsync();
        provider.CompletesByItself = false;
        await ConnectAsync(node, provider);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = 0;
        provider.Before = http =>
        {
            if (http.Request.Method == "POST" && http.Request.Path == "/v1/messages/batches" && Interlocked.Increment(ref made) == 1)
                http.Response.OnStarting(() => gate.Task);
            return Task.FromResult(false);
        };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await Eventually.IsTrueAsync(() => provider.Batches.Count == 1);
        // Somebody else has a batch of the same size at the same account.
        var others = provider
            .RequestsOf(provider.Batches[0])
            .Select(r => new JsonObject { ["custom_id"] = "theirs-" + r["custom_id"], ["params"] = r["params"]!.DeepClone() })
            .ToList<JsonNode>();
        var other = provider.Add(others).Text("id");
        node = await node.RestartAsync();
        await using var _ = node;
        gate.TrySetResult();
        // As long as both run nobody can tell, and nothing is asked a second time.
        await Eventually.IsTrueAsync(() => provider.Asked.Contains("GET /v1/messages/batches"));
        provider.End(other);
        var listed = provider.Asked.Count(a => a == "GET /v1/messages/batches");
        await node.LetPassUntilAsync(
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(provider.Asked.Count(a => a == "GET /v1/messages/batches") > listed),
            "it looks again"
        );
        (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem().Text("state").ShouldBe("made");
        provider.End(provider.Batches[0].Text("id"));
        (await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, "completed")).Counts().ShouldBe((4, 4, 0));
        provider.Creations.ShouldBe(1);
        (await node.Admin.StepsAsync(id))[0].Text("provider_batch").ShouldBe(provider.Batches[0].Text("id"));
        await node.Admin.ShouldBeBilledOnceAsync(id, 4);
    }

    [Fact]
    public async Task Azures_v1_api_takes_batches_as_OpenAI_does_when_it_has_read_their_file()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        provider.Header = ("api-key", FakeBatches.Credential);
        provider.Root = "/v1/openai/v1";
        provider.ReadsFiles = true;
        await node.Admin.ConnectBatchesAsync(provider.Address, "azure-openai");
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((4, 4, 0));
        provider.Wrong.ShouldBeEmpty();
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((1, 1, 0));
        await node.Admin.ShouldBeBilledOnceAsync(id, 4);
    }
}
