using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>Providers' batches that do not come to their end by themselves: refused, failed, expired, cancelled on either side, with results that are not all there.</summary>
public sealed class ProviderBatchEndTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static readonly (string, string)[] Small = [("Gateway:ProviderBatchLines", "4")];

    static async Task ShouldBeAskedAloneAsync(Node node, FakeBatches provider, string id, int lines)
    {
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((lines, lines, 0));
        provider.DirectCalls.ShouldBe(lines);
        var calls = await node.Admin.CallsOfAsync(id, lines);
        calls.ShouldAllBe(c => c.Number("cost_nano_usd") == ProviderBatching.StandardCost && c.Text("usage", "class") == "standard");
        var record = await node.Admin.GetAsync($"/api/calls/{calls[0].Text("id")}");
        record["attempts"]!.AsArray().Count.ShouldBe(1, "waiting was no attempt");
        record["trail"]!
            .AsArray()
            .Select(t => t!.Text("fact"))
            .ShouldContain(f => f.StartsWith("the provider did not take the batch", StringComparison.Ordinal));
        await Books.ShouldAgreeAsync(node);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Lines_of_a_batch_that_the_provider_refuses_are_asked_by_themselves_at_the_standard_price(bool shared)
    {
        await using var node = await StartAsync(shared, Small);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        provider.Before = async http =>
        {
            if (http.Request.Path != "/v1/batches")
                return false;
            await Upstream.ErrorAsync(http, 400, "This account has no batches", "invalid_request_error");
            return true;
        };
        var id = await node.Door.BatchAsync(Batching.Lines(6, ProviderBatching.Model));
        await ShouldBeAskedAloneAsync(node, provider, id, 6);
        var steps = await node.Admin.StepsAsync(id);
        steps.Count.ShouldBe(2);
        steps.ShouldAllBe(s => s.Text("state") == "alone" && s["provider_batch"] == null && s.Text("problem").Contains("400"));
    }

    [Fact]
    public async Task Lines_of_a_batch_that_fails_at_the_provider_as_a_whole_are_asked_by_themselves()
    {
        await using var node = await StartAsync(shared: false, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        provider.End((await provider.BatchAsync()).Text("id"), "failed");
        await ShouldBeAskedAloneAsync(node, provider, id, 4);
        var step = (await node.Admin.StepsAsync(id)).ShouldHaveSingleItem();
        (step.Text("state"), step.Text("problem")).ShouldBe(("alone", "invalid_request"));
    }

    [Fact]
    public async Task No_deadline_of_calls_counts_what_a_line_waits()
    {
        await using var node = await StartAsync(shared: false, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        var deployment = await node.Admin.ConnectBatchesAsync(provider.Address);
        await node.RouteAsync("hurried", [deployment], new JsonObject { ["timeout_ms"] = 5_000 });
        var id = await node.Door.BatchAsync(Batching.Lines(4, "hurried"));
        var there = (await provider.BatchAsync()).Text("id");
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");
        node.Time.LetPass(TimeSpan.FromHours(1));
        provider.End(there, "failed");
        (await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, "completed")).Counts().ShouldBe((4, 4, 0));
        provider.DirectCalls.ShouldBe(4);
    }

    [Fact]
    public async Task A_batch_that_is_more_than_may_be_enqueued_there_is_made_again_later()
    {
        await using var node = await StartAsync(shared: false, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        provider.End((await provider.BatchAsync()).Text("id"), "failed", errorCode: "token_limit_exceeded");
        await Eventually.IsTrueAsync(async () =>
            (await node.Admin.StepsAsync(id)) is [var s] && (s.Text("state"), (string?)s["provider_state"]) == ("made", "failed")
        );
        provider.Batches.Count.ShouldBe(1, "it waits");
        provider.CompletesByItself = true;
        (await node.LetPassUntilBatchAsync(node.Door, TimeSpan.FromMinutes(1), id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.Uploads, provider.Creations, provider.DirectCalls).ShouldBe((1, 2, 0));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_line_that_is_missing_from_a_complete_batch_and_one_that_expired_there_say_so(bool shared)
    {
        await using var node = await StartAsync(shared, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        provider.Answer = line =>
            FakeBatches.Good(line).Contains("line-2\"", StringComparison.Ordinal) ? (200, null) : (200, FakeBatches.Good(line));
        var id = await node.Door.BatchAsync(Batching.Lines(8, ProviderBatching.Model));
        await provider.BatchAsync(2);
        var complete = provider.Batches.Single(b => provider.LinesOf(b).Any(l => l.ToJsonString().Contains("line-2\"")));
        var expired = provider.Batches.Single(b => b.Text("id") != complete.Text("id"));
        provider.End(complete.Text("id"), "completed");
        provider.End(expired.Text("id"), "expired", answered: 1);
        var done = await node.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((8, 4, 4));
        var errors = await node.Door.AnswersAsync(done, "error_file_id");
        errors.Values.Count(l => l.Text("error", "code") == "batch_expired").ShouldBe(3);
        errors["line-2"].Text("error", "code").ShouldBe("result_missing");
        errors["line-2"].Text("error", "message").ShouldContain(complete.Text("id"));
        (await node.Admin.CallsOfAsync(id, 8)).Sum(c => c.Number("cost_nano_usd")).ShouldBe(4 * ProviderBatching.BatchCost);
        provider.DirectCalls.ShouldBe(0);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_cancelled_batch_is_cancelled_there_and_has_what_was_answered(bool shared)
    {
        await using var node = await StartAsync(shared, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        var there = (await provider.BatchAsync()).Text("id");
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");
        await node.Door.CancelBatchAsync(id);
        await Eventually.IsTrueAsync(() => provider.Batches[0].Text("status") == "cancelling");
        (await node.Door.BatchOfAsync(id)).Text("status").ShouldBe("cancelling", "what is answered there is paid for, and is had");
        provider.End(there, "cancelled", answered: 3);
        var done = await node.Door.UntilBatchAsync(id, "cancelled");
        done.Counts().ShouldBe((4, 3, 0));
        (await node.Door.AnswersAsync(done)).Count.ShouldBe(3);
        (await node.Admin.CallsOfAsync(id, 4)).Sum(c => c.Number("cost_nano_usd")).ShouldBe(3 * ProviderBatching.BatchCost);
        (await node.HeldAsync()).ShouldBe(0);
        provider.DirectCalls.ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_before_its_step_was_sent_sends_nothing()
    {
        await using var node = await StartAsync(shared: false);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var (key, door) = await node.NewKeyAsync();
        using var _ = door;
        var budget = await node.BudgetAsync("key", key, "1");
        var id = await door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await Eventually.IsTrueAsync(async () => (await node.CountAsync(budget)).Held > 0);
        await door.CancelBatchAsync(id);
        (await door.UntilBatchAsync(id, "cancelled")).Counts().ShouldBe((4, 0, 0));
        provider.Asked.ShouldBeEmpty();
        (await node.CountAsync(budget)).ShouldBe((0, 0));
        (await node.Admin.StepsAsync(id)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_batch_that_is_out_of_time_is_stopped_there_and_brings_what_was_answered(bool shared)
    {
        await using var node = await StartAsync(shared, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        var there = (await provider.BatchAsync()).Text("id");
        await Eventually.IsTrueAsync(async () => (await node.Admin.StepsAsync(id)) is [var s] && s.Text("state") == "waiting");
        node.Time.Advance(TimeSpan.FromHours(24));
        await Eventually.IsTrueAsync(() => provider.Batches[0].Text("status") == "cancelling");
        provider.End(there, "cancelled", answered: 2);
        var done = await node.Door.UntilBatchAsync(id, "expired");
        done.Counts().ShouldBe((4, 2, 2));
        (await node.Door.AnswersAsync(done, "error_file_id")).Values.ShouldAllBe(l => l.Text("error", "code") == "batch_expired");
        (await node.Admin.CallsOfAsync(id, 4)).Sum(c => c.Number("cost_nano_usd")).ShouldBe(2 * ProviderBatching.BatchCost);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_provider_that_never_ends_a_batch_is_not_waited_for_beyond_a_quarter_of_an_hour_after_the_end()
    {
        await using var node = await StartAsync(shared: false, Small);
        await using var provider = await FakeBatches.StartAsync();
        provider.CompletesByItself = false;
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await provider.BatchAsync();
        node.Time.Advance(TimeSpan.FromHours(24));
        await Eventually.IsTrueAsync(() => provider.Batches[0].Text("status") == "cancelling");
        node.Time.Advance(TimeSpan.FromMinutes(16));
        (await node.Door.UntilBatchAsync(id, "expired")).Counts().ShouldBe((4, 0, 4));
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_looked_at_again_and_nothing_is_asked_twice()
    {
        await using var node = await StartAsync(shared: false, Small);
        await using var provider = await FakeBatches.StartAsync();
        await node.Admin.ConnectBatchesAsync(provider.Address);
        var (looks, made) = (0, 0);
        provider.Before = async http =>
        {
            var path = http.Request.Path.Value!;
            // The answer to the order gets lost once, looks fail at first, and the results break off once.
            if (http.Request.Method == "POST" && path == "/v1/batches" && Interlocked.Increment(ref made) == 1)
                http.Response.OnStarting(() =>
                {
                    http.Abort();
                    return Task.CompletedTask;
                });
            if (path.StartsWith("/v1/batches/", StringComparison.Ordinal) && Interlocked.Increment(ref looks) < 3)
            {
                await Upstream.ErrorAsync(http, 503, "Away");
                return true;
            }
            return false;
        };
        var id = await node.Door.BatchAsync(Batching.Lines(4, ProviderBatching.Model));
        await Eventually.IsTrueAsync(() => looks > 0);
        for (var i = 0; i < 3; i++)
        {
            var seen = looks;
            await node.LetPassUntilAsync(TimeSpan.FromSeconds(20), () => Task.FromResult(looks > seen || seen >= 3), "it looks again");
        }
        (await node.Door.UntilBatchAsync(id, "completed")).Counts().ShouldBe((4, 4, 0));
        (provider.Creations, provider.DirectCalls).ShouldBe((1, 0));
        provider.Wrong.ShouldBeEmpty();
    }
}
