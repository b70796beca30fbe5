using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>A route is explained before it is saved as it is explained once it was.</summary>
public sealed class ExplainDraftTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static JsonObject Draft(string name, params string[] models) =>
        new()
        {
            ["name"] = name,
            ["targets"] = new JsonArray([.. models.Select(m => (JsonNode)new JsonObject { ["model"] = m, ["deployment"] = null })]),
        };

    async Task<JsonNode> ExplainAsync(string model, JsonObject? route, string? key = null)
    {
        var body = new JsonObject
        {
            ["key_id"] = key ?? node.KeyId,
            ["model"] = model,
            ["input_tokens"] = 100,
        };
        if (route is not null)
            body["route"] = route.DeepClone();
        return await node.Admin.PostAsync("/api/explain", body);
    }

    [Fact]
    public async Task What_a_draft_is_told_is_what_the_saved_route_is_told_and_explaining_it_saves_nothing()
    {
        var draft = Draft("drafted", "sim/json", "sim/echo").With("retries", 1).With("cache_seconds", 60);
        var before = await ExplainAsync("drafted", draft);
        before["would_pass"]!.GetValue<bool>().ShouldBeTrue(before.ToJsonString());
        before["deployments"]!.AsArray().Select(d => d!.Text("model")).ShouldBe(["sim/json", "sim/echo"]);
        (await ExplainAsync("drafted", null)).Text("refused_with").ShouldBe("model_not_found");

        var made = await node.Admin.PostAsync("/api/routes", draft);
        (await ExplainAsync("drafted", null)).ToJsonString().ShouldBe(before.ToJsonString());

        var changed = Draft("drafted", "sim/echo").With("retries", 0);
        (await ExplainAsync("drafted", changed))["deployments"]!.AsArray().Count.ShouldBe(1);
        (await ExplainAsync("drafted", null)).ToJsonString().ShouldBe(before.ToJsonString(), "the saved one is as it was");
        made.Number("version").ShouldBe(1);
    }

    [Fact]
    public async Task A_draft_that_could_not_be_saved_is_refused_at_its_field()
    {
        var body = new JsonObject { ["key_id"] = node.KeyId, ["model"] = "x" };
        body["route"] = Draft("x", "no/such");
        using var unknown = await node.Admin.RawAsync(HttpMethod.Post, "/api/explain", body);
        (await unknown.ShouldBeProblemAsync(400, "invalid_request", "targets")).Text("detail").ShouldContain("no/such");
        body["route"] = Draft("x", "sim/echo").With("retries", 9);
        using var outside = await node.Admin.RawAsync(HttpMethod.Post, "/api/explain", body);
        await outside.ShouldBeProblemAsync(400, "invalid_request", "retries");
    }

    [Fact]
    public async Task What_a_route_names_and_no_call_reaches_is_told_with_the_reason()
    {
        var name = "half-" + Guid.NewGuid().ToString("N")[..8];
        var off = await node.ConnectAsync(new Uri("http://127.0.0.1:9"), name + "-off");
        await node.Admin.PatchAsync($"/api/deployments/{off}", new JsonObject { ["disabled"] = true });
        var bare = await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = name + "-bare", ["approve"] = true });
        bare.Text("id").ShouldNotBeEmpty();

        var e = await ExplainAsync(name, Draft(name, name + "-off", name + "-bare", "sim/echo"));
        e["deployments"]!.AsArray().Select(d => d!.Text("model")).ShouldBe(["sim/echo"]);
        e["left_out"]!
            .AsArray()
            .Select(l => (l!.Text("model"), l!.Text("why")))
            .ShouldBe([(name + "-off", "the deployment is switched off"), (name + "-bare", "no connection serves the model")]);

        var dead = await ExplainAsync(name, Draft(name, name + "-off"));
        (dead.Text("refused_with"), dead.Text("reason")).ShouldBe(("model_not_found", "Nothing that it leads to is switched on."));
        dead["left_out"]!.AsArray().Count.ShouldBe(1);
        var disabled = await ExplainAsync(name, Draft(name, "sim/echo").With("disabled", true));
        disabled.Text("reason").ShouldBe("The route is switched off.");
    }

    [Fact]
    public async Task A_draft_that_the_key_may_not_use_is_refused_as_the_route_would_be()
    {
        var (key, _) = await node.NewKeyAsync(new JsonObject { ["allowed_routes"] = new JsonArray("allowed*") });
        (await ExplainAsync("other", Draft("other", "sim/echo"), key)).Text("reason").ShouldBe("The key may not use this route.");
        (await ExplainAsync("allowed-1", Draft("allowed-1", "sim/echo"), key))["would_pass"]!.GetValue<bool>().ShouldBeTrue();
    }
}
