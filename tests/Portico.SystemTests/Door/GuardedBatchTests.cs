using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Responses;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Guards of calls that nobody waits for: lines of batches, of message batches and of a provider's own batch, and responses in the background. They are asked as for any call.</summary>
public sealed class GuardedBatchTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<(Upstream Upstream, string Model)> ModelAsync(string says)
    {
        var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http), says));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return (upstream, model);
    }

    [Fact]
    public async Task A_line_whose_text_a_guard_refuses_is_refused_with_its_name_and_what_it_takes_out_is_out()
    {
        using var house = await Estate.MakeAsync(node);
        await using var blocks = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon", "no code names"));
        await using var redacts = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "heron"));
        await node.WriteAsync(house.Workspace, Guarding.Policy(blocks.Address, "block", "user"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(redacts.Address, "redact", "user, output", name: "birds"));
        var (upstream, model) = await ModelAsync("the heron flew");
        await using var _ = upstream;
        var id = await house.Door.BatchAsync(
            Batching.Line("bad", body: Calls.Chat(model, "the Falcon"))
                + Batching.Line("changed", body: Calls.Chat(model, "of a heron"))
                + Batching.Line("good", body: Calls.Chat(model, "of a sparrow"))
        );
        var done = await house.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 2, 1));
        var refused = (await house.Door.AnswersAsync(done, "error_file_id"))["bad"]["response"]!;
        refused.Number("status_code").ShouldBe(400);
        refused["body"]!["error"]!.Text("code").ShouldBe("content_filter");
        refused["body"]!["error"]!
            .Text("message")
            .ShouldContain("The guard house blocks this call: it flagged messages[0], saying 'no code names'");
        var answers = await house.Door.AnswersAsync(done);
        answers.Values.Select(a => a.Said()).ShouldBe(["the [redacted:birds] flew", "the [redacted:birds] flew"]);
        upstream.Bodies.Count.ShouldBe(2, "what is refused goes to no provider");
        upstream.Bodies.ShouldContain(b => b.Contains("of a [redacted:birds]", StringComparison.Ordinal));
        upstream.Bodies.ShouldAllBe(b => !b.Contains("heron", StringComparison.Ordinal));
        blocks.Calls.ShouldBe(3, "a line is judged once");
    }

    [Fact]
    public async Task An_answer_of_a_line_that_a_judge_refuses_is_in_no_file()
    {
        using var house = await Estate.MakeAsync(node);
        var (upstream, model) = await ModelAsync("you should buy the shares now");
        await using var _ = upstream;
        var (judge, judging) = await ModelAsync("""{"verdicts":[{"index":0,"flagged":true,"score":0.9}]}""");
        await using var __ = judge;
        await node.WriteAsync(
            house.UseCase,
            $"guards:\n  advice:\n    model: {judging}\n    criteria: The text advises to buy a security.\n    channels: [output]\n    action: block\n"
        );
        var id = await house.Door.BatchAsync(Batching.Line("one", body: Calls.Chat(model, "hello")));
        var done = await house.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((1, 0, 1));
        var refused = (await house.Door.AnswersAsync(done, "error_file_id"))["one"];
        refused["response"]!["body"]!["error"]!.Text("message").ShouldContain("The guard advice blocks this answer");
        refused.ToJsonString().ShouldNotContain("shares");
        judge.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Requests_of_a_message_batch_are_guarded_both_ways()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await using var redacts = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "heron"));
        await node.WriteAsync(house.Workspace, Guarding.Policy(guard.Address, "block", "user"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(redacts.Address, "redact", "output", name: "birds"));
        var made = await house.Door.MessageBatchAsync(
            MessageBatching.Order(MessageBatching.Request("Falcon"), MessageBatching.Request("heron"))
        );
        var done = await house.Door.UntilEndedAsync(made.Text("id"));
        done.Tallies().ShouldBe((0, 1, 1, 0, 0));
        var results = await house.Door.ResultsAsync(done);
        results["Falcon"]["error"]!["error"]!.Text("message").ShouldContain("The guard house blocks this call: it flagged messages[0]");
        results["heron"]["message"]!["content"]![0]!.Text("text").ShouldBe("I am [redacted:birds]");
    }

    [Fact]
    public async Task Lines_of_a_providers_own_batch_are_judged_before_they_go_and_when_they_come_back()
    {
        using var house = await Estate.MakeAsync(node);
        await using var provider = await FakeBatches.StartAsync();
        var model = "cheap-" + Guid.NewGuid().ToString("N")[..8];
        await node.Admin.ConnectBatchesAsync(provider.Address, model: model);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await using var redacts = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "heron"));
        await node.WriteAsync(house.Workspace, Guarding.Policy(guard.Address, "block", "user"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(redacts.Address, "redact", "output", name: "birds"));
        var id = await house.Door.BatchAsync(
            Batching.Line("the Falcon", model) + Batching.Line("a heron", model) + Batching.Line("a wren", model)
        );
        var done = await house.Door.UntilBatchAsync(id, "completed");
        done.Counts().ShouldBe((3, 2, 1));
        provider.Wrong.ShouldBeEmpty();
        provider.DirectCalls.ShouldBe(0);
        provider.Batches.SelectMany(provider.LinesOf).Count().ShouldBe(2, "what is refused goes into no step");
        var answers = await house.Door.AnswersAsync(done);
        (answers["a heron"].Said(), answers["a wren"].Said()).ShouldBe(("I am a [redacted:birds]", "I am a wren"));
        (await house.Door.AnswersAsync(done, "error_file_id"))["the Falcon"]
            .ToJsonString()
            .ShouldContain("The guard house blocks this call");
    }

    [Fact]
    public async Task A_guard_that_hangs_is_decided_about_by_its_line_for_lines_of_batches_too()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(Upstream.HangAsync);
        const string Time = "    timeout_ms: 50\n";
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", more: Time));
        var closed = await house.Door.UntilBatchAsync(await house.Door.BatchAsync(Batching.Line("one")), "completed");
        closed.Counts().ShouldBe((1, 0, 1));
        var refused = (await house.Door.AnswersAsync(closed, "error_file_id"))["one"]["response"]!;
        (refused.Number("status_code"), refused["body"]!["error"]!.Text("code")).ShouldBe((503, "guard_failed"));
        refused["body"]!["error"]!.Text("message").ShouldContain("The guard house gave no verdict: it did not answer within 50 ms");
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", more: Time + "    on_error: open\n"));
        var open = await house.Door.UntilBatchAsync(await house.Door.BatchAsync(Batching.Line("one")), "completed");
        open.Counts().ShouldBe((1, 1, 0));
        (await house.Door.AnswersAsync(open))["one"].Said().ShouldBe("I am one");
    }

    static JsonObject Later(string model, string input) => ResponseCalls.Ask(model, input).With("background", true);

    static async Task<JsonNode> EndAsync(Estate house, JsonObject ask) =>
        await house.Door.UntilAsync((await house.Door.RespondAsync(ask)).Text("id"), "completed", "failed");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_in_the_background_is_guarded_both_ways(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon", "no code names"));
        await using var redacts = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "heron"));
        await node.WriteAsync(house.Workspace, Guarding.Policy(guard.Address, "block", "user, output"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(redacts.Address, "redact", "output", name: "birds"));
        async Task<JsonNode> RunAsync(string model, string input)
        {
            if (!stream)
                return await EndAsync(house, Later(model, input));
            using var answer = await house.Door.ResponseAsync(Later(model, input).With("stream", true));
            return (await answer.ResponseEventsAsync())[^1]["response"]!;
        }
        var bad = await RunAsync("sim/echo", "the Falcon");
        (bad.Text("status"), bad.Text("error", "code")).ShouldBe(("failed", "content_filter"));
        bad.Text("error", "message").ShouldContain("The guard house blocks this call: it flagged messages[0], saying 'no code names'");
        var (upstream, model) = await ModelAsync("the Falcon flew");
        await using var _ = upstream;
        var said = await RunAsync(model, "hello");
        (said.Text("status"), said.Text("error", "code")).ShouldBe(("failed", "content_filter"));
        said.Text("error", "message").ShouldContain("The guard house blocks this answer: it flagged choices[0].message");
        said.ToJsonString().ShouldNotContain("flew");
        var changed = await RunAsync("sim/echo", "of a heron");
        changed.OutputText().ShouldBe("of a [redacted:birds]");
        (await house.Door.KeptAsync(changed.Text("id"))).OutputText().ShouldBe("of a [redacted:birds]");
    }

    [Fact]
    public async Task A_guard_that_hangs_is_decided_about_by_its_line_for_a_response_in_the_background_too()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(Upstream.HangAsync);
        const string Time = "    timeout_ms: 50\n";
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", "output", Time));
        var closed = await EndAsync(house, Later("sim/echo", "hello"));
        (closed.Text("status"), closed.Text("error", "code")).ShouldBe(("failed", "guard_failed"));
        closed.ToJsonString().ShouldNotContain("output_text");
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", "output", Time + "    on_error: open\n"));
        var open = await EndAsync(house, Later("sim/echo", "hello"));
        (open.Text("status"), open.OutputText()).ShouldBe(("completed", "hello"));
    }

    [Theory]
    [InlineData("block")]
    [InlineData("redact")]
    public async Task Nothing_that_a_guard_takes_out_or_refuses_is_kept_of_a_response_in_the_background(string action)
    {
        await using var own = await Node.StartAsync();
        using var house = await Estate.MakeAsync(own);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await own.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, action));
        var ended = await EndAsync(house, Later("sim/echo", "of the Falcon"));
        ended.Text("status").ShouldBe(action == "block" ? "failed" : "completed");
        await own.Services.GetRequiredService<ResponseKeeper>().FlushAsync(CancellationToken.None);
        var kept = (await own.OpenedAsync(house.Workspace)).Values.ToList();
        kept.ShouldNotBeEmpty();
        kept.ShouldAllBe(k => !k.Contains("Falcon", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guard_is_asked_at_most_32_things_at_once_while_100_calls_wait_and_all_of_them_pass()
    {
        using var house = await Estate.MakeAsync(node);
        var (gate, now, most) = (new Lock(), 0, 0);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var guard = await Upstream.StartAsync(async http =>
        {
            lock (gate)
                most = Math.Max(most, ++now);
            await open.Task;
            lock (gate)
                now--;
            await Guarding.PassAsync(http);
        });
        int Now()
        {
            lock (gate)
                return now;
        }
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", more: "    timeout_ms: 10000\n"));
        var calls = Enumerable.Range(0, 100).Select(i => house.Door.ChatAsync(Calls.Chat("sim/echo", $"call {i}"))).ToList();
        await Eventually.IsTrueAsync(() => Task.FromResult(Now() == 32), () => $"{Now()} are asked");
        await node.StaysAsync(() => Task.FromResult(Now() == 32));
        calls.ShouldAllBe(c => !c.IsCompleted);
        open.SetResult();
        foreach (var call in await Task.WhenAll(calls))
            using (call)
                ((int)call.StatusCode).ShouldBe(200, await call.Content.ReadAsStringAsync());
        (most, guard.Calls).ShouldBe((32, 100));
    }
}
