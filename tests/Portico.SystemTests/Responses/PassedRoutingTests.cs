using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Which connections take calls that need the provider's own Responses API, and what a route forbids of them.</summary>
public sealed class PassedRoutingTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task A_call_goes_only_to_connections_that_say_so_and_is_refused_with_its_place_where_there_is_none()
    {
        await using var plain = await Upstream.StartAsync();
        await using var own = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var (model, _, without) = await node.PassingAsync(plain, responses: false);
        var (_, _, with) = await node.PassingAsync(own);
        using var refused = await node.Door.ResponseAsync(OwnResponses.Ask(model));
        (await refused.ShouldBeRefusedAsync(400, "unsupported_by_model", "tools[0].type"))
            .Text("message")
            .ShouldBe(
                "'tools[0].type' is 'web_search': tools that OpenAI runs itself are not carried here. Offer a tool of the type function."
            );
        using var item = await node.Door.ResponseAsync(
            ResponseCalls.Ask(model, new JsonArray(new JsonObject { ["type"] = "computer_call_output", ["call_id"] = "c" }))
        );
        await item.ShouldBeRefusedAsync(400, "unsupported_by_model", "input[0].type");
        using var choice = await node.Door.ResponseAsync(
            ResponseCalls.Ask(model).With("tool_choice", new JsonObject { ["type"] = "file_search" })
        );
        await choice.ShouldBeRefusedAsync(400, "unsupported_by_model", "tool_choice.type");
        var route = "mixed-" + Guid.NewGuid().ToString("N")[..8];
        await node.LooseAsync(route, without, with);
        (await node.Door.RespondAsync(OwnResponses.Ask(route))).Text("status").ShouldBe("completed");
        (plain.Calls, own.Calls).ShouldBe((0, 1));
        // What any provider may be asked goes the way of all.
        plain.Answer = http => Upstream.WholeAsync(http, "as ever");
        (await node.Door.RespondAsync(ResponseCalls.Ask(route))).OutputText().ShouldBe("as ever");
        own.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task The_switch_is_refused_for_a_protocol_that_has_no_such_api()
    {
        var connection = new JsonObject
        {
            ["name"] = "a-" + Guid.NewGuid().ToString("N")[..8],
            ["family"] = "anthropic",
            ["base_url"] = "http://127.0.0.1:1/v1",
            ["credential"] = "sk-x",
            ["responses"] = true,
        };
        using var foreign = await node.Admin.RawAsync(HttpMethod.Post, "/api/connections", connection);
        (await foreign.Content.ReadAsStringAsync()).ShouldContain("the protocol of the family anthropic has none");
        connection["family"] = "azure-openai";
        connection["preset"] = "2024-10-21";
        using var dated = await node.Admin.RawAsync(HttpMethod.Post, "/api/connections", connection);
        (await dated.Content.ReadAsStringAsync()).ShouldContain("dated API (2024-10-21) has none");
        connection.Remove("preset");
        (await node.Admin.PostAsync("/api/connections", connection))["responses"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_route_with_demands_lets_no_data_go_to_a_server_of_tools()
    {
        await using var upstream = await Upstream.StartAsync(OwnResponses.AnswerAsync);
        var (_, connection, deployment) = await node.PassingAsync(upstream);
        await node.Admin.PatchAsync($"/api/connections/{connection}", new JsonObject { ["region"] = "eu" });
        var route = "strict-" + Guid.NewGuid().ToString("N")[..8];
        await node.RouteAsync(
            route,
            [deployment],
            new JsonObject
            {
                ["allow_unpriced"] = true,
                ["demands"] = new JsonObject { ["residency"] = new JsonArray("eu") },
            }
        );
        using var refused = await node.Door.ResponseAsync(OwnResponses.Ask(route, "mcp"));
        await refused.ShouldBeRefusedAsync(403, "policy_denied", "tools");
        (await node.Door.RespondAsync(OwnResponses.Ask(route))).Text("status").ShouldBe("completed");
    }
}
