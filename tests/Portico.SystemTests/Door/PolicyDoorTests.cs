using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What a policy says holds for every call of its level, on every wire, and for no other.</summary>
public sealed class PolicyDoorTests(SharedNode shared) : IClassFixture<SharedNode>
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

    [Fact]
    public async Task A_line_refuses_on_every_wire_by_its_level_version_and_number_and_record_and_audit_name_the_versions()
    {
        using var house = await Estate.MakeAsync(node);
        using var other = await Estate.MakeAsync(node);
        await node.WriteAsync(house.Organisation, "# The bank's.\nmodels:\n  allow: [gpt-*]\n");

        using (var refused = await house.Door.ChatAsync("sim/echo"))
        {
            var error = await refused.ShouldBeRefusedAsync(403, "policy_denied", "model");
            error.Text("message").ShouldContain("line 3 of version 1 of the policy of organisation");
            error.Text("message").ShouldContain("allow: [gpt-*]");
            (await node.TrailAsync(refused, "enforce_policy")).ShouldHaveSingleItem().ShouldEndWith("version 1");
            await Eventually.IsTrueAsync(async () =>
                (await node.AuditLinesAsync()).Any(l =>
                    l.Contains(refused.CallId(), StringComparison.Ordinal)
                    && l.Contains($"\"policy\":\"{house.Organisation}:1\"", StringComparison.Ordinal)
                )
            );
        }
        foreach (
            var (path, body) in new[]
            {
                ("/v1/chat/completions", """{"model":"sim/echo","stream":true,"messages":[{"role":"user","content":"Hi"}]}"""),
                ("/v1/completions", """{"model":"sim/echo","prompt":"Hi"}"""),
                ("/v1/responses", """{"model":"sim/echo","input":"Hi"}"""),
                ("/v1/messages", """{"model":"sim/echo","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"""),
                ("/v1/messages/count_tokens", """{"model":"sim/echo","messages":[{"role":"user","content":"Hi"}]}"""),
                ("/v1/embeddings", """{"model":"sim/embeddings","input":"Hi"}"""),
            }
        )
        {
            using var refused = await PostAsync(house.Door, path, body);
            ((int)refused.StatusCode).ShouldBe(403, path);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("line 3 of version 1", Case.Sensitive, path);
        }
        using (var elsewhere = await other.Door.ChatAsync("sim/echo"))
            ((int)elsewhere.StatusCode).ShouldBe(200, "it is the policy of another organisation");
        using (var list = await house.Door.GetAsync("/v1/models"))
            (await list.JsonAsync())["data"]!.AsArray().ShouldBeEmpty();
        var told = await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = house.Key, ["model"] = "sim/echo" });
        (told.Text("refused_with"), told.Text("reason")).ShouldSatisfyAllConditions(
            t => t.Item1.ShouldBe("policy_denied"),
            t => t.Item2.ShouldContain("line 3 of version 1")
        );

        await node.WriteAsync(house.Organisation, "models:\n  allow: [sim/*]\n");
        using var after = await house.Door.ChatAsync("sim/echo");
        ((int)after.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_deployment_that_a_line_leaves_out_is_left_out_where_another_may_serve()
    {
        using var house = await Estate.MakeAsync(node);
        var connection = await node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "far-" + Guid.NewGuid().ToString("N")[..8],
                ["family"] = "sim",
                ["base_url"] = "http://simulated.invalid/",
                ["region"] = "us-east-1",
            }
        );
        var near = await node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "near-" + Guid.NewGuid().ToString("N")[..8],
                ["family"] = "sim",
                ["base_url"] = "http://simulated.invalid/",
                ["region"] = "eu-central-1",
            }
        );
        var name = "p/" + Guid.NewGuid().ToString("N")[..8];
        var made = await node.Admin.PostAsync(
            "/api/models",
            new JsonObject
            {
                ["name"] = name,
                ["connection_id"] = connection.Text("id"),
                ["upstream_model"] = "echo",
                ["approve"] = true,
            }
        );
        await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = made.Text("id"),
                ["connection_id"] = near.Text("id"),
                ["upstream_model"] = "echo",
            }
        );
        await node.WriteAsync(house.Workspace, "regions:\n  allow: [eu]\n");
        for (var i = 0; i < 6; i++)
        {
            using var answer = await house.Door.ChatAsync(name);
            ((int)answer.StatusCode).ShouldBe(200);
            (await node.RecordOfAsync(answer)).Text("connection_id").ShouldBe(near.Text("id"));
        }
        var effective = await node.Admin.GetAsync($"/api/policies/{house.UseCase}/effective?route={name}&person={house.Person}");
        var targets = effective["targets"]!.AsArray();
        targets.Count.ShouldBe(2);
        targets
            .Single(t => !t!["allowed"]!.GetValue<bool>())!
            .Text("why")
            .ShouldContain("regions.allow, line 2 of version 1 of the policy of workspace");
        await node.WriteAsync(house.Workspace, "regions:\n  allow: [ch]\n");
        using var refused = await house.Door.ChatAsync(name);
        (await refused.ShouldBeRefusedAsync(403, "policy_denied", "model")).Text("message").ShouldContain("terms.regions has us-east-1");
        // The simulated provider names no region at all.
        using var unknown = await house.Door.ChatAsync("sim/echo");
        (await unknown.ShouldBeRefusedAsync(403, "policy_denied", "model")).Text("message").ShouldContain("is not known");
        await node.WriteAsync(house.Workspace, "regions:\n  allow: [ch]\n  when_unknown: allow\n");
        using var lenient = await house.Door.ChatAsync("sim/echo");
        ((int)lenient.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_kept_of_a_call_is_what_the_policy_says_whatever_key_and_route_ask_for()
    {
        using var house = await Estate.MakeAsync(node);
        var (_, keeping) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = house.UseCase, ["keep_content"] = true });
        using var door = keeping;
        async Task<(string Id, string? EndUser)> AskAsync(HttpClient by)
        {
            using var answer = await by.ChatAsync(Calls.Chat("sim/echo").With("user", "end-user-7"));
            ((int)answer.StatusCode).ShouldBe(200);
            return (answer.CallId(), (await node.RecordOfAsync(answer))["end_user"]?.GetValue<string>());
        }
        await node.RevealAsync(house.Workspace);
        async Task<bool> IsKeptAsync(string id)
        {
            using var contents = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{id}/contents");
            return contents.IsSuccessStatusCode;
        }

        await node.WriteAsync(house.UseCase, "capture:\n  state: metadata\n");
        var (metadata, named) = await AskAsync(door);
        named.ShouldBe("end-user-7");
        await node.WriteAsync(house.UseCase, "capture:\n  state: none\n");
        var (none, unnamed) = await AskAsync(door);
        unnamed.ShouldBeNull();
        using (var refused = await PostAsync(door, "/v1/responses", """{"model":"sim/echo","input":"Hi","store":true}"""))
        {
            ((int)refused.StatusCode).ShouldBe(403);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("capture.state, line 2 of version 2");
        }
        using (var conversation = await PostAsync(door, "/v1/conversations", "{}"))
            ((int)conversation.StatusCode).ShouldBe(403);
        await node.WriteAsync(house.UseCase, "capture:\n  state: full\n  retention_days: 7\n");
        // Of a key that asks for nothing.
        var (full, _) = await AskAsync(house.Door);
        await Eventually.IsTrueAsync(() => IsKeptAsync(full));
        // Contents are written in order: those of the calls before would be there.
        (await IsKeptAsync(metadata)).ShouldBeFalse();
        (await IsKeptAsync(none)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_class_of_data_is_refused_by_the_stage_of_the_use_case()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(
            house.Organisation,
            "data_classes:\n  development: [public]\n  production: [public, internal, confidential]\n  required: true\n"
        );
        async Task<(int Status, string Text)> AskAsync(string? named)
        {
            using var answer = named is null
                ? await house.Door.ChatAsync(Calls.Chat("sim/echo"))
                : await house.Door.ChatAsync(Calls.Chat("sim/echo"), default, ("x-portico-data-class", named));
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        (await AskAsync(null)).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(403), a => a.Text.ShouldContain("line 4 of version 1"));
        (await AskAsync("public")).Status.ShouldBe(200);
        (await AskAsync("internal")).ShouldSatisfyAllConditions(
            a => a.Status.ShouldBe(403),
            a => a.Text.ShouldContain("line 2 of version 1")
        );
        (await AskAsync("secret")).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(400), a => a.Text.ShouldContain("one of public"));
        await node.Admin.PatchAsync($"/api/use-cases/{house.UseCase}", new JsonObject { ["stage"] = "production" });
        (await AskAsync("internal")).Status.ShouldBe(200);
        (await AskAsync("restricted")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_draft_refuses_nothing_and_the_record_says_what_it_would_have_refused()
    {
        using var house = await Estate.MakeAsync(node);
        await node.Admin.PutAsync($"/api/policies/{house.Workspace}/draft", new JsonObject { ["text"] = "providers:\n  deny: [sim]\n" });
        using (var answer = await house.Door.ChatAsync("sim/echo"))
        {
            ((int)answer.StatusCode).ShouldBe(200);
            (await node.TrailAsync(answer, "policy_shadow")).ShouldHaveSingleItem().ShouldContain("draft would have refused");
        }
        using (var metrics = await node.Admin.Client.GetAsync("/metrics"))
            (await metrics.Content.ReadAsStringAsync()).ShouldContain("portico_policy_shadow_refusals_total");
        using (var gone = await node.Admin.RawAsync(HttpMethod.Delete, $"/api/policies/{house.Workspace}/draft", null, "*"))
            ((int)gone.StatusCode).ShouldBe(204);
        using var after = await house.Door.ChatAsync("sim/echo");
        (await node.TrailAsync(after, "policy_shadow")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replay_names_the_past_calls_that_a_text_would_have_refused_and_writes_nothing()
    {
        using var house = await Estate.MakeAsync(node);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await house.Door.ChatAsync("sim/echo");
            ids.Add(answer.CallId());
            await node.RecordOfAsync(answer);
        }
        var body = new JsonObject { ["level"] = house.UseCase, ["text"] = "models:\n  deny: [sim/echo]\n" };
        var told = await node.Admin.PostAsync("/api/policies/replay", body);
        told.Number("looked_at").ShouldBe(3);
        told["refused"]!.AsArray().Select(c => c!.Text("id")).ShouldBe(ids, ignoreOrder: true);
        told["refused"]![0]!.Text("why").ShouldContain("models.deny".Split('.')[1] + ": [sim/echo]");
        told["next"].ShouldBeNull();
        body["text"] = "models:\n  deny: [gpt-4o]\n";
        told = await node.Admin.PostAsync("/api/policies/replay", body);
        (told.Number("looked_at"), told["refused"]!.AsArray().Count).ShouldBe((3, 0));
        using var still = await house.Door.ChatAsync("sim/echo");
        ((int)still.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task An_exception_ends_at_its_time_without_anybody_doing_anything()
    {
        await using var own = await Node.StartAsync();
        using var house = await Estate.MakeAsync(own);
        var until = own.Time.GetUtcNow().AddHours(1);
        await own.WriteAsync(
            house.Organisation,
            $"""
            models:
              allow: [gpt-*]
            exceptions:
              - name: pilot
                for: {house.UseCase}
                owner: Ms Ray
                reason: a trial
                until: {until:yyyy-MM-ddTHH:mm:ssZ}
                lifts:
                  models.allow: [sim/*]
            """
        );
        using (var during = await house.Door.ChatAsync("sim/echo"))
            ((int)during.StatusCode).ShouldBe(200);
        (await own.Admin.GetAsync($"/api/policies/{house.UseCase}/effective"))["lines"]![0]!["origins"]![0]!
            .Text("exception")
            .ShouldBe("pilot");
        own.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        using var after = await house.Door.ChatAsync("sim/echo");
        await after.ShouldBeRefusedAsync(403, "policy_denied", "model");
    }
}
