using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Where data may go: what does not meet a demand or a rule is left out, and of nothing left no upstream hears.</summary>
public sealed class DataDemandDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task PlaceAsync(string deployment, JsonObject facts)
    {
        var connection = (await node.Admin.GetAsync($"/api/deployments/{deployment}")).Text("connection_id");
        await node.Admin.PatchAsync($"/api/connections/{connection}", facts);
    }

    static JsonObject RouteOf(string name, string[] models, JsonObject? demands, string? summary = null)
    {
        var body = new JsonObject
        {
            ["name"] = name,
            ["targets"] = new JsonArray(models.Select(m => (JsonNode)new JsonObject { ["model"] = m }).ToArray()),
            ["demands"] = demands,
        };
        if (summary is not null)
            (body["context"], body["summary_model"], body["summary_tokens"]) = ("summarise", summary, 64);
        return body;
    }

    [Fact]
    public async Task A_route_leads_to_what_meets_its_demands_and_a_call_of_none_is_refused_before_any_upstream_is_contacted()
    {
        using var house = await Estate.MakeAsync(node);
        await using var here = await Upstream.StartAsync();
        await using var there = await Upstream.StartAsync();
        var (eu, us) = (await node.ConnectAsync(here.Address, "demand/eu"), await node.ConnectAsync(there.Address, "demand/us"));
        await PlaceAsync(us, new JsonObject { ["region"] = "us-east-1", ["trains_on_data"] = false });
        var route = await node.Admin.PostAsync(
            "/api/routes",
            RouteOf("demand/route", ["demand/us", "demand/eu"], new JsonObject { ["residency"] = new JsonArray("eu") })
        );

        using (var refused = await house.Door.ChatAsync("demand/route"))
        {
            var error = await refused.ShouldBeRefusedAsync(403, "policy_denied", "model");
            error.Text("message").ShouldContain("residency eu is demanded, and terms.regions has us-east-1");
        }
        (here.Calls, there.Calls).ShouldBe((0, 0));
        using (var list = await house.Door.GetAsync("/v1/models"))
            (await list.JsonAsync())["data"]!.AsArray().Select(m => m!.Text("id")).ShouldNotContain("demand/route");
        var question = new JsonObject { ["key_id"] = house.Key, ["model"] = "demand/route" };
        var told = await node.Admin.PostAsync("/api/explain", question);
        (told.Text("refused_with"), told["left_out"]!.AsArray().Count, told["deployments"]!.AsArray().Count).ShouldBe(
            ("policy_denied", 2, 0)
        );

        await PlaceAsync(eu, new JsonObject { ["region"] = "eu-west-1" });
        (await house.Door.ChatAsync("demand/route")).EnsureSuccessStatusCode();
        (here.Calls, there.Calls).ShouldBe((1, 0), "the first in order is not where data may go");
        told = await node.Admin.PostAsync("/api/explain", question);
        told["would_pass"]!.GetValue<bool>().ShouldBeTrue();
        told["deployments"]!.AsArray().Single()!.Text("id").ShouldBe(eu);
        var left = told["left_out"]!.AsArray().Single()!;
        (left.Text("id"), left.Text("why")).ShouldBe(
            (us, "residency eu is demanded, and terms.regions has us-east-1 at connection " + left.Text("connection"))
        );
        // The model by its own name is no route and demands nothing.
        (await house.Door.ChatAsync("demand/us")).EnsureSuccessStatusCode();

        await node.Admin.PutAsync(
            $"/api/routes/{route.Text("id")}",
            RouteOf("demand/route", ["demand/us", "demand/eu"], new JsonObject { ["no_training"] = true })
        );
        (await house.Door.ChatAsync("demand/route")).EnsureSuccessStatusCode();
        (here.Calls, there.Calls).ShouldBe((1, 2), "what the contract of the eu connection says of training is not known");
        using var bad = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/routes",
            RouteOf("demand/bad", ["demand/us"], new JsonObject { ["residency"] = new JsonArray("EU") })
        );
        ((int)bad.StatusCode, (await bad.JsonAsync()).Text("param")).ShouldBe((400, "demands.residency"));
    }

    [Fact]
    public async Task A_rule_of_a_key_or_a_workspace_narrows_its_calls_alone()
    {
        using var house = await Estate.MakeAsync(node);
        await using var here = await Upstream.StartAsync();
        await using var there = await Upstream.StartAsync();
        var (eu, us) = (await node.ConnectAsync(here.Address, "ruled/model"), await node.ConnectAsync(there.Address, "ruled/model"));
        await PlaceAsync(eu, new JsonObject { ["region"] = "eu" });
        await PlaceAsync(us, new JsonObject { ["region"] = "us" });
        using var free = await house.AnotherKeyAsync();
        var rule = await node.Admin.PostAsync(
            "/api/model-rules",
            new JsonObject
            {
                ["organisation_id"] = house.Organisation,
                ["key_id"] = house.Key,
                ["kind"] = "regions",
                ["regions"] = new JsonArray("eu"),
                ["when_unknown"] = "refuse",
            }
        );
        rule["violations"]!.AsArray().Select(v => v!.Text("model")).ShouldNotContain("ruled/model", "a deployment of it keeps the rule");
        for (var i = 0; i < 12; i++)
            (await house.Door.ChatAsync("ruled/model")).EnsureSuccessStatusCode();
        (here.Calls, there.Calls).ShouldBe((12, 0));
        await Eventually.IsTrueAsync(async () =>
        {
            (await free.ChatAsync("ruled/model")).EnsureSuccessStatusCode();
            return there.Calls > 0;
        });
        var told = await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = house.Key, ["model"] = "ruled/model" });
        told["left_out"]!.AsArray().Single()!.Text("why").ShouldStartWith("your key does not allow it: rule " + rule.Text("rule", "id"));

        await node.Admin.PostAsync(
            "/api/model-rules",
            new JsonObject
            {
                ["organisation_id"] = house.Organisation,
                ["workspace_id"] = house.Workspace,
                ["kind"] = "regions",
                ["regions"] = new JsonArray("us"),
                ["when_unknown"] = "refuse",
            }
        );
        var before = there.Calls + here.Calls;
        using var refused = await house.Door.ChatAsync("ruled/model");
        (await refused.ShouldBeRefusedAsync(403, "policy_denied", "model")).Text("message").ShouldContain("does not allow this call");
        (there.Calls + here.Calls).ShouldBe(before);
    }

    [Fact]
    public async Task A_summary_goes_nowhere_that_the_route_of_the_conversation_would_not_go()
    {
        using var house = await Estate.MakeAsync(node);
        await using var here = await Upstream.StartAsync();
        await using var there = await Upstream.StartAsync();
        var eu = await node.ConnectAsync(here.Address, "told/eu", contextTokens: 500);
        await node.ConnectAsync(there.Address, "told/us");
        await PlaceAsync(eu, new JsonObject { ["region"] = "eu" });
        await node.Admin.PostAsync(
            "/api/routes",
            RouteOf("told/route", ["told/eu"], new JsonObject { ["residency"] = new JsonArray("eu") }, "told/us")
        );
        var turns = new JsonArray();
        for (var i = 0; i < 12; i++)
            turns.Add(
                new JsonObject
                {
                    ["role"] = i % 2 == 0 ? "user" : "assistant",
                    ["content"] = string.Join(' ', Enumerable.Repeat("word", 40)),
                }
            );
        turns.Add(new JsonObject { ["role"] = "user", ["content"] = "And now?" });
        using var refused = await house.Door.ChatAsync(
            new JsonObject
            {
                ["model"] = "told/route",
                ["messages"] = turns,
                ["max_tokens"] = 20,
            }
        );
        (await refused.ShouldBeRefusedAsync(400, "context_length_exceeded")).Text("message").ShouldContain("residency eu is demanded");
        (here.Calls, there.Calls).ShouldBe((0, 0));
    }
}
