using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary><c>kill -9</c> of the real program at random instants while lines lie at a provider.</summary>
public sealed class KilledProviderBatchTests(PostgresServer postgres, ITestOutputHelper output)
{
    public static TheoryData<bool> Engines => [false, true];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_killed_node_brings_every_line_once_and_the_provider_has_every_line_once(bool shared)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        const int lines = 400;
        (string, string)[] settings =
        [
            ("Gateway:ProviderBatchLines", "50"),
            ("Gateway:ProviderBatchesAtOnce", "3"),
            .. shared
                ? new[] { ("Storage:PostgresConnection", await postgres.CreateDatabaseAsync()), ("PORTICO_MASTER_KEY", Node.MasterKey) }
                : [],
        ];
        await using var provider = await FakeBatches.StartAsync();
        var looks = 0;
        // The first looks at a batch find it running, so that kills meet steps that wait.
        provider.CompletesByItself = false;
        provider.Before = http =>
        {
            var path = http.Request.Path.Value!;
            if (
                http.Request.Method == "GET"
                && path.StartsWith("/v1/batches/", StringComparison.Ordinal)
                && Interlocked.Increment(ref looks) % 2 == 0
            )
                provider.EndIfRunning(path["/v1/batches/".Length..]);
            return Task.FromResult(false);
        };
        var node = await PorticoProcess.StartAsync(data.Path, settings);
        var (key, token) = (node.KeySecret!, node.AdminSecret!);
        try
        {
            using (var admin = new Api(node.Client(token)))
                await admin.ConnectBatchesAsync(provider.Address);
            string id;
            using (var door = node.Client(key))
                id = await door.BatchAsync(Batching.Lines(lines, ProviderBatching.Model));
            var kills = 0;
            for (; kills < 4; kills++)
            {
                await Task.Delay(random.Next(1_500));
                using (var door = node.Client(key))
                    if ((await door.BatchOfAsync(id)).Text("status") == "completed")
                        break;
                await node.KillAsync();
                await node.DisposeAsync();
                node = await PorticoProcess.StartAsync(data.Path, settings);
            }
            kills.ShouldBeGreaterThan(1, "the kills met the batch");
            using var client = node.Client(key);
            JsonNode done = await client.BatchOfAsync(id);
            for (var i = 0; i < 5 && done.Text("status") != "completed"; i++)
                done = await client.UntilBatchAsync(id, b => b.Text("status") == "completed" || b.Counts().Completed > 80 * i);
            done = await client.UntilBatchAsync(id, "completed");
            var (good, bad) = (await client.AnswersAsync(done), await client.AnswersAsync(done, "error_file_id"));
            output.WriteLine($"{kills} kills, {provider.Batches.Count} batches there, {good.Count} answers, {bad.Count} lost");
            good.Keys.Concat(bad.Keys).Order().ShouldBe(Enumerable.Range(1, lines).Select(i => $"line-{i}").Order());
            bad.Values.ShouldAllBe(l => l.Text("error", "code") == "answer_lost");
            provider.Wrong.ShouldBeEmpty();
            provider.DirectCalls.ShouldBe(0);
            // A line has one custom_id for each step that it was in: none was sent twice.
            provider
                .Batches.SelectMany(provider.LinesOf)
                .Select(l => (string)l["body"]!["messages"]![0]!["content"]!)
                .GroupBy(t => t)
                .ShouldAllBe(g => g.Count() == 1);
            using var books = new Api(node.Client(token));
            await Books.ShouldAgreeAsync(books);
            await books.ShouldBeBilledOnceAsync(id, lines);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }
}
