using System.Text;
using System.Text.Json.Nodes;
using Portico.Governance.Learning;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Learning;

/// <summary>What access rules close at the door, what exercises may do before it opens, and that the last step opens it on all nodes.</summary>
public sealed class LearningDoorTests(PostgresServer postgres)
{
    const string Course = """
        ---
        id: first-steps
        version: 1
        title: First steps
        says: Ask for JSON.
        for: [employees]
        minutes: 8
        pass_mark: 100
        ---

        ## One lesson

        Read this.

        ```exercise
        id: say-json
        title: Ask for JSON
        task: Ask for JSON and leave the name out.
        start: Say hello to Canary Feldner
        checks:
          - says: JSON is asked for
            asks_for_json: true
          - says: Nobody is named
            mentions_none: [Feldner]
        ```

        ```quiz
        questions:
          - ask: Which?
            options:
              - text: This
                right: true
              - text: That
            why: This.
        ```
        """;

    static async Task PrepareAsync(Node node)
    {
        await node.Admin.PostAsync("/api/courses", new JsonObject { ["markdown"] = Course });
        await node.Admin.PutAsync(
            "/api/exercise-settings",
            new JsonObject { ["use_case_id"] = node.UseCaseId, ["models"] = new JsonArray("sim/echo") }
        );
        await node.Admin.PostAsync(
            "/api/access-rules",
            new JsonObject { ["acceptable_use"] = true, ["courses"] = new JsonArray("first-steps") }
        );
    }

    static async Task<(int Status, JsonNode? Body)> SendAsync(HttpClient client, string path, JsonObject? body = null)
    {
        using var content = new StringContent((body ?? []).ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), body is null ? null : content);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    static Task<(int Status, JsonNode? Body)> AcknowledgeAsync(SignedIn who) =>
        SendAsync(who.Browser, "/api/acceptable-use/acknowledge", new JsonObject { ["version"] = 1 });

    static async Task<string> RunAsync(SignedIn who) =>
        (
            await SendAsync(
                who.Browser,
                "/api/learning/exercise-runs",
                new JsonObject { ["course_id"] = "first-steps", ["exercise"] = "say-json" }
            )
        ).Body!.Text("id");

    static Task<(int Status, JsonNode? Body)> TryAsync(SignedIn who, string run, string prompt, Action<JsonObject>? with = null)
    {
        var call = Calls.Chat("sim/echo", prompt).With("max_tokens", 50);
        with?.Invoke(call);
        return SendAsync(who.Browser, $"/api/learning/exercise-runs/{run}/chat/completions", call);
    }

    static Task<(int Status, JsonNode? Body)> PassAsync(SignedIn who) =>
        SendAsync(who.Browser, "/api/learning/courses/first-steps/quiz", new JsonObject { ["answers"] = new JsonArray(new JsonArray(0)) });

    static async Task<string> KeyOfAsync(Node node, string person) =>
        (
            await node.Admin.PostAsync(
                "/api/keys",
                new JsonObject
                {
                    ["name"] = $"k{Guid.NewGuid():N}",
                    ["use_case_id"] = node.UseCaseId,
                    ["person_id"] = person,
                }
            )
        ).Text("secret");

    [Fact]
    public async Task What_is_missing_closes_playground_and_own_keys_and_the_last_step_opens_both()
    {
        await using var node = await Node.StartAsync();
        await PrepareAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer");
        using var own = node.Client(await KeyOfAsync(node, mara.Person));

        using (var refused = await mara.AskAsync(node.UseCaseId, Calls.Chat("sim/echo")))
        {
            var problem = await refused.ShouldBeProblemAsync(403, "learning_required");
            problem.Text("detail").ShouldContain("acceptable-use policy and pass the course 'First steps'");
            problem.Text("missing").ShouldBe("acceptable_use course:first-steps");
            var record = await RecordAsync(node, refused.CallId());
            (record.Text("outcome"), record.Text("error_code")).ShouldBe(("refused", "learning_required"));
        }
        using (var refused = await own.ChatAsync("sim/echo"))
        {
            ((int)refused.StatusCode).ShouldBe(403);
            (await refused.JsonAsync())["error"]!.Text("code").ShouldBe("learning_required");
        }
        // A key of a program is nobody's, and what is no call needs nothing.
        (await node.Door.ChatAsync("sim/echo")).EnsureSuccessStatusCode();
        (await own.GetAsync(new Uri("/v1/models", UriKind.Relative))).EnsureSuccessStatusCode();

        (await AcknowledgeAsync(mara)).Status.ShouldBe(204);
        (await SendAsync(mara.Browser, "/api/learning/courses/first-steps/lessons/1")).Status.ShouldBe(204);
        (await PassAsync(mara)).Status.ShouldBe(409, "the exercise is not done");
        var run = await RunAsync(mara);
        (await TryAsync(mara, run, "Say hello to Canary Feldner")).Status.ShouldBe(200, "before access opens");
        using (var state = await mara.Browser.GetAsync(new Uri($"/api/learning/exercise-runs/{run}", UriKind.Relative)))
        {
            var json = await state.JsonAsync();
            json["checks"]!.AsArray().Select(c => c!["met"]!.GetValue<bool>()).ShouldBe([false, false]);
            (json["done"]!.GetValue<bool>(), json["calls_left"]!.GetValue<int>()).ShouldBe((false, ExerciseRuns.MaxCalls - 1));
        }
        using (var still = await mara.AskAsync(node.UseCaseId, Calls.Chat("sim/echo")))
            (await still.ShouldBeProblemAsync(403, "learning_required")).Text("missing").ShouldBe("course:first-steps");

        var (status, answer) = await TryAsync(mara, run, "Say hello as JSON to [customer]");
        status.ShouldBe(200, answer?.ToJsonString());
        (await RunAsync(mara)).ShouldBe(run, "it is one run");
        (await PassAsync(mara)).Status.ShouldBe(201);
        using (var open = await mara.AskAsync(node.UseCaseId, Calls.Chat("sim/echo")))
            open.EnsureSuccessStatusCode();
        (await own.ChatAsync("sim/echo")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task An_exercise_is_bound_to_its_person_its_models_its_size_and_its_number_of_calls()
    {
        await using var node = await Node.StartAsync();
        await PrepareAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer");
        using var other = await SignedIn.AtAsync(node, "engineer");
        var run = await RunAsync(mara);
        (await TryAsync(other, run, "Hello")).Status.ShouldBe(404);
        (await TryAsync(mara, run, "Hello", c => c["model"] = "sim/json")).Status.ShouldBe(400);
        (await TryAsync(mara, run, "Hello", c => c.Remove("max_tokens"))).Status.ShouldBe(400);
        (await TryAsync(mara, run, "Hello", c => c["max_tokens"] = 1_001)).Status.ShouldBe(400);
        (await TryAsync(mara, run, "Hello", c => c["n"] = 2)).Status.ShouldBe(400);
        (await TryAsync(mara, run, new string('x', ExerciseRuns.MaxPromptLength + 1))).Status.ShouldBe(400);
        var tries = await Task.WhenAll(Enumerable.Range(0, ExerciseRuns.MaxCalls + 5).Select(_ => TryAsync(mara, run, "Hello")));
        tries.Count(t => t.Status == 200).ShouldBe(ExerciseRuns.MaxCalls);
        tries.Where(t => t.Status != 200).ShouldAllBe(t => t.Status == 429 && t.Body!.Text("code") == "insufficient_quota");
        // A budget of the use case holds for exercises too, and a day later there are calls again.
        node.Time.Advance(TimeSpan.FromHours(25));
        using var later = await SignedIn.AtAsync(node, "engineer");
        var second = await RunAsync(later);
        await node.BudgetAsync("person", later.Person, "0.0000001", "day");
        (await TryAsync(later, second, "Hello")).Body!.Text("code").ShouldBe("insufficient_quota");
    }

    [Fact]
    public async Task What_was_said_in_an_exercise_is_kept_nowhere()
    {
        await using var node = await Node.StartAsync();
        await PrepareAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer");
        var run = await RunAsync(mara);
        (await TryAsync(mara, run, "canary-4c1d9b in JSON")).Status.ShouldBe(200);
        await node.StopAsync();
        foreach (
            var file in Directory
                .EnumerateFiles(node.DataDirectory, "*", SearchOption.AllDirectories)
                .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
        )
            Encoding
                .Latin1.GetString(await File.ReadAllBytesAsync(file))
                .Contains("canary-4c1d9b", StringComparison.Ordinal)
                .ShouldBeFalse(file);
    }

    [Fact]
    public async Task A_rule_of_a_workspace_holds_there_alone_and_one_of_tomorrow_not_yet()
    {
        await using var node = await Node.StartAsync();
        using var mara = await SignedIn.AtAsync(node, "engineer");
        var elsewhere = (
            await node.Admin.PostAsync(
                "/api/workspaces",
                new JsonObject { ["organisation_id"] = node.OrganisationId, ["name"] = "Elsewhere" }
            )
        ).Text("id");
        await node.Admin.PostAsync("/api/access-rules", new JsonObject { ["workspace_id"] = elsewhere, ["acceptable_use"] = true });
        using (var open = await mara.AskAsync(node.UseCaseId, Calls.Chat("sim/echo")))
            open.EnsureSuccessStatusCode();
        var useCase = (
            await node.Admin.PostAsync("/api/use-cases", new JsonObject { ["workspace_id"] = elsewhere, ["name"] = "There" })
        ).Text("id");
        using (var closed = await mara.AskAsync(useCase, Calls.Chat("sim/echo")))
            await closed.ShouldBeProblemAsync(403, "learning_required");
        await node.Admin.PostAsync(
            "/api/access-rules",
            new JsonObject { ["acceptable_use"] = true, ["from"] = node.Time.GetUtcNow().AddDays(1).ToString("O") }
        );
        using (var open = await mara.AskAsync(node.UseCaseId, Calls.Chat("sim/echo")))
            open.EnsureSuccessStatusCode();
        node.Time.Advance(TimeSpan.FromDays(1.1));
        using var again = await SignedIn.AtAsync(node, "engineer");
        using (var closed = await again.AskAsync(node.UseCaseId, Calls.Chat("sim/echo")))
            await closed.ShouldBeProblemAsync(403, "learning_required");
    }

    [Fact]
    public async Task On_a_shared_database_the_last_step_at_one_node_opens_the_other()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        await one.Admin.PostAsync("/api/access-rules", new JsonObject { ["acceptable_use"] = true });
        using var mara = await SignedIn.AtAsync(one, "engineer");
        using var own = two.Client(await KeyOfAsync(one, mara.Person));
        async Task<bool> IsAsync(int status)
        {
            using var answer = await own.ChatAsync("sim/echo");
            return (int)answer.StatusCode == status;
        }
        await Eventually.IsTrueAsync(() => IsAsync(403));
        (await AcknowledgeAsync(mara)).Status.ShouldBe(204);
        await Eventually.IsTrueAsync(() => IsAsync(200));
    }

    static async Task<JsonNode> RecordAsync(Node node, string call)
    {
        JsonNode? record = null;
        await Eventually.IsTrueAsync(async () =>
        {
            using var answer = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{call}");
            record = answer.IsSuccessStatusCode ? await answer.JsonAsync() : null;
            return record is not null;
        });
        return record!;
    }
}
