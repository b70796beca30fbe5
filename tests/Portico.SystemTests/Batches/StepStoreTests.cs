using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Batches;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Rows of steps: numbered within their batch, written once, and by its owner alone.</summary>
public sealed class StepStoreTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_is_written_once_and_only_by_the_owner_of_its_batch(bool shared)
    {
        await using var node = (await Node.StartTogetherAsync(1, shared ? await postgres.CreateDatabaseAsync() : null)).Single();
        var steps = node.Services.GetRequiredService<StepStore>();
        var leases = node.Services.GetRequiredService<BatchLeases>();
        await using var stuck = await BatchEndTests.Stuck.ConnectAsync(node, 0);
        var id = await node.Door.BatchAsync(Batching.Lines(3, "stuck"));
        await node.Door.UntilBatchAsync(id, "in_progress");
        var mine = (await leases.RenewAsync(CancellationToken.None)).Single();
        BatchStepRow Row() =>
            new()
            {
                Id = StepId.New(TimeProvider.System).ToString(),
                BatchId = id,
                DeploymentId = "dep_1",
                ConnectionId = "conn_1",
                Lines = "1,3",
                CreatedUs = 7,
            };
        var one = await steps.AddAsync(mine, Row(), CancellationToken.None);
        (one.Number, one.State, one.LineCount).ShouldBe((1, StepState.Made, 2));
        one.LineNumbers.ShouldBe([1, 3]);
        // The answer to the first try was lost.
        (await steps.AddAsync(mine, one, CancellationToken.None)).Number.ShouldBe(1);
        (await steps.AddAsync(mine, Row(), CancellationToken.None)).Number.ShouldBe(2);
        var sent = one with { State = StepState.Waiting, ProviderBatch = "batch_there", ProviderState = "validating", SentUs = 8 };
        await steps.ChangeAsync(mine, sent, CancellationToken.None);
        (await steps.OfAsync(id, CancellationToken.None))
            .Select(s => (s.Number, s.State))
            .ShouldBe([(1, StepState.Waiting), (2, StepState.Made)]);
        (await steps.KnownAsync("conn_1", 7, CancellationToken.None)).ShouldBe(["batch_there"]);
        (await steps.KnownAsync("conn_1", 8, CancellationToken.None)).ShouldBeEmpty();

        var former = mine with { Fence = mine.Fence - 1 };
        await Should.ThrowAsync<BatchLostException>(() => steps.AddAsync(former, Row(), CancellationToken.None));
        await Should.ThrowAsync<BatchLostException>(() => steps.ChangeAsync(former, sent with { Problem = "x" }, CancellationToken.None));
        (await steps.OfAllAsync([id, "batch_none"], CancellationToken.None))[id].ShouldAllBe(s => s.Problem == null);
    }
}
