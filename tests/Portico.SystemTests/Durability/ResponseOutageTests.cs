using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Durability;

/// <summary>PostgreSQL goes away while responses are asked for: what needs no state goes on, what is to be kept waits, what needs the store says so.</summary>
public sealed class ResponseOutageTests(OwnPostgres own) : IClassFixture<OwnPostgres>
{
    readonly PostgresServer server = own.Server;

    [Fact]
    public async Task Responses_go_on_without_the_store_and_are_kept_when_it_is_back()
    {
        await using var node = (await Node.StartTogetherAsync(1, await server.CreateDatabaseAsync())).Single();
        var first = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
        await node.Door.KeptAsync(first.Text("id"));

        await server.StopAsync();
        (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "reads no database").With("store", false)))
            .OutputText()
            .ShouldBe("reads no database");
        var kept = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "waits for the store"));
        using var continued = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("previous_response_id", first.Text("id")));
        await continued.ShouldBeRefusedAsync(503, "storage_unavailable");
        using var read = await node.Door.GetAsync(new Uri($"/v1/responses/{first.Text("id")}", UriKind.Relative));
        await read.ShouldBeRefusedAsync(503, "storage_unavailable");
        using var background = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("background", true));
        await background.ShouldBeRefusedAsync(503, "storage_unavailable");

        await server.StartAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            using var again = await node.Door.GetAsync(new Uri($"/v1/responses/{kept.Text("id")}", UriKind.Relative));
            return again.IsSuccessStatusCode;
        });
        (await node.Door.KeptAsync(kept.Text("id"))).OutputText().ShouldBe("waits for the store");
    }

    [Fact]
    public async Task What_a_workspace_says_about_its_responses_is_known_without_the_store()
    {
        await using var node = (await Node.StartTogetherAsync(1, await server.CreateDatabaseAsync())).Single();
        await node.Admin.PatchAsync($"/api/workspaces/{node.WorkspaceId}", new JsonObject { ["responses_state"] = "forbidden" });
        // Takes this node's share of the limits.
        await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
        await server.StopAsync();
        var given = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "reads no database"));
        (given.OutputText(), given["store"]!.GetValue<bool>()).ShouldBe(("reads no database", false));
        using var refused = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("previous_response_id", "resp_1"));
        await refused.ShouldBeRefusedAsync(403, "policy_denied", "previous_response_id");
        await server.StartAsync();
    }

    [Fact]
    public async Task A_turn_whose_call_outlives_the_store_comes_to_its_conversation_when_the_store_is_back()
    {
        await using var node = (await Node.StartTogetherAsync(1, await server.CreateDatabaseAsync())).Single();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await release.Task;
            await Upstream.GoodAsync(http, Upstream.WantsStream(http), "Here.");
        });
        await node.ConnectAsync(upstream.Address, "slow", idleMs: 60_000);
        var id = await node.Door.NewConversationAsync();
        var answer = node.Door.RespondAsync(ResponseCalls.Ask("slow", "Are you there?").With("conversation", id));
        await Eventually.IsTrueAsync(() => upstream.Bodies.Count == 1);
        await server.StopAsync();
        release.SetResult();
        (await answer).OutputText().ShouldBe("Here.");
        using var next = await node.Door.ResponseAsync(ResponseCalls.Ask("slow").With("conversation", id));
        await next.ShouldBeRefusedAsync(503, "storage_unavailable");
        await server.StartAsync();
        List<string> said = [];
        await Eventually.IsTrueAsync(async () =>
        {
            using var items = await node.Door.TalkAsync(HttpMethod.Get, $"/{id}/items");
            if (!items.IsSuccessStatusCode)
                return false;
            said = await node.Door.SaidAsync(id);
            return said.Count > 0;
        });
        said.ShouldBe(["user: Are you there?", "assistant: Here."]);
    }
}
