using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Forensics;

/// <summary>
/// <c>kill -9</c> in the middle of an erasure, at random instants, of the real program: it goes on after the restart, counts everything once, and finds nothing afterwards.
/// </summary>
public sealed class KilledErasureTests(PostgresServer postgres, ITestOutputHelper output)
{
    static readonly bool Long = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1";

    static int Said => Long ? 5_000 : 900;

    const int Files = 60;

    [Fact]
    public Task An_erasure_on_SQLite_survives_kills() => SurvivesAsync([]);

    [Fact]
    public async Task An_erasure_on_PostgreSQL_survives_kills() =>
        await SurvivesAsync([("Storage:PostgresConnection", await postgres.CreateDatabaseAsync()), ("PORTICO_MASTER_KEY", Node.MasterKey)]);

    async Task SurvivesAsync((string, string)[] settings)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        var node = await PorticoProcess.StartAsync(data.Path, settings);
        var token = node.AdminSecret!;
        try
        {
            string id;
            using (var admin = new Api(node.Client(token)))
                id = await AskAsync(node, admin);
            var (kills, met) = (0, 0);
            var last = "";
            for (; kills < 8; kills++)
            {
                using (var admin = new Api(node.Client(token)))
                {
                    await Task.Delay(random.Next(kills == 0 ? 40 : 250));
                    var now = await admin.GetAsync($"/api/subject-requests/{id}");
                    if (now.Text("state") == "done")
                        break;
                    if (
                        now["steps"]!.AsArray().Any(s => s!["done"]!.GetValue<bool>() || s.Number("amount") > 0)
                        && now.ToJsonString() != last
                    )
                        met++;
                    last = now.ToJsonString();
                }
                await node.KillAsync();
                await node.DisposeAsync();
                node = await PorticoProcess.StartAsync(data.Path, settings);
            }
            output.WriteLine($"{kills} kills, {met} of them with something removed and something left");
            kills.ShouldBeGreaterThan(0, "a kill met the erasure");
            using var api = new Api(node.Client(token));
            JsonNode done = new JsonObject();
            await Eventually.IsTrueAsync(
                async () => (done = await api.GetAsync($"/api/subject-requests/{id}")).Text("state") == "done",
                () => done.ToJsonString()
            );
            var steps = done["steps"]!.AsArray().ToDictionary(s => s!.Text("class"), s => s!);
            steps.Values.ShouldAllBe(s => s.Number("left_behind") == 0);
            (steps["contents"].Number("amount"), steps["files"].Number("amount")).ShouldBe((Said, Files));
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>Somebody with much to be erased, whose erasure has just been approved; its id.</summary>
    static async Task<string> AskAsync(PorticoProcess node, Api admin)
    {
        var organisation = (await admin.GetAsync("/api/organisations"))["items"]![0]!.Text("id");
        await admin.PostAsync($"/api/organisations/{organisation}/reveal-rule", new JsonObject { ["needs_second_person"] = false });
        var useCase = (await admin.GetAsync("/api/use-cases"))["items"]![0]!.Text("id");
        var person = (
            await admin.PostAsync(
                "/api/people",
                new JsonObject
                {
                    ["organisation_id"] = organisation,
                    ["name"] = "mara",
                    ["email"] = "mara@example.org",
                }
            )
        ).Text("id");
        var key = await admin.PostAsync(
            "/api/keys",
            new JsonObject
            {
                ["name"] = "hers",
                ["use_case_id"] = useCase,
                ["person_id"] = person,
                ["keep_content"] = true,
            }
        );
        using (var door = node.Client(key.Text("secret")))
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Said),
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (i, _) =>
                {
                    using var said = await door.ChatAsync(Calls.Chat("sim/echo", $"number {i}"));
                    said.IsSuccessStatusCode.ShouldBeTrue();
                }
            );
            for (var i = 0; i < Files; i++)
                await door.FileAsync($"file {i}", "user_data");
        }
        // What is kept is on its way to the store for some milliseconds.
        await Eventually.IsTrueAsync(async () => (await CountAsync(admin, person)) == Said, () => "all contents are kept");
        var asked = await AskAsync(admin, person, "erasure");
        return asked.Text("id");
    }

    /// <summary>The organisation asks for no second person: it begins at once.</summary>
    static Task<JsonNode> AskAsync(Api admin, string person, string kind) =>
        admin.PostAsync(
            "/api/subject-requests",
            new JsonObject
            {
                ["person_id"] = person,
                ["kind"] = kind,
                ["reason"] = "a letter of 1 March",
            }
        );

    /// <summary>Contents of a person, counted by a package of theirs.</summary>
    static async Task<long> CountAsync(Api admin, string person)
    {
        var done = await AskAsync(admin, person, "access");
        var id = done.Text("id");
        await Eventually.IsTrueAsync(
            async () => (done = await admin.GetAsync($"/api/subject-requests/{id}")).Text("state") == "done",
            () => done.ToJsonString()
        );
        return done["steps"]!.AsArray().Single(s => s!.Text("class") == "contents")!.Number("amount");
    }
}
