using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Detectors at the door: what they find is acted on and told, whole and streamed, and a false alarm that somebody decides is none from then on, on every node.</summary>
public sealed class DetectorDoorTests(SharedNode shared, PostgresServer postgres) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Rule(string detect, string action, string more = "") =>
        $"guardrails:\n  personal:\n    detect: [{detect}]\n    action: {action}\n{more}";

    [Fact]
    public async Task A_call_that_is_refused_says_what_was_found_and_where_and_no_word_of_it()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("pii.email", "block"));
        using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Please write to anna.maria@example.org today"));
        var error = await refused.ShouldBeRefusedAsync(400, "content_filter");
        error.Text("message").ShouldContain("The rule personal blocks this call: it found pii.email,");
        error.Text("message").ShouldContain("at characters 16 to 38 of messages[0]. guardrails.personal, line 2 of version 1");
        var record = await node.RecordOfAsync(refused);
        var finding = record["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (finding.Text("rule"), finding.Text("kind"), finding.Text("channel"), finding.Text("where"), finding.Text("action")).ShouldBe(
            ("personal", "pii.email", "user", "messages[0]", "block")
        );
        (finding.Number("start"), finding.Number("length")).ShouldBe((16, 22));
        finding.Number("score_percent").ShouldBeInRange(50, 100);
        record.ToJsonString().ShouldNotContain("anna");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_taken_out_reaches_neither_side_and_the_record_has_both(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("pii.email", "redact"));
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.GoodAsync(http, stream, "ask bob.jones@example.com about it")
        );
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, "I am carol@example.net", stream));
        var said = stream ? Calls.Said(await answer.EventsAsync()) : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        said.ShouldBe("ask [redacted:personal] about it");
        upstream.Bodies.ShouldHaveSingleItem().ShouldContain("I am [redacted:personal]");
        var findings = (await node.RecordOfAsync(answer))["findings"]!.AsArray();
        findings
            .Select(f => (f!.Text("channel"), f!.Text("where"), f!.Number("start")))
            .ShouldBe([("user", "messages[0]", 5), ("output", "choices[0].message", 4)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_probabilities_and_annotations_do_not_tell_what_is_taken_out(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("pii.email", "redact"));
        const string Beside =
            """ "logprobs":{"content":[{"token":"bob@example.com","logprob":-0.1,"bytes":[98,111,98],"top_logprobs":[{"token":"bob@example.com","logprob":-0.1,"bytes":null}]}],"refusal":null},"finish_reason":"stop" """;
        const string Said =
            """ "content":"ask bob@example.com now","annotations":[{"type":"url_citation","url_citation":{"title":"bob@example.com","url":"https://example.com"}}] """;
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            if (!Upstream.WantsStream(http))
            {
                await Upstream.JsonAsync(
                    http,
                    200,
                    $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{"role":"assistant",{{{Said}}}},{{{Beside}}}}],"usage":{{{Upstream.DefaultUsage}}}}"""
                );
                return;
            }
            await Upstream.BeginStreamAsync(http);
            await Upstream.WriteAsync(
                http,
                Upstream.Frame(
                    $$$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{{{{Said}}}},{{{Beside}}}}]}"""
                )
                    + Upstream.Frame(Upstream.UsageChunk())
                    + Upstream.Frame("[DONE]")
            );
        });
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, stream: stream).With("logprobs", true).With("top_logprobs", 1));
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        text.ShouldContain("[redacted:personal]");
        text.ShouldNotContain("bob");
    }

    [Fact]
    public async Task A_false_alarm_that_somebody_decides_counts_no_more_in_its_workspace_on_any_node()
    {
        var (first, second) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = first;
        await using var __ = second;
        using var house = await Estate.MakeAsync(first);
        using var other = await Estate.MakeAsync(first);
        foreach (var of in new[] { house, other })
            await first.WriteAsync(of.UseCase, Rule("pii.email", "block"));
        const string Words = "Mail to noreply@example.org please";
        string call;
        using (var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", Words)))
        {
            (await refused.ShouldBeRefusedAsync(400, "content_filter")).Text("message").ShouldContain("pii.email");
            call = refused.CallId();
        }
        var review = await first.Admin.PostAsync($"/api/calls/{call}/findings/0/report", new JsonObject { ["note"] = "nobody reads it" });
        (review.Text("state"), review.Text("kind"), review.Text("call_id"), review.Text("where")).ShouldBe(
            ("open", "pii.email", call, "messages[0]")
        );
        review.ToJsonString().ShouldNotContain("noreply");
        (await first.Admin.PostAsync($"/api/calls/{call}/findings/0/report", []))
            .Text("id")
            .ShouldBe(review.Text("id"), "it is reported once");
        (await first.Admin.GetAsync($"/api/finding-reviews?level={house.Workspace}&state=open"))["items"]!
            .AsArray()
            .ShouldHaveSingleItem()!
            .Text("id")
            .ShouldBe(review.Text("id"));
        var decided = await first.Admin.PostAsync(
            $"/api/finding-reviews/{review.Text("id")}/decide",
            new JsonObject { ["false_alarm"] = true, ["reason"] = "no person" }
        );
        (decided.Text("state"), decided.Text("reason")).ShouldBe(("false_alarm", "no person"));
        (await first.AuditLinesAsync()).ShouldContain(l =>
            l.Contains("finding-reviews", StringComparison.Ordinal) && l.Contains(review.Text("id"), StringComparison.Ordinal)
        );

        using (var passes = await house.Door.ChatAsync(Calls.Chat("sim/echo", Words)))
            ((int)passes.StatusCode).ShouldBe(200, await passes.Content.ReadAsStringAsync());
        using var door = second.Client(house.Door.DefaultRequestHeaders.Authorization!.Parameter!);
        await Eventually.IsTrueAsync(async () =>
        {
            using var passes = await door.ChatAsync(Calls.Chat("sim/echo", "Again: noreply@example.org"));
            return (int)passes.StatusCode == 200;
        });
        using (var another = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Mail to carol@example.org please")))
            ((int)another.StatusCode).ShouldBe(400, "other words are found");
        using (var elsewhere = await other.Door.ChatAsync(Calls.Chat("sim/echo", Words)))
            ((int)elsewhere.StatusCode).ShouldBe(400, "it is of one workspace");

        await first.Admin.PostAsync($"/api/finding-reviews/{review.Text("id")}/decide", new JsonObject { ["false_alarm"] = false });
        using var again = await house.Door.ChatAsync(Calls.Chat("sim/echo", Words));
        ((int)again.StatusCode).ShouldBe(400, "it was decided otherwise");
    }

    [Fact]
    public async Task What_the_rules_own_words_found_is_no_false_alarm_of_a_detector()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  names:\n    words: [Falcon]\n    action: flag\n");
        using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Falcon"));
        await node.RecordOfAsync(answer);
        foreach (var (number, status) in new[] { ("0", 409), ("7", 404), ("x", 404) })
        {
            using var told = await node.Admin.RawAsync(
                HttpMethod.Post,
                $"/api/calls/{answer.CallId()}/findings/{number}/report",
                new JsonObject()
            );
            ((int)told.StatusCode).ShouldBe(status, number);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_told_of_whole_texts_alone_is_noted_of_an_answer_and_the_answer_goes_on(bool stream)
    {
        const string Said = "I will kill you, you worthless idiot, and burn your house down";
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("content", "flag", "    channels: [output]\n"));
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, stream, Said));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, "What did he write?", stream));
        var said = stream ? Calls.Said(await answer.EventsAsync()) : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        said.ShouldBe(Said);
        var finding = (await node.RecordOfAsync(answer))["findings"]!.AsArray().First()!;
        finding.Text("kind").ShouldStartWith("content.");
        (finding.Text("channel"), finding.Text("where"), finding.Text("action")).ShouldBe(("output", "choices[0].message", "flag"));
    }

    [Fact]
    public async Task A_text_is_tried_by_level_by_policy_and_by_kinds_and_nothing_of_it_is_kept()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("pii.email", "redact"));
        var body = new JsonObject { ["text"] = "to dave@example.org", ["level"] = house.UseCase };
        var tried = await node.Admin.PostAsync("/api/guardrails/scan", body);
        (tried.Text("outcome"), tried.Text("result")).ShouldBe(("changed", "to [redacted:personal]"));
        var finding = tried["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (finding.Text("rule"), finding.Text("kind"), finding.Number("start"), finding.Number("length")).ShouldBe(
            ("personal", "pii.email", 3, 16)
        );
        finding.Text("title").ShouldNotBeEmpty();
        tried["normalised"].ShouldBeNull();
        tried["timings"]!.AsArray().Select(t => t!.Text("part")).ShouldBe(["pii"]);
        tried = await node.Admin.PostAsync(
            "/api/guardrails/scan",
            new JsonObject { ["text"] = "ｈｅｌｌｏ", ["detect"] = new JsonArray("injection") }
        );
        tried.Text("normalised").ShouldBe("hello");
        tried["timings"]!.AsArray().Select(t => t!.Text("part")).ShouldBe(["normalise", "injection"]);
        tried = await node.Admin.PostAsync(
            "/api/guardrails/scan",
            new JsonObject { ["text"] = "to dave@example.org", ["policy"] = Rule("pii", "block") }
        );
        (tried.Text("outcome"), tried.Text("refused_by")).ShouldBe(("refused", "personal"));
        tried = await node.Admin.PostAsync(
            "/api/guardrails/scan",
            new JsonObject { ["text"] = "to dave@example.org", ["detect"] = new JsonArray("pii.card") }
        );
        tried.Text("outcome").ShouldBe("passes");
        tried["findings"]!.AsArray().ShouldBeEmpty();
        foreach (
            var (wrong, says) in new (JsonObject, string)[]
            {
                (new() { ["text"] = "" }, "text has 1 to"),
                (new() { ["text"] = "a", ["channel"] = "radio" }, "channel must be"),
                (new() { ["text"] = "a", ["detect"] = new JsonArray("pii.nothing") }, "No detector finds 'pii.nothing'"),
                (new() { ["text"] = "a", ["min_score"] = 2 }, "min_score"),
                (
                    new()
                    {
                        ["text"] = "a",
                        ["level"] = house.UseCase,
                        ["policy"] = "",
                    },
                    "one of"
                ),
                (new() { ["text"] = "a", ["policy"] = "guardrails: {a: {detect: [nothing], action: flag}}" }, "Line 1"),
            }
        )
        {
            using var refused = await node.Admin.RawAsync(HttpMethod.Post, "/api/guardrails/scan", wrong);
            ((int)refused.StatusCode).ShouldBe(400, says);
            (await refused.Content.ReadAsStringAsync()).ShouldContain(says);
        }
    }
}
