using System.Text.Json.Nodes;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Replays that run by themselves: by records, by classes of data and by what was said, which the server reads and nobody sees.</summary>
public sealed class PolicyReplayTests(PostgresServer postgres)
{
    const string Rules = """
        guardrails:
          codename:
            words: [Falcon]
            action: block
          card:
            patterns: ['\b\d{4}-\d{4}\b']
            action: redact
          spoken:
            channels: [output]
            words: [Heron]
            action: flag
        """;

    async Task<Node> StartAsync(Engine engine) =>
        engine == Engine.Postgres
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single()
            : await Node.StartAsync();

    static async Task<JsonNode> ReplayAsync(Node node, string level, string text, bool contents)
    {
        var run = await node.Admin.PostAsync(
            "/api/policy-replays",
            new JsonObject
            {
                ["level"] = level,
                ["text"] = text,
                ["contents"] = contents,
            }
        );
        JsonNode? last = null;
        await Eventually.IsTrueAsync(async () =>
        {
            last = await node.Admin.GetAsync($"/api/policy-replays/{run.Text("id")}");
            return last.Text("state") != "running";
        });
        last!.Text("state").ShouldBe("done");
        return last!;
    }

    static async Task<string> CallAsync(Node node, HttpClient door, string prompt, string? dataClass = null)
    {
        using var answer = dataClass is null
            ? await door.ChatAsync(Calls.Chat("sim/echo", prompt))
            : await door.ChatAsync(Calls.Chat("sim/echo", prompt), default, ("x-portico-data-class", dataClass));
        ((int)answer.StatusCode).ShouldBe(200);
        await node.RecordOfAsync(answer);
        return answer.CallId();
    }

    [Fact]
    public async Task A_replay_asks_no_guards_and_names_those_of_its_text_and_above()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        var (_, keeping) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = house.UseCase, ["keep_content"] = true });
        using var door = keeping;
        await CallAsync(node, door, "what of Falcon");
        await node.WriteAsync(house.Workspace, Guarding.Policy(guard.Address, "flag", name: "above"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "flag", name: "now"));
        var text = Guarding.Policy(guard.Address, "block", name: "then");
        var run = await ReplayAsync(node, house.UseCase, text, contents: true);
        run["guards_not_asked"]!.AsArray().Select(g => g!.GetValue<string>()).ShouldBe(["above", "then"]);
        (run.Number("looked_at"), run.Number("refused"), guard.Calls).ShouldBe((1, 0, 0));
        var once = await node.Admin.PostAsync("/api/policies/replay", new JsonObject { ["level"] = house.UseCase, ["text"] = text });
        once["guards_not_asked"]!.AsArray().Select(g => g!.GetValue<string>()).ShouldBe(["above", "then"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public async Task What_was_said_is_judged_by_the_rules_and_no_word_of_it_is_told(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var house = await Estate.MakeAsync(node);
        var (_, keeping) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = house.UseCase, ["keep_content"] = true });
        using var door = keeping;
        var falcon = await CallAsync(node, door, "what of Falcon and his wing");
        var card = await CallAsync(node, door, "pay by 4929-1381");
        await CallAsync(node, door, "the Heron stands");
        var messages =
            """{"model":"sim/echo","max_tokens":20,"messages":[{"role":"user","content":[{"type":"text","text":"a Falcon too"}]}]}""";
        using (
            var answer = await door.PostAsync(
                new Uri("/v1/messages", UriKind.Relative),
                new StringContent(messages, System.Text.Encoding.UTF8, "application/json")
            )
        )
            ((int)answer.StatusCode).ShouldBe(200);
        await Eventually.IsTrueAsync(async () =>
            (await node.Admin.GetAsync($"/api/calls?use_case_id={house.UseCase}"))["items"]!.AsArray().Count == 4
        );
        await CallAsync(node, house.Door, "unkept Falcon");

        var blind = await ReplayAsync(node, house.UseCase, Rules, contents: false);
        (blind.Number("looked_at"), blind.Number("refused"), blind["unjudged"]!.Number("contents_not_read")).ShouldBe((5, 0, 5));

        blind["guards_not_asked"]!.AsArray().ShouldBeEmpty();

        var run = await ReplayAsync(node, house.UseCase, Rules, contents: true);
        (run.Number("looked_at"), run.Number("refused"), run.Number("changed"), run.Number("opened")).ShouldBe((5, 2, 1, 4));
        run["unjudged"]!.AsObject().Select(u => $"{u.Key} {u.Value}").ShouldBe(["contents_not_kept 1"]);
        run["rules"]!.AsObject().Select(u => $"{u.Key} {u.Value}").ShouldBe(["card 1", "codename 2", "spoken 1"]);
        var found = await node.Admin.GetAsync($"/api/policy-replays/{run.Text("id")}/calls");
        var calls = found["items"]!.AsArray();
        calls.Select(c => c!.Text("verdict")).Order(StringComparer.Ordinal).ShouldBe(["changed", "refused", "refused"]);
        calls.Single(c => c!.Text("call_id") == falcon)!.Text("why").ShouldStartWith("guardrails.codename, line 2 of the draft");
        calls.Single(c => c!.Text("call_id") == card)!.Text("why").ShouldBe("card");
        foreach (var word in new[] { "Falcon", "wing", "4929" })
            (run.ToJsonString() + found.ToJsonString()).ShouldNotContain(word);
        await Eventually.IsTrueAsync(async () =>
            (await node.AuditLinesAsync()).Any(l =>
                l.Contains("contents.judged", StringComparison.Ordinal)
                && l.Contains(run.Text("id"), StringComparison.Ordinal)
                && l.Contains("\"calls\":4", StringComparison.Ordinal)
            )
        );
        (await node.AuditLinesAsync()).ShouldNotContain(l => l.Contains(blind.Text("id") + "\",\"calls", StringComparison.Ordinal));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public async Task A_class_of_data_is_in_the_record_and_judged(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var house = await Estate.MakeAsync(node);
        var named = await CallAsync(node, house.Door, "Hi", "restricted");
        await CallAsync(node, house.Door, "Hi", "public");
        await CallAsync(node, house.Door, "Hi");
        await node.WriteAsync(house.UseCase, "data_classes:\n  development: [public, restricted]\n");
        var unnamed = await CallAsync(node, house.Door, "Hi");

        var run = await ReplayAsync(node, house.UseCase, "data_classes:\n  development: [public]\n  required: true\n", contents: false);

        // The third was made when nothing asked for a class, and its record does not say that it named none.
        (run.Number("looked_at"), run.Number("refused"), run["unjudged"]!.Number("no_data_class")).ShouldBe((4, 2, 1));
        var found = (await node.Admin.GetAsync($"/api/policy-replays/{run.Text("id")}/calls"))["items"]!.AsArray();
        found.Select(c => c!.Text("call_id")).ShouldBe([named, unnamed], ignoreOrder: true);
        found.Single(c => c!.Text("call_id") == named)!.Text("why").ShouldContain("data of the class restricted may not be sent");
    }

    [Fact]
    public async Task One_is_seen_by_who_may_write_the_policy_of_its_level_and_by_nobody_else()
    {
        await using var node = await Node.StartAsync();
        using var house = await Estate.MakeAsync(node);
        var run = await ReplayAsync(node, house.Organisation, Rules, contents: true);
        var token = await node.Admin.PostAsync(
            "/api/admin-tokens",
            new JsonObject { ["name"] = "auditor", ["roles"] = new JsonArray("auditor") }
        );
        using (var auditor = new Api(node.Client(token.Text("secret"))))
        using (var refused = await auditor.RawAsync(HttpMethod.Get, $"/api/policy-replays/{run.Text("id")}"))
            ((int)refused.StatusCode).ShouldBe(403);
        var here = await node.Admin.PostAsync(
            "/api/admin-tokens",
            new JsonObject
            {
                ["name"] = "officer here",
                ["grants"] = new JsonArray(new JsonObject { ["role"] = "officer", ["place"] = house.Workspace }),
            }
        );
        using var officer = new Api(node.Client(here.Text("secret")));
        using (var hidden = await officer.RawAsync(HttpMethod.Get, $"/api/policy-replays/{run.Text("id")}"))
            ((int)hidden.StatusCode).ShouldBe(404);
        (await officer.GetAsync("/api/policy-replays"))["items"]!.AsArray().ShouldBeEmpty();
        using (
            var wide = await officer.RawAsync(
                HttpMethod.Post,
                "/api/policy-replays",
                new JsonObject { ["level"] = house.Organisation, ["text"] = "" }
            )
        )
            ((int)wide.StatusCode).ShouldBe(403);
        using (
            var bad = await node.Admin.RawAsync(
                HttpMethod.Post,
                "/api/policy-replays",
                new JsonObject { ["level"] = house.UseCase, ["text"] = "models: 1" }
            )
        )
            ((int)bad.StatusCode).ShouldBe(400);
    }
}
