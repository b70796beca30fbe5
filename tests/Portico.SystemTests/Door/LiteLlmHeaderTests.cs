using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>LiteLLM's names beside our own, for callers that read those; only where an administrator wants them.</summary>
public sealed class LiteLlmHeaderTests
{
    static IEnumerable<string> Foreign(HttpResponseMessage response) =>
        response.Headers.Select(h => h.Key).Where(h => h.StartsWith("x-litellm", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public async Task They_are_off_by_default()
    {
        await using var node = await Node.StartAsync();
        using var answer = await node.Door.ChatAsync("sim/echo");
        Foreign(answer).ShouldBeEmpty();
        using var refused = await node.Door.ChatAsync("nobody");
        Foreign(refused).ShouldBeEmpty();
    }

    [Fact]
    public async Task Switched_on_they_tell_what_ours_tell()
    {
        await using var node = await Node.StartAsync(("Gateway:LiteLlmHeaders", "true"));
        using var house = await Estate.MakeAsync(node);
        await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = house.Key,
                ["window"] = "total",
                ["limit_usd"] = "1",
            }
        );
        using (var plain = await house.Door.ChatAsync("sim/echo"))
        {
            plain.EnsureSuccessStatusCode();
            plain.Header("x-litellm-call-id").ShouldBe(plain.CallId());
            plain.Header("x-litellm-response-cost").ShouldBe(plain.Header("x-portico-cost-usd"));
            plain.Header("x-litellm-key-spend").ShouldBe(plain.Header("x-portico-cost-usd"), "the first call of the key");
            plain.Header("x-litellm-model-group").ShouldBe("sim/echo");
            plain.Header("x-litellm-model-id").ShouldBe((await node.RecordOfAsync(plain)).Text("deployment_id"));
            (plain.Header("x-litellm-attempted-retries"), plain.Header("x-litellm-attempted-fallbacks")).ShouldBe(("0", "0"));
            plain.Header("x-litellm-response-duration-ms").ShouldNotBeNull();
            plain.Header("x-litellm-overhead-duration-ms").ShouldNotBeNull();
        }
        using (var retried = await house.Door.ChatAsync("sim/fail-503-twice"))
            (retried.Header("x-litellm-attempted-retries"), retried.Header("x-litellm-attempted-fallbacks")).ShouldBe(("2", "0"));
        using (var streamed = await house.Door.ChatAsync("sim/echo", stream: true))
        {
            await streamed.Content.ReadAsStringAsync();
            streamed.Header("x-litellm-model-id").ShouldNotBeNull();
            streamed.Header("x-litellm-response-cost").ShouldBeNull("it is known behind the last byte");
        }
        using (var refused = await house.Door.ChatAsync("nobody"))
        {
            refused.Header("x-litellm-call-id").ShouldBe(refused.CallId());
            refused.Header("x-litellm-model-id").ShouldBeNull();
        }
    }
}
