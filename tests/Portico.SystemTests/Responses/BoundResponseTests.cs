using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Where a provider thought and left things behind, there a conversation goes on, and nowhere else.</summary>
public sealed class BoundResponseTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static JsonObject WithSeals(JsonObject ask) => ask.With("include", new JsonArray("reasoning.encrypted_content"));

    static JsonArray InputOf(string body) => JsonNode.Parse(body)!["input"]!.AsArray();

    async Task<JsonNode> AtTwoAsync(AccountPair pair, JsonObject ask)
    {
        // The first account is away for one call.
        pair.One.Answer = http => Upstream.ErrorAsync(http, 404, "No such model");
        var answer = await node.Door.RespondAsync(ask);
        pair.One.Answer = http => Upstream.JsonAsync(http, 200, Accounts.Thought(Accounts.SealOfOne));
        return answer;
    }

    [Fact]
    public async Task A_turn_that_continues_goes_to_the_account_that_thought_with_everything_and_its_own_seals()
    {
        await using var pair = await node.PairAsync();
        var first = await AtTwoAsync(pair, OwnResponses.Ask(pair.Route));
        first.ToJsonString().ShouldNotContain("encrypted_content", Case.Sensitive, "the caller did not ask for it");
        var id = first.Text("id");
        pair.Two.Bodies.Single().ShouldContain("\"include\":[\"reasoning.encrypted_content\"]");
        // Without a tool it would go anywhere.
        using var answer = await node.Door.ResponseAsync(ResponseCalls.Ask(pair.Route, Accounts.Result).With("previous_response_id", id));
        var second = await answer.GoodAsync();
        second.Text("previous_response_id").ShouldBe(id);
        (pair.One.Calls, pair.Two.Calls).ShouldBe((1, 2));
        var sent = JsonNode.Parse(pair.Two.Bodies[^1])!.AsObject();
        (sent.ContainsKey("previous_response_id"), sent["store"]!.GetValue<bool>()).ShouldBe((false, false));
        var input = sent["input"]!.AsArray();
        input
            .Select(i => i!["type"]?.GetValue<string>() ?? "message")
            .ShouldBe(["message", "reasoning", "web_search_call", "message", "function_call", "function_call_output"]);
        input[1]!.ToJsonString().ShouldBe(JsonNode.Parse(OwnResponses.Reasoning(Accounts.SealOfTwo))!.ToJsonString());
        input[2]!.ToJsonString().ShouldBe(JsonNode.Parse(OwnResponses.Search)!.ToJsonString());
        input[3]!.ToJsonString().ShouldBe(JsonNode.Parse(OwnResponses.Message)!.ToJsonString());
        // Ids that were made here are not for the provider.
        sent["input"]!.ToJsonString().ShouldNotContain(id[5..]);
        var trail = (await node.RecordOfAsync(answer))["trail"]!.AsArray().Select(t => t!.Text("fact")).ToList();
        trail.ShouldContain("passed: previous_response_id.type web_search_call");
        trail.ShouldContain("bound: 1 of 2 deployments");
    }

    [Fact]
    public async Task A_caller_that_keeps_its_conversation_has_our_seal_and_sent_back_it_binds_the_call()
    {
        await using var pair = await node.PairAsync();
        var first = await AtTwoAsync(pair, WithSeals(OwnResponses.Ask(pair.Route).With("store", false)));
        var seal = first["output"]![0]!.Text("encrypted_content");
        seal.ShouldStartWith("bound:");
        first.ToJsonString().ShouldNotContain(Accounts.SealOfTwo);
        var input = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "And then?" });
        foreach (var item in first["output"]!.AsArray())
            input.Add(item!.DeepClone());
        foreach (var item in Accounts.Result)
            input.Add(item!.DeepClone());
        await node.Door.RespondAsync(ResponseCalls.Ask(pair.Route, input).With("store", false));
        (pair.One.Calls, pair.Two.Calls).ShouldBe((1, 2));
        InputOf(pair.Two.Bodies[^1])[1]!.Text("encrypted_content").ShouldBe(Accounts.SealOfTwo);
        // Without the sealed item it is bound by the search alone, which any account takes.
        input.RemoveAt(1);
        await node.Door.RespondAsync(ResponseCalls.Ask(pair.Route, input.DeepClone()).With("store", false));
        pair.One.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task In_a_stream_every_copy_of_a_seal_is_the_same_and_ours()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BeginStreamAsync(
                http,
                OwnResponses.Begun()
                    + $"event: response.output_item.done\ndata: {{\"type\":\"response.output_item.done\",\"sequence_number\":2,\"output_index\":0,\"item\":{OwnResponses.Reasoning(Accounts.SealOfOne)}}}\n\n"
                    + $"event: response.completed\ndata: {{\"type\":\"response.completed\",\"sequence_number\":3,\"response\":{OwnResponses.Response(OwnResponses.Reasoning(Accounts.SealOfOne))}}}\n\n"
            )
        );
        var (model, _, _) = await node.PassingAsync(upstream);
        // Asks for nothing but seals: passed where the deployment can.
        using var answer = await node.Door.ResponseAsync(WithSeals(ResponseCalls.Ask(model).With("stream", true)));
        var events = await answer.ResponseEventsAsync();
        var seal = events[2]["item"]!.Text("encrypted_content");
        seal.ShouldStartWith("bound:");
        events[3]["response"]!["output"]![0]!.Text("encrypted_content").ShouldBe(seal);
        var id = events[3].Text("response", "id");
        (await node.Door.KeptAsync(id)).ToJsonString().ShouldNotContain("encrypted_content");
        (await node.Door.KeptAsync(id + "?include[]=reasoning.encrypted_content"))["output"]![0]!.Text("encrypted_content").ShouldBe(seal);
        using var bare = await node.Door.ResponseAsync(OwnResponses.Ask(await LooseRouteAsync(upstream)).With("stream", true));
        var text = await bare.Content.ReadAsStringAsync();
        text.ShouldContain("response.completed");
        text.ShouldNotContain("encrypted_content");
    }

    async Task<string> LooseRouteAsync(Upstream upstream)
    {
        var (model, _, deployment) = await node.PassingAsync(upstream);
        await node.LooseAsync("loose-" + model, deployment);
        return "loose-" + model;
    }

    [Fact]
    public async Task A_seal_that_is_not_ours_is_left_out_and_named_and_one_of_another_workspace_is_refused_like_a_broken_one()
    {
        await using var pair = await node.PairAsync();
        var foreign = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = "News?" },
            JsonNode.Parse(OwnResponses.Reasoning("gAAAAABelsewhere"))!,
            new JsonObject { ["role"] = "user", ["content"] = "More?" }
        );
        using var dropped = await node.Door.ResponseAsync(OwnResponses.Ask(pair.Route, input: foreign));
        await dropped.GoodAsync();
        dropped.Header("x-portico-dropped-fields").ShouldBe("input.encrypted_content");
        InputOf(pair.One.Bodies[^1]).Count.ShouldBe(2);

        var first = await node.Door.RespondAsync(WithSeals(OwnResponses.Ask(pair.Route)));
        var ours = first["output"]![0]!.DeepClone();
        using var estate = await Estate.MakeAsync(node);
        var words = new List<string>();
        foreach (
            var (door, seal) in new[] { (estate.Door, ours.Text("encrypted_content")), (node.Door, "bound:AAAA"), (node.Door, "bound:*") }
        )
        {
            var item = ours.DeepClone();
            item["encrypted_content"] = seal;
            using var refused = await door.ResponseAsync(
                ResponseCalls.Ask(pair.Route, new JsonArray(item, new JsonObject { ["role"] = "user", ["content"] = "More?" }))
            );
            words.Add((await refused.ShouldBeRefusedAsync(400, "invalid_request", "input[0].encrypted_content")).Text("message"));
        }
        words.Distinct().ShouldHaveSingleItem().ShouldContain("does not open");
    }

    [Fact]
    public async Task Two_places_in_one_call_are_refused_by_the_items_and_no_connection_is_named()
    {
        await using var pair = await node.PairAsync();
        var one = await node.Door.RespondAsync(WithSeals(OwnResponses.Ask(pair.Route)));
        var two = await AtTwoAsync(pair, WithSeals(OwnResponses.Ask(pair.Route)));
        var input = new JsonArray(one["output"]![0]!.DeepClone(), two["output"]![0]!.DeepClone());
        using var both = await node.Door.ResponseAsync(ResponseCalls.Ask(pair.Route, input));
        var message = (await both.ShouldBeRefusedAsync(400, "invalid_request", "input[1].encrypted_content")).Text("message");
        message.ShouldContain("'input[0].encrypted_content' and 'input[1].encrypted_content'");
        message.ShouldNotContain("conn_");
        using var mixed = await node.Door.ResponseAsync(
            ResponseCalls.Ask(pair.Route, new JsonArray(two["output"]![0]!.DeepClone())).With("previous_response_id", one.Text("id"))
        );
        (await mixed.ShouldBeRefusedAsync(400, "invalid_request")).Text("message").ShouldContain("'previous_response_id' and 'input[0]");
    }

    [Fact]
    public async Task Failover_stays_at_the_account_that_thought()
    {
        await using var pair = await node.PairAsync(new JsonObject { ["retries"] = 1 });
        var first = await node.Door.RespondAsync(OwnResponses.Ask(pair.Route));
        pair.One.Answer = http => Upstream.ErrorAsync(http, 500);
        using var failed = await node.Door.ResponseAsync(
            ResponseCalls.Ask(pair.Route, Accounts.Result).With("previous_response_id", first.Text("id"))
        );
        await failed.ShouldBeRefusedAsync(502, "upstream_failed");
        (pair.One.Calls, pair.Two.Calls).ShouldBe((3, 0));
        // Another one of the same account may answer.
        var again = await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = (await node.Admin.GetAsync($"/api/deployments/{pair.First}")).Text("model_id"),
                ["connection_id"] = pair.ConnectionOne,
                ["upstream_model"] = "gpt-5-mini",
            }
        );
        var route = "more-" + Guid.NewGuid().ToString("N")[..8];
        await node.RouteAsync(
            route,
            [pair.Second, again.Text("id"), pair.First],
            new JsonObject { ["allow_unpriced"] = true, ["retries"] = 0 }
        );
        pair.One.Answer = http =>
            Upstream.BodyOf(http).Contains("gpt-5-mini", StringComparison.Ordinal)
                ? Upstream.JsonAsync(http, 200, Accounts.Thought(Accounts.SealOfOne))
                : Upstream.ErrorAsync(http, 500);
        await node.Door.RespondAsync(ResponseCalls.Ask(route, Accounts.Result).With("previous_response_id", first.Text("id")));
        // The one where it was before is tried first.
        pair.One.Bodies.TakeLast(2).Select(b => JsonNode.Parse(b)!.Text("model")).ShouldBe(["gpt-5", "gpt-5-mini"]);
        pair.Two.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_conversation_is_bound_by_what_a_provider_said_in_it_and_the_place_is_told_to_nobody()
    {
        await using var pair = await node.PairAsync();
        using var made = await node.Door.PostAsync(new Uri("/v1/conversations", UriKind.Relative), null);
        var conversation = (await made.GoodAsync()).Text("id");
        var first = await AtTwoAsync(pair, OwnResponses.Ask(pair.Route).With("conversation", conversation));
        first.Text("conversation", "id").ShouldBe(conversation);
        await node.Door.RespondAsync(ResponseCalls.Ask(pair.Route, Accounts.Result).With("conversation", conversation));
        (pair.One.Calls, pair.Two.Calls).ShouldBe((1, 2));
        var sent = JsonNode.Parse(pair.Two.Bodies[^1])!.AsObject();
        sent.ContainsKey("conversation").ShouldBeFalse();
        InputOf(pair.Two.Bodies[^1])
            .Select(i => i!["type"]?.GetValue<string>())
            .ShouldBe(["message", "reasoning", "web_search_call", "message", "function_call", "function_call_output"]);
        pair.Two.Bodies[^1].ShouldNotContain("portico:");
        using var listed = await node.Door.GetAsync(new Uri($"/v1/conversations/{conversation}/items?limit=100", UriKind.Relative));
        var items = await listed.Content.ReadAsStringAsync();
        items.ShouldContain("web_search_call");
        items.ShouldNotContain("conn_");
        items.ShouldNotContain("encrypted_content");
    }

    [Fact]
    public async Task A_model_without_reasoning_that_refuses_to_seal_is_asked_again_without_and_not_a_third_time()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.BodyOf(http).Contains("encrypted_content", StringComparison.Ordinal)
                ? Upstream.ErrorAsync(http, 400, "Encrypted content is not supported with this model.", "invalid_request_error")
                : Upstream.JsonAsync(http, 200, OwnResponses.Response(OwnResponses.Searched))
        );
        var route = await LooseRouteAsync(upstream);
        await node.Door.RespondAsync(OwnResponses.Ask(route));
        upstream.Calls.ShouldBe(2);
        await node.Door.RespondAsync(OwnResponses.Ask(route));
        upstream.Calls.ShouldBe(3);
        // Who asks for it itself is told.
        using var asked = await node.Door.ResponseAsync(WithSeals(OwnResponses.Ask(route)));
        (await asked.ShouldBeRefusedAsync(400, "upstream_rejected")).Text("message").ShouldContain("not supported");
    }
}
