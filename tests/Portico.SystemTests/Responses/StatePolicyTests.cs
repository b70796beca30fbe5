using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>What a workspace says about keeping responses is in force for its callers, and names who decided.</summary>
public sealed class StatePolicyTests(PostgresServer postgres)
{
    static Task SetAsync(Node node, string state) =>
        node.Admin.PatchAsync($"/api/workspaces/{node.WorkspaceId}", new JsonObject { ["responses_state"] = state });

    static async Task<bool> StoresAsync(Node node, bool? asked)
    {
        var body = ResponseCalls.Ask("sim/echo");
        if (asked is { } store)
            body["store"] = store;
        var given = await node.Door.RespondAsync(body);
        using var kept = await node.Door.GetAsync(new Uri($"/v1/responses/{given.Text("id")}", UriKind.Relative));
        kept.IsSuccessStatusCode.ShouldBe(given["store"]!.GetValue<bool>(), "what the answer says is what was done");
        return kept.IsSuccessStatusCode;
    }

    [Fact]
    public async Task By_default_everything_is_kept_that_does_not_say_otherwise()
    {
        await using var node = await Node.StartAsync();
        (await node.Admin.GetAsync($"/api/workspaces/{node.WorkspaceId}")).Text("responses_state").ShouldBe("default");
        (await StoresAsync(node, null)).ShouldBeTrue();
        (await StoresAsync(node, true)).ShouldBeTrue();
        (await StoresAsync(node, false)).ShouldBeFalse();
    }

    [Fact]
    public async Task Switched_off_only_what_asks_to_be_kept_is()
    {
        await using var node = await Node.StartAsync();
        await SetAsync(node, "off");
        (await StoresAsync(node, null)).ShouldBeFalse();
        (await StoresAsync(node, true)).ShouldBeTrue();
        (await StoresAsync(node, false)).ShouldBeFalse();
        using var background = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("background", true));
        (await background.ShouldBeRefusedAsync(400, "invalid_request", "background")).Text("message").ShouldContain("responses_state");
        using var asked = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("background", true).With("store", true));
        await node.Door.UntilAsync((await asked.GoodAsync()).Text("id"), "completed");
        // Who makes a conversation asks for it to be kept.
        var id = await node.Door.NewConversationAsync();
        var turn = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "Hello").With("conversation", id));
        turn["store"]!.GetValue<bool>().ShouldBeFalse();
        (await node.Door.SaidAsync(id)).ShouldBe(["user: Hello", "assistant: Hello"]);
    }

    [Fact]
    public async Task Forbidden_nothing_is_kept_and_what_needs_it_is_refused_in_words()
    {
        await using var node = await Node.StartAsync();
        await node.Admin.PatchAsync($"/api/workspaces/{node.WorkspaceId}", new JsonObject { ["name"] = "Claims" });
        var first = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
        var before = first.Text("id");
        var reference = new JsonArray(new JsonObject { ["type"] = "item_reference", ["id"] = first["output"]![0]!.Text("id") });
        var conversation = await node.Door.NewConversationAsync(ConversationCalls.Items("old"));
        await SetAsync(node, "forbidden");
        (await StoresAsync(node, null)).ShouldBeFalse();
        (await StoresAsync(node, false)).ShouldBeFalse();
        foreach (
            var (param, value) in new (string, JsonNode)[]
            {
                ("store", true),
                ("previous_response_id", before),
                ("conversation", conversation),
                ("background", true),
                ("input", reference),
            }
        )
        {
            var body = ResponseCalls.Ask("sim/echo");
            body[param] = value;
            using var response = await node.Door.ResponseAsync(body);
            (await response.ShouldBeRefusedAsync(403, "policy_denied", param))
                .Text("message")
                .ShouldContain("the administrators of the workspace 'Claims' forbid by its setting responses_state");
            (await node.RecordOfAsync(response)).Text("error_code").ShouldBe("policy_denied");
        }
        foreach (
            var (path, body) in new[]
            {
                ("", "{}"),
                ($"/{conversation}", """{"metadata":{}}"""),
                ($"/{conversation}/items", ConversationCalls.Items("new").ToJsonString()),
            }
        )
        {
            using var response = await node.Door.TalkAsync(HttpMethod.Post, path, JsonNode.Parse(body));
            await response.ShouldBeRefusedAsync(403, "policy_denied", "conversation");
        }
        // What was kept before can be read, and removed.
        await node.Door.KeptAsync(before);
        (await node.Door.SaidAsync(conversation)).ShouldBe(["user: old"]);
        await node.Door.TalkedAsync(HttpMethod.Delete, $"/{conversation}");
        // Another workspace decides for itself.
        using var other = await Estate.MakeAsync(node);
        await other.Door.NewConversationAsync();
        await SetAsync(node, "default");
        (await StoresAsync(node, null)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_portico_that_keeps_none_keeps_no_conversation_either()
    {
        await using var node = await Node.StartAsync(("Gateway:KeepResponses", "false"));
        using var made = await node.Door.TalkAsync(HttpMethod.Post, "");
        (await made.ShouldBeRefusedAsync(400, "unsupported_by_model", "conversation"))
            .Text("message")
            .ShouldContain("Gateway:KeepResponses");
        using var called = await node.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo").With("conversation", "conv_01k9a3x7s8fjn8w2v5d1b6c4e0")
        );
        await called.ShouldBeRefusedAsync(400, "unsupported_by_model", "conversation");
    }

    [Fact]
    public async Task A_change_is_in_force_on_every_node()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        await SetAsync(one, "forbidden");
        await Support.Eventually.IsTrueAsync(async () =>
        {
            using var response = await two.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("store", true));
            return (int)response.StatusCode == 403;
        });
    }

    [Fact]
    public async Task A_name_that_is_no_state_is_refused_and_a_rename_leaves_the_state()
    {
        await using var node = await Node.StartAsync();
        var path = $"/api/workspaces/{node.WorkspaceId}";
        await SetAsync(node, "off");
        using var bad = await node.Admin.RawAsync(HttpMethod.Patch, path, new JsonObject { ["responses_state"] = "sometimes" }, "*");
        ((int)bad.StatusCode).ShouldBe(400);
        var renamed = await node.Admin.PatchAsync(path, new JsonObject { ["name"] = "Renamed" });
        (renamed.Text("name"), renamed.Text("responses_state")).ShouldBe(("Renamed", "off"));
    }
}
