using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Conversations that Portico keeps: made, filled, continued and removed on both engines, each in its workspace alone.</summary>
public sealed class ConversationTests(PostgresServer postgres)
{
    public static TheoryData<bool> Engines => [false, true];

    async Task<Node> StartAsync(bool shared, params (string Name, string Value)[] settings) =>
        shared
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync(), settings)).Single()
            : await Node.StartAsync(settings);

    static JsonObject In(string conversation, string text, string model = "sim/echo") =>
        ResponseCalls.Ask(model, text).With("conversation", conversation);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_conversation_is_made_changed_filled_listed_and_removed(bool shared)
    {
        await using var node = await StartAsync(shared);
        var door = node.Door;
        // Without a body, as the official SDK may ask.
        var empty = await door.TalkedAsync(HttpMethod.Post, "");
        empty.Text("object").ShouldBe("conversation");
        empty["metadata"]!.ToJsonString().ShouldBe("{}");
        var body = ConversationCalls.Items("one");
        body["metadata"] = new JsonObject { ["topic"] = "häuser" };
        var made = await door.TalkedAsync(HttpMethod.Post, "", body);
        var id = made.Text("id");
        id.ShouldStartWith("conv_");
        made.Number("created_at")
            .ShouldBeInRange(node.Time.GetUtcNow().ToUnixTimeSeconds() - 60, node.Time.GetUtcNow().ToUnixTimeSeconds());
        (await door.TalkedAsync(HttpMethod.Get, $"/{id}")).ToJsonString().ShouldBe(made.ToJsonString());
        var changed = await door.TalkedAsync(HttpMethod.Post, $"/{id}", JsonNode.Parse("""{"metadata":{"topic":"trees","more":"1"}}"""));
        changed["metadata"]!.ToJsonString().ShouldBe("""{"topic":"trees","more":"1"}""");
        (await door.TalkedAsync(HttpMethod.Get, $"/{id}")).ToJsonString().ShouldBe(changed.ToJsonString());

        var added = await door.TalkedAsync(HttpMethod.Post, $"/{id}/items", ConversationCalls.Items("two", "three"));
        added.Text("object").ShouldBe("list");
        added["data"]!.AsArray().Count.ShouldBe(2);
        added.Text("first_id").ShouldBe(added["data"]![0]!.Text("id"));
        (await door.SaidAsync(id)).ShouldBe(["user: one", "user: two", "user: three"]);
        // The newest first, where nothing else is asked.
        var first = await door.TalkedAsync(HttpMethod.Get, $"/{id}/items?limit=2");
        first["data"]!.AsArray().Select(i => i!["content"]![0]!.Text("text")).ShouldBe(["three", "two"]);
        first["has_more"]!.GetValue<bool>().ShouldBeTrue();
        var second = await door.TalkedAsync(HttpMethod.Get, $"/{id}/items?limit=2&after={first.Text("last_id")}");
        second["data"]!.AsArray().Select(i => i!["content"]![0]!.Text("text")).ShouldBe(["one"]);

        var item = added["data"]![0]!;
        (await door.TalkedAsync(HttpMethod.Get, $"/{id}/items/{item.Text("id")}")).ToJsonString().ShouldBe(item.ToJsonString());
        (await door.TalkedAsync(HttpMethod.Delete, $"/{id}/items/{item.Text("id")}")).ToJsonString().ShouldBe(changed.ToJsonString());
        using var gone = await door.TalkAsync(HttpMethod.Get, $"/{id}/items/{item.Text("id")}");
        await gone.ShouldBeRefusedAsync(404, "not_found", "item_id");
        (await door.SaidAsync(id)).ShouldBe(["user: one", "user: three"]);

        (await door.TalkedAsync(HttpMethod.Delete, $"/{id}"))
            .ToJsonString()
            .ShouldBe($$"""{"id":"{{id}}","object":"conversation.deleted","deleted":true}""");
        using var missing = await door.TalkAsync(HttpMethod.Get, $"/{id}");
        await missing.ShouldBeRefusedAsync(404, "not_found", "conversation");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_was_said_precedes_the_input_and_the_turn_is_added_behind_it(bool shared)
    {
        await using var node = await StartAsync(shared);
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http), "Noted."));
        await node.ConnectAsync(upstream.Address, "talk");
        var id = await node.Door.NewConversationAsync(ConversationCalls.Items("I am Ada."));
        var plain = await node.Door.RespondAsync(In(id, "I live in Oslo.", "talk").With("instructions", "Be brief."));
        plain["conversation"]!.ToJsonString().ShouldBe($$"""{"id":"{{id}}"}""");
        (await node.Door.KeptAsync(plain.Text("id")))["conversation"]!.Text("id").ShouldBe(id);
        // By an object, streamed, and what is not to be stored as a response is a turn of its conversation all the same.
        var asked = ResponseCalls.Ask("talk", "I have a dog.").With("stream", true).With("store", false);
        asked["conversation"] = new JsonObject { ["id"] = id };
        using var streamed = await node.Door.ResponseAsync(asked);
        (await streamed.ResponseEventsAsync())[^1]["response"]!["conversation"]!.Text("id").ShouldBe(id);
        using var background = await node.Door.ResponseAsync(In(id, "And a cat.", "talk").With("background", true));
        await node.Door.UntilAsync((await background.GoodAsync()).Text("id"), "completed");
        // Nothing new need be said.
        await node.Door.RespondAsync(new JsonObject { ["model"] = "talk", ["conversation"] = id });
        JsonNode.Parse(upstream.Bodies[^1])!["messages"]!
            .AsArray()
            .Select(m => $"{m!.Text("role")}: {m!.Text("content")}")
            .ShouldBe([
                "user: I am Ada.",
                "user: I live in Oslo.",
                "assistant: Noted.",
                "user: I have a dog.",
                "assistant: Noted.",
                "user: And a cat.",
                "assistant: Noted.",
            ]);
        var said = await node.Door.SaidAsync(id);
        said.Count.ShouldBe(8);
        said[^1].ShouldBe("assistant: Noted.");
    }

    [Fact]
    public async Task Calls_of_tools_and_their_results_are_turns_too_and_a_cap_leaves_out_only_what_was_cut()
    {
        await using var node = await Node.StartAsync();
        var tools = JsonNode.Parse(
            """[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]"""
        )!;
        var id = await node.Door.NewConversationAsync();
        var first = await node.Door.RespondAsync(In(id, "Weather?", "sim/tool-call").With("tools", tools.AsArray()));
        var call = first["output"]!.AsArray().Single(i => i!.Text("type") == "function_call")!;
        var result = new JsonArray(
            new JsonObject
            {
                ["type"] = "function_call_output",
                ["call_id"] = call.Text("call_id"),
                ["output"] = "rain",
            }
        );
        var ask = ResponseCalls.Ask("sim/tool-call", result).With("conversation", id);
        (await node.Door.RespondAsync(ask.With("tools", tools.DeepClone().AsArray()))).OutputText().ShouldBe("The tool answered: rain");
        (await node.Door.SaidAsync(id)).ShouldBe([
            "user: Weather?",
            "function_call",
            "function_call_output",
            "assistant: The tool answered: rain",
        ]);
        var cut = await node.Door.RespondAsync(In(id, "one two three four").With("max_output_tokens", 2));
        cut.Text("status").ShouldBe("incomplete");
        (await node.Door.SaidAsync(id))[^2..].ShouldBe(["user: one two three four", "assistant: " + cut.OutputText()]);
    }

    [Fact]
    public async Task A_call_that_fails_or_is_refused_adds_nothing()
    {
        await using var node = await Node.StartAsync();
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                Answers.Delta("""{"role":"assistant","content":"Once"}""")
                    + Upstream.Frame("""{"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}""")
            )
        );
        var model = await node.ModelAsync(upstream);
        var id = await node.Door.NewConversationAsync();
        using var failed = await node.Door.ResponseAsync(In(id, "one two three four", model).With("stream", true));
        (await failed.ResponseEventsAsync())[^1].Text("type").ShouldBe("response.failed");
        using var unknown = await node.Door.ResponseAsync(In(id, "x", "no/such"));
        await unknown.ShouldBeRefusedAsync(404, "model_not_found");
        (await node.Door.SaidAsync(id)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Calls_at_once_in_one_conversation_lose_nothing_and_do_not_mix(bool shared)
    {
        await using var node = await StartAsync(shared);
        var id = await node.Door.NewConversationAsync();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => node.Door.RespondAsync(In(id, $"call {i}").With("stream", false))));
        var said = await node.Door.SaidAsync(id);
        said.Count.ShouldBe(48);
        foreach (var turn in said.Chunk(2))
            turn[1].ShouldBe(turn[0].Replace("user:", "assistant:", StringComparison.Ordinal));
        said.Where((_, i) => i % 2 == 0).ShouldBe(Enumerable.Range(0, 24).Select(i => $"user: call {i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task A_turn_is_there_on_another_node_when_its_answer_is()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        var id = await one.Door.NewConversationAsync();
        for (var i = 0; i < 10; i++)
        {
            await (i % 2 == 0 ? one : two).Door.RespondAsync(In(id, $"turn {i}"));
            (await (i % 2 == 0 ? two : one).Door.SaidAsync(id)).Count.ShouldBe(2 * i + 2);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Another_workspace_and_another_organisation_see_nothing_and_cannot_tell(bool shared)
    {
        await using var node = await StartAsync(shared);
        using var stranger = await Estate.MakeAsync(node);
        var workspace = (
            await node.Admin.PostAsync(
                "/api/workspaces",
                new JsonObject { ["organisation_id"] = node.OrganisationId, ["name"] = "next door" }
            )
        ).Text("id");
        var useCase = (await node.Admin.PostAsync("/api/use-cases", new JsonObject { ["workspace_id"] = workspace, ["name"] = "u" })).Text(
            "id"
        );
        var (_, neighbour) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = useCase });
        var made = await node.Door.TalkedAsync(HttpMethod.Post, "", ConversationCalls.Items("secret"));
        var id = made.Text("id");
        var item = (await node.Door.TalkedAsync(HttpMethod.Get, $"/{id}/items")).Text("first_id");
        foreach (var door in new[] { stranger.Door, neighbour })
        {
            var texts = new List<string>();
            foreach (var asked in new[] { id, "conv_01k9a3x7s8fjn8w2v5d1b6c4e0", "conv_~", "nonsense" })
            {
                foreach (
                    var (method, path, body) in new[]
                    {
                        (HttpMethod.Get, "", null),
                        (HttpMethod.Post, "", """{"metadata":{}}"""),
                        (HttpMethod.Delete, "", null),
                        (HttpMethod.Get, "/items", null),
                        (HttpMethod.Post, "/items", """{"items":[{"role":"user","content":"x"}]}"""),
                        (HttpMethod.Get, "/items/" + item, null),
                        (HttpMethod.Delete, "/items/" + item, null),
                    }
                )
                {
                    using var response = await door.TalkAsync(method, $"/{asked}{path}", body is null ? null : JsonNode.Parse(body));
                    var error = await response.ShouldBeRefusedAsync(404, "not_found", "conversation");
                    texts.Add(error.Text("message").Replace(asked, "…", StringComparison.Ordinal));
                }
                using var called = await door.ResponseAsync(In(asked, "x"));
                texts.Add(
                    (await called.ShouldBeRefusedAsync(404, "not_found", "conversation"))
                        .Text("message")
                        .Replace(asked, "…", StringComparison.Ordinal)
                );
            }
            texts.Distinct().ShouldHaveSingleItem();
        }
        (await node.Door.SaidAsync(id)).ShouldBe(["user: secret"]);
        // Another key of the same workspace sees it.
        var (_, colleague) = await node.NewKeyAsync();
        (await colleague.SaidAsync(id)).ShouldBe(["user: secret"]);
    }

    [Fact]
    public async Task Mistakes_are_refused_by_their_place()
    {
        await using var node = await Node.StartAsync();
        var id = await node.Door.NewConversationAsync(ConversationCalls.Items("one"));
        async Task RefusedAsync(string path, string body, string param, string code = "invalid_request", int status = 400)
        {
            using var response = await node.Door.TalkAsync(HttpMethod.Post, path, JsonNode.Parse(body));
            await response.ShouldBeRefusedAsync(status, code, param);
        }
        await RefusedAsync("", """{"metadata":{"a":1}}""", "metadata");
        await RefusedAsync("", """{"metadata":"a"}""", "metadata");
        await RefusedAsync("", """{"title":"a"}""", "title");
        await RefusedAsync("", """{"items":["one"]}""", "items[0]");
        await RefusedAsync("", """{"items":[{"role":"captain","content":"x"}]}""", "items[0].role");
        await RefusedAsync("", """{"items":[{"type":"web_search_call","id":"ws_1"}]}""", "items[0].type", "unsupported_by_model");
        await RefusedAsync("", """{"items":[{"id":"a b","role":"user","content":"x"}]}""", "items[0].id");
        await RefusedAsync("", ConversationCalls.Items([.. Enumerable.Range(0, 21).Select(i => $"{i}")]).ToJsonString(), "items");
        await RefusedAsync($"/{id}", "{}", "metadata");
        await RefusedAsync($"/{id}/items", """{"items":[]}""", "items");
        await RefusedAsync($"/{id}/items", "{}", "items");
        var taken = """{"items":[{"id":"mine","role":"user","content":"x"},{"id":"mine","role":"user","content":"y"}]}""";
        await RefusedAsync($"/{id}/items", taken, "items[1].id", "conflict", 409);
        (await node.Door.SaidAsync(id)).ShouldBe(["user: one"]);
        using var after = await node.Door.TalkAsync(HttpMethod.Get, $"/{id}/items?after=none");
        await after.ShouldBeRefusedAsync(400, "invalid_request", "after");
        using var limit = await node.Door.TalkAsync(HttpMethod.Get, $"/{id}/items?limit=101");
        await limit.ShouldBeRefusedAsync(400, "invalid_request", "limit");
        var given = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
        using var both = await node.Door.ResponseAsync(In(id, "x").With("previous_response_id", given.Text("id")));
        (await both.ShouldBeRefusedAsync(400, "invalid_request", "conversation")).Text("message").ShouldContain("previous_response_id");
        using var bad = await node.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo", JsonNode.Parse("""[{"id":"a\u0000","role":"user","content":"x"}]""")).With("conversation", id)
        );
        await bad.ShouldBeRefusedAsync(400, "invalid_request", "input[0].id");
    }
}
