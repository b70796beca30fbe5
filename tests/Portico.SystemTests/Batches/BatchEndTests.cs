using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Batches;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>How batches end that do not come to their end by themselves: cancelled, out of time, their node stopped or dead.</summary>
public sealed class BatchEndTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    /// <summary>A model that answers so many calls and then lets all others hang until they are let go.</summary>
    internal sealed class Stuck : IAsyncDisposable
    {
        readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly int good;
        int calls;

        Stuck(int good) => this.good = good;

        public Upstream Upstream { get; private set; } = null!;

        public static async Task<Stuck> ConnectAsync(Node node, int good)
        {
            var stuck = new Stuck(good);
            stuck.Upstream = await Upstream.StartAsync(async http =>
            {
                if (Interlocked.Increment(ref stuck.calls) > stuck.good)
                    await await Task.WhenAny(stuck.release.Task, Upstream.HangAsync(http));
                await Upstream.WholeAsync(http);
            });
            await node.ConnectAsync(stuck.Upstream.Address, "stuck", firstByteMs: 60_000, idleMs: 60_000);
            return stuck;
        }

        public void Release() => release.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            Release();
            await Upstream.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_cancelled_batch_takes_no_more_lines_and_has_what_was_answered(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchLinesAtOnce", "2"));
        await using var stuck = await Stuck.ConnectAsync(node, 4);
        var id = await node.Door.BatchAsync(Batching.Lines(30, "stuck"));
        await node.Door.UntilBatchAsync(id, b => b.Counts().Completed == 4);
        await Eventually.IsTrueAsync(() => stuck.Upstream.Calls == 6);
        var cancelling = await node.Door.CancelBatchAsync(id);
        cancelling.Text("status").ShouldBe("cancelling");
        cancelling.Number("cancelling_at").ShouldBeGreaterThan(0);
        cancelling["output_file_id"].ShouldBeNull();
        await node.Services.GetRequiredService<BatchRunner>().RenewAsync(CancellationToken.None);
        // Lines under way are paid for, and are had.
        stuck.Release();
        var done = await node.Door.UntilBatchAsync(id, "cancelled");
        done.Counts().ShouldBe((30, 6, 0));
        (await node.Door.AnswersAsync(done)).Count.ShouldBe(6);
        done["error_file_id"].ShouldBeNull();
        stuck.Upstream.Calls.ShouldBe(6);
        using var again = await node.Door.PostAsync(new Uri($"/v1/batches/{id}/cancel", UriKind.Relative), null);
        await again.ShouldBeRefusedAsync(409, "conflict", "batch_id");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_batch_that_is_out_of_time_has_what_was_answered_and_names_the_rest(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchLinesAtOnce", "2"));
        await using var stuck = await Stuck.ConnectAsync(node, 5);
        var id = await node.Door.BatchAsync(Batching.Lines(20, "stuck"));
        await node.Door.UntilBatchAsync(id, b => b.Counts().Completed == 5);
        node.Time.Advance(TimeSpan.FromHours(24));
        await stuck.Upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var done = await node.Door.UntilBatchAsync(id, "expired");
        done.Number("expired_at").ShouldBeGreaterThan(0);
        done.Counts().ShouldBe((20, 5, 15));
        (await node.Door.AnswersAsync(done)).Count.ShouldBe(5);
        var rest = await node.Door.AnswersAsync(done, "error_file_id");
        rest.Count.ShouldBe(15);
        rest.Values.ShouldAllBe(l => l["response"] == null && l.Text("error", "code") == "batch_expired");
        await Eventually.IsTrueAsync(async () => await node.HeldAsync() == 0, () => "nothing stays held");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_node_that_stops_gives_its_batch_up_and_goes_on_with_it_when_it_is_back(bool shared)
    {
        var node = await StartAsync(shared, ("Gateway:BatchLinesAtOnce", "2"));
        await using var stuck = await Stuck.ConnectAsync(node, 5);
        var id = await node.Door.BatchAsync(Batching.Lines(12, "stuck"));
        await node.Door.UntilBatchAsync(id, b => b.Counts().Completed == 5);
        await Eventually.IsTrueAsync(() => stuck.Upstream.Calls == 7);
        var stopping = node.StopAsync();
        // Lines under way come to their end.
        stuck.Release();
        await stopping;
        node = await node.RestartAsync();
        await using var _ = node;
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((12, 12, 0));
        (await node.Door.AnswersAsync(done)).Count.ShouldBe(12);
        stuck.Upstream.Calls.ShouldBe(12);
    }

    [Fact]
    public async Task A_batch_of_a_node_that_says_nothing_goes_on_with_another_and_the_first_writes_no_more()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database, ("Gateway:BatchLinesAtOnce", "2"));
        await using var _ = one;
        await using var __ = two;
        await using var stuck = await Stuck.ConnectAsync(one, 5);
        await Eventually.IsTrueAsync(async () =>
        {
            using var call = await two.Door.GetAsync(new Uri("/v1/models/stuck", UriKind.Relative));
            return call.IsSuccessStatusCode;
        });
        var id = await one.Door.BatchAsync(Batching.Lines(12, "stuck"));
        await one.Door.UntilBatchAsync(id, b => b.Counts().Completed == 5);
        await Eventually.IsTrueAsync(() => stuck.Upstream.Calls == 7);
        var runners = new[] { one, two }.Select(n => n.Services.GetRequiredService<BatchRunner>()).ToList();
        runners.Sum(r => r.Running).ShouldBe(1, "one node owns it");
        var first = runners.Single(r => r.Running == 1);

        // As if it had been silent for longer than its lease: the other one takes the batch.
        await Eventually.IsTrueAsync(async () =>
        {
            await ExecuteAsync(one, "update gateway_batches set lease_us = 0 where fence = 1");
            return runners.Single(r => r != first).Running == 1;
        });
        await first.RenewAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() => first.Running == 0);
        stuck.Release();
        var done = await two.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((12, 12, 0));
        (await one.Door.AnswersAsync(done)).Count.ShouldBe(12);
        // The two lines that were under way on the first were asked again.
        stuck.Upstream.Calls.ShouldBe(14);
    }

    static Task ExecuteAsync(Node node, string sql) =>
        node
            .Services.GetRequiredService<Database>()
            .WriteAsync(work => work.Connection.ExecuteAsync(sql, null, work.Transaction), CancellationToken.None);
}
