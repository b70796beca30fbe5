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

    [Fact]
    public async Task What_lies_at_a_provider_is_shown_and_a_connection_is_switched_on_and_off()
    {
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        using var admin = new Api(served.Node.Client(served.Node.AdminToken));
        await admin.ConnectBatchesAsync(provider.Address, on: false, model: "typed/cheap");
        var name = (await admin.GetAsync("/api/connections?limit=1000"))["items"]!
            .AsArray()
            .Single(c => c!.Text("base_url").StartsWith(provider.Address.ToString(), StringComparison.Ordinal))!
            .Text("name");
        (await GoodAsync($"connections set {name} --provider-batches true")).ShouldBe($"{name}: provider_batches is on.\n");
        (await GoodAsync("connections")).ShouldContain("provider_batches");
        var none = await RunAsync("connections set sim --provider-batches true");
        none.ExitCode.ShouldBe(1);
        none.Errors.ShouldContain("Portico does not know batches of the family 'sim'");

        using var door = served.Node.Client(served.Node.Key);
        var id = await door.BatchAsync(Batching.Lines(2, "typed/cheap"));
        var there = (await provider.BatchAsync()).Text("id");
        await Eventually.IsTrueAsync(async () =>
            (await GoodAsync($"batches show {id}")).Contains($"1: 2 lines, waiting, at the provider {there} (validating)")
        );
        provider.End(there, "completed");
        await door.UntilBatchAsync(id, "completed");
        (await GoodAsync($"batches show {id}")).ShouldContain($"1: 2 lines, ended, at the provider {there} (completed)");
        (await GoodAsync($"connections set {name} --provider-batches false")).ShouldContain("is off");
    }
}
