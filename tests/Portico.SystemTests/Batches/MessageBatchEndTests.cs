using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Batches;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>How message batches end that do not come to their end by themselves: canceled, out of time, their node killed. And how they go.</summary>
public sealed class MessageBatchEndTests(PostgresServer postgres, ITestOutputHelper output)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static Task<HttpResponseMessage> DoAsync(HttpClient door, string method, string id, string path = "") =>
        door.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"{MessageBatching.Path}/{id}{path}"));

    static async Task<long> LinesAsync(Node node, string id) =>
        (await node.Admin.GetAsync($"/api/batches/{id}")).Number("lines", "completed");

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_canceled_batch_has_what_was_answered_and_names_the_rest_and_can_be_deleted(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchLinesAtOnce", "2"));
        using var door = node.AsAnthropic();
        await using var stuck = await BatchEndTests.Stuck.ConnectAsync(node, 4);
        var id = (await door.MessageBatchAsync(MessageBatching.Requests(30, "stuck"))).Text("id");
        await Eventually.IsTrueAsync(async () => await LinesAsync(node, id) == 4);
        await Eventually.IsTrueAsync(() => stuck.Upstream.Calls == 6);
        using var early = await DoAsync(door, "GET", id, "/results");
        await early.ShouldBeMessagesErrorAsync(409, "invalid_request_error", "message_batch_id");
        using var tooEarly = await DoAsync(door, "DELETE", id);
        await tooEarly.ShouldBeMessagesErrorAsync(409, "invalid_request_error", "message_batch_id");

        using var canceled = await DoAsync(door, "POST", id, "/cancel");
        var canceling = await canceled.GoodAsync();
        canceling.Text("processing_status").ShouldBe("canceling");
        canceling.Text("cancel_initiated_at").ShouldNotBeEmpty();
        canceling.Tallies().ShouldBe((30, 0, 0, 0, 0));
        using var twice = await DoAsync(door, "POST", id, "/cancel");
        (await twice.GoodAsync()).Text("processing_status").ShouldBe("canceling");
        await node.Services.GetRequiredService<BatchRunner>().RenewAsync(CancellationToken.None);
        stuck.Release();
        var done = await door.UntilEndedAsync(id);
        done.Tallies().ShouldBe((0, 6, 0, 24, 0));
        var results = await door.ResultsAsync(done);
        results.Count.ShouldBe(30);
        results.Values.Count(r => r.Text("type") == "succeeded").ShouldBe(6);
        results.Values.Where(r => r.Text("type") == "canceled").ShouldAllBe(r => r.AsObject().Count == 1);
        stuck.Upstream.Calls.ShouldBe(6);
        (await node.HeldAsync()).ShouldBe(0);
        using var late = await DoAsync(door, "POST", id, "/cancel");
        await late.ShouldBeMessagesErrorAsync(409, "invalid_request_error", "message_batch_id");

        using var deleted = await DoAsync(door, "DELETE", id);
        (await deleted.GoodAsync()).Text("type").ShouldBe("message_batch_deleted");
        using var gone = await DoAsync(door, "GET", id, "/results");
        await gone.ShouldBeMessagesErrorAsync(404, "not_found_error", "message_batch_id");
        using var files = await node.Door.GetAsync(new Uri("/v1/files", UriKind.Relative));
        (await files.GoodAsync())["data"]!.AsArray().ShouldBeEmpty("its files are gone with it");
    }

    [Fact]
    public async Task A_batch_that_is_canceled_before_any_node_takes_it_names_every_request_as_canceled()
    {
        await using var node = await Node.StartAsync(("Gateway:BatchYieldsAt", "1"), ("Gateway:BatchLinesAtOnce", "1"));
        using var door = node.AsAnthropic();
        await using var stuck = await BatchEndTests.Stuck.ConnectAsync(node, 0);
        // A live call comes first: no line begins.
        var live = node.Door.ChatAsync("stuck");
        await Eventually.IsTrueAsync(() => stuck.Upstream.Calls == 1);
        var id = (await door.MessageBatchAsync(MessageBatching.Requests(7, "stuck"))).Text("id");
        using var canceled = await DoAsync(door, "POST", id, "/cancel");
        (await canceled.GoodAsync()).Text("processing_status").ShouldBe("canceling");
        var done = await door.UntilEndedAsync(id);
        done.Tallies().ShouldBe((0, 0, 0, 7, 0));
        (await door.ResultsAsync(done)).Values.ShouldAllBe(r => r.Text("type") == "canceled");
        stuck.Release();
        (await live).Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_batch_that_is_out_of_time_names_the_rest_as_expired_and_its_results_go_with_time(bool shared)
    {
        await using var node = await StartAsync(shared, ("Gateway:BatchLinesAtOnce", "2"), ("Gateway:FileDays", "1"));
        using var door = node.AsAnthropic();
        await using var stuck = await BatchEndTests.Stuck.ConnectAsync(node, 5);
        var id = (await door.MessageBatchAsync(MessageBatching.Requests(20, "stuck"))).Text("id");
        await Eventually.IsTrueAsync(async () => await LinesAsync(node, id) == 5);
        node.Time.Advance(TimeSpan.FromHours(24));
        await stuck.Upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var done = await door.UntilEndedAsync(id);
        done.Tallies().ShouldBe((0, 5, 0, 0, 15));
        var results = await door.ResultsAsync(done);
        results.Count.ShouldBe(20);
        results.Values.Count(r => r.Text("type") == "expired").ShouldBe(15);
        await Eventually.IsTrueAsync(async () => await node.HeldAsync() == 0, () => "nothing stays held");

        node.Time.Advance(TimeSpan.FromHours(24));
        var archived = await door.MessageBatchOfAsync(id);
        archived.Text("archived_at").ShouldNotBeEmpty();
        archived["results_url"].ShouldBeNull();
        using var gone = await DoAsync(door, "GET", id, "/results");
        await gone.ShouldBeMessagesErrorAsync(404, "not_found_error", "message_batch_id");
    }

    [Fact]
    public async Task A_message_batch_survives_kills_and_every_request_ends_once()
    {
        const int Count = 240;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        (string, string)[] settings = [("Gateway:BatchLinesAtOnce", "4")];
        var node = await PorticoProcess.StartAsync(data.Path, settings);
        var (key, token) = (node.KeySecret!, node.AdminSecret!);
        try
        {
            await using var upstream = await Upstream.StartAsync(async http =>
            {
                await Task.Delay(50);
                await Upstream.WholeAsync(http);
            });
            string id;
            using (var admin = new Api(node.Client(token)))
            using (var door = node.Client(key))
            {
                await admin.ConnectAsync(upstream.Address, "slow");
                id = (await door.MessageBatchAsync(MessageBatching.Requests(Count, "slow"))).Text("id");
            }
            var least = 0L;
            var kills = 0;
            for (; kills < 3; kills++)
            {
                using (var admin = new Api(node.Client(token)))
                {
                    var now = 0L;
                    await Eventually.IsTrueAsync(async () =>
                        (now = (await admin.GetAsync($"/api/batches/{id}")).Number("lines", "completed")) > least
                    );
                    if (now == Count)
                        break;
                    least = now;
                    await Task.Delay(random.Next(100));
                }
                await node.KillAsync();
                await node.DisposeAsync();
                node = await PorticoProcess.StartAsync(data.Path, settings);
            }
            using var client = node.Client(key);
            var done = await client.UntilEndedAsync(id);
            kills.ShouldBeGreaterThan(0, "the kills met the batch");
            var results = await client.ResultsAsync(done);
            results.Keys.Order().ShouldBe(Enumerable.Range(1, Count).Select(i => $"r-{i}").Order());
            var lost = results.Values.Where(r => r.Text("type") != "succeeded").ToList();
            lost.ShouldAllBe(r => r["error"]!.Text("error", "code") == "answer_lost");
            done.Tallies().ShouldBe((0, Count - lost.Count, lost.Count, 0, 0));
            using var books = new Api(node.Client(token));
            var completed = (await Books.ShouldAgreeAsync(books)).Count(c =>
                (string?)c["parent_id"] == id && c.Text("outcome") == "completed"
            );
            completed.ShouldBe(Count, "no request is billed twice");
        }
        finally
        {
            await node.DisposeAsync();
        }
    }
}
