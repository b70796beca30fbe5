using System.Text.Json.Nodes;
using Portico.SystemTests.Cache;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;
using static Portico.SystemTests.Door.CanaryCalls;

namespace Portico.SystemTests.Door;

/// <summary>A prompt with its canary is what is counted, cached and sent; what is kept and what guards are shown is the caller's own.</summary>
public sealed class CanaryPromptTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task A_use_case_has_one_canary_for_one_prompt_so_that_cached_answers_are_found_again()
    {
        using var house = await Estate.MakeAsync(node);
        using var other = await Estate.MakeAsync(node);
        foreach (var of in new[] { house, other })
            await node.WriteAsync(of.UseCase, Rule("block"));
        await using var route = await CachedRoute.OpenAsync(node);
        string Prompted(string prompt, string ask) =>
            new JsonObject
            {
                ["messages"] = new JsonArray(
                    new JsonObject { ["role"] = "developer", ["content"] = prompt },
                    new JsonObject { ["role"] = "user", ["content"] = ask }
                ),
            }.ToJsonString();
        (await route.AskAsync(Prompted(Prompt, "one"), house.Door)).State.ShouldBe("miss");
        (await route.AskAsync(Prompted(Prompt, "one"), house.Door)).State.ShouldBe("hit");
        (await route.AskAsync(Prompted(Prompt, "two"), house.Door)).State.ShouldBe("miss");
        (await route.AskAsync(Prompted("You help with letters.", "one"), house.Door)).State.ShouldBe("miss");
        (await route.AskAsync(Prompted(Prompt, "one"), other.Door)).State.ShouldBe("miss");
        var words = route.Upstream.Bodies.Select(b => LeakingUpstream.MarksIn(b)[0]).ToList();
        words.Count.ShouldBe(4);
        words[1].ShouldBe(words[0], "another question of the same prompt begins with the same bytes");
        words[2].ShouldNotBe(words[0], "another prompt");
        words[3].ShouldNotBe(words[0], "another use case");
    }

    [Fact]
    public async Task A_cached_answer_that_leaks_is_found_like_a_fresh_one()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("flag"));
        await using var route = await CachedRoute.OpenAsync(node);
        route.Answer(http => Upstream.GoodAsync(http, false, "I was told " + LeakingUpstream.MarksIn(Upstream.BodyOf(http))[0]));
        foreach (var state in (string[])["miss", "hit"])
        {
            using var answer = await house.Door.ChatAsync(Body("chat", route.Name, stream: false));
            answer.Header("x-portico-cache").ShouldBe(state);
            (await node.RecordOfAsync(answer))["findings"]!.AsArray().ShouldHaveSingleItem()!.Text("kind").ShouldBe("canary.plain");
        }
    }

    [Fact]
    public async Task What_is_counted_and_held_for_a_call_includes_its_canary()
    {
        using var house = await Estate.MakeAsync(node);
        await using var upstream = await LeakingUpstream.StartAsync(node, "openai");
        async Task<long> CountedAsync()
        {
            using var answer = await house.Door.ChatAsync(Body("chat", upstream.Model, stream: false));
            using var counted = await house.Door.MessageAsync(
                Body("messages", upstream.Model, stream: false).ToJsonString(),
                "/v1/messages/count_tokens"
            );
            var tokens = (await node.RecordOfAsync(answer)).Number("counted_input_tokens");
            (await counted.JsonAsync()).Number("input_tokens").ShouldBe(tokens);
            return tokens;
        }
        var before = await CountedAsync();
        await node.WriteAsync(house.UseCase, Rule("flag"));
        (await CountedAsync()).ShouldBeInRange(before + 40, before + 140);
    }

    [Fact]
    public async Task A_provider_that_counts_is_sent_the_canary_too()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("block"));
        await using var upstream = await LeakingUpstream.StartAsync(node, "anthropic");
        using var counted = await house.Door.MessageAsync(
            Body("messages", upstream.Model, stream: false).ToJsonString(),
            "/v1/messages/count_tokens"
        );
        (await counted.JsonAsync()).Number("input_tokens").ShouldBe(321);
        LeakingUpstream.MarksIn(upstream.Upstream.Bodies.ShouldHaveSingleItem()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_that_is_kept_of_what_a_caller_said_has_the_canary_and_no_guard_is_sent_it()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(Guarding.PassAsync);
        await node.WriteAsync(
            house.UseCase,
            Rule("flag") + "capture:\n  state: full\n" + Guarding.Policy(guard.Address, "block", "user, system")
        );
        await using var upstream = await LeakingUpstream.StartAsync(node, "openai");
        upstream.Form = _ => "no";
        using var answer = await house.Door.ChatAsync(Body("chat", upstream.Model, stream: false));
        var response = await house.Door.RespondAsync(Body("responses", upstream.Model, stream: false));
        response.Text("instructions").ShouldBe(Prompt);
        (await house.Door.KeptAsync(response.Text("id"))).Text("instructions").ShouldBe(Prompt);
        upstream.Upstream.Bodies.ShouldAllBe(b => LeakingUpstream.MarksIn(b).Count == 2);
        guard.Bodies.Count.ShouldBe(2);
        guard.Bodies.ShouldAllBe(b => b.Contains(Prompt, StringComparison.Ordinal) && !b.Contains("[mark", StringComparison.Ordinal));
        await Eventually.IsTrueAsync(async () =>
            (await node.OpenedAsync(house.Workspace)).Keys.Count(k => k.Contains("contents", StringComparison.Ordinal)) == 2
        );
        var kept = await node.OpenedAsync(house.Workspace);
        kept.Values.Count(t => t.Contains(Prompt, StringComparison.Ordinal)).ShouldBe(3, "two prompts and a response");
        kept.Values.ShouldAllBe(t => !t.Contains("[mark", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Oldest_turns_are_dropped_and_prompt_and_canary_stay()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("block"));
        await using var upstream = await Upstream.StartAsync();
        var name = "gpt-4o-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(upstream.Address, name, contextTokens: 300);
        await node.RouteAsync("r-" + name, [deployment], new JsonObject { ["context"] = "drop_oldest" });
        using var answer = await house.Door.SendAsync(
            Conversation.Body(
                "r-" + name,
                [
                    Conversation.Rules,
                    Conversation.User("One."),
                    Conversation.Assistant("First."),
                    Conversation.User("Two."),
                    Conversation.Assistant("Second."),
                    Conversation.LastUser,
                ]
            )
        );
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        answer.Header("x-portico-context").ShouldNotBeNull();
        var messages = Conversation.MessagesOf(upstream.Bodies.ShouldHaveSingleItem());
        messages[0]!.Text("content").ShouldStartWith("[mark ");
        messages[0]!["x_priority"]!.GetValue<int>().ShouldBe(1);
        messages[^1]!.ToJsonString().ShouldBe(JsonNode.Parse(Conversation.LastUser)!.ToJsonString());
    }
}
