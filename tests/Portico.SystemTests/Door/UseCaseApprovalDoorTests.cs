using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A use case that nobody approved makes no calls, on any wire and any node; explaining says so before.</summary>
public sealed class UseCaseApprovalDoorTests(SharedNode shared, PostgresServer postgres) : IClassFixture<SharedNode>
{
    const string Lines = "approvals:\n  limited: 1\n  high: 2\n";

    readonly Node node = shared.Node;

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await door.SendAsync(request);
    }

    static Task<JsonNode> DoAsync(Node at, string useCase, string act, JsonObject body) =>
        at.Admin.PostAsync($"/api/use-case-approvals/{useCase}/{act}", body);

    [Fact]
    public async Task It_is_refused_on_every_wire_until_people_approved_it_and_asks_anew_for_another_purpose()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.Organisation, Lines);
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
            var text = await refused.Content.ReadAsStringAsync();
            text.ShouldContain("use_case_not_approved", Case.Sensitive, path);
            text.ShouldContain("approvals.high, line 3 of version 1", Case.Sensitive, path);
            text.ShouldContain("policies.approve", Case.Sensitive, path);
        }
        async Task<string?> ExplainAsync() =>
            (await node.Admin.PostAsync("/api/explain", new JsonObject { ["key_id"] = house.Key, ["model"] = "sim/echo" }))["refused_with"]
                ?.GetValue<string>();
        (await ExplainAsync()).ShouldBe("use_case_not_approved");

        await DoAsync(node, house.UseCase, "classify", new JsonObject { ["risk_class"] = "high" });
        await DoAsync(node, house.UseCase, "approve", []);
        (await node.Admin.GetAsync($"/api/policies/{house.UseCase}/effective"))["approvals"]!.Number("given").ShouldBe(1);
        (await ExplainAsync()).ShouldBe("use_case_not_approved");
        using (var second = await node.SecondAsync())
            await second.PostAsync($"/api/use-case-approvals/{house.UseCase}/approve", []);
        (await ExplainAsync()).ShouldBeNull();
        using (var passes = await house.Door.ChatAsync("sim/echo"))
            ((int)passes.StatusCode).ShouldBe(200);
        await node.Admin.PatchAsync($"/api/use-cases/{house.UseCase}", new JsonObject { ["purpose"] = "decides about loans" });
        using var anew = await house.Door.ChatAsync("sim/echo");
        await anew.ShouldBeRefusedAsync(403, "use_case_not_approved");
    }

    [Fact]
    public async Task A_draft_with_such_lines_notes_what_it_would_have_refused()
    {
        using var house = await Estate.MakeAsync(node);
        await node.Admin.PutAsync($"/api/policies/{house.Workspace}/draft", new JsonObject { ["text"] = Lines });
        using var answer = await house.Door.ChatAsync("sim/echo");
        ((int)answer.StatusCode).ShouldBe(200);
        (await node.TrailAsync(answer, "policy_shadow")).ShouldHaveSingleItem().ShouldContain("needs 2 approvals");
    }

    [Fact]
    public async Task Who_may_not_approve_neither_classifies_nor_approves()
    {
        using var house = await Estate.MakeAsync(node);
        using var engineer = await SignedIn.AtAsync(node, "engineer", house.Organisation);
        foreach (var (act, body) in new[] { ("classify", """{"risk_class":"minimal"}"""), ("approve", "{}") })
        {
            using var refused = await PostAsync(engineer.Browser, $"/api/use-case-approvals/{house.UseCase}/{act}", body);
            ((int)refused.StatusCode).ShouldBe(403);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("policies.approve");
        }
    }

    [Fact]
    public async Task What_is_approved_on_one_node_may_call_on_the_other_and_what_is_taken_back_may_not()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        async Task<int> AskAsync(Node at)
        {
            using var answer = await at.Door.ChatAsync("sim/echo");
            return (int)answer.StatusCode;
        }
        await one.WriteAsync(one.UseCaseId, Lines);
        await Eventually.IsTrueAsync(async () => await AskAsync(two) == 403);
        await DoAsync(one, one.UseCaseId, "classify", new JsonObject { ["risk_class"] = "limited" });
        await DoAsync(one, one.UseCaseId, "approve", []);
        (await AskAsync(one)).ShouldBe(200);
        await Eventually.IsTrueAsync(async () => await AskAsync(two) == 200);
        await DoAsync(two, one.UseCaseId, "revoke", new JsonObject { ["reason"] = "a complaint" });
        (await AskAsync(two)).ShouldBe(403);
        await Eventually.IsTrueAsync(async () => await AskAsync(one) == 403);
    }
}
