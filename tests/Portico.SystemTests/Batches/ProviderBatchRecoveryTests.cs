using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Batches;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Nodes that stop, fall silent or are killed while lines lie at a provider: the provider is asked once, and its answers are billed once.</summary>
public sealed class ProviderBatchRecoveryTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    static readonly (string, string)[] Small = [("Gateway:ProviderBatchLines", "5")];

    async Task<Node> StartAsync(bool shared) =>
        shared ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), Small)).Single() : await Node.StartAsync(Small);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_node_that_stops_finds_its_steps_again_and_brings_what_they_answered(bool shared)
    {
        var node = await StartAsync(shared);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(10, ProviderBatching.Model));
        await provider.BatchAsync(2);
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)).Count(s => s.Text("state") == "waiting") == 2);
        // Lines that wait hold up nobody who stops.
        node = await node.RestartAsync();
        await using var _ = node;
        provider.End(provider.Batches[1].Text("id"), "completed");
        await node.Door.UntilBatchAsync(id, b => b.Counts().Completed == 5);
        provider.End(provider.Batches[0].Text("id"), "completed");
        await LetPassUntilAsync(node, id, "completed");
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((2, 2, 0));
        (await node.Door.AnswersAsync(await node.Door.BatchOfAsync(id))).Count.ShouldBe(10);
        await node.Admin.ShouldBeBilledOnceAsync(id, 10);
        await Books.ShouldAgreeAsync(node);
    }

    static async Task LetPassUntilAsync(Node node, string id, string status)
    {
        await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_whose_order_was_not_answered_is_found_by_its_mark_or_sent_when_it_is_not_there(bool isThere)
    {
        var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hung = 0;
        provider.Before = async http =>
        {
            if (http.Request.Method != "POST" || http.Request.Path != "/v1/batches" || Interlocked.Increment(ref hung) > 1)
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
        var id = await node.Door.BatchAsync(Batching.Lines(5, ProviderBatching.Model));
        await Eventually.IsTrueAsync(() => hung == 1 && provider.Batches.Count == (isThere ? 1 : 0));
        (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem().Text("state").ShouldBe("made");
        node = await node.RestartAsync();
        await using var _ = node;
        await LetPassUntilAsync(node, id, "completed");
        gate.TrySetResult();
        provider.Batches.Count.ShouldBe(1);
        provider.Asked.ShouldContain("GET /v1/batches", "it is looked for");
        provider.Creations.ShouldBe(isThere ? 1 : 2);
        provider.Wrong.ShouldBeEmpty();
        await node.Admin.ShouldBeBilledOnceAsync(id, 5);
    }

    [Theory]
    [InlineData("cancelled", "status = 'cancelling', cancelling_us = created_us")]
    [InlineData("expired", "expires_us = created_us + 1")]
    public async Task A_batch_that_ended_while_its_node_was_away_is_stopped_at_the_provider_and_has_what_was_answered(
        string end,
        string change
    )
    {
        var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(7, ProviderBatching.Model));
        await provider.BatchAsync(2);
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)).Count(s => s.Text("state") == "waiting") == 2);
        await ExecuteAsync(node, $"update gateway_batches set {change}");
        node = await node.RestartAsync();
        await using var _ = node;
        await Eventually.IsTrueAsync(() => provider.Batches.All(b => b.Text("status") == "cancelling"));
        foreach (var batch in provider.Batches)
            provider.End(batch.Text("id"), "cancelled", answered: 1);
        await LetPassUntilAsync(node, id, end);
        (await node.Door.BatchOfAsync(id)).Counts().ShouldBe((7, 2, end == "expired" ? 5 : 0));
        await node.Admin.ShouldBeBilledOnceAsync(id, 2);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_step_of_a_node_that_says_nothing_is_brought_by_another_and_the_budget_holds_through_it()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database, Small);
        await using var _ = one;
        await using var __ = two;
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await one.Admin.ConnectBatchesAsync(provider.Address);
        var (key, door) = await one.NewKeyAsync();
        using var ___ = door;
        var budget = await one.BudgetAsync("key", key, "1");
        var id = await door.BatchAsync(Batching.Lines(5, ProviderBatching.Model));
        var there = (await provider.BatchAsync()).Text("id");
        await Eventually.IsTrueAsync(async () => (await one.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");
        var runners = new[] { one, two }.Select(n => n.Services.GetRequiredService<BatchRunner>()).ToList();
        var first = runners.Single(r => r.Running == 1);
        await Eventually.IsTrueAsync(async () =>
        {
            await ExecuteAsync(one, "update gateway_batches set lease_us = 0 where fence = 1");
            return runners.Single(r => r != first).Running == 1;
        });
        await first.RenewAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() => first.Running == 0);
        provider.End(there, "completed");
        one.Time.LetPass(TimeSpan.FromSeconds(10));
        (await one.Door.BatchOfAsync(id)).Counts().Total.ShouldBe(5);
        var done = await two.LetPassUntilBatchAsync(door, TimeSpan.FromSeconds(10), id, "completed");
        done.Counts().ShouldBe((5, 5, 0));
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((1, 1, 0));
        await one.Admin.ShouldBeBilledOnceAsync(id, 5);
        await Eventually.IsTrueAsync(async () =>
        {
            await one.LookAgainAsync();
            return await one.CountAsync(budget) == (5 * ProviderBatching.BatchCost, 0);
        });
    }

    [Fact]
    public async Task What_a_step_holds_stays_held_on_its_node_and_another_cannot_spend_it_while_it_waits()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (one, two) = await Node.StartTwoAsync(database, [.. Small, ("Gateway:BatchesAtOnce", "0")]);
        await using var _ = one;
        await using var __ = two;
        // Batches run on a third one.
        var three = (await Node.JoinAsync(one, database, Small));
        await using var ___ = three;
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await one.Admin.ConnectBatchesAsync(provider.Address);
        var (key, secret) = await one.NewKeySecretAsync();
        using var door = one.Client(secret);
        using var other = two.Client(secret);
        var budget = await one.BudgetAsync("key", key, "0.0012");
        var id = await door.BatchAsync(Batching.Lines(5, ProviderBatching.Model));
        var there = (await provider.BatchAsync()).Text("id");
        var held = (await three.CountAsync(budget)).Held;
        held.ShouldBeGreaterThan(800_000);
        // Its lease is renewed for as long as the node lives, whatever the time is.
        foreach (var node in new[] { one, two, three })
        {
            node.Time.Advance(TimeSpan.FromHours(20));
            await node.LookAgainAsync();
        }
        for (var i = 0; i < 10; i++)
        {
            using var refused = await other.ChatAsync(Calls.Chat(ProviderBatching.Model, "And I?").With("max_tokens", 100));
            ((int)refused.StatusCode).ShouldBe(429);
        }
        (await three.CountAsync(budget)).Held.ShouldBe(held);
        provider.End(there, "completed");
        (await three.LetPassUntilBatchAsync(door, TimeSpan.FromSeconds(10), id, "completed")).Counts().ShouldBe((5, 5, 0));
        await Eventually.IsTrueAsync(async () =>
        {
            await three.LookAgainAsync();
            return await three.CountAsync(budget) == (5 * ProviderBatching.BatchCost, 0);
        });
    }

    static Task ExecuteAsync(Node node, string sql) =>
        node
            .Services.GetRequiredService<Database>()
            .WriteAsync(work => work.Connection.ExecuteAsync(sql, null, work.Transaction), CancellationToken.None);
}
