using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Context;

/// <summary>Input that does not fit the window is refused or made to fit by the route's policy, and nothing of it is done in silence.</summary>
public sealed class FitContextTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    /// <summary>A route to a model whose tokens are counted exactly.</summary>
    async Task<string> RouteAsync(Upstream upstream, int window, string context, string family = "gpt-4o")
    {
        var name = $"{family}-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(upstream.Address, name, contextTokens: window);
        await node.RouteAsync("r-" + name, [deployment], new JsonObject { ["context"] = context });
        return "r-" + name;
    }

    static readonly string[] Long =
    [
        Conversation.Rules,
        Conversation.User("One."),
        Conversation.Assistant("First."),
        .. Conversation.ToolTurn("Two."),
        """{"role":"developer","content":"Stay polite."}""",
        Conversation.Assistant("Unasked."),
        Conversation.User("Three."),
        Conversation.Assistant("Third."),
        Conversation.LastUser,
    ];

    [Fact]
    public async Task What_is_too_long_is_refused_unless_the_route_says_otherwise()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 300, "refuse");
        using var response = await node.Door.SendAsync(Conversation.Body(route, Long));
        var error = await response.ShouldBeRefusedAsync(400, "context_length_exceeded", "messages");
        error.Text("message").ShouldContain("300 tokens");
        error.Text("type").ShouldBe("invalid_request_error");
        response.Header("x-should-retry").ShouldBe("false");
        upstream.Calls.ShouldBe(0);
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("refused");
        record.Number("counted_input_tokens").ShouldBeGreaterThan(300);
        record["context_fitted"].ShouldBeNull();
    }

    [Fact]
    public async Task The_cap_on_the_answer_needs_room_too()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 300, "refuse");
        using var fits = await node.Door.ChatAsync(Calls.Chat(route).With("max_tokens", 200));
        ((int)fits.StatusCode).ShouldBe(200);
        using var none = await node.Door.ChatAsync(Calls.Chat(route).With("max_tokens", 299));
        (await none.ShouldBeRefusedAsync(400, "context_length_exceeded")).Text("message").ShouldContain("299 are asked for the answer");
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("drop_oldest")]
    public async Task The_largest_cap_that_a_number_can_hold_is_too_much_and_not_too_little(string context)
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 300, context);
        using var response = await node.Door.ChatAsync(Calls.Chat(route).With("max_tokens", int.MaxValue));
        await response.ShouldBeRefusedAsync(400, "context_length_exceeded");
        upstream.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_content_rule_took_out_is_not_there_again_when_the_oldest_turns_are_dropped()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  words:\n    words: [left]\n    action: redact\n");
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 300, "drop_oldest");
        using var response = await house.Door.SendAsync(Conversation.Body(route, Long));
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-context").ShouldNotBeNull().ShouldStartWith("dropped");
        Conversation.MessagesOf(upstream.Bodies.ShouldHaveSingleItem())[^1]!
            .Text("content")
            .ShouldBe("And what is [redacted:words] to do?");
    }

    [Fact]
    public async Task The_oldest_turns_go_whole_and_everything_else_stays_byte_for_byte()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 300, "drop_oldest");
        using var response = await node.Door.SendAsync(Conversation.Body(route, Long, ",\"max_tokens\":20"));
        ((int)response.StatusCode).ShouldBe(200);
        response.Header("x-portico-context").ShouldBe("dropped 8 oldest messages");
        // The turn of the tools went with its calls and answers, the developer's message in its midst did not.
        var sent = upstream.Bodies.ShouldHaveSingleItem();
        sent.ShouldBe(
            """{"x_first":true,"model":"up-1","messages":["""
                + string.Join(
                    ',',
                    Conversation.Rules,
                    """{"role":"developer","content":"Stay polite."}""",
                    Conversation.User("Three."),
                    Conversation.Assistant("Third."),
                    Conversation.LastUser
                )
                + "],\"max_tokens\":20,\"x_last\": 1.50}"
        );
        var record = await node.RecordOfAsync(response);
        record.Text("context_fitted").ShouldBe("dropped 8 oldest messages");
        record["trail"]!.AsArray().ShouldContain(t => t!.Text("stage") == "fit_context" && t!.Text("fact") == "dropped 8 oldest messages");
        record.Number("counted_input_tokens").ShouldBeInRange(100, 300);
    }

    [Fact]
    public async Task No_more_turns_go_than_must()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 500, "drop_oldest");
        using var response = await node.Door.SendAsync(Conversation.Body(route, Long));
        response.Header("x-portico-context").ShouldBe("dropped 2 oldest messages");
    }

    [Fact]
    public async Task The_last_user_turn_and_system_messages_never_go()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 60, "drop_oldest");
        string[] messages = [Conversation.Rules, Conversation.User("Old."), Conversation.User("New."), Conversation.Assistant("Begun.")];
        using var response = await node.Door.SendAsync(Conversation.Body(route, messages));
        await response.ShouldBeRefusedAsync(400, "context_length_exceeded");
        upstream.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task What_fits_is_not_touched_and_nothing_is_said_of_it()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 100_000, "drop_oldest");
        using var response = await node.Door.SendAsync(Conversation.Body(route, Long, ",\"max_tokens\":20"));
        response.Header("x-portico-context").ShouldBeNull();
        upstream.Bodies[0].ShouldBe(Conversation.Body("up-1", Long, ",\"max_tokens\":20"));
    }

    /// <summary>An estimate errs on the high side: only the provider knows.</summary>
    [Fact]
    public async Task An_estimate_a_little_over_the_window_is_left_to_the_provider_and_marked()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 600, "refuse", "unheard-of");
        using var response = await node.Door.SendAsync(Conversation.Body(route, Long));
        ((int)response.StatusCode).ShouldBe(200);
        var record = await node.RecordOfAsync(response);
        record["count_estimated"]!.GetValue<bool>().ShouldBeTrue();
        record.Number("counted_input_tokens").ShouldBeGreaterThan(600);
        var small = await RouteAsync(upstream, 200, "refuse", "unheard-of");
        using var far = await node.Door.SendAsync(Conversation.Body(small, Long));
        await far.ShouldBeRefusedAsync(400, "context_length_exceeded");
    }

    /// <summary>Counted anew behind each dropped turn, this body would take the square of its length.</summary>
    [Fact]
    public async Task Many_thousands_of_turns_are_counted_once()
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, 300, "drop_oldest");
        var turns = Enumerable.Range(0, 9_000).SelectMany(i => new[] { Conversation.User($"{i}"), Conversation.Assistant($"{i}") });
        using var response = await node.Door.SendAsync(Conversation.Body(route, [.. turns, Conversation.LastUser]));
        ((int)response.StatusCode).ShouldBe(200);
        Conversation.MessagesOf(upstream.Bodies[0]).Count.ShouldBeInRange(3, 9);
    }

    /// <summary>A budget applies and the caller named no cap: the one that is sent must fit beside the input, or providers refuse the call.</summary>
    [Theory]
    [InlineData("gpt-4o", 300, 90)]
    [InlineData("gpt-4o", 4_000, 3_500)]
    [InlineData("unheard-of", 300, 256)]
    [InlineData("gpt-4o", 100_000, 4_096)]
    public async Task A_cap_of_ours_leaves_the_input_its_room(string family, int window, int atLeast)
    {
        await using var upstream = await Upstream.StartAsync();
        var route = await RouteAsync(upstream, window, "refuse", family);
        using var response = await node.Door.SendAsync(Conversation.Body(route, Long[^3..]));
        ((int)response.StatusCode).ShouldBe(200);
        var cap = JsonNode.Parse(upstream.Bodies[0])!.Number("max_completion_tokens");
        cap.ShouldBeInRange(atLeast, Math.Min(4_096, window));
        if (family == "gpt-4o")
            (cap + (await node.RecordOfAsync(response)).Number("counted_input_tokens")).ShouldBeLessThanOrEqualTo(window);
    }

    [Fact]
    public async Task The_smallest_window_of_the_route_decides()
    {
        await using var upstream = await Upstream.StartAsync();
        var name = "gpt-4o-" + Guid.NewGuid().ToString("N")[..8];
        var large = await node.ConnectAsync(upstream.Address, name + "-large", contextTokens: 100_000);
        var small = await node.ConnectAsync(upstream.Address, name + "-small", contextTokens: 300);
        await node.RouteAsync(name, [large, small]);
        using var response = await node.Door.SendAsync(Conversation.Body(name, Long));
        (await response.ShouldBeRefusedAsync(400, "context_length_exceeded")).Text("message").ShouldContain("300 tokens");
    }
}
