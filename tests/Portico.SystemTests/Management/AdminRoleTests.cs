using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>What an admin token may do: a model is approved by who has the right, and by nobody else on any way.</summary>
public sealed class AdminRoleTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<Api> AsAsync(string? role)
    {
        var body = new JsonObject { ["name"] = role ?? "default" };
        if (role is not null)
            body["role"] = role;
        return new Api(node.Client((await node.Admin.PostAsync("/api/admin-tokens", body)).Text("secret")));
    }

    static string New(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..24];

    static async Task<string> DeniedAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var problem = await response.ShouldBeProblemAsync(403, "permission_denied");
        return problem.Text("detail");
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("viewer")]
    public async Task Who_may_not_decide_approves_no_model_on_any_way_and_callers_do_not_see_it(string role)
    {
        using var api = await AsAsync(role);
        var name = New("waiting");
        var model = (await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = name })).Text("id");
        foreach (var way in new[] { "approve", "quarantine", "retire" })
            (await DeniedAsync(api.RawAsync(HttpMethod.Post, $"/api/models/{model}/{way}", new JsonObject()))).ShouldBe(
                $"The admin token '{role}' has the role {role}, which may not decide which models may be used. That needs the role admin or approver."
            );
        await DeniedAsync(api.RawAsync(HttpMethod.Post, "/api/models", new JsonObject { ["name"] = New("at-once"), ["approve"] = true }));
        await DeniedAsync(
            api.RawAsync(HttpMethod.Post, "/api/model-rules", new JsonObject { ["organisation_id"] = "org_none", ["kind"] = "no_training" })
        );
        (await node.Admin.GetAsync($"/api/models/{model}")).Text("state").ShouldBe("quarantined");
        (await node.Admin.GetAsync($"/api/models/{model}/decisions"))["items"]!.AsArray().ShouldBeEmpty();
        using var call = await node.Door.ChatAsync(name);
        await call.ShouldBeRefusedAsync(404, "model_not_found");
    }

    [Fact]
    public async Task An_approver_decides_and_changes_nothing_else()
    {
        using var api = await AsAsync("approver");
        var model = (await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = New("good") })).Text("id");
        (await api.PostAsync($"/api/models/{model}/approve", new JsonObject { ["reason"] = "read its card" }))
            .Text("decided_by")
            .ShouldBe("approver");
        await DeniedAsync(api.RawAsync(HttpMethod.Post, "/api/models", new JsonObject { ["name"] = New("mine") }));
        await DeniedAsync(api.RawAsync(HttpMethod.Post, "/api/keys", new JsonObject()));
        await DeniedAsync(api.RawAsync(HttpMethod.Get, "/api/calls/call_none/contents"));
        (await api.GetAsync("/api/hub"))["items"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_operator_runs_the_house_and_gives_nobody_access()
    {
        using var api = await AsAsync("operator");
        var model = await api.PostAsync("/api/models", new JsonObject { ["name"] = New("new") });
        model.Text("state").ShouldBe("quarantined");
        await api.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1" },
            }
        );
        var denied = await DeniedAsync(api.RawAsync(HttpMethod.Post, "/api/admin-tokens", new JsonObject { ["name"] = "friend" }));
        denied.ShouldContain("give or take access");
        var own = (await node.Admin.GetAsync("/api/admin-tokens"))["items"]!.AsArray()[0]!.Text("id");
        await DeniedAsync(api.RawAsync(HttpMethod.Post, $"/api/admin-tokens/{own}/revoke"));
    }

    [Fact]
    public async Task A_viewer_looks_and_asks_what_a_call_would_meet()
    {
        using var api = await AsAsync("viewer");
        await api.GetAsync("/api/provider-health");
        await api.PostAsync("/api/explain", new JsonObject { ["model"] = "sim/echo", ["key_id"] = (await node.NewKeyAsync()).Id });
        await DeniedAsync(api.RawAsync(HttpMethod.Post, "/api/routes", new JsonObject()));
        await DeniedAsync(api.RawAsync(HttpMethod.Delete, "/api/routes/none", null, "*"));
    }

    [Fact]
    public async Task A_token_without_a_role_is_an_administrators_and_the_list_tells_roles()
    {
        using var api = await AsAsync(null);
        await api.PostAsync("/api/models", new JsonObject { ["name"] = New("all"), ["approve"] = true });
        (await api.GetAsync("/api/admin-tokens?limit=1000"))["items"]!
            .AsArray()
            .ShouldContain(t => t!.Text("name") == "default" && t!.Text("role") == "admin");
        using var wrong = await node.Admin.RawAsync(
            HttpMethod.Post,
            "/api/admin-tokens",
            new JsonObject { ["name"] = "x", ["role"] = "king" }
        );
        ((int)wrong.StatusCode).ShouldBe(400);
    }
}
