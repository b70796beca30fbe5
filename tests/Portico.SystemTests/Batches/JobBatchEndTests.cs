using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Batches of Mistral and of Together that do not come to their end by themselves, and those whose making nobody saw.</summary>
public sealed class JobBatchEndTests
{
    public static TheoryData<string> Services => ["mistral", "together"];

    static Task<Node> StartAsync() => Node.StartAsync([("Gateway:ProviderBatchLines", "4")]);

    static async Task<string> WaitingAsync(Node node, FakeJobs provider)
    {
        provider.CompletesByItself = false;
        await node.Admin.ConnectJobsAsync(provider);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");
        return id;
    }

    [Theory]
    [InlineData("mistral", "expired", "batch_expired")]
    [InlineData("mistral", "cancelled", "batch_cancelled")]
    [InlineData("mistral", "completed", "result_missing")]
    [InlineData("together", "expired", "batch_expired")]
    [InlineData("together", "cancelled", "batch_cancelled")]
    [InlineData("together", "completed", "result_missing")]
    public async Task Lines_without_a_result_say_how_their_batch_ended_there(string service, string end, string code)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        var id = await WaitingAsync(node, provider);
        provider.End(provider.Batches[0].Text("id"), end, answered: 1);
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((4, 1, 3));
        (await node.Door.AnswersAsync(done, "error_file_id")).Values.ShouldAllBe(l => l.Text("error", "code") == code);
        (provider.DirectCalls, provider.Creations).ShouldBe((0, 1));
        provider.Wrong.ShouldBeEmpty();
        await node.Admin.ShouldBeBilledOnceAsync(id, 1);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("mistral", 0)]
    [InlineData("mistral", 3)]
    [InlineData("together", 0)]
    [InlineData("together", 3)]
    public async Task A_batch_that_fails_there_brings_what_it_has_and_the_rest_is_asked_line_by_line(string service, int answered)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        var id = await WaitingAsync(node, provider);
        provider.End(provider.Batches[0].Text("id"), "failed", answered);
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.DirectCalls, provider.Creations).ShouldBe((4 - answered, 1));
        (await node.Admin.CallsOfAsync(id, 4))
            .Sum(c => c.Number("cost_nano_usd"))
            .ShouldBe(answered * ProviderBatching.BatchCost + (4 - answered) * ProviderBatching.StandardCost);
        var step = (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem();
        (step.Text("state"), step.Text("problem")).ShouldBe(("alone", "FAILED"));
        await Books.ShouldAgreeAsync(node);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_cancelled_batch_is_cancelled_there_and_has_what_was_answered(string service)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        var id = await WaitingAsync(node, provider);
        await node.Door.CancelBatchAsync(id);
        await Eventually.IsTrueAsync(() => provider.IsCancelled);
        (await node.Door.BatchOfAsync(id)).Text("status").ShouldBe("cancelling");
        provider.End(provider.Batches[0].Text("id"), "cancelled", answered: 3);
        (await node.Door.UntilBatchAsync(id, "cancelled")).Counts().ShouldBe((4, 3, 0));
        await node.Admin.ShouldBeBilledOnceAsync(id, 3);
        (await node.HeldAsync()).ShouldBe(0);
        provider.DirectCalls.ShouldBe(0);
    }

    [Theory]
    [InlineData("mistral", 422)]
    [InlineData("together", 400)]
    public async Task Lines_of_an_order_that_the_service_refuses_are_asked_by_themselves(string service, int status)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        provider.Before = async http =>
        {
            if (http.Request.Method != "POST" || http.Request.Path != provider.JobPath)
                return false;
            await provider.RefuseAsync(http, status, "This model has no batches");
            return true;
        };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.DirectCalls, provider.Creations).ShouldBe((4, 1));
        (await node.Admin.CallsOfAsync(id, 4)).ShouldAllBe(c => c.Number("cost_nano_usd") == ProviderBatching.StandardCost);
        var step = (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem();
        (step.Text("state"), step["provider_batch"]).ShouldBe(("alone", null));
        step.Text("problem").ShouldContain($"{status}");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task An_order_that_is_more_than_may_be_enqueued_waits_and_is_made_once_there_is_room(string service)
    {
        await using var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        var isFull = true;
        provider.Before = async http =>
        {
            if (!isFull || http.Request.Method != "POST" || http.Request.Path != provider.JobPath)
                return false;
            await provider.RefuseAsync(http, 429, "Too many pending requests");
            return true;
        };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await node.LetPassUntilAsync(
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(provider.Creations >= 4),
            "it is tried again and again"
        );
        (provider.Batches.Count, provider.DirectCalls).ShouldBe((0, 0));
        (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem().Text("state").ShouldBe("made");
        isFull = false;
        (await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.Batches.Count, provider.Uploads, provider.DirectCalls).ShouldBe((1, service == "mistral" ? 0 : 1, 0));
        provider.Wrong.ShouldBeEmpty();
        await node.Admin.ShouldBeBilledOnceAsync(id, 4);
    }

    [Theory]
    [InlineData("mistral", true)]
    [InlineData("mistral", false)]
    [InlineData("together", true)]
    [InlineData("together", false)]
    public async Task A_step_whose_order_was_not_answered_is_found_by_what_it_bears_or_sent_when_it_is_not_there(
        string service,
        bool isThere
    )
    {
        var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        await node.Admin.ConnectJobsAsync(provider);
        if (provider is FakeMistralJobs mistral)
            mistral.PageSize = 1;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hung = 0;
        provider.Before = async http =>
        {
            if (http.Request.Method != "POST" || http.Request.Path != provider.JobPath || Interlocked.Increment(ref hung) > 1)
                return false;
            if (!isThere)
            {
                await gate.Task;
                http.Abort();
                return true;
            }
            // It is made, and nobody hears of it.
            http.Response.OnStarting(() => gate.Task);
            return false;
        };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await Eventually.IsTrueAsync(() => hung == 1 && provider.Batches.Count == (isThere ? 1 : 0));
        // Another batch of the same account comes behind it: the list has it first, or last.
        var other = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        (await node.Door.UntilBatchAsync(other, "completed")).Counts().ShouldBe((4, 4, 0));
        (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem().Text("state").ShouldBe("made");
        node = await node.RestartAsync();
        await using var _ = node;
        await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, "completed");
        gate.TrySetResult();
        provider.Lists.ShouldBeGreaterThan(0, "it is looked for");
        (provider.Batches.Count, provider.Creations, provider.DirectCalls).ShouldBe((2, isThere ? 2 : 3, 0));
        provider.Uploads.ShouldBe(service == "mistral" ? 0 : 2, "a file that is there is not put there again");
        provider.Wrong.ShouldBeEmpty();
        await node.Admin.ShouldBeBilledOnceAsync(id, 4);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_step_that_waits_outlives_its_node_and_is_billed_once(string service)
    {
        var node = await StartAsync();
        await using var provider = await FakeJobs.StartAsync(service);
        var id = await WaitingAsync(node, provider);
        node = await node.RestartAsync();
        await using var _ = node;
        provider.End(provider.Batches[0].Text("id"), "completed");
        (await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.Creations, provider.Lists, provider.DirectCalls).ShouldBe((1, 0, 0));
        await node.Admin.ShouldBeBilledOnceAsync(id, 4);
        await Books.ShouldAgreeAsync(node);
    }
}
