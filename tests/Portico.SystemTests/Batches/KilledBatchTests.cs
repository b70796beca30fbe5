using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Batches;

/// <summary>
/// <c>kill -9</c> in the middle of a batch, at random instants, of the real program: it goes on after the restart, every line ends once, and the books
/// have at most one completed call for each.
/// </summary>
public sealed class KilledBatchTests(PostgresServer postgres, ITestOutputHelper output)
{
    static readonly bool Long = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1";

    static int Lines => Long ? 5_000 : 300;

    [Fact]
    public Task A_batch_on_SQLite_survives_kills() => SurvivesAsync([]);

    [Fact]
    public async Task A_batch_on_PostgreSQL_survives_kills() =>
        await SurvivesAsync([("Storage:PostgresConnection", await postgres.CreateDatabaseAsync()), ("PORTICO_MASTER_KEY", Node.MasterKey)]);

    async Task SurvivesAsync((string, string)[] settings)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        (string, string)[] all = [.. settings, ("Gateway:BatchLinesAtOnce", "8")];
        var node = await PorticoProcess.StartAsync(data.Path, all);
        var (key, token) = (node.KeySecret!, node.AdminSecret!);
        try
        {
            // A model that answers so many lines between two kills, and takes some milliseconds: however fast or slow the machine is, kills meet calls under way.
            var rounds = Long ? 20 : 4;
            using var answers = new SemaphoreSlim(0);
            await using var upstream = await Upstream.StartAsync(async http =>
            {
                try
                {
                    await answers.WaitAsync(http.RequestAborted);
                }
                catch (OperationCanceledException)
                {
                    // The node that asked was killed.
                    return;
                }
                await Task.Delay(20);
                await Upstream.WholeAsync(http, JsonNode.Parse(Upstream.BodyOf(http))!["messages"]![0]!.Text("content"));
            });
            using (var admin = new Api(node.Client(token)))
                await admin.ConnectAsync(upstream.Address, "slow");
            string id;
            using (var door = node.Client(key))
                id = await door.BatchAsync(Batching.Lines(Lines, "slow"));
            var kills = 0;
            for (var least = 0L; kills < rounds; kills++)
            {
                answers.Release(Lines / (2 * rounds));
                using (var door = node.Client(key))
                {
                    var at = await door.UntilBatchAsync(id, b => b.Counts().Completed > least || b.Text("status") == "completed");
                    if (at.Text("status") == "completed")
                        break;
                    least = at.Counts().Completed;
                    await Task.Delay(random.Next(200));
                }
                await node.KillAsync();
                await node.DisposeAsync();
                node = await PorticoProcess.StartAsync(data.Path, all);
            }
            answers.Release(3 * Lines);
            using var client = node.Client(key);
            var done = await client.UntilBatchAsync(id, "completed");
            kills.ShouldBe(rounds, "the kills met the batch");
            var good = await client.AnswersAsync(done);
            var bad = await client.AnswersAsync(done, "error_file_id");
            output.WriteLine(
                $"{kills} kills, {good.Count} answers, {bad.Count} lost: {string.Join(' ', bad.Values.Select(b => b.ToJsonString()))}"
            );
            ShouldBeAll(done, good, bad);
            using var books = new Api(node.Client(token));
            ShouldBeBilledOnce(id, await Books.ShouldAgreeAsync(books), good, bad);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    static void ShouldBeAll(JsonNode done, Dictionary<string, JsonNode> good, Dictionary<string, JsonNode> bad)
    {
        done.Counts().ShouldBe((Lines, good.Count, bad.Count));
        good.Keys.Concat(bad.Keys).Order().ShouldBe(Enumerable.Range(1, Lines).Select(i => $"line-{i}").Order());
        foreach (var (name, line) in good)
            line.Said().ShouldBe($"I am {name}");
        // A kill between the record and the answer, which are microseconds apart.
        bad.Values.ShouldAllBe(l => l.Text("error", "code") == "answer_lost");
    }

    /// <summary>Every completed call of the batch is the one of its line, or one whose answer was lost and which was not made again.</summary>
    static void ShouldBeBilledOnce(string batch, List<JsonNode> calls, Dictionary<string, JsonNode> good, Dictionary<string, JsonNode> bad)
    {
        var completed = calls
            .Where(c => (string?)c["parent_id"] == batch && c.Text("outcome") == "completed")
            .Select(c => c.Text("id"))
            .ToList();
        completed.Count.ShouldBe(good.Count + bad.Count);
        completed.ShouldBeUnique();
        var told = good.Values.Select(l => l.Text("response", "request_id")).ToHashSet();
        completed.Except(told).Count().ShouldBe(bad.Count);
        calls.Where(c => (string?)c["parent_id"] == batch).Sum(c => c.Number("cost_nano_usd")).ShouldBeGreaterThan(0);
    }
}
