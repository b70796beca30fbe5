using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>For whom placeholders are undone, on every wire, whole and streamed; and what they are in a later turn.</summary>
public sealed class RestoreDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Carol = "carol@example.net";
    const string Dave = "dave@example.net";

    readonly Node node = shared.Node;

    static string Rule(string? restore) =>
        "guardrails:\n  personal:\n    detect: [pii.email]\n    channels: [user, answer]\n    action: tokenise\n"
        + (restore is null ? "" : $"    restore: {restore}\n");

    static readonly (string Path, string Body)[] Wires =
    [
        (
            "/v1/chat/completions",
            """{"model":"sim/echo","stream":STREAM,"messages":[{"role":"user","content":"write to carol@example.net today"}]}"""
        ),
        (
            "/v1/messages",
            """{"model":"sim/echo","max_tokens":99,"stream":STREAM,"messages":[{"role":"user","content":"write to carol@example.net today"}]}"""
        ),
        ("/v1/responses", """{"model":"sim/echo","stream":STREAM,"input":"write to carol@example.net today"}"""),
        ("/v1/completions", """{"model":"sim/echo","stream":STREAM,"prompt":"write to carol@example.net today"}"""),
    ];

    /// <summary>What the rule says, who calls (a person, an application, one that names a person), and whether that one gets the words.</summary>
    public static TheoryData<string?, string, bool> Callers =>
        new()
        {
            { null, "person", true },
            { null, "application", true },
            { "caller", "application", true },
            { "people", "person", true },
            { "people", "application", false },
            { "people", "acting", false },
            { "never", "person", false },
            { "never", "application", false },
        };

    async Task<HttpClient> DoorAsync(Estate house, string who)
    {
        if (who == "person")
            return await house.AnotherKeyAsync();
        var (_, door) = await node.NewKeyAsync(
            new JsonObject { ["use_case_id"] = house.UseCase, ["may_act_for_people"] = who == "acting" }
        );
        if (who == "acting")
            door.DefaultRequestHeaders.Add("x-portico-person", house.Person);
        return door;
    }

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, string path, string body) =>
        await door.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Words_come_back_to_whom_the_rule_says_on_every_wire_whole_and_streamed(string? restore, string who, bool comesBack)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule(restore));
        using var door = await DoorAsync(house, who);
        foreach (var (path, body) in Wires)
        foreach (var stream in new[] { "false", "true" })
        {
            using var answer = await PostAsync(door, path, body.Replace("STREAM", stream, StringComparison.Ordinal));
            var text = await answer.Content.ReadAsStringAsync();
            ((int)answer.StatusCode).ShouldBe(200, text);
            text.Contains("carol", StringComparison.Ordinal).ShouldBe(comesBack, $"{path} {stream}: {text}");
            text.Contains("personal:1", StringComparison.Ordinal).ShouldBe(!comesBack, $"{path} {stream}: {text}");
            (await node.TrailAsync(answer, "screen_content"))
                .Contains("input: placeholders of personal stay in the answer: they are not undone for this caller")
                .ShouldBe(!comesBack);
        }
    }

    [Fact]
    public async Task A_person_in_the_playground_is_a_person()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("people"));
        await using var guard = await Upstream.StartAsync(Guarding.PassAsync);
        await node.WriteAsync(house.Workspace, Guarding.Policy(guard.Address, "block", "user, output"));
        using var mara = await SignedIn.AtAsync(node, "engineer", house.Organisation);
        using var answer = await mara.AskAsync(house.UseCase, Calls.Chat("sim/echo", $"to {Carol}"));
        (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content").ShouldBe($"to {Carol}");
        guard.Bodies.ShouldAllBe(b => !b.Contains("carol", StringComparison.Ordinal), "a guard has no words either way");
    }

    [Fact]
    public async Task The_stricter_of_two_levels_holds()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.Workspace, Rule("people"));
        await node.WriteAsync(house.UseCase, Rule("never"));
        using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", $"to {Carol}"));
        (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content").ShouldBe("to ⟦personal:1⟧");
    }

    static JsonObject Turns(string model, params (string Role, string Says)[] turns) =>
        new()
        {
            ["model"] = model,
            ["messages"] = new JsonArray(turns.Select(t => (JsonNode)new JsonObject { ["role"] = t.Role, ["content"] = t.Says }).ToArray()),
        };

    /// <summary>A model that says the whole conversation again.</summary>
    async Task<(Upstream Upstream, string Model)> ParrotAsync()
    {
        var upstream = await Upstream.StartAsync(http =>
            Upstream.WholeAsync(
                http,
                string.Join(" | ", JsonNode.Parse(Upstream.BodyOf(http))!["messages"]!.AsArray().Select(m => m!.Text("content")))
            )
        );
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return (upstream, model);
    }

    static async Task<string> SaidAsync(HttpClient door, JsonObject body)
    {
        using var answer = await door.ChatAsync(body);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        return JsonNode.Parse(text)!["choices"]![0]!["message"]!.Text("content");
    }

    [Fact]
    public async Task A_history_in_words_has_the_same_placeholders_in_each_turn_and_comes_back_in_words()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule(null));
        var (upstream, model) = await ParrotAsync();
        await using var _ = upstream;
        var first = await SaidAsync(house.Door, Turns(model, ("user", $"I am {Carol}")));
        first.ShouldBe($"I am {Carol}");
        (await SaidAsync(house.Door, Turns(model, ("user", $"I am {Carol}"), ("assistant", first), ("user", $"and he {Dave}")))).ShouldBe(
            $"I am {Carol} | I am {Carol} | and he {Dave}"
        );
        upstream.Bodies[1].ShouldNotContain("@example");
        JsonNode.Parse(upstream.Bodies[1])!["messages"]!
            .AsArray()
            .Select(m => m!.Text("content"))
            .ShouldBe(["I am ⟦personal:1⟧", "I am ⟦personal:1⟧", "and he ⟦personal:2⟧"]);
    }

    [Fact]
    public async Task A_placeholder_of_an_earlier_turn_is_made_for_nothing_else_and_undone_for_nobody()
    {
        using var house = await Estate.MakeAsync(node);
        var (upstream, model) = await ParrotAsync();
        await using var _ = upstream;
        var history = Turns(model, ("user", $"I am {Dave}"), ("assistant", "⟦personal:1⟧ is noted"), ("user", $"and she {Carol}"));
        foreach (var (restore, says) in new[] { ("caller", $"I am {Dave} | ⟦personal:1⟧ is noted | and she {Carol}"), ("never", Sent) })
        {
            await node.WriteAsync(house.UseCase, Rule(restore));
            (await SaidAsync(house.Door, history.DeepClone().AsObject())).ShouldBe(says);
            JsonNode.Parse(upstream.Bodies[^1])!["messages"]!
                .AsArray()
                .Select(m => m!.Text("content"))
                .ShouldBe(Sent.Split(" | "), "two texts never share one");
        }
    }

    const string Sent = "I am ⟦personal:2⟧ | ⟦personal:1⟧ is noted | and she ⟦personal:3⟧";

    [Fact]
    public async Task A_history_that_is_kept_has_its_placeholders_and_they_stay_in_later_answers()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule(null));
        var (upstream, model) = await ParrotAsync();
        await using var _ = upstream;
        var first = await house.Door.RespondAsync(ResponseCalls.Ask(model, $"I am {Carol}"));
        first.OutputText().ShouldBe($"I am {Carol}");
        var second = await house.Door.RespondAsync(
            ResponseCalls.Ask(model, $"and he {Dave}").With("previous_response_id", first.Text("id"))
        );
        second.OutputText().ShouldBe($"I am ⟦personal:1⟧ | I am ⟦personal:1⟧ | and he {Dave}");
        upstream.Bodies[1].ShouldNotContain("@example");
    }
}
