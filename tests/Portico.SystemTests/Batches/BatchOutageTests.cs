using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Batches;
using Portico.SystemTests.Durability;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>PostgreSQL goes away in the middle of a batch: when it is back the batch goes on, and nothing is lost or doubled.</summary>
public sealed class BatchOutageTests(OwnPostgres own) : IClassFixture<OwnPostgres>
{
    const int Lines = 120;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_waits_for_a_store_that_is_away_and_bills_every_line_once(bool crash)
    {
        await using var node = (
            await Node.StartTogetherAsync(1, await own.Server.CreateDatabaseAsync(), ("Gateway:BatchLinesAtOnce", "4"))
        ).Single();
        var calls = 0;
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            Interlocked.Increment(ref calls);
            await Task.Delay(10);
            await Upstream.WholeAsync(http, JsonNode.Parse(Upstream.BodyOf(http))!["messages"]![0]!.Text("content"));
        });
        await node.ConnectAsync(upstream.Address, "slow");
        var id = await node.Door.BatchAsync(Batching.Lines(Lines, "slow"));
        await node.Door.UntilBatchAsync(id, b => b.Counts().Completed > 10);
        await own.Server.StopAsync(crash);
        var runner = node.Services.GetRequiredService<BatchRunner>();
        await Eventually.IsTrueAsync(() =>
            node.Logs.Lines.Any(l => l.Text.Contains($"does not take answers of {id}", StringComparison.Ordinal))
        );
        runner.Running.ShouldBe(1);
        await own.Server.StartAsync();
        JsonNode? done = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await node.Door.GetAsync(new Uri($"/v1/batches/{id}", UriKind.Relative));
                done = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
                return answer.IsSuccessStatusCode && done!.Text("status") == "completed";
            },
            () => $"{done}"
        );
        done!.Counts().ShouldBe((Lines, Lines, 0));
        (await node.Door.AnswersAsync(done!)).Count.ShouldBe(Lines);
        var rows = await Books.ShouldAgreeAsync(node);
        rows.Count(r => (string?)r["parent_id"] == id && r.Text("outcome") == "completed").ShouldBe(Lines);
        calls.ShouldBe(Lines);
    }
}
