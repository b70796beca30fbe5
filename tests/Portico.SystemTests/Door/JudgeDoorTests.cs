using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A model that judges: in a call of its own, which is billed to the caller, names what it judges and is judged by nobody; what cannot be read is no verdict.</summary>
public sealed class JudgeDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Policy(string model, string action, string channels = "user", string more = "") =>
        $"guards:\n  advice:\n    model: {model}\n    criteria: The text advises to buy a security.\n    channels: [{channels}]\n    action: {action}\n{more}";

    async Task<(Upstream Upstream, string Model)> JudgeAsync(Func<HttpContext, Task> answer)
    {
        var upstream = await Upstream.StartAsync(answer);
        var model = "judge/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return (upstream, model);
    }

    const string Flags = """{"verdicts":[{"index":0,"flagged":true,"score":0.9,"reason":"it advises to buy"}]}""";
    const string Passes = """{"verdicts":[{"index":0,"flagged":false,"score":0.1,"reason":"no advice"}]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_judge_flags_in_a_call_of_its_own_that_is_billed_and_names_its_parent(bool fenced)
    {
        using var house = await Estate.MakeAsync(node);
        var (judge, model) = await JudgeAsync(http => Upstream.WholeAsync(http, fenced ? $"```json\n{Flags}\n```" : Flags));
        await using var _ = judge;
        await node.WriteAsync(house.UseCase, Policy(model, "block"));
        using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Buy §Falcon now"));
        (await refused.ShouldBeRefusedAsync(400, "content_filter"))
            .Text("message")
            .ShouldContain("The guard advice blocks this call: it flagged messages[0], saying 'it advises to buy'");
        var asked = JsonNode.Parse(judge.Bodies.ShouldHaveSingleItem())!;
        asked["temperature"]!.GetValue<double>().ShouldBe(0);
        var said = asked["messages"]!.AsArray().Select(m => m!.Text("content")).ToList();
        said[0].ShouldContain("The text advises to buy a security.");
        var nonce = said[1].Split(' ')[0];
        nonce.Length.ShouldBe(25);
        said[0].ShouldContain($"lines that begin with {nonce}.");
        said[1].ShouldBe($"{nonce} text 0, user\nBuy §Falcon now\n{nonce} end");
        var trail = (await node.TrailAsync(refused, "ask_guards")).ShouldHaveSingleItem();
        trail.ShouldEndWith("about 1 text: 1 flagged");
        var inner = await node.Admin.GetAsync($"/api/calls/{System.Text.RegularExpressions.Regex.Match(trail, "call_[0-9a-z]+").Value}");
        (inner.Text("parent_id"), inner.Text("key_id"), inner.Text("requested_model"), inner.Text("outcome")).ShouldBe(
            (refused.CallId(), house.Key, model, "completed")
        );
        inner["trail"]!.AsArray().ShouldNotContain(t => t!.Text("stage") == "ask_guards", "a judge is judged by nobody");
        inner.Number("cost_nano_usd").ShouldBe((11 * Connecting.InputNano) + (4 * Connecting.OutputNano));
    }

    [Fact]
    public async Task A_judge_that_flags_nothing_lets_pass_and_sees_answers()
    {
        using var house = await Estate.MakeAsync(node);
        var (judge, model) = await JudgeAsync(http => Upstream.WholeAsync(http, Passes));
        await using var _ = judge;
        await node.WriteAsync(house.UseCase, Policy(model, "block", "output"));
        using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Hold the Falcon", stream: true));
        Calls.Said(await answer.EventsAsync()).ShouldContain("Hold the Falcon");
        judge.Bodies.ShouldHaveSingleItem().ShouldContain("text 0, output");
    }

    public static TheoryData<string, string> Unreadable =>
        new()
        {
            { "The text is fine.", "its answer is no JSON that can be read" },
            { Passes + " I hope this helps.", "its answer is no JSON that can be read" },
            { """{"verdicts":[]}""", "it gave 0 verdicts for 1 texts" },
            { """{"flagged":false}""", "its answer has no list of verdicts" },
            { "", "its answer is no JSON that can be read" },
        };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_is_no_verdict_and_the_line_decides(string says, string why)
    {
        using var house = await Estate.MakeAsync(node);
        var (judge, model) = await JudgeAsync(http => Upstream.WholeAsync(http, says));
        await using var _ = judge;
        await node.WriteAsync(house.UseCase, Policy(model, "block"));
        using (var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo")))
            (await refused.ShouldBeRefusedAsync(503, "guard_failed")).Text("message").ShouldContain(why);
        await node.WriteAsync(house.UseCase, Policy(model, "block", more: "    on_error: open\n"));
        using var passed = await house.Door.ChatAsync(Calls.Chat("sim/echo"));
        ((int)passed.StatusCode).ShouldBe(200);
        (await node.TrailAsync(passed, "ask_guards")).ShouldHaveSingleItem().ShouldEndWith($"{why}; it fails open: the text passed");
    }

    [Fact]
    public async Task A_judge_over_budget_or_too_slow_or_unknown_is_no_verdict()
    {
        using var house = await Estate.MakeAsync(node);
        var (judge, model) = await JudgeAsync(Upstream.HangAsync);
        await using var _ = judge;
        async Task<string> TrailAsync(string policy)
        {
            await node.WriteAsync(house.UseCase, policy);
            using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo"));
            await refused.ShouldBeRefusedAsync(503, "guard_failed");
            return (await node.TrailAsync(refused, "ask_guards")).ShouldHaveSingleItem();
        }
        (await TrailAsync(Policy(model, "block", more: "    timeout_ms: 200\n"))).ShouldContain("did not answer within 200 ms");
        (await TrailAsync(Policy("no/such-model", "block"))).ShouldContain("its call ended with model_not_found");
        await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "model",
                ["scope_id"] = model,
                ["window"] = "day",
                ["limit_usd"] = "0",
            }
        );
        (await TrailAsync(Policy(model, "block"))).ShouldContain("its call ended with insufficient_quota");
    }
}
