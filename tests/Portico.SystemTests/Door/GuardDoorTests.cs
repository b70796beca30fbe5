using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A service that is asked about what comes in: it passes, flags, takes out, asks and blocks; and hangs, drips, floods and lies, open and closed.</summary>
public sealed class GuardDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await door.SendAsync(request);
    }

    public static TheoryData<string, string> Wires =>
        new()
        {
            { "/v1/chat/completions", """{"model":"sim/echo","messages":[{"role":"user","content":"the WORD"}]}""" },
            { "/v1/chat/completions", """{"model":"sim/echo","stream":true,"messages":[{"role":"user","content":"the WORD"}]}""" },
            { "/v1/messages", """{"model":"sim/echo","max_tokens":99,"messages":[{"role":"user","content":"the WORD"}]}""" },
            { "/v1/messages", """{"model":"sim/echo","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"the WORD"}]}""" },
            { "/v1/messages/count_tokens", """{"model":"sim/echo","messages":[{"role":"user","content":"the WORD"}]}""" },
            { "/v1/responses", """{"model":"sim/echo","input":"the WORD"}""" },
            { "/v1/responses", """{"model":"sim/echo","stream":true,"input":"the WORD"}""" },
            { "/v1/completions", """{"model":"sim/echo","prompt":"the WORD"}""" },
            { "/v1/embeddings", """{"model":"sim/embeddings","input":["the WORD"]}""" },
        };

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task What_a_guard_flags_is_refused_on_every_wire_and_what_it_does_not_passes(string path, string body)
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon", "no \u001bcode names"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block"));
        using (var passes = await PostAsync(house.Door, path, body.Replace("WORD", "sparrow", StringComparison.Ordinal)))
            ((int)passes.StatusCode).ShouldBe(200, await passes.Content.ReadAsStringAsync());
        using var refused = await PostAsync(house.Door, path, body.Replace("WORD", "Falcon", StringComparison.Ordinal));
        var text = await refused.Content.ReadAsStringAsync();
        ((int)refused.StatusCode).ShouldBe(400, text);
        var message = JsonNode.Parse(text)!["error"]!.Text("message");
        message.ShouldContain("The guard house blocks this call: it flagged ");
        message.ShouldContain(", saying 'no  code names'. guards.house, line 2 of version 1");
        guard.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task The_record_has_the_finding_and_neither_the_words_nor_the_reason()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon", "it says Falcon", 0.876));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block"));
        using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?"));
        (await refused.ShouldBeRefusedAsync(400, "content_filter")).Text("message").ShouldContain("saying 'it says Falcon'");
        var record = await node.RecordOfAsync(refused);
        var finding = record["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (finding.Text("rule"), finding.Text("kind"), finding.Text("channel"), finding.Text("where"), finding.Text("action")).ShouldBe(
            ("house", "guard.house", "user", "messages[0]", "block")
        );
        (finding.Number("start"), finding.Number("length"), finding.Number("score_percent")).ShouldBe((13, 6, 88));
        record.ToJsonString().ShouldNotContain("Falcon");
        (await node.TrailAsync(refused, "ask_guards")).ShouldBe([$"input: house asked {guard.Address.Authority} about 1 text: 1 flagged"]);
    }

    [Fact]
    public async Task A_flag_is_noted_below_its_score_is_none_and_other_channels_are_not_asked_about()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon", score: 0.6));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "flag"));
        var body = Calls.Chat("sim/echo", "Where is the Falcon?");
        body["messages"]!.AsArray().Insert(0, new JsonObject { ["role"] = "system", ["content"] = "the Falcon" });
        using (var noted = await house.Door.ChatAsync(body))
        {
            ((int)noted.StatusCode).ShouldBe(200);
            (await node.RecordOfAsync(noted))["findings"]!.AsArray().ShouldHaveSingleItem()!.Text("action").ShouldBe("flag");
        }
        Guarding.TextsOf(guard.Bodies.ShouldHaveSingleItem()).ShouldHaveSingleItem().Text("where").ShouldBe("messages[1]");
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", more: "    min_score: 0.7\n"));
        using var unsure = await house.Door.ChatAsync(body);
        ((int)unsure.StatusCode).ShouldBe(200);
        (await node.RecordOfAsync(unsure))["findings"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_guard_takes_out_reaches_no_provider_and_rules_come_before_it()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, stream: false));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        await node.WriteAsync(
            house.UseCase,
            "guardrails:\n  personal:\n    detect: [pii.email]\n    action: redact\n"
                + Guarding.Policy(guard.Address, "redact", "user, output")
        );
        var body = Calls.Chat(model, "The Falcon of carol@example.net");
        body["messages"]!
            .AsArray()
            .Add(
                JsonNode.Parse(
                    """{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"at\":\"Falcon\"}"}}]}"""
                )
            );
        body["messages"]!.AsArray().Add(JsonNode.Parse("""{"role":"tool","tool_call_id":"1","content":"Falcon"}"""));
        using var answer = await house.Door.ChatAsync(body);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        guard.Bodies[0].ShouldContain("[redacted:personal]");
        guard.Bodies[0].ShouldNotContain("carol");
        var sent = JsonNode.Parse(upstream.Bodies.ShouldHaveSingleItem())!["messages"]!.AsArray();
        sent[0]!.Text("content").ShouldBe("The [redacted:house] of [redacted:personal]");
        sent[1]!["tool_calls"]![0]!.Text("function", "arguments").ShouldBe("""{"at":"111111"}""");
        sent[2]!.Text("content").ShouldBe("Falcon", "what tools give back is none of its channels");
    }

    [Fact]
    public async Task What_is_to_be_taken_out_and_cannot_be_is_refused()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon", spans: false));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "redact"));
        using (var nowhere = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?")))
            (await nowhere.ShouldBeRefusedAsync(400, "content_filter")).Text("message").ShouldContain("and says not where");
        guard.Answer = http => Guarding.FlagAsync(http, "Falcon");
        using var fixedText = await PostAsync(house.Door, "/v1/embeddings", """{"model":"sim/embeddings","input":["the Falcon"]}""");
        (await fixedText.ShouldBeRefusedAsync(400, "content_filter")).Text("message").ShouldContain("it cannot be taken out there");
    }

    [Fact]
    public async Task A_person_who_is_asked_lets_the_same_call_pass()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "ask"));
        var body = Calls.Chat("sim/echo", "Where is the Falcon?");
        string asked;
        using (var waits = await house.Door.ChatAsync(body))
        {
            var error = await waits.ShouldBeRefusedAsync(403, "approval_required");
            error.Text("message").ShouldContain("The guard house wants a person to decide about this call: guards.house, line 2");
            asked = error["details"]!.Text("policy_request");
        }
        var request = await node.Admin.GetAsync($"/api/policy-requests/{asked}");
        (request.Text("line"), request.Text("channel"), request.Number("found_length")).ShouldBe(("guards.house", "user", 6));
        await node.Admin.PostAsync($"/api/policy-requests/{asked}/approve", new JsonObject { ["minutes"] = 5 });
        using var passes = await house.Door.ChatAsync(body);
        ((int)passes.StatusCode).ShouldBe(200, await passes.Content.ReadAsStringAsync());
        (await node.TrailAsync(passes, "ask_guards")).ShouldContain("a person let pass what house asks about");
    }

    /// <summary>What a guard does wrong, and how the trail says it.</summary>
    public static TheoryData<string, string> Faults =>
        new()
        {
            { "hang", "it did not answer within 200 ms" },
            { "drip", "it did not answer within 200 ms" },
            { "flood", "its answer has more than 256 KiB" },
            { "redirect", "it answered 307" },
            { "broken", "it answered 500" },
            { "abort", "broke" },
            { "down", "cannot be reached" },
            { "nonsense", "its answer is no JSON that can be read" },
            { "count", "it gave 0 verdicts for 1 texts" },
            { "index", "its verdicts do not name each text once" },
            { "span", "a span lies outside of its text" },
            { "score", "a score is no number from 0 to 1" },
        };

    static Task FailAsync(HttpContext http, string fault)
    {
        switch (fault)
        {
            case "hang":
                return Upstream.HangAsync(http);
            case "drip":
                return Guarding.DripAsync(http);
            case "flood":
                return Guarding.FloodAsync(http);
            case "redirect":
                return Guarding.RedirectAsync(http);
            case "broken":
                return Upstream.ErrorAsync(http, 500);
            case "abort":
                http.Response.ContentLength = 1_000;
                return Upstream.WriteAsync(http, "{").ContinueWith(_ => http.Abort(), TaskScheduler.Default);
            default:
                return Upstream.JsonAsync(
                    http,
                    200,
                    fault switch
                    {
                        "nonsense" => "all is well",
                        "count" => """{"verdicts":[]}""",
                        "index" => """{"verdicts":[{"index":1,"flagged":false}]}""",
                        "span" => """{"verdicts":[{"index":0,"flagged":true,"spans":[{"start":0,"length":99999}]}]}""",
                        _ => """{"verdicts":[{"index":0,"flagged":true,"score":7}]}""",
                    }
                );
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_guard_that_fails_is_decided_about_by_its_line_and_the_trail_says_so(string fault, string says)
    {
        using var house = await Estate.MakeAsync(node);
        var guard = await Upstream.StartAsync(http => FailAsync(http, fault));
        await using var _ = guard;
        if (fault == "down")
            await guard.DisposeAsync();
        var (name, text) = (guard.Address.Authority, Calls.Chat("sim/echo", "a secret sparrow"));
        var time = fault is "hang" or "drip" ? "    timeout_ms: 200\n" : "    timeout_ms: 10000\n";
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", more: time));
        using (var refused = await house.Door.ChatAsync(text))
        {
            var error = await refused.ShouldBeRefusedAsync(503, "guard_failed");
            error.Text("message").ShouldContain("The guard house gave no verdict: ");
            error.Text("message").ShouldNotContain(name, Case.Insensitive, "who is asked is the officers' to know");
            var closed = (await node.TrailAsync(refused, "ask_guards")).ShouldHaveSingleItem();
            closed.ShouldStartWith($"input: house had no verdict of {name}: ");
            closed.ShouldContain(says);
            closed.ShouldEndWith("; it fails closed: nothing passed");
            (await node.RecordOfAsync(refused)).ToJsonString().ShouldNotContain("sparrow");
        }
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", more: time + "    on_error: open\n"));
        using (var passed = await house.Door.ChatAsync(text))
        {
            ((int)passed.StatusCode).ShouldBe(200, await passed.Content.ReadAsStringAsync());
            (await node.TrailAsync(passed, "ask_guards")).ShouldHaveSingleItem().ShouldEndWith("; it fails open: the text passed");
        }
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "flag", more: time));
        using var flagged = await house.Door.ChatAsync(text);
        ((int)flagged.StatusCode).ShouldBe(200, "nothing would have been held back");
        (await node.TrailAsync(flagged, "ask_guards")).ShouldHaveSingleItem().ShouldEndWith("; it only flags: the text passed");
        node.Logs.Lines.ShouldNotContain(l => l.Text.Contains("sparrow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guard_that_blocks_counts_more_than_one_that_fails()
    {
        using var house = await Estate.MakeAsync(node);
        await using var good = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await using var bad = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 500));
        await node.WriteAsync(house.Workspace, Guarding.Policy(bad.Address, "block", more: "    on_error: open\n"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(good.Address, "block").Replace("house:", "other:", StringComparison.Ordinal));
        using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?"));
        (await refused.ShouldBeRefusedAsync(400, "content_filter")).Text("message").ShouldContain("The guard other blocks");
        (await node.TrailAsync(refused, "ask_guards")).Count.ShouldBe(2);
    }
}
