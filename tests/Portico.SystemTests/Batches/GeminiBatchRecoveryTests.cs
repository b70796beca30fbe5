using Portico.SystemTests.Support;

namespace Portico.SystemTests.Batches;

/// <summary><c>kill -9</c> of the real program at the instants at which a batch of the Gemini API may be there or not.</summary>
public sealed class GeminiBatchRecoveryTests
{
    [Theory]
    [InlineData("the file is being sent", 2, 1)]
    [InlineData("the file is there", 1, 2)]
    [InlineData("the batch is there", 1, 1)]
    public async Task A_node_that_is_killed_finds_its_batch_by_the_name_it_gave_it_or_makes_it_of_what_is_there(
        string instant,
        int uploads,
        int creations
    )
    {
        using var data = new TemporaryDirectory();
        await using var provider = await FakeGeminiBatches.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.Before = async http =>
        {
            var isCreation = FakeGeminiBatches.IsCreation(http.Request.Path);
            var isHere = instant == "the file is being sent" ? http.Request.Query.ContainsKey("upload_id") : isCreation;
            if (!isHere || reached.Task.IsCompleted)
                return false;
            if (instant == "the batch is there")
            {
                http.Response.OnStarting(() =>
                {
                    reached.TrySetResult();
                    return gate.Task;
                });
                return false;
            }
            reached.TrySetResult();
            await gate.Task;
            http.Abort();
            return true;
        };
        // Others at the same account, on more than one page of the list.
        for (var i = 0; i < 130; i++)
            provider.Add($"nightly {i}");
        var node = await PorticoProcess.StartAsync(data.Path);
        var (key, token) = (node.KeySecret!, node.AdminSecret!);
        try
        {
            string id;
            using (var admin = new Api(node.Client(token)))
                await admin.ConnectBatchesAsync(provider.Address, "gemini", credential: FakeGeminiBatches.Credential);
            using (var door = node.Client(key))
                id = await door.BatchAsync(Batching.Lines(5, ProviderBatching.Model));
            await reached.Task;
            await node.KillAsync();
            await node.DisposeAsync();
            node = await PorticoProcess.StartAsync(data.Path);
            using (var door = node.Client(key))
                (await door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((5, 5, 0));
            gate.TrySetResult();
            provider.Wrong.ShouldBeEmpty();
            provider.Asked.Count(a => a == "GET /v1beta/batches").ShouldBeGreaterThan(1, "every page is read");
            (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((uploads, creations, 0));
            provider.Batches.Count.ShouldBe(131);
            using var books = new Api(node.Client(token));
            await books.ShouldBeBilledOnceAsync(id, 5);
            await Books.ShouldAgreeAsync(books);
        }
        finally
        {
            gate.TrySetResult();
            await node.DisposeAsync();
        }
    }
}
