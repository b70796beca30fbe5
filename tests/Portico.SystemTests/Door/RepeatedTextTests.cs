using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Texts that come again with each call of a conversation are searched once, and a rule that is written between two calls holds for all of them.</summary>
public sealed class RepeatedTextTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Rule(string kinds) => $"guardrails:\n  found:\n    detect: [{kinds}]\n    action: block\n";

    [Fact]
    public async Task Earlier_turns_that_were_searched_by_another_policy_are_searched_by_the_one_in_force()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("secrets"));
        var turns = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = "You are brief." },
            new JsonObject { ["role"] = "user", ["content"] = "My card is 4111 1111 1111 1111, keep it." },
            new JsonObject { ["role"] = "assistant", ["content"] = "It is kept." },
            new JsonObject { ["role"] = "user", ["content"] = "Thanks" }
        );
        async Task<int> CallAsync() =>
            (int)(await house.Door.ChatAsync(new JsonObject { ["model"] = "sim/echo", ["messages"] = turns.DeepClone() })).StatusCode;

        (await CallAsync()).ShouldBe(200);
        (await CallAsync()).ShouldBe(200);
        await node.WriteAsync(house.UseCase, Rule("secrets, pii.card"));
        (await CallAsync()).ShouldBe(400);
        (await CallAsync()).ShouldBe(400);
    }

    [Fact]
    public async Task What_is_found_is_in_the_record_of_each_call_that_holds_it()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  found:\n    detect: [pii.card]\n    action: flag\n");
        for (var time = 0; time < 3; time++)
        {
            using var answer = await house.Door.ChatAsync(
                new JsonObject
                {
                    ["model"] = "sim/fixed",
                    ["messages"] = new JsonArray(
                        new JsonObject { ["role"] = "system", ["content"] = "You are brief." },
                        new JsonObject { ["role"] = "user", ["content"] = "My card is 4111 1111 1111 1111." }
                    ),
                }
            );
            var findings = (await node.RecordOfAsync(answer))["findings"]!.AsArray();
            findings.ShouldHaveSingleItem()!.Text("where").ShouldBe("messages[1]");
        }
    }
}
