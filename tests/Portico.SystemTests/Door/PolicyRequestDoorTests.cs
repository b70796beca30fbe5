using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A rule that asks has a person decide: once for the same call, on every wire, in both directions, and on every node.</summary>
public sealed class PolicyRequestDoorTests(SharedNode shared, PostgresServer postgres) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Rule(string channels = "user, system, tool, output", string action = "ask", string words = "Falcon") =>
        $$"""
            guardrails:
              codenames:
                channels: [{{channels}}]
                words: [{{words}}]
                action: {{action}}
            """;

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await door.SendAsync(request);
    }

    static async Task<string> AskedAsync(HttpResponseMessage refused)
    {
        var text = await refused.Content.ReadAsStringAsync();
        text.ShouldContain("approval_required");
        var asked = System.Text.RegularExpressions.Regex.Match(text, "polreq_[0-9a-z]{26}").Value;
        asked.ShouldNotBeEmpty(text);
        return asked;
    }

    static Task<JsonNode> ApproveAsync(Node at, string request, int minutes = 5) =>
        at.Admin.PostAsync($"/api/policy-requests/{request}/approve", new JsonObject { ["minutes"] = minutes });

    [Fact]
    public async Task The_same_call_asks_once_and_passes_when_somebody_else_let_it_and_no_other_does()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.Organisation, "# Ours.\n" + Rule());
        string asked;
        using (var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?")))
        {
            var error = await refused.ShouldBeRefusedAsync(403, "approval_required");
            asked = await AskedAsync(refused);
            error.Text("message").ShouldContain("guardrails.codenames, line 3 of version 1 of the policy of organisation");
            error["details"]!.Text("policy_request").ShouldBe(asked);
            var request = await node.Admin.GetAsync($"/api/policy-requests/{asked}");
            (request.Text("state"), request.Text("call_id"), request.Text("channel"), request.Number("found_length")).ShouldBe(
                ("open", refused.CallId(), "user", 6)
            );
            (request.Text("use_case_id"), request.Text("key_id"), request.Text("person_id"), request.Text("level")).ShouldBe(
                (house.UseCase, house.Key, house.Person, house.Organisation)
            );
            request.ToJsonString().ShouldNotContain("Where is");
            (await node.RecordOfAsync(refused)).Text("outcome").ShouldBe("refused");
        }
        // Streamed it is the same call, and so are the same words of another wire.
        using (var again = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?", stream: true)))
            (await AskedAsync(again)).ShouldBe(asked);
        using (
            var other = await PostAsync(
                house.Door,
                "/v1/messages",
                """{"model":"sim/echo","max_tokens":50,"messages":[{"role":"user","content":"Where is the Falcon?"}]}"""
            )
        )
            (await AskedAsync(other)).ShouldBe(asked);
        var listed = await node.Admin.GetAsync($"/api/policy-requests?level={house.Workspace}&state=open");
        listed["items"]!.AsArray().ShouldHaveSingleItem()!.Number("asks").ShouldBe(3);
        var noted = (await node.AuditLinesAsync()).Where(l => l.Contains(asked, StringComparison.Ordinal)).ToList();
        noted.ShouldAllBe(l => !l.Contains("Falcon", StringComparison.Ordinal));

        var decided = await ApproveAsync(node, asked);
        (decided.Text("state"), decided["live"]!.GetValue<bool>()).ShouldBe(("approved", true));
        using (var passes = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?")))
        {
            // The answer repeats what was let pass: an approval is of the whole call.
            (await passes.JsonAsync())["choices"]![0]!["message"]!
                .Text("content")
                .ShouldContain("Falcon");
            (await node.TrailAsync(passes, "screen_content"))[0].ShouldBe("a person let pass what codenames asks about");
        }
        using (var streamed = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?", stream: true)))
            Calls.Said(await streamed.EventsAsync()).ShouldContain("Falcon");
        using (var others = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon now?")))
            (await AskedAsync(others)).ShouldNotBe(asked);
        using var second = await house.AnotherKeyAsync();
        using (var elsewhere = await second.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?")))
            (await AskedAsync(elsewhere)).ShouldNotBe(asked, "it is another key");
        // The rule itself is another one now.
        await node.WriteAsync(house.Organisation, Rule(words: "Falcon, Kestrel"));
        using var changed = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Where is the Falcon?"));
        (await AskedAsync(changed)).ShouldNotBe(asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_a_rule_asks_about_is_held_back_until_a_person_lets_the_call_pass(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("output"));
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, stream, "we speak of the Falcon now"));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        string asked;
        using (var refused = await house.Door.ChatAsync(Calls.Chat(model, stream: stream)))
        {
            (await refused.Content.ReadAsStringAsync()).ShouldNotContain("Falcon");
            asked = await AskedAsync(refused);
            var record = await node.RecordOfAsync(refused);
            (record.Text("outcome"), record.Text("error_code")).ShouldBe(("refused", "approval_required"));
            record["usage"]!.Number("output").ShouldBeGreaterThan(0);
        }
        (await node.Admin.GetAsync($"/api/policy-requests/{asked}")).Text("channel").ShouldBe("output");
        await ApproveAsync(node, asked);
        using var passes = await house.Door.ChatAsync(Calls.Chat(model, stream: stream));
        ((int)passes.StatusCode).ShouldBe(200);
        (await passes.Content.ReadAsStringAsync()).ShouldContain("Falcon");
    }

    [Fact]
    public async Task Every_wire_asks_and_passes()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("user"));
        foreach (
            var (path, body) in new[]
            {
                ("/v1/chat/completions", """{"model":"sim/echo","messages":[{"role":"user","content":"Falcon 1"}]}"""),
                ("/v1/completions", """{"model":"sim/echo","prompt":"Falcon 2"}"""),
                ("/v1/responses", """{"model":"sim/echo","input":"Falcon 3"}"""),
                ("/v1/responses", """{"model":"sim/echo","input":"Falcon 4","stream":true}"""),
                ("/v1/messages", """{"model":"sim/echo","max_tokens":9,"messages":[{"role":"user","content":"Falcon 5"}]}"""),
                ("/v1/messages/count_tokens", """{"model":"sim/echo","messages":[{"role":"user","content":"Falcon 6"}]}"""),
                ("/v1/embeddings", """{"model":"sim/embeddings","input":["a","Falcon 7"]}"""),
            }
        )
        {
            string asked;
            using (var refused = await PostAsync(house.Door, path, body))
            {
                ((int)refused.StatusCode).ShouldBe(403, path);
                asked = await AskedAsync(refused);
            }
            await ApproveAsync(node, asked);
            using var passes = await PostAsync(house.Door, path, body);
            ((int)passes.StatusCode).ShouldBe(200, path + " " + await passes.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Nobody_decides_about_their_own_call_and_a_declined_one_is_told_why()
    {
        using var house = await Estate.MakeAsync(node);
        using var officer = await SignedIn.AtAsync(node, "owner", house.Organisation);
        using var reader = await SignedIn.AtAsync(node, "engineer", house.Organisation);
        await node.WriteAsync(house.UseCase, Rule());
        var (_, own) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = house.UseCase, ["person_id"] = officer.Person });
        using var door = own;
        async Task<string> AskAsync(HttpClient by, string text)
        {
            using var refused = await by.ChatAsync(Calls.Chat("sim/echo", text));
            return await AskedAsync(refused);
        }
        async Task<(int Status, string Text)> DecideAsync(HttpClient by, string request, string act, JsonObject body)
        {
            using var answer = await by.PostAsJsonAsync(new Uri($"/api/policy-requests/{request}/{act}", UriKind.Relative), body);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        var mine = await AskAsync(door, "my Falcon");
        var minutes = new JsonObject { ["minutes"] = 10 };
        (await DecideAsync(officer.Browser, mine, "approve", minutes)).ShouldSatisfyAllConditions(
            a => a.Status.ShouldBe(403),
            a => a.Text.ShouldContain("your own")
        );
        (await DecideAsync(officer.Browser, mine, "decline", new JsonObject { ["reason"] = "x" })).Status.ShouldBe(403);
        var theirs = await AskAsync(house.Door, "their Falcon");
        (await DecideAsync(reader.Browser, theirs, "approve", minutes)).ShouldSatisfyAllConditions(
            a => a.Status.ShouldBe(403),
            a => a.Text.ShouldContain("policies.approve")
        );
        (await DecideAsync(officer.Browser, theirs, "approve", new JsonObject { ["minutes"] = 1441 })).Status.ShouldBe(400);
        (await DecideAsync(officer.Browser, theirs, "decline", new JsonObject { ["reason"] = " " })).Status.ShouldBe(400);
        (await DecideAsync(officer.Browser, theirs, "decline", new JsonObject { ["reason"] = "Use the code name." })).Status.ShouldBe(200);
        (await DecideAsync(officer.Browser, theirs, "approve", minutes)).Status.ShouldBe(409);
        using var again = await house.Door.ChatAsync(Calls.Chat("sim/echo", "their Falcon"));
        (await again.ShouldBeRefusedAsync(403, "policy_denied"))
            .Text("message")
            .ShouldSatisfyAllConditions(m => m.ShouldContain("Use the code name."), m => m.ShouldContain(theirs));
    }

    [Fact]
    public async Task Who_decides_reads_what_was_said_by_a_reveal_alone_and_where_nothing_may_be_kept_nothing_is()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule());
        async Task<string> CallAsync(string text)
        {
            using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", text));
            await AskedAsync(refused);
            return refused.CallId();
        }
        async Task<(int Status, string Text)> ReadAsync(string call)
        {
            using var answer = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{call}/contents");
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        var asked = await CallAsync("the Falcon of today");
        await Eventually.IsTrueAsync(async () => (await ReadAsync(asked)).Status == 403);
        await node.RevealAsync(house.Workspace);
        (await ReadAsync(asked)).ShouldSatisfyAllConditions(r => r.Status.ShouldBe(200), r => r.Text.ShouldContain("the Falcon of today"));
        var hidden = new List<string>();
        foreach (var state in new[] { "none", "metadata", "redacted" })
        {
            await node.WriteAsync(house.UseCase, Rule() + $"\ncapture:\n  state: {state}\n");
            hidden.Add(await CallAsync("the Falcon under " + state));
        }
        await node.WriteAsync(house.UseCase, Rule() + "\ncapture:\n  state: full\n");
        var last = await CallAsync("the Falcon at last");
        // Contents are written in order: those of the calls before would be there.
        await Eventually.IsTrueAsync(async () => (await ReadAsync(last)).Status == 200);
        foreach (var call in hidden)
            (await ReadAsync(call)).Text.ShouldNotContain("Falcon");
    }

    [Fact]
    public async Task An_approval_ends_at_its_time_and_what_nobody_decides_is_over_in_a_day()
    {
        await using var own = await Node.StartAsync();
        using var house = await Estate.MakeAsync(own);
        await own.WriteAsync(house.UseCase, Rule());
        async Task<(int Status, string Asked)> AskAsync()
        {
            using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", "Falcon"));
            return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? "" : await AskedAsync(answer));
        }
        var first = (await AskAsync()).Asked;
        await ApproveAsync(own, first, 10);
        (await AskAsync()).Status.ShouldBe(200);
        own.Time.Advance(TimeSpan.FromMinutes(10));
        var next = (await AskAsync()).Asked;
        next.ShouldNotBe(first);
        own.Time.Advance(TimeSpan.FromHours(24));
        (await own.Admin.GetAsync($"/api/policy-requests/{next}")).Text("state").ShouldBe("expired");
        using (
            var late = await own.Admin.RawAsync(HttpMethod.Post, $"/api/policy-requests/{next}/approve", new JsonObject { ["minutes"] = 5 })
        )
            (await late.Content.ReadAsStringAsync()).ShouldContain("Nobody decided in a day");
        var third = (await AskAsync()).Asked;
        third.ShouldNotBe(next);
        await ApproveAsync(own, third);
        (await AskAsync()).Status.ShouldBe(200);
        // What passes is taken back.
        await own.Admin.PostAsync($"/api/policy-requests/{third}/decline", new JsonObject { ["reason"] = "a mistake" });
        (await house.Door.ChatAsync(Calls.Chat("sim/echo", "Falcon"))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task What_is_let_pass_on_one_node_passes_on_the_other_and_the_same_call_asks_once_on_both()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        await one.WriteAsync(one.UseCaseId, Rule());
        async Task<(int Status, string Text)> AskAsync(Node at, string text)
        {
            using var answer = await at.Door.ChatAsync(Calls.Chat("sim/echo", text));
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        await Eventually.IsTrueAsync(async () => (await AskAsync(two, "a Falcon")).Status == 403);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => AskAsync(i % 2 == 0 ? one : two, "the Falcon")));
        var requests = answers
            .Select(a => System.Text.RegularExpressions.Regex.Match(a.Text, "polreq_[0-9a-z]{26}").Value)
            .Distinct()
            .ToList();
        await ApproveAsync(one, requests.ShouldHaveSingleItem());
        (await AskAsync(one, "the Falcon")).Status.ShouldBe(200);
        await Eventually.IsTrueAsync(async () => (await AskAsync(two, "the Falcon")).Status == 200);
        await one.Admin.PostAsync($"/api/policy-requests/{requests[0]}/decline", new JsonObject { ["reason"] = "no more" });
        await Eventually.IsTrueAsync(async () => (await AskAsync(two, "the Falcon")).Status == 403);
    }
}
