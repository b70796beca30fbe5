using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Who shows the door a key that does not open it stands in the audit log: by the key's id where it is known, and never by what was shown.</summary>
public sealed class RefusedAtDoorTests
{
    const string Unknown = "pk_live_0000000000000000000000000000000000000000000";

    /// <summary>The oldest first, when there are so many: entries come into the store within a second.</summary>
    static async Task<List<JsonNode>> RefusalsAsync(Node node, string action, int atLeast)
    {
        List<JsonNode> found = [];
        await Eventually.IsTrueAsync(async () =>
        {
            var acts = (await node.Admin.GetAsync($"/api/audit/acts?action={action}&status=401&limit=200"))["items"]!.AsArray();
            found = acts.Select(a => a!).Reverse().ToList();
            return found.Count >= atLeast;
        });
        return found;
    }

    [Fact]
    public async Task Unknown_and_revoked_keys_and_strange_networks_are_in_the_audit_log()
    {
        await using var node = await Node.StartAsync();
        var (id, client) = await node.NewKeyAsync();
        await node.Admin.PostAsync($"/api/keys/{id}/revoke");
        using var revoked = await client.ChatAsync("sim/echo");
        await revoked.ShouldBeRefusedAsync(401, "invalid_api_key");
        using var unknown = await node.Client(Unknown).GetAsync("/v1/models");
        await unknown.ShouldBeRefusedAsync(401, "invalid_api_key");
        using var none = await node.Client(null).ChatAsync("sim/echo");
        await none.ShouldBeRefusedAsync(401, "invalid_api_key");

        var acts = await RefusalsAsync(node, "/v1/", atLeast: 2);
        acts.Select(a => (a["actor"]?.GetValue<string>(), a.Text("action"), a["status"]!.GetValue<int>(), a.Text("code")))
            .ShouldBe(
                [(id, "POST /v1/chat/completions", 401, "invalid_api_key"), (null, "GET /v1/models", 401, "invalid_api_key")],
                "who showed nothing is not written"
            );
        acts.ShouldAllBe(a => !a.ToJsonString().Contains("00000000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_wrong_keys_fills_no_log_and_hides_nobody_on_the_management_API()
    {
        await using var node = await Node.StartAsync();
        using var door = node.Client(Unknown);
        await Task.WhenAll(
            Enumerable
                .Range(0, 300)
                .Select(async _ =>
                {
                    using var answer = await door.GetAsync("/v1/models");
                    ((int)answer.StatusCode).ShouldBe(401);
                })
        );
        using var stranger = node.Client("pa_live_forged");
        using var refused = await stranger.GetAsync("/api/keys");
        ((int)refused.StatusCode).ShouldBe(401);
        (await RefusalsAsync(node, "/api/keys", atLeast: 1)).Count.ShouldBe(1);
        // So many a second, and the seconds that the flood may have taken are few.
        (await RefusalsAsync(node, "/v1/", atLeast: 1)).Count.ShouldBeLessThan(200);
    }
}
