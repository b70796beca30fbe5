using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>A connection's address through the API: what may not be reached through a gateway is refused, unless an administrator says it may.</summary>
public sealed class AddressGuardTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static JsonObject Connection(string url, bool special = false) =>
        new()
        {
            ["name"] = "c" + Guid.NewGuid().ToString("N")[..10],
            ["family"] = "openai",
            ["base_url"] = url,
            ["allow_special_addresses"] = special,
        };

    [Theory]
    [InlineData("http://169.254.169.254/v1")]
    [InlineData("http://2852039166/v1")]
    [InlineData("http://0251.0376.0251.0376/v1")]
    [InlineData("http://[::ffff:169.254.169.254]/v1")]
    [InlineData("http://[fd00:ec2::254]/v1")]
    [InlineData("http://[fe80::1]/v1")]
    public async Task A_special_address_is_refused_when_it_is_made_and_when_it_is_changed(string url)
    {
        using var refused = await node.Admin.RawAsync(HttpMethod.Post, "/api/connections", Connection(url));
        (await refused.ShouldBeProblemAsync(400, "invalid_request", "base_url")).Text("detail").ShouldContain("allow_special_addresses");
        var good = await node.Admin.PostAsync("/api/connections", Connection("http://127.0.0.1:9/v1"));
        using var changed = await node.Admin.RawAsync(
            HttpMethod.Patch,
            $"/api/connections/{good.Text("id")}",
            new JsonObject { ["base_url"] = url },
            "*"
        );
        await changed.ShouldBeProblemAsync(400, "invalid_request", "base_url");
        var allowed = await node.Admin.PostAsync("/api/connections", Connection(url, special: true));
        // Taking the permission away again is refused too, as long as the address needs it.
        using var withdrawn = await node.Admin.RawAsync(
            HttpMethod.Patch,
            $"/api/connections/{allowed.Text("id")}",
            new JsonObject { ["allow_special_addresses"] = false },
            "*"
        );
        await withdrawn.ShouldBeProblemAsync(400, "invalid_request", "base_url");
    }

    [Fact]
    public async Task A_call_reaches_a_special_address_only_through_a_connection_that_allows_it()
    {
        await using var upstream = await Upstream.StartAsync();
        var made = await node.Admin.PostAsync("/api/connections", Connection($"http://0.0.0.0:{upstream.Address.Port}/v1", special: true));
        var name = "special-" + Guid.NewGuid().ToString("N")[..8];
        var model = await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = name, ["approve"] = true });
        await node.Admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "2" },
            }
        );
        await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["connection_id"] = made.Text("id"),
                ["upstream_model"] = "up-1",
            }
        );
        using var answer = await node.Door.ChatAsync(name);
        ((int)answer.StatusCode).ShouldBe(200);
        upstream.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_provider_that_redirects_is_not_followed_and_its_credential_goes_nowhere_else()
    {
        await using var elsewhere = await Upstream.StartAsync();
        await using var upstream = await Upstream.StartAsync(http =>
        {
            http.Response.StatusCode = 307;
            http.Response.Headers.Location = new Uri(elsewhere.Address, "/v1/chat/completions").ToString();
            return Task.CompletedTask;
        });
        var name = "moved-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, name);
        using var answer = await node.Door.ChatAsync(name);
        await answer.ShouldBeRefusedAsync(502, "upstream_failed");
        upstream.Calls.ShouldBeGreaterThan(0);
        elsewhere.Calls.ShouldBe(0);
    }
}
