using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cli;

/// <summary>portico batches, as a person types it.</summary>
public sealed class BatchVerbTests(ServedFixture served) : IClassFixture<ServedFixture>
{
    async Task<CliRun> RunAsync(string typed) => await served.Cli.RunAsync(typed.Split(' '));

    async Task<string> GoodAsync(string typed)
    {
        var run = await RunAsync(typed);
        run.ExitCode.ShouldBe(0, run.All);
        return run.Output;
    }

    [Fact]
    public async Task Batches_are_listed_shown_and_cancelled()
    {
        using var door = served.Node.Client(served.Node.Key);
        var done = await door.BatchAsync(Batching.Lines(2));
        await door.UntilBatchAsync(done, "completed");
        var slow = (await door.MessageBatchAsync(MessageBatching.Requests(500, "sim/slow-first-output"))).Text("id");

        var all = await GoodAsync("batches");
        all.ShouldContain(done);
        all.ShouldContain(slow);
        var ended = await GoodAsync("batches list --status completed --limit 5");
        ended.ShouldContain(done);
        ended.ShouldNotContain(slow);
        (await GoodAsync("batches list --workspace ws_none")).ShouldNotContain(done);
        var one = await GoodAsync($"batches show {done}");
        one.ShouldContain("2, of them 2 good and 0 failed");
        one.ShouldContain("made in the form of openai");
        (await GoodAsync($"batches show {slow} --json")).ShouldContain("\"dialect\": \"anthropic\"");

        (await GoodAsync($"batches cancel {slow}")).ShouldContain("cancelling");
        await door.UntilEndedAsync(slow);
        var late = await RunAsync($"batches cancel {slow}");
        late.ExitCode.ShouldBe(1);
        late.Errors.ShouldContain("A batch that is cancelled cannot be cancelled.");
        var none = await RunAsync("batches show batch_none");
        none.ExitCode.ShouldBe(1);
        none.Errors.ShouldContain("There is no batch 'batch_none'");
    }
}
