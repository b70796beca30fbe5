using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using static Portico.SystemTests.Context.Summarising;

namespace Portico.SystemTests.Context;

/// <summary>Turns that do not fit are replaced by a summary, written in a call of its own that meets limits and budgets and has its own record.</summary>
public sealed class SummariseTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    Task<Summarising> SetUpAsync(
        Func<HttpContext, Task>? writer = null,
        int? writersWindow = null,
        bool writerIsRoute = false,
        JsonObject? writersMore = null,
        int window = 310
    ) => Summarising.SetUpAsync(node, writer, window, writersWindow, writerIsRoute, writersMore);

    [Fact]
    public async Task The_oldest_turns_are_replaced_by_one_message_with_their_summary()
    {
        await using var set = await SetUpAsync();
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long, ",\"max_tokens\":20"));
        ((int)response.StatusCode).ShouldBe(200);
        var sent = set.Main.Bodies.ShouldHaveSingleItem();
        var messages = Conversation.MessagesOf(sent);
        messages.Count.ShouldBe(5);
        messages[1]!.Text("role").ShouldBe("user");
        messages[1]!.Text("content").ShouldStartWith("[The beginning of this conversation, 5 messages,");
        messages[1]!.Text("content").ShouldEndWith("\n" + Told);
        // Everything around the summary is what the caller sent.
        var parts = sent.Split(messages[1]!["content"]!.ToJsonString());
        parts[0].ShouldBe($$"""{"x_first":true,"model":"up-1","messages":[{{Conversation.Rules}},{"role":"user","content":""");
        parts[1].ShouldBe("}," + string.Join(',', Long[6..]) + "],\"max_tokens\":20,\"x_last\": 1.50}");

        var asked = JsonNode.Parse(set.Writer.Bodies.ShouldHaveSingleItem())!;
        asked["max_completion_tokens"]!.GetValue<int>().ShouldBe(64);
        asked["stream"].ShouldBeNull();
        var text = asked["messages"]![1]!.Text("content");
        text.ShouldStartWith("user: One. seven small words");
        text.ShouldContain("[calls weather (call_a) with {\"city\":\"Zürich\"}]");
        text.ShouldContain("tool (call_a): 12 degrees");
        text.ShouldNotContain("Second.");
    }

    [Fact]
    public async Task Header_and_record_say_what_was_done_and_in_which_call()
    {
        await using var set = await SetUpAsync();
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long));
        var outer = await node.RecordOfAsync(response);
        var inner = await InnerOfAsync(node, outer);
        var expected = $"summarised 5 oldest messages in {inner.Text("id")}";
        response.Header("x-portico-context").ShouldBe(expected);
        outer.Text("context_fitted").ShouldBe(expected);
        outer["parent_id"].ShouldBeNull();
        outer.Number("counted_input_tokens").ShouldBeInRange(150, 310);

        inner.Text("parent_id").ShouldBe(outer.Text("id"));
        inner.Text("wire").ShouldBe("in-process");
        inner.Text("requested_model").ShouldBe(set.SummaryModel);
        inner.Text("outcome").ShouldBe("completed");
        foreach (var who in new[] { "organisation_id", "workspace_id", "use_case_id", "key_id" })
            inner.Text(who).ShouldBe(outer.Text(who));
        inner["attempts"]!.AsArray().Count.ShouldBe(1);
        // Each call costs its own.
        var cost = 11 * Connecting.InputNano + 4 * Connecting.OutputNano;
        (outer.Number("cost_nano_usd"), inner.Number("cost_nano_usd")).ShouldBe((cost, cost));
        response.Header("x-portico-cost-usd").ShouldBe("0.000019");
    }

    [Fact]
    public async Task A_streamed_call_is_summarised_before_its_first_byte()
    {
        await using var set = await SetUpAsync();
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long, ",\"stream\":true"));
        var events = await response.EventsAsync();
        events[^1].ShouldBe("[DONE]");
        Calls.Said(events).ShouldBe("four words of text");
        response.Header("x-portico-context")!.ShouldStartWith("summarised 5 oldest messages in call_");
    }

    [Fact]
    public async Task What_fits_needs_no_summary()
    {
        await using var set = await SetUpAsync(window: 100_000);
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long));
        response.Header("x-portico-context").ShouldBeNull();
        set.Writer.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task The_summary_meets_the_budget_and_the_limits_of_the_caller()
    {
        await using var set = await SetUpAsync();
        var (key, client) = await node.NewKeyAsync();
        using var _ = client;
        var budget = await node.BudgetAsync("key", key, "1");
        var requests = await node.LimitAsync("key", key, "requests", 3, "total");
        using (var first = await client.SendAsync(Conversation.Body(set.Route, Long)))
            ((int)first.StatusCode).ShouldBe(200);
        (await node.CountAsync(requests)).ShouldBe((2, 0));
        (await node.CountAsync(budget)).ShouldBe((2 * (11 * Connecting.InputNano + 4 * Connecting.OutputNano), 0));
        // One request is left: the call itself takes it, the summary finds none.
        using var second = await client.SendAsync(Conversation.Body(set.Route, Long));
        var error = await second.ShouldBeRefusedAsync(400, "context_length_exceeded", "messages");
        error.Text("message").ShouldContain("Summarising the oldest turns in call_");
        error.Text("message").ShouldContain("3 requests in total");
        (set.Main.Calls, set.Writer.Calls).ShouldBe((1, 1));
        (await node.CountAsync(requests)).ShouldBe((3, 0));
    }

    [Fact]
    public async Task A_key_that_may_have_one_call_at_once_is_told_that_a_summary_is_a_second_one()
    {
        await using var set = await SetUpAsync();
        var (key, client) = await node.NewKeyAsync();
        using var _ = client;
        var limit = await node.LimitAsync("key", key, "concurrent_calls", 1);
        using var response = await client.SendAsync(Conversation.Body(set.Route, Long));
        var error = await response.ShouldBeRefusedAsync(400, "context_length_exceeded");
        error.Text("message").ShouldContain("1 calls under way");
        (await node.CountAsync(limit)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_key_need_not_be_allowed_the_model_that_writes()
    {
        await using var set = await SetUpAsync();
        var (_, client) = await node.NewKeyAsync(new JsonObject { ["allowed_routes"] = new JsonArray(set.Route) });
        using var _2 = client;
        using var response = await client.SendAsync(Conversation.Body(set.Route, Long));
        ((int)response.StatusCode).ShouldBe(200);
        using var direct = await client.ChatAsync(set.SummaryModel);
        await direct.ShouldBeRefusedAsync(404, "model_not_found");
    }

    [Fact]
    public async Task A_summary_that_reached_its_cap_is_used_and_that_is_said()
    {
        await using var set = await SetUpAsync(http => Upstream.JsonAsync(http, 200, Finished("Ada asked for", "length")));
        using var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long));
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-context")!.ShouldEndWith(", cut at 64 tokens");
        (await node.RecordOfAsync(response)).Text("context_fitted").ShouldEndWith(", cut at 64 tokens");
    }

    [Fact]
    public async Task A_summary_in_the_cache_of_its_route_is_written_once()
    {
        await using var set = await SetUpAsync(writerIsRoute: true, writersMore: new JsonObject { ["cache_seconds"] = 60 });
        for (var i = 0; i < 2; i++)
            using (var response = await node.Door.SendAsync(Conversation.Body(set.Route, Long)))
                ((int)response.StatusCode).ShouldBe(200);
        (set.Main.Calls, set.Writer.Calls).ShouldBe((2, 1));
        using var without = await node.Door.SendAsync(Conversation.Body(set.Route, Long), ("x-portico-cache", "off"));
        (set.Main.Calls, set.Writer.Calls).ShouldBe((3, 2));
    }

    [Theory]
    [InlineData("""{"context":"summarise"}""", "summary_model")]
    [InlineData("""{"context":"summarise","summary_model":"no-such-model"}""", "summary_model")]
    [InlineData("""{"context":"summarise","summary_model":"itself"}""", "summary_model")]
    [InlineData("""{"context":"summarise","summary_model":"sim/echo","summary_tokens":63}""", "summary_tokens")]
    [InlineData("""{"context":"summarise","summary_model":"sim/echo","summary_tokens":32001}""", "summary_tokens")]
    public async Task A_route_that_could_not_summarise_is_not_taken(string fields, string param)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        body["name"] = "itself";
        body["targets"] = new JsonArray(new JsonObject { ["model"] = "sim/echo" });
        using var response = await node.Admin.RawAsync(HttpMethod.Post, "/api/routes", body);
        await response.ShouldBeProblemAsync(400, "invalid_request", param);
    }
}
