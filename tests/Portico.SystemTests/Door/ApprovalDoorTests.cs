using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Only what is approved for its workspace exists for a caller.</summary>
public sealed class ApprovalDoorTests(SharedNode shared, PostgresServer postgres) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static async Task<string> AddAsync(Node node, string name, string upstream = "echo", bool approve = false)
    {
        var sim = (await node.Admin.GetAsync("/api/connections"))["items"]!.AsArray().Single(c => c!.Text("family") == "sim")!.Text("id");
        var made = await node.Admin.PostAsync(
            "/api/models",
            new JsonObject
            {
                ["name"] = name,
                ["connection_id"] = sim,
                ["upstream_model"] = upstream,
                ["approve"] = approve,
            }
        );
        return made.Text("id");
    }

    static string New() => "q/" + Guid.NewGuid().ToString("N")[..8];

    static async Task<string[]> ListedAsync(HttpClient door)
    {
        using var response = await door.GetAsync("/v1/models");
        return (await response.JsonAsync())["data"]!.AsArray().Select(m => m!.Text("id")).ToArray();
    }

    static async Task<(int Status, string Text)> CallAsync(HttpClient door, string model)
    {
        using var response = await door.ChatAsync(model);
        return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync()).Replace(model, "NAME"));
    }

    [Fact]
    public async Task A_quarantined_model_answers_and_is_listed_exactly_as_one_that_does_not_exist()
    {
        var model = New();
        var id = await AddAsync(node, model);
        var (status, text) = await CallAsync(node.Door, model);
        status.ShouldBe(404);
        (status, text).ShouldBe(await CallAsync(node.Door, "q/nothing0"));
        (await ListedAsync(node.Door)).ShouldNotContain(model);
        using (var one = await node.Door.GetAsync($"/v1/models/{model}"))
            ((int)one.StatusCode).ShouldBe(404);
        var told = await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = node.KeyId, ["model"] = model });
        told.Text("refused_with").ShouldBe("model_not_found");
        told.Text("reason").ShouldContain("nobody has approved it yet");

        await node.Admin.PostAsync($"/api/models/{id}/approve", new JsonObject());
        (await ListedAsync(node.Door)).ShouldContain(model);
        // It has no price and the demo has budgets: it exists now, and that is what is said.
        (await CallAsync(node.Door, model)).Text.ShouldContain("unpriced_model");
    }

    [Fact]
    public async Task A_model_that_is_approved_for_one_workspace_and_purpose_exists_for_no_other()
    {
        using var one = await Estate.MakeAsync(node);
        using var other = await Estate.MakeAsync(node);
        var model = New();
        var id = await AddAsync(node, model);
        await node.Admin.PostAsync(
            $"/api/models/{id}/approve",
            new JsonObject { ["workspace_id"] = one.Workspace, ["purpose"] = "production" }
        );
        (await CallAsync(one.Door, model)).Status.ShouldBe(404, "its use case is a draft");
        await node.Admin.PatchAsync($"/api/use-cases/{one.UseCase}", new JsonObject { ["stage"] = "production" });
        await node.Admin.PatchAsync($"/api/use-cases/{other.UseCase}", new JsonObject { ["stage"] = "production" });
        (await CallAsync(one.Door, model)).Status.ShouldBe(200);
        (await CallAsync(other.Door, model)).Status.ShouldBe(404);
        (await ListedAsync(one.Door)).ShouldContain(model);
        (await ListedAsync(other.Door)).ShouldNotContain(model);
        await node.Admin.PostAsync($"/api/models/{id}/quarantine", new JsonObject { ["reason"] = "a complaint" });
        (await CallAsync(one.Door, model)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_route_leads_only_to_those_of_its_models_that_the_caller_may_use()
    {
        using var one = await Estate.MakeAsync(node);
        using var other = await Estate.MakeAsync(node);
        var (closed, open) = (New(), New());
        var id = await AddAsync(node, closed);
        await AddAsync(node, open, approve: true);
        await node.Admin.PostAsync($"/api/models/{id}/approve", new JsonObject { ["workspace_id"] = one.Workspace });
        var route = "route-" + Guid.NewGuid().ToString("N")[..8];
        await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = route,
                ["strategy"] = "ordered",
                ["targets"] = new JsonArray(
                    new JsonObject { ["deployment"] = null, ["model"] = closed },
                    new JsonObject { ["deployment"] = null, ["model"] = open }
                ),
            }
        );
        async Task<string?> ServedAsync(HttpClient door)
        {
            using var response = await door.ChatAsync(route);
            return response.Header("x-portico-model");
        }
        (await ServedAsync(one.Door)).ShouldBe(closed);
        (await ServedAsync(other.Door)).ShouldBe(open);
    }

    [Fact]
    public async Task A_decision_is_in_force_on_the_other_node_by_a_signal()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        var id = await AddAsync(one, "q/shared");
        await one.Admin.PostAsync($"/api/models/{id}/approve", new JsonObject());
        await Support.Eventually.IsTrueAsync(async () => (await ListedAsync(two.Door)).Contains("q/shared"), () => "approved");
        await one.Admin.PostAsync($"/api/models/{id}/retire", new JsonObject());
        await Support.Eventually.IsTrueAsync(async () => (await CallAsync(two.Door, "q/shared")).Status == 404, () => "retired");
    }
}
